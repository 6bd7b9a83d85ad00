"""A track as one book: its chapters out of the built site, ready for EPUB and PDF."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import jinja2
from bs4 import BeautifulSoup, Tag

from portal.words import WORDS

# What only works on the page: buttons, links to edit it, marks beside headings.
_LEFT_OUT = (
    ".headerlink, .page-tools, .copy-button, script, style, form, button, .notebook-facts__links, "
    "[data-module=offline], .question__status"
)
_LOOPBACK = {"127.0.0.1", "localhost", ""}


@dataclass(frozen=True)
class Edition:
    """What the cover says besides the titles."""

    site: str  # name of the site
    address: str  # of the language's home; loopback when it is published nowhere
    root: str  # address of the whole site
    version: str
    commit: str  # empty outside git
    day: date

    @property
    def published(self) -> bool:
        """Whether links to other pages of the site lead anywhere."""
        return urlsplit(self.address).hostname not in _LOOPBACK | {None}


@dataclass(frozen=True)
class Chapter:
    """One chapter of a book."""

    id: str  # prefix of all anchors in it
    title: str
    html: str


@dataclass(frozen=True)
class Book:
    """A track in one language."""

    track: str
    language: str
    title: str
    edition: Edition
    chapters: Sequence[Chapter]
    sheets: Sequence[str]  # stylesheets of its pages, from the site's root

    @property
    def name(self) -> str:
        """Name of its files, without suffix."""
        return f"{self.track}-{self.language}"


def names(home: Path) -> tuple[str, str]:
    """Name and address of the site, from a built home page."""
    soup = BeautifulSoup(home.read_text(encoding="utf-8"), "html.parser")
    name = soup.select_one("meta[property='og:site_name']")
    link = soup.select_one("link[rel=canonical]")
    assert name is not None, home
    return str(name["content"]), str(link["href"]) if link else ""


def read_book(
    site: Path,
    root: str,
    track: str,
    language: str,
    pages: Iterable[tuple[str, str]],
    edition: Edition,
) -> Book:
    """Collect the chapters of a track.

    Links within the book lead to its own anchors; those to other pages of the site become
    absolute, or plain text where the site is not published.

    Args:
        site: the built site.
        root: address of the language's home from the site's root.
        track: id of the track.
        language: code of the language.
        pages: id and title of each chapter, in order.
        edition: for the cover.
    """
    listed = list(pages)
    anchors = {f"{root}{page}/": _prefix(page) for page, _ in listed}
    chapters = []
    sheets: dict[str, None] = {}  # each once, in order
    for page, title in listed:
        address = f"{root}{page}/"
        text = (site / address / "index.html").read_text(encoding="utf-8")
        soup = BeautifulSoup(text, "html.parser")
        article = soup.select_one("article")
        assert article is not None, address
        for sheet in soup.select("link[rel=stylesheet]"):
            sheets["assets/" + str(sheet["href"]).partition("assets/")[2]] = None
        _clean(article, site)
        _link(article, address, anchors, edition)
        chapters.append(Chapter(_prefix(page), title, article.decode_contents()))
    return Book(track, language, WORDS[language][track], edition, chapters, list(sheets))


def render(template: str, book: Book, **context: Any) -> str:
    """A part of a book from one of the templates."""
    words = WORDS[book.language]
    return str(_environment().get_template(template).render(book=book, words=words, **context))


def sections(chapter: Chapter) -> list[tuple[str, str]]:
    """Anchor and text of the second-level headings of a chapter."""
    soup = BeautifulSoup(chapter.html, "html.parser")
    return [(str(h["id"]), " ".join(h.get_text().split())) for h in soup.select("h2[id]")]


def _clean(article: Tag, site: Path) -> None:
    for element in article.select(_LEFT_OUT):
        element.decompose()
    for details in article.select("details"):
        details["open"] = ""
    for image in article.select("img"):
        del image["loading"]
    for element in article.select("[tabindex]"):
        del element["tabindex"]


def _link(article: Tag, address: str, anchors: Mapping[str, str], edition: Edition) -> None:
    """Give every anchor of a chapter its prefix, and every link its target in the book."""
    prefix = anchors[address]
    for element in article.select("[id]"):
        element["id"] = f"{prefix}--{element['id']}"
    for attribute in ("for", "aria-labelledby", "aria-describedby"):
        for element in article.select(f"[{attribute}]"):
            element[attribute] = f"{prefix}--{element[attribute]}"
    base = f"https://book.invalid/{address}"
    for element in article.select("[src]"):
        element["src"] = urlsplit(urljoin(base, str(element["src"]))).path.lstrip("/")
    for link in article.select("a[href]"):
        target = urlsplit(urljoin(base, str(link["href"])))
        if target.netloc != "book.invalid":
            continue
        path = target.path.lstrip("/")
        if path in anchors:
            link["href"] = f"#{anchors[path]}" + (f"--{target.fragment}" if target.fragment else "")
        elif edition.published:
            rest = target._replace(scheme="", netloc="").geturl().lstrip("/")
            link["href"] = urljoin(edition.root, rest)
        else:
            link.unwrap()


def _prefix(page: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", page.split("/", 1)[1])


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates" / "book"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
