"""The rules about pages hold for their own cases."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from portal.links.rules import Rule, Sample, rules


def sample(case: Mapping[str, Any]) -> Sample:
    name, _, value = str(case.get("header", "")).partition(": ")
    text = case.get("text", "")
    return Sample(
        status=case.get("status", 200),
        title=case.get("title", ""),
        headings=(case["heading"],) if "heading" in case else (),
        text=text,
        text_length=case.get("text_length", len(text)),
        source=case.get("source", ""),
        headers={name: value} if name else {},
        forms=case.get("forms", 0),
        password=case.get("password", False),
    )


def cases(kind: str) -> Iterator[Any]:
    for rule in rules():
        for number, case in enumerate(getattr(rule, kind)):
            yield pytest.param(rule, case, id=f"{rule.id}-{number}")


@pytest.mark.parametrize(("rule", "case"), cases("hit"))
def test_a_rule_holds(rule: Rule, case: Mapping[str, Any]) -> None:
    assert rule.match(sample(case)) is not None


@pytest.mark.parametrize(("rule", "case"), cases("miss"))
def test_a_rule_does_not_hold(rule: Rule, case: Mapping[str, Any]) -> None:
    assert rule.match(sample(case)) is None


def test_every_rule_has_cases_of_both_kinds() -> None:
    assert [rule.id for rule in rules() if not rule.hit or not rule.miss] == []


@pytest.mark.parametrize(
    "letter", ["a", "找不到", "404 ", "not ", "the page ", "oops ", "您所", " "]
)
def test_no_rule_takes_long(letter: str) -> None:
    text = (letter * 6000)[:6000]
    slow = Sample(title=text[:300], headings=(text[:160],) * 6, text=text, source=text * 3)
    began = time.perf_counter()
    for rule in rules():
        rule.match(slow)
    assert time.perf_counter() - began < 1.0
