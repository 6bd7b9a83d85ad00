"""Sites that answer a robot only at a side door; the data is in `adapters.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote, unquote

from portal.links.model import Judgement, Verdict, Visit


@dataclass(frozen=True, slots=True)
class Answer:
    """One shape of an answer and what it means."""

    status: frozenset[int]
    text: re.Pattern[str] | None  # found in the body
    header: re.Pattern[str] | None  # found in "name: value"
    verdict: Verdict | None  # None: ask at the next door
    say: str
    hint: str

    def fits(self, visit: Visit) -> bool:
        """Whether the answer has this shape."""
        seen = visit.last
        if seen.failure is not None or seen.status not in self.status:
            return False
        body = seen.excerpt or (seen.page.markers if seen.page else "")
        if self.text is not None and not self.text.search(body):
            return False
        lines = (f"{name}: {value}" for name, value in seen.headers.items())
        return self.header is None or any(self.header.search(line) for line in lines)


@dataclass(frozen=True, slots=True)
class Door:
    """An address that is asked in place of the page."""

    url: str
    headers: Mapping[str, str]
    answers: Sequence[Answer]
    needs_token: bool = False  # skipped where no token is set for its host

    def judge(self, visit: Visit, adapter: str) -> Judgement | None:
        """The verdict of the first answer that fits; None: ask elsewhere."""
        for answer in self.answers:
            if answer.fits(visit):
                if answer.verdict is None:
                    return None
                evidence = f"{adapter}: {answer.say} ({visit.last.status})"
                return Judgement(answer.verdict, f"adapter-{adapter}", evidence, answer.hint)
        return None


@dataclass(frozen=True, slots=True)
class Adapter:
    """How one kind of address is asked."""

    id: str
    pattern: re.Pattern[str]
    doors: Sequence[Mapping[str, Any]]
    fragments: str  # "page": anchors are looked for; "ignore": the site draws them by script
    cases: Sequence[Mapping[str, Any]]

    def plan(self, url: str) -> list[Door] | None:
        """The doors to ask at, in order; None when the address is not of this kind."""
        match = self.pattern.match(url)
        if match is None:
            return None
        parts = {name: value or "" for name, value in match.groupdict().items()}
        parts |= {f"{name}_q": quote(unquote(value), safe="") for name, value in parts.items()}
        parts["url_q"] = quote(url, safe="")
        return [
            Door(door["ask"].format(**parts), door.get("headers", {}),
                 tuple(_answer(item) for item in door["answers"]), door.get("needs_token", False))
            for door in self.doors
        ]  # fmt: skip


def _answer(item: Mapping[str, Any]) -> Answer:
    def pattern(key: str) -> re.Pattern[str] | None:
        return re.compile(item[key], re.IGNORECASE | re.DOTALL) if key in item else None

    verdict = Verdict(item["verdict"]) if "verdict" in item else None
    return Answer(frozenset(item["status"]), pattern("text"), pattern("header"), verdict,
                  item.get("say", ""), item.get("hint", ""))  # fmt: skip


@cache
def adapters() -> tuple[Adapter, ...]:
    """The table, in order."""
    text = (files("portal.links") / "adapters.toml").read_text(encoding="utf-8")
    return tuple(
        Adapter(item["id"], re.compile(item["url"], re.IGNORECASE), item.get("door", ()),
                item.get("fragments", "page"), item.get("cases", ()))
        for item in tomllib.loads(text)["adapter"]
    )  # fmt: skip


def plan_for(url: str) -> tuple[Adapter, list[Door]] | None:
    """The adapter of an address and the doors to ask at."""
    for adapter in adapters():
        if (doors := adapter.plan(url)) is not None:
            return adapter, doors
    return None
