"""Everything the site is built from, read and checked once a build."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from portal import identity, pages, paths
from portal.glossary import Term, read_glossary
from portal.markup import citations, diagrams, figures, questions
from portal.markup.citations import Targets
from portal.markup.questions import Question
from portal.notebooks.library import Notebook, load
from portal.notebooks.source import topics
from portal.pages import SOURCE_LANGUAGE, TRACKS, Chapter, PageMeta, Source
from portal.problems import ContentError, Problem
from portal.resources import Registry, read_registry

Nav = Sequence[Any]  # as MkDocs reads it: paths, or one-key mappings of title to path or list


@dataclass(frozen=True)
class Portal:
    """The facts of one state of the tree."""

    root: Path
    languages: Sequence[str]
    chapters: Mapping[str, Chapter]  # in the order of the navigation
    registry: Registry
    glossary: Mapping[str, Term]
    notebooks: Mapping[str, Notebook]
    questions: Mapping[str, Sequence[Question]]  # of each built chapter, in the source language
    aliases: Mapping[str, str | None]  # what became of ids that readers' browsers may hold
    goals: Sequence[paths.Goal]

    @property
    def docs(self) -> Path:
        return self.root / "docs"

    @cached_property
    def planned(self) -> frozenset[str]:
        """Ids of the chapters that are not built."""
        return frozenset(chapter.id for chapter in self.chapters.values() if not chapter.built)

    @cached_property
    def item_ids(self) -> frozenset[str]:
        """Everything that a reader can tick or answer."""
        questions = {page: [q.id for q in found] for page, found in self.questions.items()}
        return identity.item_ids(self.chapters, self.notebooks, self.registry, questions)

    def targets(self, language: str) -> Targets:
        """What links by id may point to in this language."""
        titles = {name: book.source.meta.title[language] for name, book in self.notebooks.items()}
        return Targets(language, self.registry, self.chapters, titles, self.glossary)

    def has_page(self, name: str) -> bool:
        """Whether the source language has a page with this id."""
        return (self.docs / SOURCE_LANGUAGE / f"{name}.md").exists()

    def chapter_of(self, notebook: str) -> Chapter | None:
        """The first chapter whose front matter names the notebook."""
        named = (c for c in self.chapters.values() if notebook in c.meta.notebooks)
        return next(named, None)


def read_portal(root: Path, languages: Sequence[str], nav: Nav) -> Portal:
    """Read all data and check what can be told without rendering.

    Args:
        root: the folder of mkdocs.yml.
        languages: as the i18n plugin lists them.
        nav: the navigation, which gives the order of the chapters.

    Raises:
        ContentError: with every fault found.
    """
    docs = root / "docs"
    order = [path.removesuffix(".md") for path in nav_paths(nav)]
    chapters = pages.read_chapters(docs, languages, order)
    page_ids = {
        path.relative_to(docs / SOURCE_LANGUAGE).with_suffix("").as_posix()
        for path in (docs / SOURCE_LANGUAGE).rglob("*.md")
    }
    registry = read_registry(docs / "data" / "resources", page_ids)
    glossary = read_glossary(docs / "data" / "glossary.yml")
    notebooks = {topic: load(root, topic) for topic in topics(root)}
    portal = Portal(
        root,
        tuple(languages),
        {chapter.id: chapter for chapter in chapters},
        registry,
        glossary,
        notebooks,
        {chapter.id: questions_of(chapter) for chapter in chapters if chapter.built},
        identity.read_aliases(root),
        paths.read_goals(root, {chapter.id: chapter for chapter in chapters}),
    )
    problems = [*_check_notebooks(portal), *identity.check(root, portal.item_ids, portal.aliases)]
    if problems:
        raise ContentError(problems)
    return portal


def questions_of(chapter: Chapter) -> Sequence[Question]:
    """The questions of a chapter as its page in the source language asks them."""
    return questions.find(pages.read_source(chapter.path).body)


def check_page(portal: Portal, source: Source, language: str) -> Iterator[Problem]:
    """Everything in a page's Markdown that would not render."""
    body, path, line = source.body, source.path, source.body_line
    page = path.relative_to(portal.docs / language).with_suffix("").as_posix()
    if page not in portal.chapters:
        pages.read_meta(source, PageMeta)
    yield from citations.check(body, portal.targets(language), path, line)
    yield from questions.check(body, path, line)
    yield from figures.check(body, path, line)
    yield from diagrams.check(body, path, portal.docs, line)


def nav_paths(nav: Nav) -> Iterator[str]:
    """The paths of a navigation, in order."""
    for item in nav:
        if isinstance(item, str):
            yield item
        else:
            for value in item.values():
                yield from [value] if isinstance(value, str) else nav_paths(value)


def nav_without(nav: Nav, left_out: frozenset[str]) -> list[Any]:
    """The navigation without these pages, and without sections that became empty."""
    kept: list[Any] = []
    for item in nav:
        if isinstance(item, str):
            if item.removesuffix(".md") not in left_out:
                kept.append(item)
            continue
        for title, value in item.items():
            if isinstance(value, str):
                if value.removesuffix(".md") not in left_out:
                    kept.append({title: value})
            elif children := nav_without(value, left_out):
                kept.append({title: children})
    return kept


def nav_with_notebooks(nav: Nav, notebooks: Sequence[str]) -> list[Any]:
    """Add the notebooks after `notebooks/index.md`, one section a track.

    Args:
        nav: the navigation of mkdocs.yml; its section titles name the tracks.
        notebooks: ids, in the order of display.
    """
    titles: dict[str, str] = {}
    for item in nav:
        if isinstance(item, dict):
            for title, value in item.items():
                first = next(nav_paths([value] if isinstance(value, str) else value), "")
                titles.setdefault(first.split("/")[0], title)
    sections = [
        {titles.get(track, track): paths}
        for track in TRACKS
        if (paths := [f"notebooks/{n}.md" for n in notebooks if n.split("/")[0] == track])
    ]
    grown: list[Any] = []
    for item in nav:
        if isinstance(item, dict):
            title, value = next(iter(item.items()))
            if isinstance(value, list) and "notebooks/index.md" in value:
                grown.append({title: [*value, *sections]})
                continue
        grown.append(item)
    return grown


def _check_notebooks(portal: Portal) -> Iterator[Problem]:
    """A written chapter names notebooks that exist; every notebook belongs to a chapter."""
    for chapter in portal.chapters.values():
        for name in chapter.meta.notebooks if chapter.built else ():
            if name not in portal.notebooks:
                message = f"unknown notebook {name!r} – write notebooks/{name}.md or remove it"
                yield Problem(chapter.path, 1, message)
    for name, notebook in portal.notebooks.items():
        if not portal.chapter_of(name):
            message = f"no chapter names this notebook – add {name} to 'notebooks' of its chapter"
            yield Problem(notebook.source.path, 1, message)
