"""What is wrong with the content, where, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple


class Problem(NamedTuple):
    """One fault in a file of the portal."""

    path: Path
    line: int  # counts from 1
    message: str  # what is wrong – what to do

    def __str__(self) -> str:
        return f"{shown(self.path)}:{self.line}: {self.message}"


class ContentError(Exception):
    """Raised with every problem found, so that one run shows them all."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Sequence[Problem] = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def annotation(problem: Problem) -> str:
    """The problem as GitHub shows it in a pull request.

    Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    path, message = str(shown(problem.path)), problem.message
    for sign, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
        path, message = path.replace(sign, code), message.replace(sign, code)
    path = path.replace(":", "%3A").replace(",", "%2C")
    return f"::error file={path},line={problem.line}::{message}"


def shown(path: Path) -> Path:
    """The path as a person would type it: relative where it lies below the working folder."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def line_of(text: str, needle: str, default: int = 1) -> int:
    """The first line of `text` (from 1) that contains `needle`."""
    at = text.find(needle)
    return text.count("\n", 0, at) + 1 if at >= 0 else default


def line_matching(text: str, pattern: str, default: int = 1) -> int:
    """The first line of `text` (from 1) where the regular expression matches."""
    match = re.search(pattern, text, re.MULTILINE)
    return text.count("\n", 0, match.start()) + 1 if match else default
