"""The MyST source of a notebook: cells with their language, identity and line."""

from __future__ import annotations

import hashlib
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from jupytext.myst import MystMetadataParsingError, myst_to_notebook
from nbformat.validator import NotebookValidationError
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from portal import yaml_source
from portal.notebooks.prose import check_prose
from portal.problems import ContentError, Problem

LANGUAGES = ("zh-TW", "en")  # the order of prose cells in a source
FOLDER = "notebooks"
TAGS = frozenset(
    {
        "timing",  # prints times: exempt from the comparison of outputs
        "raises-exception",  # meant to fail; nbclient goes on after it
    }
)

Text = Annotated[str, Field(min_length=1)]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*\n", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^(#{1,6})[ \t]+(.+?)[ \t]*#*$", re.MULTILINE)
_LINE_IN_MESSAGE = re.compile(r" at line (\d+)")


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Both(_Closed):
    """A text in both languages."""

    zh_tw: Text = Field(alias="zh-TW")
    en: Text

    def __getitem__(self, language: str) -> str:
        return {"zh-TW": self.zh_tw, "en": self.en}[language]


class Meta(_Closed):
    """What the portal knows of a notebook: `portal` in its front matter."""

    title: Both
    chapter: Annotated[str, Field(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")]
    network: Literal["none"]
    inputs: list[str] = []  # files that the code reads, relative to the source
    distributions: list[str] = []  # distributions used without an import statement
    environment: Literal["notebooks", "notebooks-yolo"] = "notebooks"


class _FrontMatter(_Closed):
    portal: Meta
    kernelspec: dict[str, str]  # so that jupytext and Jupyter open the source
    jupytext: dict[str, Any] = {}


class _ProseOptions(_Closed):
    lang: Literal["zh-TW", "en"] | None = None
    anchor: Identifier | None = None


class _CodeOptions(_Closed):
    id: Identifier | None = None
    tags: list[str] = []
    alt: Both | list[Both] = []


@dataclass(frozen=True)
class Prose:
    """A Markdown cell. `language` is None where the text serves both."""

    id: str
    text: str
    line: int  # of the file, from 1
    language: str | None
    anchor: str | None  # of the heading the cell begins with


@dataclass(frozen=True)
class Code:
    """A code cell, shared by both languages. `alt` describes its figures in order."""

    id: str
    text: str
    line: int  # of the file, from 1: the first line of the code
    tags: tuple[str, ...]
    alt: tuple[Both, ...]


Cell = Prose | Code


@dataclass(frozen=True)
class Source:
    """A notebook as it was written."""

    path: Path
    topic: str  # <track>/<topic>
    meta: Meta
    cells: tuple[Cell, ...]

    @property
    def code(self) -> tuple[Code, ...]:
        """The code cells in order."""
        return tuple(cell for cell in self.cells if isinstance(cell, Code))


def topics(root: Path) -> list[str]:
    """The notebooks of the project as `<track>/<topic>`, sorted."""
    return sorted(
        path.relative_to(root / FOLDER).with_suffix("").as_posix()
        for path in (root / FOLDER).glob("*/*.md")
    )


def read_source(root: Path, topic: str) -> Source:
    """Read and check one source.

    Args:
        root: the project.
        topic: `<track>/<topic>`.

    Raises:
        ContentError: every fault found, each with its line.
    """
    path = root / FOLDER / f"{topic}.md"
    return parse(yaml_source.read_text(path), path, topic)


def parse(text: str, path: Path, topic: str) -> Source:
    """Read a source from its text (see `read_source`)."""
    front = _FRONT_MATTER.match(text)
    if not front:
        raise ContentError(
            [Problem(path, 1, "no front matter – begin with ---, portal: and kernelspec:")]
        )
    meta = yaml_source.load(front[1], path, TypeAdapter(_FrontMatter), first_line=2).portal

    problems: list[Problem] = []
    cells = tuple(_cells(text, path, problems))
    if not problems:
        problems.extend(_check(cells, path))
    if problems:
        raise ContentError(problems)
    return Source(path, topic, meta, cells)


def _cells(text: str, path: Path, problems: list[Problem]) -> Iterator[Cell]:
    lines = text.splitlines()
    counts: Counter[str] = Counter()
    for kind, body, options, line in _jupytext_cells(text, path):
        first = _first_line(lines, body, line)
        try:
            if kind == "markdown":
                yield _prose(body, options, first, counts)
            elif kind == "code":
                yield _code(body, options, first, counts)
            else:
                problems.append(Problem(path, first, "a raw cell is not shown – use a code cell"))
        except ValidationError as error:
            for item in error.errors():
                where = ".".join(map(str, item["loc"]))
                message = f"cell option {where}: {item['msg']} – see the notebook conventions"
                problems.append(Problem(path, max(line, 1), message))


def _jupytext_cells(text: str, path: Path) -> Iterator[tuple[str, str, Mapping[str, object], int]]:
    """Kind, text, options and 0-based first line of each cell, as jupytext sees them."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            notebook = myst_to_notebook(text, add_source_map=True)
    except MystMetadataParsingError as error:
        found = _LINE_IN_MESSAGE.search(str(error))
        line = int(found[1]) if found else 1
        reason = str(error).splitlines()[0]
        raise ContentError(
            [Problem(path, line, f"{reason} – correct the cell's options")]
        ) from error
    except NotebookValidationError as error:
        message = f"{error.message:.120} – correct front matter or cell options"
        raise ContentError([Problem(path, 1, message)]) from error
    for cell, line in zip(notebook.cells, notebook.metadata["source_map"], strict=True):
        yield cell.cell_type, cell.source, cell.metadata, line


def _first_line(lines: Sequence[str], body: str, start: int) -> int:
    """The line (from 1) where `body` begins, at or after the 0-based line `start`."""
    wanted = body.splitlines()
    for at in range(start, len(lines) - len(wanted) + 1):
        if lines[at : at + len(wanted)] == wanted:
            return at + 1
    return start + 1


def _prose(body: str, options: Mapping[str, object], line: int, counts: Counter[str]) -> Prose:
    checked = _ProseOptions.model_validate(options)
    kind = f"prose-{(checked.lang or 'both').lower()}"
    counts[kind] += 1
    return Prose(f"{kind}-{counts[kind]}", body, line, checked.lang, checked.anchor)


def _code(body: str, options: Mapping[str, object], line: int, counts: Counter[str]) -> Code:
    checked = _CodeOptions.model_validate(options)
    name = checked.id or "code-" + hashlib.sha256(body.encode()).hexdigest()[:10]
    counts[name] += 1
    if counts[name] > 1 and not checked.id:
        name = f"{name}-{counts[name]}"
    alt = (checked.alt,) if isinstance(checked.alt, Both) else tuple(checked.alt)
    return Code(name, body, line, tuple(checked.tags), alt)


def _check(cells: Sequence[Cell], path: Path) -> Iterator[Problem]:
    yield from _check_pairs(cells, path)
    seen: dict[str, int] = {}
    for cell in cells:
        if cell.id in seen:
            yield Problem(
                path, cell.line, f"id {cell.id!r} is used on line {seen[cell.id]} – rename"
            )
        seen[cell.id] = cell.line
        if isinstance(cell, Code):
            for tag in set(cell.tags) - TAGS:
                known = ", ".join(sorted(TAGS))
                yield Problem(path, cell.line, f"unknown tag {tag!r} – use one of {known}")
        else:
            yield from _check_heading(cell, path)
            yield from check_prose(cell.text, path, cell.line)


def _check_pairs(cells: Sequence[Cell], path: Path) -> Iterator[Problem]:
    """Every prose cell of a language is followed by its translation."""
    source, translation = LANGUAGES
    expected: Prose | None = None  # the cell whose translation must come next
    for cell in cells:
        language = cell.language if isinstance(cell, Prose) else None
        if expected and language != translation:
            yield Problem(path, expected.line, f"no {translation} cell follows – add it next")
        elif not expected and language == translation:
            yield Problem(path, cell.line, f"no {source} cell before it – add it first")
        elif expected and isinstance(cell, Prose) and cell.anchor != expected.anchor:
            message = (
                f"anchor is {cell.anchor!r}, its pair has {expected.anchor!r} – make them equal"
            )
            yield Problem(path, cell.line, message)
        expected = cell if isinstance(cell, Prose) and language == source else None
    if expected:
        yield Problem(path, expected.line, f"no {translation} cell follows – add it next")


def _check_heading(cell: Prose, path: Path) -> Iterator[Problem]:
    """A heading stands first in its cell, carries an anchor, and leaves h1 to the title."""
    outside_code = re.sub(r"^(`{3,}|~{3,}).*?^\1", "", cell.text, flags=re.DOTALL | re.MULTILINE)
    headings = [(m[1], m[2]) for m in _HEADING.finditer(outside_code)]
    if not headings:
        if cell.anchor:
            yield Problem(path, cell.line, f"anchor {cell.anchor!r} but no heading – remove it")
        return
    if len(headings) > 1 or not _HEADING.match(cell.text):
        yield Problem(path, cell.line, "a heading must begin its cell – split the cell with +++")
    if headings[0][0] == "#":
        yield Problem(path, cell.line, "h1 comes from the title – use ## or ###")
    if not cell.anchor:
        yield Problem(
            path, cell.line, 'heading without anchor – write +++ {"lang": …, "anchor": …}'
        )
