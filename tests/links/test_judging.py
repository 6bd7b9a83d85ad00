"""Small pure decisions: addresses, landings, settings, formats."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from portal.links.archive import newest_copy
from portal.links.check import excuse, without_network
from portal.links.config import ConfigError, Settings, parse_settings
from portal.links.fix import without_tracking
from portal.links.html_links import srcset_addresses
from portal.links.landing import judge_landing
from portal.links.model import CheckResult, Place, Verdict
from portal.links.page import refresh_target, script_target
from portal.links.select import shard_of
from portal.links.urls import (
    InvalidUrlError,
    absolute_location,
    key_of,
    refused_address,
    requestable,
)

TODAY = dt.date(2026, 11, 1)


@pytest.mark.parametrize(("one", "other"), [
    ("https://EXAMPLE.com", "https://example.com/"),
    ("https://a.example:443/x", "https://a.example/x"),
    ("https://a.example/%7Ex", "https://a.example/~x"),
    ("https://a.example/%e9%a0%81", "https://a.example/頁"),
    ("https://例え.example/", "https://xn--r8jz45g.example/"),
    ("//a.example/x", "https://a.example/x"),
    ("https://a.example/x#%E9%A0%81", "https://a.example/x#頁"),
])  # fmt: skip
def test_two_spellings_of_one_address(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/",
        "https://",
        "https://a b.example/",
        "https://[::1",
        "http://a.example:port/",
        "javascript:x",
    ],
)
def test_no_addresses(url: str) -> None:
    with pytest.raises(InvalidUrlError):
        requestable(url)


@pytest.mark.parametrize(("address", "private", "refused"), [
    ("93.184.216.34", False, False), ("2606:4700::1111", False, False),
    ("127.0.0.1", False, True), ("127.0.0.1", True, False), ("::1", True, False),
    ("10.0.0.1", False, True), ("192.168.1.1", False, True), ("172.16.0.1", False, True),
    ("100.64.0.1", False, True), ("fd00::1", False, True), ("0.0.0.0", True, True),
    ("169.254.169.254", True, True), ("fe80::1%eth0", True, True), ("224.0.0.1", True, True),
    ("::ffff:127.0.0.1", False, True), ("::ffff:169.254.169.254", True, True),
    ("64:ff9b::7f00:1", False, True), ("2002:7f00:1::", False, True), ("fd00:ec2::254", True, True),
])  # fmt: skip
def test_addresses_inside_are_refused(address: str, private: bool, refused: bool) -> None:
    assert bool(refused_address(address, allow_private=private)) is refused


@pytest.mark.parametrize(("asked", "reached", "rule"), [
    ("https://a.example/docs/x", "https://a.example/", "redirect-to-home"),
    ("https://a.example/docs/x", "https://a.example/en-us/", "redirect-to-home"),
    ("https://a.example/docs/x", "https://www.a.example/index.html", "redirect-to-home"),
    ("https://a.example/?p=123", "https://a.example/", "redirect-to-home"),
    ("https://a.example/old/x", "https://b.example/", "redirect-to-home"),
    ("https://a.example/old/x", "https://a.example/search?q=x", "redirect-to-search"),
    ("https://a.example/old/x", "https://a.example/?s=x", "redirect-to-search"),
    ("https://a.example/x", "https://a.example/404", "redirect-to-error"),
    ("https://a.example/x", "https://a.example/en/not-found.html", "redirect-to-error"),
    ("https://a.example/x", "https://a.example/?error=404", "redirect-to-error"),
    ("https://a.example/x", "https://a.example/accounts/login/?next=/x", "login-redirect"),
    ("https://a.example/x", "https://accounts.b.example/v3", "login-redirect"),
    ("https://a.example/x", "https://a.example/auth/realms/x?redirect_uri=y", "login-redirect"),
    ("https://a.example/x", "https://consent.a.example/m?continue=x", "consent-redirect"),
    ("https://a.example/x", "https://www.hugedomains.com/domain_profile.cfm", "parked-redirect"),
    ("https://a.example/x", "https://a.example/captcha?u=x", "challenge-redirect"),
    ("https://a.example/", "https://a.example/en/", None),
    ("https://a.example", "https://www.a.example/", None),
    ("https://a.example/index.html", "https://a.example/", None),
    ("https://a.example/docs", "https://docs.a.example/", None),
    ("https://a.example/projects/keras", "https://keras.example/", None),
    ("https://bit.ly/3xyz", "https://b.example/", None),
    ("https://a.example/x", "https://a.example/x/", None),
    ("https://a.example/ok", "https://a.example/to", None),
    ("https://a.example/docs/authentication", "https://a.example/docs/auth", None),
    ("https://a.example/login", "https://a.example/users/sign_in", None),
    ("https://a.example/search", "https://a.example/search?q=", None),
])  # fmt: skip
def test_where_a_redirect_ends(asked: str, reached: str, rule: str | None) -> None:
    landing = judge_landing(asked, reached)
    assert (landing.rule if landing else None) == rule


@pytest.mark.parametrize(("base", "location", "expected"), [
    ("https://a.example/x/y", "z", "https://a.example/x/z"),
    ("https://a.example/x", "//b.example/z", "https://b.example/z"),
    ("https://a.example/x", "/é".encode().decode("latin-1"), "https://a.example/é"),
    ("https://a.example/x#f", "/z", "https://a.example/z#f"),
    ("https://a.example/x#f", "/z#g", "https://a.example/z#g"),
    ("https://a.example/x", "http:/b.example/z", "http://b.example/z"),
    ("https://a.example/x", " /z\r\n", "https://a.example/z"),
])  # fmt: skip
def test_locations(base: str, location: str, expected: str) -> None:
    assert absolute_location(base, location) == expected


@pytest.mark.parametrize(("content", "target"), [
    ("0; url=/x", "/x"), ("0;URL='/x'", "/x"), ('5; url="/x"', "/x"), ("0, url=/x", "/x"),
    ("0;/x", "/x"), ("30; url=/x", ""), ("5", ""), ("", ""), ("0; url=", ""),
])  # fmt: skip
def test_meta_refresh(content: str, target: str) -> None:
    assert refresh_target(content) == target


@pytest.mark.parametrize(("script", "target"), [
    ("location.href = '/x'", "/x"), ("window.location.replace(\"/x\");", "/x"),
    ("document.location='/x'", "/x"), ("setTimeout(function(){ location='/x' }, 0)", "/x"),
    ("(function(){ window.location = '/x'; })()", "/x"), ("top.location.assign('/x')", "/x"),
    ("function go(){ location.href='/x' }", ""), ("if (location.href == '/x') y()", ""),
    ("b.onclick = () => { location.href = '/x' }", ""), ("var location2 = '/x'", ""),
])  # fmt: skip
def test_script_redirects(script: str, target: str) -> None:
    assert script_target(script) == target


@pytest.mark.parametrize(("value", "expected"), [
    ("a 1x, b 2x", ["a", "b"]), ("a", ["a"]), ("a,b 2x", ["a,b"]), (" a 100w ,b", ["a", "b"]),
    ("a?x=1,2 1x, b", ["a?x=1,2", "b"]), ("", []), ("a,, b", ["a", "b"]),
])  # fmt: skip
def test_srcset(value: str, expected: list[str]) -> None:
    assert srcset_addresses(value) == expected


@pytest.mark.parametrize(("url", "clean"), [
    ("https://a.example/x?utm_source=a&id=3#f", "https://a.example/x?id=3#f"),
    ("https://a.example/x?fbclid=1", "https://a.example/x"),
    ("https://youtu.be/abc?si=xyz&t=3", "https://youtu.be/abc?t=3"),
    ("https://a.example/x?si=unit", "https://a.example/x?si=unit"),
    ("https://a.example/x?q=a+b&y=%20", "https://a.example/x?q=a+b&y=%20"),
])  # fmt: skip
def test_tracking_parameters(url: str, clean: str) -> None:
    assert without_tracking(url) == clean


@pytest.mark.parametrize("section", [
    {"timeot": 3}, {"timeout": "3"}, {"timeout": -1}, {"exclude": "x"}, {"hosts": {"a": {"b": 1}}},
    {"ignore": [{"url": "x"}]}, {"ignore": [{"url": "x", "reason": " ", "expires": TODAY}]},
    {"ignore": [{"url": "x", "reason": "y", "expires": "soon"}]},
])  # fmt: skip
def test_wrong_settings_are_named(section: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="pyproject"):
        parse_settings(section, "pyproject.toml", TODAY)


def test_settings_of_a_host_hold_for_its_subdomains() -> None:
    section = {"hosts": {"b.example": {"slots": 1, "gap": 3}}, "timeout": 7}
    settings = parse_settings(section, "p", TODAY)
    assert settings.timeout == 7.0
    assert settings.host("a.b.example").gap == 3.0
    assert settings.host("b.example:8080").slots == 1
    assert settings.host("c.example") == Settings().default_host


def test_an_expired_ignore_entry_no_longer_counts() -> None:
    entries = [{"url": "x", "reason": "r", "expires": TODAY - dt.timedelta(days=1)},
               {"url": "y", "reason": "r", "expires": TODAY}]  # fmt: skip
    settings = parse_settings({"ignore": entries}, "p", TODAY)
    assert [ignore.pattern for ignore in settings.ignore] == ["y"]


def result(url: str, failure: str, verdict: Verdict = Verdict.BROKEN) -> CheckResult:
    return CheckResult(url, verdict, failure or "ok", "e", "", url, None, [Place("p", 1, 1)],
                       failure=failure)  # fmt: skip


def test_no_network_is_one_fault() -> None:
    lost = [result(f"https://h{n}.org/", "dns") for n in range(3)]
    assert "no network" in without_network(lost)
    assert without_network([*lost, result("https://ok.org/", "", Verdict.WORKING)]) == ""
    assert without_network(lost[:1]) == ""
    excuse(lost, "why")
    assert {r.verdict for r in lost} == {Verdict.UNVERIFIABLE}


def test_shards_split_by_site() -> None:
    shards = {shard_of(f"https://{sub}.a.example/{n}", 5) for sub in "xyz" for n in range(9)}
    assert len(shards) == 1
    assert {shard_of(f"https://h{n}.org/", 4) for n in range(99)} == {1, 2, 3, 4}


def test_the_newest_copy() -> None:
    found = {
        "archived_snapshots": {"closest": {"available": True, "url": "http://web.archive.org/x"}}
    }
    assert newest_copy(json.dumps(found)) == "https://web.archive.org/x"
    assert newest_copy('{"archived_snapshots": {}}') == ""
    assert newest_copy("<html>") == ""
