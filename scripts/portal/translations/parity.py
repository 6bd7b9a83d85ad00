"""Both languages of a page have the same structure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from portal.markup import citations, figures, questions
from portal.pages import Source, prose_lines
from portal.problems import Problem

_HEADING = re.compile(r"^(?P<level>#{1,6})\s+.*?(?:\{[^}]*#(?P<anchor>[\w-]+)[^}]*\})?\s*$")
_FENCE = re.compile(
    r"^(?P<indent> *)(?P<mark>`{3,}|~{3,})(?P<info>[^\n`]*)\n"
    r"(?P<code>.*?)^(?P=indent)(?P=mark)[ \t]*$",
    re.DOTALL | re.MULTILINE,
)
_FORMULA = re.compile(r"(?<!\\)\$\$(.+?)(?<!\\)\$\$", re.DOTALL)  # on its own lines
_DIRECTIVE = re.compile(r"^<!-- ([a-z-]+(?:: [\w/-]+)?) -->\s*$")
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")


class Item(NamedTuple):
    """Something that both languages must have: how it is compared, and where it stands."""

    key: str
    line: int  # counts from 1 within the body


def headings(source: Source) -> Iterator[Item]:
    """Level and anchor of each heading."""
    for number, line in prose_lines(source.body):
        if match := _HEADING.match(line):
            yield Item(f"{match['level']} #{match['anchor'] or '?'}", number)


def code_blocks(source: Source) -> Iterator[Item]:
    """Language and code of each block; diagrams carry words and only count."""
    for match in _FENCE.finditer(source.body):
        info = match["info"].split()
        language = info[0] if info else ""
        line = source.body.count("\n", 0, match.start()) + 1
        code = "" if language in ("mermaid", "text", "markdown") else match["code"].strip()
        yield Item(f"```{language} {' '.join(code.split())}", line)


def formulas(source: Source) -> Iterator[Item]:
    r"""TeX of each display formula, without the words in \text{}.

    Inline formulas are left out: a sentence may need a symbol twice in one language.
    """
    prose = "\n".join(_aligned(source))
    for match in _FORMULA.finditer(prose):
        tex = re.sub(r"\\text\{[^}]*\}", r"\\text{}", match[1])
        yield Item(f"$${' '.join(tex.split())}$$", prose.count("\n", 0, match.start()) + 1)


def cited(source: Source) -> Iterator[Item]:
    """Ids of resources, notebooks and chapters that are linked; each page in its own order."""
    found = {(c.scheme, c.name): c.line for c in citations.find(source.body) if c.scheme != "term"}
    for (scheme, name), line in sorted(found.items()):
        yield Item(f"{scheme}:{name}", line)


def asked(source: Source) -> Iterator[Item]:
    """Id, kind, and which choices are right of each question."""
    for question in questions.find(source.body):
        marks = "".join("x" if choice.correct else "-" for choice in question.choices)
        number = question.number
        value = f" {number[0]:g}±{number[2]:g}" if question.kind == "numeric" and number else ""
        yield Item(f"#{question.id} .{question.kind} [{marks}]{value}", question.line)


def shown(source: Source) -> Iterator[Item]:
    """Name of each figure."""
    for figure in figures.find(source.body):
        yield Item(figures.stem(figure.src), figure.line)


def tables(source: Source) -> Iterator[Item]:
    """Columns and rows of each table."""
    rows, start, columns = 0, 0, 0
    previous = ""
    for number, line in [*prose_lines(source.body), (0, "")]:
        if start:
            if "|" in line:
                rows += 1
                continue
            yield Item(f"table {columns} × {rows}", start)
            start = 0
        if "|" in previous and "|" in line and _TABLE_RULE.match(line):
            start, rows, columns = number - 1, 0, line.strip().strip("|").count("|") + 1
        previous = line


def directives(source: Source) -> Iterator[Item]:
    """What is generated."""
    for number, line in enumerate(source.body.splitlines(), 1):
        if match := _DIRECTIVE.match(line):
            yield Item(match[1], number)


KINDS: Sequence[tuple[str, Callable[[Source], Iterator[Item]]]] = (
    ("heading", headings),
    ("code block", code_blocks),
    ("formula", formulas),
    ("citation", cited),
    ("question", asked),
    ("figure", shown),
    ("table", tables),
    ("directive", directives),
)


def check(source: Source, translation: Source) -> Iterator[Problem]:
    """The first difference of each kind between a page and its translation.

    Args:
        source: the page in the language it was written in.
        translation: the page that follows it.
    """
    for name, items in KINDS:
        for want, have in zip_longest(items(source), items(translation)):
            if want and have and want.key == have.key:
                continue
            yield _difference(name, want, have, source, translation)
            break


def _difference(
    name: str, want: Item | None, have: Item | None, source: Source, translation: Source
) -> Problem:
    line = (have.line if have else len(translation.body.splitlines())) + translation.body_line - 1
    if want is None:
        assert have is not None
        message = f"{name} {_short(have.key)} is not in {source.path.name} of the source language"
        return Problem(translation.path, line, f"{message} – remove it or add it there")
    there = want.line + source.body_line - 1
    message = f"expected {name} {_short(want.key)} as in line {there} of the source language"
    if have is not None:
        message += f", found {_short(have.key)}"
    return Problem(translation.path, line, f"{message} – make both the same")


def _short(key: str) -> str:
    return key if len(key) <= 70 else key[:67] + "…"


def _aligned(source: Source) -> list[str]:
    """Prose with code blanked, line by line as in the body."""
    lines = [""] * len(source.body.splitlines())
    for number, line in prose_lines(source.body):
        lines[number - 1] = line
    return lines
