"""Diagrams: Mermaid fences, drawn ahead of the build and looked up by their content."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import NamedTuple

from portal.markup import figures
from portal.problems import Problem

# Part of each name: another version draws all diagrams anew.
MERMAID_VERSION = "11.17.2"
FOLDER = Path("assets/diagrams")  # below docs/
_FENCE = re.compile(r"^```mermaid[ \t]*\n(?P<code>.*?)^```[ \t]*$", re.DOTALL | re.MULTILINE)


class Diagram(NamedTuple):
    """A Mermaid fence in the source of a page."""

    code: str
    line: int  # counts from 1 within the body

    @property
    def name(self) -> str:
        """File name of the drawing."""
        key = f"{MERMAID_VERSION}\n{self.code.strip()}"
        return hashlib.sha256(key.encode()).hexdigest()[:16] + ".svg"

    def accessible(self, what: str) -> str:
        """The text of `accTitle` or `accDescr`, or nothing."""
        match = re.search(rf"^\s*{what}\s*:\s*(\S.*?)\s*$", self.code, re.MULTILINE)
        return match[1] if match else ""


def find(body: str) -> Iterator[Diagram]:
    """The diagrams of a page, in order."""
    for match in _FENCE.finditer(body):
        yield Diagram(match["code"], body.count("\n", 0, match.start()) + 1)


def check(body: str, path: Path, docs: Path, first_line: int = 1) -> Iterator[Problem]:
    """Every diagram describes itself and has been drawn."""
    for diagram in find(body):
        line = first_line + diagram.line - 1
        if not (diagram.accessible("accTitle") and diagram.accessible("accDescr")):
            message = "diagram without 'accTitle:' and 'accDescr:' – add both in the first lines"
            yield Problem(path, line, message)
        elif not (docs / FOLDER / diagram.name).exists():
            yield Problem(path, line, "diagram is not drawn – run 'make diagrams' and commit")


def render(body: str, page: Path, docs: Path) -> str:
    """Replace each fence by its drawing."""

    def replace(match: re.Match[str]) -> str:
        diagram = Diagram(match["code"], 0)
        file = docs / FOLDER / diagram.name
        width, height = figures.size(file) or (0, 0)
        src = posixpath.relpath(file.as_posix(), page.parent.as_posix())
        alt = escape(diagram.accessible("accDescr"))
        caption = escape(diagram.accessible("accTitle"), quote=False)
        attributes = f'{{ width="{width}" height="{height}" loading="lazy" }}'
        return (
            '<figure class="figure figure--diagram" markdown="block">\n\n'
            f"![{alt}]({src}){attributes}\n\n"
            f"<figcaption>{caption}</figcaption>\n\n</figure>"
        )

    return _FENCE.sub(replace, body)
