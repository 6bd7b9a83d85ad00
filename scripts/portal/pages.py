"""Pages: their front matter, their prose without code, and the roadmap they form."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from portal import yaml_source
from portal.problems import ContentError, Problem, line_of

SOURCE_LANGUAGE = "zh-TW"
TRACKS = ("foundations", "models", "applications")

DIGEST = r"^[0-9a-f]{12}$"
M = TypeVar("M", bound=BaseModel)
PageId = Annotated[str, Field(pattern=r"^[a-z0-9-]+(/[a-z0-9-]+)*$")]
Title = Annotated[str, Field(pattern=r"^[^<>]*$")]  # templates print it without escaping
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*\n", re.DOTALL | re.MULTILINE)
_FENCE = re.compile(r"^(?P<indent>[ \t>]*)(?P<mark>`{3,}|~{3,})(?P<info>[^`\n]*)$")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_COMMENT = re.compile(r"<!--.*?-->")


class Level(StrEnum):
    """How much a reader must know already."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class Status(StrEnum):
    """How far a chapter is."""

    PLANNED = "planned"  # known by name, not built
    WRITTEN = "written"
    REVIEWED = "reviewed"


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ChapterMeta(_Closed):
    """Front matter of a chapter's page in the source language; it serves every language."""

    title: Title
    title_en: Title | None = None  # while planned, as there is no English page yet
    level: Level
    hours: float = Field(gt=0, le=100)
    prerequisites: list[PageId] = []
    notebooks: list[PageId] = []
    status: Status
    source_digest: str | None = Field(default=None, pattern=DIGEST)  # where English leads


class PageMeta(_Closed):
    """Front matter of every other page."""

    title: Title
    template: str | None = None
    description: str | None = None
    source_digest: str | None = Field(default=None, pattern=DIGEST)
    hide: list[str] = []


class TranslationMeta(_Closed):
    """Front matter of a chapter's page in a language it was translated to."""

    title: Title
    source_digest: str | None = Field(default=None, pattern=DIGEST)  # none where it leads


@dataclass(frozen=True)
class Source:
    """A Markdown file taken apart."""

    path: Path
    front_matter: str  # YAML, without the dashes
    body: str
    body_line: int  # the line of the file on which the body begins

    @property
    def digest(self) -> str:
        """Identifies the body; a translation records the digest it follows."""
        return digest(self.body)


@dataclass(frozen=True)
class Chapter:
    """A chapter of the roadmap; `id` is its path without language and suffix."""

    id: str
    meta: ChapterMeta
    titles: Mapping[str, str]
    path: Path

    @property
    def track(self) -> str:
        return self.id.split("/")[0]

    @property
    def built(self) -> bool:
        return self.meta.status is not Status.PLANNED

    def title(self, language: str) -> str:
        return self.titles[language]


def digest(body: str) -> str:
    """Twelve hex digits of SHA-256 over the text, blind to trailing white space."""
    lines = [line.rstrip() for line in body.strip().splitlines()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def read_source(path: Path) -> Source:
    """Split a Markdown file into front matter and body.

    Raises:
        ContentError: the file cannot be read or has no front matter.
    """
    return split(yaml_source.read_text(path), path)


def split(text: str, path: Path) -> Source:
    """Split the text of a Markdown file into front matter and body.

    Raises:
        ContentError: it has no front matter.
    """
    match = _FRONT_MATTER.match(text)
    if not match:
        raise ContentError(
            [Problem(path, 1, "no front matter – begin the file with '---', keys, '---'")]
        )
    body_line = text.count("\n", 0, match.end()) + 1
    return Source(path, match.group(1), text[match.end() :], body_line)


def read_meta(source: Source, kind: type[M]) -> M:
    """Validate the front matter of a page.

    Raises:
        ContentError: with file, line and remedy for each unknown key or wrong type.
    """
    return yaml_source.load(source.front_matter, source.path, TypeAdapter(kind), first_line=2)


def read_chapters(docs: Path, languages: Sequence[str], order: Sequence[str]) -> list[Chapter]:
    """All chapters in the order of the navigation.

    Args:
        docs: folder with one folder a language.
        languages: all languages; the source language is among them.
        order: page ids as the navigation lists them.

    Raises:
        ContentError: bad front matter, a page in one language only, an unknown
            prerequisite, a cycle, or a chapter that the navigation does not name.
    """
    problems: list[Problem] = []
    chapters: dict[str, Chapter] = {}
    for path in sorted(_chapter_paths(docs / SOURCE_LANGUAGE)):
        chapter_id = path.relative_to(docs / SOURCE_LANGUAGE).with_suffix("").as_posix()
        try:
            chapters[chapter_id] = _read_chapter(chapter_id, path, docs, languages)
        except ContentError as error:
            problems += error.problems
    for language in languages:
        problems += _without_source(docs, language)
        problems += _not_translated(docs, language)
    if not problems:
        problems += check_graph(chapters)
        problems += _check_order(chapters, order, docs)
    if problems:
        raise ContentError(problems)
    return sorted(chapters.values(), key=lambda chapter: order.index(chapter.id))


def page_ids(docs: Path) -> set[str]:
    """The ids of all pages, planned chapters too: their paths without language and suffix."""
    folder = docs / SOURCE_LANGUAGE
    return {path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.md")}


def check_graph(chapters: Mapping[str, Chapter]) -> Iterator[Problem]:
    """Prerequisites exist and form no cycle."""
    for chapter in chapters.values():
        for name in chapter.meta.prerequisites:
            if name not in chapters:
                message = f"unknown prerequisite {name!r} – use the id of a chapter"
                yield Problem(chapter.path, _line(chapter.path, name), message)
    try:
        graph = {chapter.id: chapter.meta.prerequisites for chapter in chapters.values()}
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1]
        message = f"prerequisites form a cycle: {' → '.join(cycle)} – remove one"
        path = chapters[cycle[0]].path
        yield Problem(path, _line(path, "prerequisites"), message)


def prose_lines(body: str) -> Iterator[tuple[int, str]]:
    """The lines outside code blocks, numbered from 1, with code spans and comments blanked.

    Blanked text is replaced by spaces, so that columns stay right.
    """
    fence: str | None = None
    for number, line in enumerate(body.splitlines(), 1):
        match = _FENCE.match(line)
        if fence is not None:
            if match and match["mark"].startswith(fence) and not match["info"].strip():
                fence = None
            continue
        if match:
            fence = match["mark"]
            continue
        blanked = _CODE_SPAN.sub(lambda found: " " * len(found[0]), line)
        yield number, _COMMENT.sub(lambda found: " " * len(found[0]), blanked)


def _chapter_paths(folder: Path) -> Iterable[Path]:
    for track in TRACKS:
        yield from (folder / track).rglob("*.md")


def _read_chapter(chapter_id: str, path: Path, docs: Path, languages: Sequence[str]) -> Chapter:
    meta = read_meta(read_source(path), ChapterMeta)
    titles = {SOURCE_LANGUAGE: meta.title}
    if meta.status is Status.PLANNED:
        if not meta.title_en:
            message = "a planned chapter needs 'title_en' – add its English title"
            raise ContentError([Problem(path, _line(path, "status"), message)])
        titles |= {language: meta.title_en for language in languages if language != SOURCE_LANGUAGE}
        return Chapter(chapter_id, meta, titles, path)
    if meta.title_en:
        message = "'title_en' is for planned chapters – remove it, the English page has the title"
        raise ContentError([Problem(path, _line(path, "title_en"), message)])
    for language in languages:
        if language == SOURCE_LANGUAGE:
            continue
        translation = docs / language / f"{chapter_id}.md"
        if not translation.exists():
            message = f"no page in {language} – write {translation} or set 'status: planned'"
            raise ContentError([Problem(path, _line(path, "status"), message)])
        titles[language] = read_meta(read_source(translation), TranslationMeta).title
    return Chapter(chapter_id, meta, titles, path)


def _without_source(docs: Path, language: str) -> Iterator[Problem]:
    for path in sorted((docs / language).rglob("*.md")):
        relative = path.relative_to(docs / language)
        if not (docs / SOURCE_LANGUAGE / relative).exists():
            message = f"no page in {SOURCE_LANGUAGE} – write {docs / SOURCE_LANGUAGE / relative}"
            yield Problem(path, 1, message)


def _not_translated(docs: Path, language: str) -> Iterator[Problem]:
    """Pages that are no chapters; a chapter says so itself, by its status."""
    for path in sorted((docs / SOURCE_LANGUAGE).rglob("*.md")):
        relative = path.relative_to(docs / SOURCE_LANGUAGE)
        if relative.parts[0] not in TRACKS and not (docs / language / relative).exists():
            yield Problem(path, 1, f"no page in {language} – write {docs / language / relative}")


def _check_order(
    chapters: Mapping[str, Chapter], order: Sequence[str], docs: Path
) -> Iterator[Problem]:
    for chapter in chapters.values():
        if chapter.id not in order:
            yield Problem(chapter.path, 1, f"not in the navigation – add {chapter.id}.md to nav")
    for name in order:
        if name.split("/")[0] in TRACKS and name not in chapters:
            path = docs / SOURCE_LANGUAGE / f"{name}.md"
            yield Problem(path, 1, "the navigation names this page – write it or remove it there")


def _line(path: Path, needle: str) -> int:
    return line_of(yaml_source.read_text(path), needle)
