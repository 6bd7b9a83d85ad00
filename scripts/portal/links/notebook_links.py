"""External links of a Jupyter notebook: prose and shown outputs, never code."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from portal.links.bare import bare_addresses
from portal.links.html_links import Found, links_in_html

# Jupyter shows the first of these that an output has.
_RICHEST = ("text/html", "text/markdown", "image/svg+xml", "text/latex", "text/plain")
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-_])")

Render = Callable[[str], Iterable[Found]]


def notebook_links(text: str, render: Render) -> list[Found]:
    """External links of a numbered notebook (nbformat 3 and 4).

    Args:
        text: the JSON of the file, addresses numbered.
        render: links of a numbered Markdown text.

    Raises:
        ValueError: not a notebook.
    """
    data = json.loads(text)
    if not isinstance(data, dict):
        raise ValueError("not a notebook")
    sheets = data.get("worksheets") or [data]
    found: list[Found] = []
    for sheet in sheets:
        for cell in sheet.get("cells", ()):
            found += _cell(cell, render)
    return found


def _cell(cell: dict[str, Any], render: Render) -> Iterator[Found]:
    kind = cell.get("cell_type")
    if kind == "markdown":
        yield from render(_joined(cell.get("source")))
    elif kind == "code":
        for output in cell.get("outputs", ()):
            yield from _output(output, render)


def _output(output: dict[str, Any], render: Render) -> Iterator[Found]:
    if output.get("output_type") == "stream":
        yield from plain(_joined(output.get("text")))
        return
    if output.get("output_type") == "error":
        yield from plain(_joined(output.get("evalue")))
        return
    data = output.get("data")
    if not isinstance(data, dict):
        return
    for kind in _RICHEST:
        if kind in data:
            shown = _joined(data[kind])
            if kind == "text/markdown":
                yield from render(shown)
            elif kind in {"text/html", "image/svg+xml"}:
                yield from links_in_html(shown)
            elif kind == "text/plain":
                yield from plain(shown)
            return


def plain(text: str) -> Iterator[Found]:
    """Addresses of a text as a terminal shows it."""
    for url, number in bare_addresses(_ANSI.sub("\u200b", text)):
        yield Found(url, number, bare=True)


def _joined(source: Any) -> str:
    if isinstance(source, list):
        return "".join(part for part in source if isinstance(part, str))
    return source if isinstance(source, str) else ""
