"""Links by id: `[text](resource:id)`, `chapter:`, `notebook:` and `term:`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from portal.pages import Chapter, prose_lines
from portal.problems import Problem
from portal.resources import Registry

_LINK = re.compile(
    r"(?<!!)\[(?P<text>(?:[^\[\]\\]|\\.|\[[^\]]*\])*)\]"
    r"\((?P<scheme>resource|chapter|notebook|term):(?P<name>[^)\s]*)\)"
)


class Citation(NamedTuple):
    """A link by id in the source of a page."""

    scheme: str  # resource, chapter, notebook or term
    name: str
    text: str
    line: int  # counts from 1 within the body
    start: int  # columns of the link in its line
    end: int
    alone: bool  # nothing else stands in the line


@dataclass(frozen=True)
class Targets:
    """Everything that can be linked by id, for one language."""

    language: str
    registry: Registry
    chapters: Mapping[str, Chapter]
    notebooks: Mapping[str, str]  # id → title
    terms: Collection[str]


def find(body: str) -> Iterator[Citation]:
    """The links by id of a page, outside code, in order."""
    lines = body.splitlines()
    for number, blanked in prose_lines(body):
        for match in _LINK.finditer(blanked):
            line = lines[number - 1]
            text = line[match.start("text") : match.end("text")]
            alone = line.strip() == line[match.start() : match.end()]
            yield Citation(match["scheme"], match["name"], text, number, *match.span(), alone=alone)


def check(body: str, targets: Targets, path: Path, first_line: int = 1) -> Iterator[Problem]:
    """Every id is known, and no retired resource is cited."""
    for citation in find(body):
        message = _fault(citation, targets)
        if message:
            yield Problem(path, first_line + citation.line - 1, message)


def render(body: str, targets: Targets, page: str) -> str:
    """Replace links by id with ordinary Markdown links.

    Args:
        body: Markdown whose citations were checked.
        targets: what the ids stand for.
        page: id of the page, from which relative links start.
    """
    lines = body.splitlines()
    for citation in reversed(list(find(body))):
        line = lines[citation.line - 1]
        link = _render(citation, targets, page)
        lines[citation.line - 1] = line[: citation.start] + link + line[citation.end :]
    return "\n".join(lines) + "\n"


def _fault(citation: Citation, targets: Targets) -> str | None:
    name = citation.name
    if citation.scheme == "resource":
        if name not in targets.registry:
            return f"unknown resource {name!r} – register it in docs/data/resources/"
        retired = targets.registry[name].retired
        if retired:
            instead = retired.replacement or "another one"
            return f"resource {name!r} is retired – cite {instead}"
    known: Mapping[str, Collection[str]] = {
        "chapter": targets.chapters,
        "notebook": targets.notebooks,
        "term": targets.terms,
    }
    if citation.scheme in known and name.partition("#")[0] not in known[citation.scheme]:
        return f"unknown {citation.scheme} {name!r} – correct the id"
    return None


def _render(citation: Citation, targets: Targets, page: str) -> str:
    name, _, anchor = citation.name.partition("#")
    folder = posixpath.dirname(page)
    if citation.scheme == "resource":
        resource = targets.registry[name]
        text = citation.text or resource.title[targets.language]
        return f"[{text}](<{resource.url}>){{ .resource-link }}"
    if citation.scheme == "chapter":
        chapter = targets.chapters[name]
        text = citation.text or chapter.title(targets.language)
        if not chapter.built:
            return text
        return f"[{text}]({_relative(f'{name}.md', folder)}{'#' + anchor if anchor else ''})"
    if citation.scheme == "notebook":
        if citation.alone:
            return f"<!-- notebook-card: {name} -->"
        text = citation.text or targets.notebooks[name]
        return f"[{text}]({_relative(f'notebooks/{name}.md', folder)})"
    return f"[{citation.text}]({_relative('glossary.md', folder)}#term-{name}){{ .term }}"


def _relative(target: str, folder: str) -> str:
    return posixpath.relpath(target, folder or ".")
