"""All checks of the content, over the whole tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from portal import files, identity, pages
from portal.markup import numbered
from portal.pages import SOURCE_LANGUAGE, Source
from portal.problems import ContentError, Problem, line_of
from portal.site import Portal, check_page, read_portal
from portal.translations import parity, staleness

_HEADING = re.compile(r"^(?P<level>#{1,6})\s+(?P<text>.*)$")
_ANCHOR = re.compile(r"\{[^}]*#(?P<anchor>[\w-]+)[^}]*\}\s*$")
_BARE_URL = re.compile(
    r"(?<!<)\bhttps?://(?!(?:127\.0\.0\.1|localhost|example\.(?:com|org))\b)[^\s)>\"]+"
)
# Anchors of the frame of a chapter, in order; the ideas stand after the first.
FRAME = ("outcomes", "do-it", "pitfalls", "check-yourself", "resources", "next")
QUESTIONS = 5  # at least, in a chapter


def check_portal(root: Path) -> list[Problem]:
    """Every fault of the content.

    Raises:
        ContentError: data that everything else needs is wrong.
    """
    portal = read_portal(root, *read_config(root / "mkdocs.yml"))
    problems: list[Problem] = []
    for page in built_pages(portal):
        sources: list[Source] = []
        for language in portal.languages:
            path = portal.docs / language / f"{page}.md"
            try:
                sources.append(pages.read_source(path))
                problems += check_page(portal, sources[-1], language)
                problems += check_structure(sources[-1], chapter=page in portal.chapters)
            except ContentError as error:
                problems += error.problems
        if len(sources) == len(portal.languages):
            source, *translations = sources
            for translation in translations:
                problems += parity.check(source, translation)
                problems += staleness.check(source, translation)
    return problems


def check_structure(source: Source, *, chapter: bool) -> Iterator[Problem]:
    """Headings, frame of a chapter, and links that belong in the registry."""
    first = source.body_line
    yield from _check_headings(source)
    if chapter:
        yield from _check_frame(source)
        yield from numbered.check(source)
    for number, line in pages.prose_lines(source.body):
        for match in _BARE_URL.finditer(line):
            message = f"{match[0]} is no registered resource – add it to docs/data/resources/"
            yield Problem(source.path, first + number - 1, f"{message} and cite it by id")


def read_config(path: Path) -> tuple[list[str], list[Any]]:
    """Languages and navigation of mkdocs.yml, without loading MkDocs' plugins."""

    class Loader(yaml.SafeLoader):
        """Knows the tags of mkdocs.yml, which are not needed here."""

    Loader.add_multi_constructor("", lambda loader, suffix, node: None)
    try:
        config = yaml.load(path.read_text(encoding="utf-8"), Loader)
        return [item["locale"] for item in config["plugins"]["i18n"]["languages"]], config["nav"]
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        message = f"cannot read languages and nav: {error} – restore the file"
        raise ContentError([Problem(path, 1, message)]) from error


def built_pages(portal: Portal) -> list[str]:
    """Ids of all pages of the source language that are built."""
    folder = portal.docs / SOURCE_LANGUAGE
    found = [path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.md")]
    return sorted(set(found) - portal.planned)


def follow_source(root: Path, page: Path) -> None:
    """Record in a translated page that it follows its source as it is now.

    Raises:
        ContentError: the page is no translation or has no source.
    """
    docs = root / "docs"
    relative = page.relative_to(docs) if page.is_relative_to(docs) else None
    if relative is None or relative.parts[0] == SOURCE_LANGUAGE:
        message = "not a translated page – name one below docs/en/"
        raise ContentError([Problem(page, 1, message)])
    source = pages.read_source(docs / SOURCE_LANGUAGE / Path(*relative.parts[1:]))
    text = page.read_text(encoding="utf-8")
    files.write_atomically(page, staleness.accept(text, source))


def record_ids(root: Path) -> None:
    """Remember every id of the site, so that none can be lost by a later change.

    Raises:
        ContentError: the data cannot be read.
    """
    portal = read_portal(root, *read_config(root / "mkdocs.yml"))
    identity.record(root, portal.item_ids)


def _check_headings(source: Source) -> Iterator[Problem]:
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


def _check_frame(source: Source) -> Iterator[Problem]:
    anchors = [
        match["anchor"]
        for _, line in pages.prose_lines(source.body)
        if line.startswith("## ") and (match := _ANCHOR.search(line))
    ]
    wanted = [anchor for anchor in anchors if anchor in FRAME]
    if wanted != list(FRAME) or anchors[:1] != ["outcomes"] or anchors[-1:] != ["next"]:
        frame = ", ".join(f"#{anchor}" for anchor in FRAME)
        message = f"the frame of a chapter is {frame} in this order – see contributing/markdown"
        yield Problem(source.path, source.body_line, message)
    count = source.body.count(".question")
    if count < QUESTIONS:
        line = line_of(source.path.read_text(encoding="utf-8"), "#check-yourself")
        message = f"{count} questions – a chapter has at least {QUESTIONS}"
        yield Problem(source.path, line, message)
    if "<!-- resources -->" not in source.body:
        line = line_of(source.path.read_text(encoding="utf-8"), "{ #resources")
        yield Problem(source.path, line, "no resource list – add a line '<!-- resources -->'")
