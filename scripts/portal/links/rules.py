"""Rules about what a page says of itself; the data is in `rules.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from portal.links.model import Observation, PageFacts, Verdict

_MAX_ANNOUNCEMENT = 160  # characters; a longer title or heading announces nothing
_START = 700  # characters of text that count as its start
_SEPARATORS = re.compile(r"\s+[-–—|·•:»«/]\s+|[|｜—_»«]|(?<=[\u3000-\u9fff])[-:：](?=\S)|\s*::\s*")
_PATTERN_KEYS = ("title", "heading", "line", "whole", "text", "source", "url", "header", "any")


@dataclass(frozen=True, slots=True)
class Sample:
    """What a rule can look at."""

    status: int = 200
    title: str = ""
    headings: tuple[str, ...] = ()
    text: str = ""
    text_length: int = 0
    source: str = ""
    url: str = ""
    headers: Mapping[str, str] | None = None
    forms: int = 0
    password: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table."""

    id: str
    verdict: Verdict
    hint: str
    status: frozenset[int]  # empty: any success
    patterns: Mapping[str, re.Pattern[str]]
    max_text: int | None
    min_forms: int
    password: bool
    unless: re.Pattern[str] | None  # found in title or text: the page is about the matter
    hit: Sequence[Mapping[str, Any]]
    miss: Sequence[Mapping[str, Any]]

    def match(self, sample: Sample) -> str | None:
        """The words of the page that fulfil the rule; None when it does not hold."""
        if sample.status not in self.status and (self.status or not 200 <= sample.status < 300):
            return None
        if self.max_text is not None and sample.text_length > self.max_text:
            return None
        if sample.forms < self.min_forms or (self.password and not sample.password):
            return None
        if self.unless and self.unless.search(f"{sample.title}\n{sample.text[:3000]}"):
            return None
        said = ""
        for key, pattern in self.patterns.items():
            found = _MATCHERS[key](pattern, sample)
            if found is None:
                return None
            said = said or found
        return said


def _whole(pattern: re.Pattern[str], parts: Sequence[str]) -> str | None:
    for part in parts:
        if 0 < len(part) <= _MAX_ANNOUNCEMENT and pattern.fullmatch(part):
            return part
    return None


def _title(pattern: re.Pattern[str], sample: Sample) -> str | None:
    return _whole(pattern, title_parts(sample.title))


def _heading(pattern: re.Pattern[str], sample: Sample) -> str | None:
    return _whole(pattern, _announcing(sample.headings))


def _announcing(headings: Sequence[str]) -> Sequence[str]:
    """The heading of the page; the second too, when the first may be the name of the site."""
    return headings[:2] if len(headings) <= 3 else headings[:1]


def _line(pattern: re.Pattern[str], sample: Sample) -> str | None:
    return _whole(pattern, sample.text[:_START].split("\n"))


def _whole_somewhere(pattern: re.Pattern[str], sample: Sample) -> str | None:
    return _title(pattern, sample) or _heading(pattern, sample) or _line(pattern, sample)


def _text(pattern: re.Pattern[str], sample: Sample) -> str | None:
    return _found(pattern, sample.text)


def _source(pattern: re.Pattern[str], sample: Sample) -> str | None:
    return _found(pattern, sample.source)


def _url(pattern: re.Pattern[str], sample: Sample) -> str | None:
    return _found(pattern, sample.url)


def _header(pattern: re.Pattern[str], sample: Sample) -> str | None:
    for name, value in (sample.headers or {}).items():
        if found := _found(pattern, f"{name}: {value}"):
            return found
    return None


def _any(pattern: re.Pattern[str], sample: Sample) -> str | None:
    for part in (*title_parts(sample.title), *_announcing(sample.headings)):
        if len(part) <= _MAX_ANNOUNCEMENT and (found := _found(pattern, part)):
            return found
    return _found(pattern, sample.text[:_START])


def _found(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return match[0].strip()[:160] or None if match else None


_MATCHERS = {
    "title": _title, "heading": _heading, "line": _line, "text": _text, "whole": _whole_somewhere,
    "source": _source, "url": _url,
    "header": _header, "any": _any,
}  # fmt: skip


def title_parts(title: str) -> tuple[str, ...]:
    """A title and its parts: sites add their name."""
    parts = [part.strip() for part in _SEPARATORS.split(title) if part and part.strip()]
    dashed = [part.strip() for part in title.split(" - ")]
    return tuple(dict.fromkeys([title.strip(), *parts, *dashed]))


@cache
def rules() -> tuple[Rule, ...]:
    """The table, in order."""
    data = tomllib.loads((files("portal.links") / "rules.toml").read_text(encoding="utf-8"))
    words: dict[str, str] = data["words"]
    phrases = {
        name: "|".join(f"(?:{_filled(pattern, words)})" for pattern in patterns)
        for name, patterns in data["phrases"].items()
    }
    return tuple(_rule(item, phrases) for item in data["rule"])


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    """A pattern with its `<word>`s written out."""
    while found := re.search(r"<([a-z_]+)>", pattern):
        pattern = pattern.replace(found[0], f"(?:{words[found[1]]})")
    return pattern


def _rule(item: Mapping[str, Any], phrases: Mapping[str, str]) -> Rule:
    def compiled(text: str) -> re.Pattern[str]:
        pattern = phrases[text[1:]] if text.startswith("@") else text
        return re.compile(pattern, re.IGNORECASE | re.MULTILINE)

    return Rule(
        id=item["id"],
        verdict=Verdict(item["verdict"]),
        hint=item["hint"],
        status=frozenset(item.get("status", ())),
        patterns={key: compiled(item[key]) for key in _PATTERN_KEYS if key in item},
        max_text=item.get("max_text"),
        min_forms=item.get("min_forms", 0),
        password=item.get("password", False),
        unless=compiled(item["unless"]) if "unless" in item else None,
        hit=item.get("hit", ()),
        miss=item.get("miss", ()),
    )


def sample_of(seen: Observation) -> Sample:
    """What the rules see of an answer."""
    page = seen.page or PageFacts()
    text, length = page.text, page.text_length
    if seen.page is None:
        text, length = seen.excerpt.strip(), len(seen.excerpt.strip())
    elif not text and page.all_text_length:  # everything stands in the frame
        length = page.all_text_length
    headings = page.headings
    return Sample(
        seen.status or 0, page.title, headings, text, length, page.markers, seen.url,
        seen.headers, page.forms, page.password_field,
    )  # fmt: skip


def first_match(
    seen: Observation, verdicts: frozenset[Verdict] | None = None
) -> tuple[Rule, str] | None:
    """The first rule that holds for an answer, with the words that fulfil it."""
    sample = sample_of(seen)
    for rule in rules():
        if verdicts is not None and rule.verdict not in verdicts:
            continue
        if (said := rule.match(sample)) is not None:
            return rule, said
    return None


def is_wall(seen: Observation) -> bool:
    """Whether an answer is a challenge: its own refresh leads nowhere."""
    return first_match(seen, frozenset({Verdict.BLOCKED})) is not None
