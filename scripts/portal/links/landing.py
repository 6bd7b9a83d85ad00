"""Where a redirect ends: at what was asked for, or at a door, a search or a front page."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from portal.links.model import Verdict
from portal.links.urls import registered


class Landing(NamedTuple):
    """A place that is not what was asked for."""

    verdict: Verdict
    rule: str
    what: str
    hint: str


@cache
def _patterns(key: str) -> re.Pattern[str]:
    data = _data()[key]
    text = data if isinstance(data, str) else "|".join(f"(?:{item})" for item in data)
    return re.compile(text, re.IGNORECASE)


@cache
def _data() -> dict[str, str | list[str]]:
    text = (files("portal.links") / "places.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _full(key: str, text: str) -> bool:
    return _patterns(key).fullmatch(text) is not None


def _part(key: str, text: str) -> bool:
    return _patterns(key).search(text) is not None


class _Parts(NamedTuple):
    host: str
    path: str
    query: str

    @classmethod
    def of(cls, url: str) -> _Parts:
        parts = urlsplit(url)
        return cls((parts.hostname or "").lower(), unquote(parts.path) or "/", parts.query)


def is_home(url: str) -> bool:
    """Whether an address is the front page of a site."""
    parts = _Parts.of(url)
    return _full("home_path", parts.path) and not _part("home_query", parts.query)


def is_search(url: str) -> bool:
    """Whether an address is a search."""
    parts = _Parts.of(url)
    if _full("search_path", parts.path):
        return True
    return _full("home_path", parts.path) and _part("search_query", parts.query)


def is_login(url: str) -> bool:
    """Whether an address asks who the reader is."""
    parts = _Parts.of(url)
    if _full("login_path", parts.path) or _full("login_host", parts.host):
        return True
    return _full("login_path_weak", parts.path) and _part("return_query", parts.query)


def judge_landing(asked: str, reached: str) -> Landing | None:
    """What a redirect from one address to another says; None when nothing is wrong with it."""
    start, end = _Parts.of(asked), _Parts.of(reached)
    if (start.host, start.path, start.query) == (end.host, end.path, end.query):
        return None
    if is_login(reached) and not is_login(asked):
        return Landing(Verdict.LOGIN, "login-redirect", "a login page",
                       "an account is needed; say so in the note of the resource")  # fmt: skip
    if _door("consent_host", "consent_path", start, end):
        return Landing(Verdict.BLOCKED, "consent-redirect", "a consent page",
                       "open it in a browser")  # fmt: skip
    if _door("", "challenge_path", start, end):
        return Landing(Verdict.BLOCKED, "challenge-redirect", "a test for robots",
                       "open it in a browser")  # fmt: skip
    if _door("parking_host", "parking_path", start, end):
        return Landing(Verdict.BROKEN, "parked-redirect", "a shop for domain names",
                       "the domain no longer belongs to the author")  # fmt: skip
    if (_full("error_path", end.path) and _stem(start.path) != _stem(end.path)) or (
        _part("error_query", end.query) and not _part("error_query", start.query)
    ):
        return Landing(Verdict.BROKEN, "redirect-to-error", "an error page",
                       "the page is gone; look for it elsewhere")  # fmt: skip
    if _door("", "paywall_path", start, end) and _part("return_query", end.query):
        return Landing(Verdict.PAYWALL, "paywall-redirect", "an offer to subscribe",
                       "it costs money; say so in the note of the resource")  # fmt: skip
    if is_search(reached) and not is_search(asked):
        return Landing(Verdict.BROKEN, "redirect-to-search", "a search",
                       "the page is gone; look for it elsewhere")  # fmt: skip
    if is_home(reached) and not is_home(asked) and not _belongs(start, end):
        return Landing(Verdict.BROKEN, "redirect-to-home", "the front page",
                       "the page is gone; look for it on the site")  # fmt: skip
    return None


def _door(host_key: str, path_key: str, start: _Parts, end: _Parts) -> bool:
    at_host = bool(host_key) and _full(host_key, end.host) and not _full(host_key, start.host)
    return at_host or (_full(path_key, end.path) and not _full(path_key, start.path))


def _stem(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2].partition(".")[0].lower()


def _belongs(start: _Parts, end: _Parts) -> bool:
    """Whether a front page on another host may be just what a path stood for.

    A short address leads anywhere; `site.example/project` may become `project.example`.
    """
    if start.host == end.host or start.host.removeprefix("www.") == end.host.removeprefix("www."):
        return False
    if _full("shortener", start.host):
        return True
    words = {
        word
        for word in re.split(r"[^a-z0-9]+", start.path.lower())
        if len(word) >= 3 and not word.isdigit()
    }
    labels = re.split(r"[^a-z0-9]+", end.host)
    if any(word in label for word in words for label in labels):
        return True
    # A subdomain that became a site of its own, one step deep.
    segments = [s for s in start.path.split("/") if s]
    same_site = registered(start.host) == registered(end.host)
    return same_site and len(segments) == 1 and not start.host.replace(".", "").isdigit()
