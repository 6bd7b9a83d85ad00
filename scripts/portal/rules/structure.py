"""Rules for the structure of a page: headings, the frame of a chapter, links, figures, markup."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from portal import pages
from portal.markup import citations, figures
from portal.pages import Source
from portal.problems import Problem
from portal.rules.passages import Passage

_HEADING = re.compile(r"^(?P<level>#{1,6})\s+(?P<text>.*)$")
_ANCHOR = re.compile(r"\{[^}]*#(?P<anchor>[\w-]+)[^}]*\}\s*$")
_BARE_URL = re.compile(
    r"(?<!<)\bhttps?://(?!(?:127\.0\.0\.1|localhost|example\.(?:com|org))\b)[^\s)>\"]+"
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_BY_ID = re.compile(r"\]\s?\(\s?(?:resource|chapter|notebook|term):")
# Anchors of the frame of a chapter, in order; the ideas stand after the first.
FRAME = ("outcomes", "do-it", "pitfalls", "check-yourself", "resources", "next")
QUESTIONS = 5  # at least, in a chapter


def headings(source: Source) -> Iterator[Problem]:
    """Each heading has an anchor of its own, and no level is left out."""
    seen: set[str] = set()
    level = 0
    for number, line in pages.prose_lines(source.body):
        match = _HEADING.match(line)
        if not match:
            continue
        at = source.body_line + number - 1
        anchor = _ANCHOR.search(line)
        depth = len(match["level"])
        if not anchor:
            message = "heading without anchor – add { #name }, the same in both languages"
            yield Problem(source.path, at, message)
        elif anchor["anchor"] in seen:
            yield Problem(source.path, at, f"anchor #{anchor['anchor']} is used twice – rename one")
        else:
            seen.add(anchor["anchor"])
        if depth > level + 1:
            message = f"heading jumps from level {level} to {depth} – use level {level + 1}"
            yield Problem(source.path, at, message)
        level = depth


def frame(source: Source) -> Iterator[Problem]:
    """A chapter has all its parts in their order, enough questions, and its list of resources."""
    anchors = [
        (match["anchor"], number)
        for number, line in pages.prose_lines(source.body)
        if line.startswith("## ") and (match := _ANCHOR.search(line))
    ]
    names = [name for name, _ in anchors]
    wanted = [name for name in names if name in FRAME]
    if wanted != list(FRAME) or names[:1] != ["outcomes"] or names[-1:] != ["next"]:
        parts = ", ".join(f"#{name}" for name in FRAME)
        message = f"the frame of a chapter is {parts} in this order – see contributing/markdown"
        yield Problem(source.path, source.body_line, message)
    lines = dict(anchors)
    count = source.body.count(".question")
    if count < QUESTIONS:
        line = source.body_line + lines.get("check-yourself", 1) - 1
        message = f"{count} questions – a chapter has at least {QUESTIONS}"
        yield Problem(source.path, line, message)
    if "<!-- resources -->" not in source.body:
        line = source.body_line + lines.get("resources", 1) - 1
        yield Problem(source.path, line, "no resource list – add a line '<!-- resources -->'")


def unregistered(source: Source) -> Iterator[Problem]:
    """No outside address is written into a page."""
    for number, line in pages.prose_lines(source.body):
        for match in _BARE_URL.finditer(line):
            message = f"{match[0]} is no registered resource – add it to docs/data/resources/"
            at = source.body_line + number - 1
            yield Problem(source.path, at, f"{message} and cite it by id")


def alternatives(source: Source, language: str) -> Iterator[Problem]:
    """What stands for an image is in the language of the page."""
    for figure in figures.find(source.body):
        for name, text in (("alternative text", figure.alt), ("caption", figure.caption or "")):
            han, latin = len(_HAN.findall(text)), len(_LATIN.findall(text))
            wrong = han == 0 if language == "zh-TW" else han > latin
            if text.strip() and wrong:
                line = source.body_line + figure.line - 1
                message = f"{name} {text[:40]!r} is not in {language} – translate it"
                yield Problem(source.path, line, message)


def literal(passage: Passage) -> Iterator[Problem]:
    """No bold is left open, whose asterisks would be printed."""
    if passage.text.replace("\\*", "").count("**") % 2:
        message = "** without its partner in this line – it would be printed as it is"
        yield Problem(passage.path, passage.line, f"{message}; close it or write \\*\\*")


def unresolved(source: Source) -> Iterator[Problem]:
    """No link by id is written so that it would be printed."""
    found = Counter(citation.line for citation in citations.find(source.body))
    for number, line in pages.prose_lines(source.body):
        if len(_BY_ID.findall(line)) > found[number]:
            message = "a link by id that cannot be read – write [text](resource:id), no spaces"
            yield Problem(source.path, source.body_line + number - 1, message)
