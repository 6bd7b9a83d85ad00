"""Everything the site is built from, read and checked once a build."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from portal import identity, pages, paths
from portal.cache import Cache, digest
from portal.glossary import Term, read_glossary
from portal.health import FILE as HEALTH_FILE
from portal.health import Health, read_health
from portal.markup import citations, diagrams, figures, questions
from portal.markup.citations import Targets
from portal.markup.questions import Question
from portal.notebooks.library import Notebook, load
from portal.notebooks.source import topics
from portal.notebooks.status import status
from portal.pages import SOURCE_LANGUAGE, TRACKS, Chapter, PageMeta, Source
from portal.problems import ContentError, Problem
from portal.resources import Registry, read_registry
from portal.translations.freshness import Lag, lags

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
    health: Health = field(default_factory=Health)
    cache: Cache = field(default_factory=lambda: Cache(None), repr=False)

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

    @cached_property
    def pages(self) -> Sequence[str]:
        """Ids of the pages that are built from Markdown."""
        return sorted(pages.page_ids(self.docs) - self.planned)

    @cached_property
    def lags(self) -> Mapping[tuple[str, str], Lag]:
        """Page and language → how far it is behind; those that follow are left out."""
        found = lags(self.docs, self.languages, self.pages)
        return {(lag.page, lag.language): lag for lag in found}

    @cached_property
    def outdated(self) -> frozenset[str]:
        """Ids of the notebooks whose stored outputs are not those of their code."""
        return frozenset(
            topic
            for topic in self.notebooks
            if self.cache.get(
                "notebook-status",
                notebook_parts(self.root, topic),
                lambda: status(self.root, topic).needs_run,  # noqa: B023 - called at once
            )
        )

    def targets(self, language: str) -> Targets:
        """What links by id may point to in this language."""
        titles = {name: book.source.meta.title[language] for name, book in self.notebooks.items()}
        return Targets(language, self.registry, self.chapters, titles, self.glossary)

    def has_page(self, name: str) -> bool:
        """Whether the source language has a page with this id."""
        return (self.docs / SOURCE_LANGUAGE / f"{name}.md").exists()

    def name_of(self, page: str, language: str) -> str:
        """What a page is called: the title of a chapter, else its id."""
        return self.chapters[page].title(language) if page in self.chapters else page

    @cached_property
    def facts(self) -> str:
        """Digest of everything that generated parts of a page may show, its own text left out."""
        data = [*self.docs.glob("data/**/*.yml"), self.root / HEALTH_FILE, paths.PLAN]
        notebooks = [repr((b.source.meta, b.record)) for b in self.notebooks.values()]
        chapters = repr([(c.id, c.titles, c.meta) for c in self.chapters.values()])
        return digest([chapters, repr(sorted(self.item_ids)), *notebooks, *_contents(data)])

    def chapter_of(self, notebook: str) -> Chapter | None:
        """The first chapter whose front matter names the notebook."""
        named = (c for c in self.chapters.values() if notebook in c.meta.notebooks)
        return next(named, None)


def read_portal(
    root: Path, languages: Sequence[str], nav: Nav, *, cache: Cache | None = None
) -> Portal:
    """Read all data and check what can be told without rendering.

    Args:
        root: the folder of mkdocs.yml.
        languages: as the i18n plugin lists them.
        nav: the navigation, which gives the order of the chapters.
        cache: keeps data files and notebooks that have not changed.

    Raises:
        ContentError: with every fault found.
    """
    cache = cache or Cache(None)
    docs = root / "docs"
    order = [path.removesuffix(".md") for path in nav_paths(nav)]
    chapters = pages.read_chapters(docs, languages, order)
    data, page_ids = docs / "data", pages.page_ids(docs)
    registry = cache.get(
        "registry",
        [str(root), *sorted(page_ids), *_contents(data.glob("resources/*.yml"))],
        lambda: read_registry(data / "resources", page_ids),
    )
    glossary = cache.get(
        "glossary",
        [str(root), *_contents([data / "glossary.yml"])],
        lambda: read_glossary(data / "glossary.yml"),
    )
    notebooks = {
        topic: cache.get("notebook", notebook_parts(root, topic), partial(load, root, topic))
        for topic in topics(root)
    }
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
        read_health(root / HEALTH_FILE),
        cache,
    )
    problems = [*_check_notebooks(portal), *identity.check(root, portal.item_ids, portal.aliases)]
    if problems:
        raise ContentError(problems)
    return portal


def questions_of(chapter: Chapter) -> Sequence[Question]:
    """The questions of a chapter as its page in the source language asks them."""
    return questions.find(pages.read_source(chapter.path).body)


def notebook_parts(root: Path, topic: str) -> list[str | bytes]:
    """Everything that a notebook is made of: its files, its helpers and inputs, the locks."""
    own = root.glob(f"notebooks/{topic}.*")
    shared = (
        path
        for path in (root / "notebooks").rglob("*")
        if path.is_file() and path.suffix not in (".md", ".ipynb", ".json", ".pyc")
    )
    return [str(root), topic, *_contents([*own, *shared, *root.glob("requirements/*.lock")])]


def _contents(paths: Iterable[Path]) -> Iterator[str | bytes]:
    """Names and contents of files that may be missing."""
    for path in sorted(paths):
        yield path.name
        yield path.read_bytes() if path.is_file() else b""


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
