"""The prose of a file line by line, with everything blanked that is not prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from portal import yaml_source
from portal.notebooks.source import Prose
from portal.notebooks.source import Source as NotebookSource
from portal.pages import Source, prose_lines

_DESTINATION = re.compile(r"(?<=\])\([^)\s]*(?=[)\s])")  # the title of a figure stays
_FORMULA = re.compile(r"(?<![\\$])\$(?!\$)(?:\\.|[^$\n\\])+\$(?!\$)")
_DISPLAY = re.compile(r"^\s*\$\$")
_ATTRIBUTES = re.compile(r"\{:?\s*[#.][^}]*\}")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_ADDRESS = re.compile(r"\bhttps?://\S+|\b[\w.-]+@[\w.-]+")


class Passage(NamedTuple):
    """A line of prose; columns are those of the file where it is Markdown."""

    path: Path
    line: int  # counts from 1
    text: str
    language: str
    key: str = ""  # in a data file: the keys that lead to it, with dots


def of_page(source: Source, language: str) -> Iterator[Passage]:
    """The lines of a page outside code, formulas, addresses and attributes."""
    yield from _lines(source.body, source.path, source.body_line, language)


def of_notebook(source: NotebookSource) -> Iterator[Passage]:
    """The prose of a notebook, each cell in its language; shared cells count as English."""
    for cell in source.cells:
        if isinstance(cell, Prose):
            yield from _lines(cell.text, source.path, cell.line, cell.language or "en")


def of_data(path: Path) -> Iterator[Passage]:
    """The texts of a YAML file that stand under a language."""
    for keys, line, text in yaml_source.strings(yaml_source.read_text(path), path):
        names = [key for key in keys if isinstance(key, str)]
        if names and names[-1] in ("zh-TW", "en"):
            yield Passage(path, line, _blanked(text), names[-1], ".".join(names))


def _lines(body: str, path: Path, first: int, language: str) -> Iterator[Passage]:
    formula = False
    for number, line in prose_lines(body):
        if _DISPLAY.match(line):
            formula = not formula and line.count("$$") % 2 == 1
            continue
        if formula:
            formula = not line.rstrip().endswith("$$")
            continue
        yield Passage(path, first + number - 1, _blanked(line), language)


def _blanked(text: str) -> str:
    for pattern in (_DESTINATION, _FORMULA, _ATTRIBUTES, _TAG, _ADDRESS):
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return text
