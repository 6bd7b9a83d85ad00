"""Follows an address through rendering, so that its place in the source is exact.

Each address in the source is given a number right after `//`; the text is rendered; the
number found in the result tells where the address stands. A number changes nothing about
how Markdown, HTML or JSON is read, for it looks like the start of a host name.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

_ADDRESS = re.compile(
    r"""https?:(?:\\?/){2}(?=[^\s<>"'`/\\])   # a full address, also as JSON may escape it
      | (?<![:\w\\/.])(?:\\?/){2}(?=[\w\[])   # one without scheme
    """,
    re.IGNORECASE | re.VERBOSE,
)
_MARK = re.compile(r"zq(\d+)qz\.", re.IGNORECASE)
_DEFINED_LABEL = re.compile(r"^ {0,3}\[([^\]\n]*://[^\]\n]*)\]:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Marked:
    """A text whose addresses are numbered."""

    text: str
    offsets: tuple[int, ...]  # of each address in the original text


def mark(source: str) -> Marked:
    """Number every address of a source text."""
    offsets: list[int] = []
    skipped = _label_spans(source)

    def one(match: re.Match[str]) -> str:
        if any(start <= match.start() < end for start, end in skipped):
            return match[0]
        offsets.append(match.start())
        return f"{match[0]}zq{len(offsets) - 1}qz."

    return Marked(_ADDRESS.sub(one, source), tuple(offsets))


def unmark(text: str) -> tuple[str, int | None]:
    """The text without numbers, and the first number in it."""
    first = _MARK.search(text)
    return (_MARK.sub("", text), int(first[1])) if first else (text, None)


def _label_spans(source: str) -> list[tuple[int, int]]:
    """Where a reference label that itself holds an address is defined or used.

    Both must stay equal, or the reference would no longer be found.
    """
    labels = {label.lower() for label in _DEFINED_LABEL.findall(source)}
    if not labels:
        return []
    pattern = "|".join(re.escape(label) for label in labels)
    found = re.finditer(rf"\[(?:{pattern})\]", source, re.IGNORECASE)
    return [match.span() for match in found]


class Lines:
    """Turns an offset into line and column, both from 1."""

    def __init__(self, text: str) -> None:
        self._starts = [0]
        self._starts += [m.end() for m in re.finditer(r"\r\n|\r|\n", text)]

    def at(self, offset: int) -> tuple[int, int]:
        """Line and column of a character."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1
