"""Rules for the English text: spelling, by codespell's list of common mistakes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import codespell_lib

from portal.problems import Problem
from portal.rules.exceptions import Exceptions
from portal.rules.passages import Passage

_WORD = re.compile(r"(?<![\w'’./-])[A-Za-z][a-z]+(?:'[a-z]+)?(?![\w./-])")


def spelling(passage: Passage, exceptions: Exceptions) -> Iterator[Problem]:
    """No word that codespell knows as a mistake."""
    known = {word.lower() for word in exceptions.spelling}
    for match in _WORD.finditer(exceptions.without_quoted(passage.text)):
        word = match[0].lower()
        if word in mistakes() and word not in known:
            right = mistakes()[word]
            message = f"{match[0]!r} is misspelt – write {right}, or allow it in language.yml"
            yield Problem(passage.path, passage.line, message)


def mended(line: str, passage: Passage, exceptions: Exceptions) -> str:
    """The line with its mistakes corrected where only one word can be meant.

    Args:
        line: the line of the file that the passage was taken from, with equal columns.
    """
    known = {word.lower() for word in exceptions.spelling}
    for match in reversed(list(_WORD.finditer(exceptions.without_quoted(passage.text)))):
        right = mistakes().get(match[0].lower(), "")
        if right and match[0].lower() not in known and "," not in right:
            right = right.capitalize() if match[0][0].isupper() else right
            line = line[: match.start()] + right + line[match.end() :]
    return line


@cache
def mistakes() -> Mapping[str, str]:
    """Misspelt word → what is meant: one word, or several with commas."""
    path = Path(codespell_lib.__file__).parent / "data" / "dictionary.txt"
    pairs = (line.split("->", 1) for line in path.read_text(encoding="utf-8").splitlines())
    return {wrong.lower(): right.strip().strip(",") for wrong, right in pairs}
