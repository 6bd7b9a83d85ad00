"""Redirects, retries and waiting, decided on made-up answers."""

from __future__ import annotations

import datetime as dt
from email.utils import format_datetime

import pytest

from portal.links.config import Settings
from portal.links.errand import Again, Errand, retry_after
from portal.links.model import Failure, Observation, Visit

URL = "https://a.example/x"
SETTINGS = Settings(timeout=10, retries=2, backoff=0.5, retry_after_cap=20)


def errand(**headers: str) -> Errand:
    return Errand(URL, frozenset(), SETTINGS, headers=headers, jitter=lambda: 0.5)


def status(code: int, seconds: float = 0.1, **headers: str) -> Observation:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return Observation(URL, code, headers=fields, seconds=seconds, body_bytes=5,
                       location=fields.get("location"))  # fmt: skip


def test_backoff_doubles() -> None:
    one = errand()
    assert one.take(status(500)) == Again(0.5)
    assert one.take(status(502)) == Again(1.0)
    end = one.take(status(500))
    assert isinstance(end, Visit)
    assert (end.attempts, end.requests) == (3, 3)


@pytest.mark.parametrize(("code", "asked", "expected"), [
    pytest.param(429, "7", Again(7.0, pause_host=7.0), id="seconds"),
    pytest.param(503, "3", Again(3.0, pause_host=3.0), id="503 too"),
    pytest.param(429, "21", None, id="longer than is allowed"),
    pytest.param(500, "3", Again(0.5), id="500 does not pause the host"),
    pytest.param(404, "3", None, id="404 is final"),
])  # fmt: skip
def test_retry_after(code: int, asked: str, expected: Again | None) -> None:
    outcome = errand().take(status(code, retry_after=asked))
    assert outcome == expected if expected else isinstance(outcome, Visit)


def test_pauses_add_up_to_the_cap() -> None:
    one = errand()
    assert one.take(status(429, retry_after="15")) == Again(15.0, pause_host=15.0)
    end = one.take(status(429, retry_after="15"))
    assert isinstance(end, Visit)
    assert end.gave_up_waiting


@pytest.mark.parametrize(("value", "seconds"), [
    ("120", 120.0), ("-5", 0.0), ("1.5", 1.5), ("soon", None), ("", None),
    (format_datetime(dt.datetime(2026, 1, 1, 0, 0, 30, tzinfo=dt.UTC), usegmt=True), 30.0),
    (format_datetime(dt.datetime(2025, 1, 1, tzinfo=dt.UTC), usegmt=True), 0.0),
])  # fmt: skip
def test_retry_after_values(value: str, seconds: float | None) -> None:
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    assert retry_after(status(429, retry_after=value), now) == seconds


def test_a_full_timeout_is_not_repeated() -> None:
    seen = Observation(URL, failure=Failure.TIMEOUT, seconds=10)
    assert isinstance(errand().take(seen), Visit)


def test_no_retry_without_time() -> None:
    assert isinstance(errand().take(status(500, seconds=9.9)), Visit)


def test_time_is_shared_by_hops() -> None:
    one = errand()
    assert one.take(status(302, seconds=4, location="https://b.example/")) == Again()
    assert (one.origin, one.left) == ("b.example", 6.0)


def test_validators_go_only_to_the_first_host() -> None:
    one = errand(**{"If-None-Match": '"x"'})
    assert one.ask().headers["If-None-Match"] == '"x"'
    one.take(status(302, location="https://b.example/"))
    assert "If-None-Match" not in one.ask().headers


def test_not_modified_is_an_answer_when_it_was_asked_for() -> None:
    end = errand(**{"If-None-Match": '"x"'}).take(status(304))
    assert isinstance(end, Visit)
    assert end.unchanged
    assert isinstance(errand().take(status(304)), Again)


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "javascript:x()", "http://[bad", "data:x"]
)
def test_what_is_not_followed(target: str) -> None:
    end = errand().take(status(302, location=target))
    assert isinstance(end, Visit)
    assert end.problem.startswith("redirects to")
