"""All checks of the content, over the whole tree; each rule is a function of `portal.rules`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import yaml

from portal import files, identity, pages, yaml_source
from portal.cache import Cache, files_digest
from portal.markup import numbered
from portal.notebooks.library import Notebook
from portal.pages import SOURCE_LANGUAGE, Source
from portal.problems import ContentError, Problem
from portal.rules import chinese, english, passages, structure, terms
from portal.rules.exceptions import FILE as EXCEPTIONS
from portal.rules.exceptions import Exceptions, read_exceptions
from portal.rules.lexicon import Lexicon
from portal.rules.passages import Passage
from portal.site import Portal, check_page, read_portal
from portal.translations import parity, staleness

GLOSSARY = "glossary.yml"


def check_portal(root: Path, cache: Cache | None = None) -> list[Problem]:
    """Every fault of the content.

    Args:
        root: the folder of mkdocs.yml.
        cache: keeps the faults of pages, notebooks and data files that have not changed.

    Raises:
        ContentError: data that everything else needs is wrong.
    """
    cache = cache or Cache(None)
    portal = read_portal(root, *read_config(root / "mkdocs.yml"), cache=cache)
    rules = Rules(portal, read_exceptions(root))
    shared = [str(root), *_shared(portal)]
    problems: list[Problem] = list(portal.health.faults)

    def run(kind: str, paths: Sequence[Path], rule: Callable[[], Iterator[Problem]]) -> None:
        content = [path.read_bytes() if path.is_file() else b"" for path in paths]
        names = [str(path) for path in paths]
        problems.extend(cache.get(kind, [*shared, *names, *content], lambda: list(rule())))

    for page in portal.pages:
        paths = [portal.docs / language / f"{page}.md" for language in portal.languages]
        run("check-page", paths, partial(rules.of_page, page, paths))
    for notebook in portal.notebooks.values():
        run("check-notebook", [notebook.source.path], partial(rules.of_notebook, notebook))
    for path in data_files(root):
        run("check-data", [path], partial(rules.of_data, path))
    return problems


class Rules:
    """The rules with what they look things up in."""

    def __init__(self, portal: Portal, exceptions: Exceptions) -> None:
        self.portal = portal
        self.exceptions = exceptions
        self.lexicon = Lexicon(portal.glossary)

    def of_page(self, page: str, paths: Sequence[Path]) -> Iterator[Problem]:
        """One page in all languages."""
        sources: list[Source] = []
        for language, path in zip(self.portal.languages, paths, strict=True):
            try:
                source = pages.read_source(path)
                yield from check_page(self.portal, source, language)
                yield from self._of_source(source, language, chapter=page in self.portal.chapters)
                sources.append(source)
            except ContentError as error:
                yield from error.problems
        if len(sources) == len(paths):
            first, *translations = sources
            for translation in translations:
                yield from parity.check(first, translation)
                yield from staleness.check(first, translation)

    def of_notebook(self, notebook: Notebook) -> Iterator[Problem]:
        """The prose of a notebook."""
        yield from self._of_passages(passages.of_notebook(notebook.source))

    def of_data(self, path: Path) -> Iterator[Problem]:
        """The texts of a data file; titles are names, and the glossary names what is wrong."""
        for passage in passages.of_data(path):
            if "title" in passage.key.split("."):
                continue
            yield from english.spelling(passage, self.exceptions)
            if passage.language == SOURCE_LANGUAGE and path.name != GLOSSARY:
                yield from self._of_chinese(passage)
        yield from chinese.typography(chinese.corrections_of_data(path), path)

    def _of_source(self, source: Source, language: str, *, chapter: bool) -> Iterator[Problem]:
        yield from structure.headings(source)
        if chapter:
            yield from structure.frame(source)
            yield from numbered.check(source)
        yield from structure.unregistered(source)
        yield from structure.unresolved(source)
        yield from structure.alternatives(source, language)
        yield from terms.undefined(source, self.portal.glossary)
        yield from self._of_passages(passages.of_page(source, language))
        if language == SOURCE_LANGUAGE:
            yield from chinese.typography(chinese.corrections(source), source.path)

    def _of_passages(self, found: Iterator[Passage]) -> Iterator[Problem]:
        for passage in found:
            yield from structure.literal(passage)
            yield from english.spelling(passage, self.exceptions)
            if passage.language == SOURCE_LANGUAGE:
                yield from self._of_chinese(passage)

    def _of_chinese(self, passage: Passage) -> Iterator[Problem]:
        yield from chinese.simplified(passage, self.exceptions)
        yield from chinese.mainland(passage, self.lexicon, self.exceptions)
        yield from terms.inconsistent(passage, self.lexicon, self.exceptions)


def data_files(root: Path) -> list[Path]:
    """The data files with texts in both languages."""
    data = root / "docs" / "data"
    return [*sorted((data / "resources").glob("*.yml")), data / GLOSSARY]


def _shared(portal: Portal) -> Iterator[str | bytes]:
    """What the faults of any page depend on besides the page."""
    for path in chain(data_files(portal.root), [portal.root / EXCEPTIONS]):
        yield path.read_bytes() if path.is_file() else b""
    yield repr([(c.id, c.titles, c.meta) for c in portal.chapters.values()])
    yield repr(sorted(portal.notebooks))
    yield files_digest(portal.docs / "assets")


def fix(root: Path) -> list[Path]:
    """Mend what can be mended safely: typography, and spelling with one possible meaning.

    Returns:
        the files that were changed.

    Raises:
        ContentError: a file cannot be read.
    """
    exceptions = read_exceptions(root)
    changed = []
    for language in sorted(path.name for path in (root / "docs").iterdir() if path.is_dir()):
        for path in sorted((root / "docs" / language).rglob("*.md")):
            text = yaml_source.read_text(path)
            mended = _mended(text, path, language, exceptions)
            if mended != text:
                files.write_atomically(path, mended)
                changed.append(path)
    return changed


def _mended(text: str, path: Path, language: str, exceptions: Exceptions) -> str:
    lines = text.splitlines(keepends=True)
    if language == SOURCE_LANGUAGE:
        for correction in chinese.corrections(pages.split(text, path)):
            line = lines[correction.line - 1]
            lines[correction.line - 1] = line.replace(correction.old, correction.new)
    source = pages.split("".join(lines), path)  # columns have moved
    for passage in passages.of_page(source, language):
        line = lines[passage.line - 1]
        lines[passage.line - 1] = english.mended(line, passage, exceptions)
    return "".join(lines)


def read_config(path: Path) -> tuple[list[str], list[Any]]:
    """Languages and navigation of mkdocs.yml, without loading MkDocs' plugins."""

    class Loader(yaml.SafeLoader):
        """Knows the tags of mkdocs.yml, which are not needed here."""

    Loader.add_multi_constructor("", lambda loader, suffix, node: None)
    try:
        config = yaml.load(path.read_text(encoding="utf-8"), Loader)
        return [item["locale"] for item in config["plugins"]["i18n"]["languages"]], config["nav"]
    except (OSError, ValueError, yaml.YAMLError, KeyError, TypeError) as error:
        message = f"cannot read languages and nav: {error} – restore the file"
        raise ContentError([Problem(path, 1, message)]) from error


def follow_source(root: Path, page: Path) -> None:
    """Record in a page that it follows the other language's page as it is now.

    Raises:
        ContentError: the page leads, or there is none to follow.
    """
    docs = root / "docs"
    relative = page.relative_to(docs) if page.is_relative_to(docs) else Path()
    language, rest = relative.parts[:1], Path(*relative.parts[1:])
    others = [
        path
        for folder in sorted(docs.iterdir())
        if (folder.name,) != language and (path := folder / rest).is_file()
    ]
    if not language or not others:
        message = "not a translated page – name one below docs/en/"
        raise ContentError([Problem(page, 1, message)])
    if language == (SOURCE_LANGUAGE,) and staleness.recorded(pages.read_source(page)) is None:
        message = "this page leads – name its translation, or give it 'source_digest' if it follows"
        raise ContentError([Problem(page, 1, message)])
    text = yaml_source.read_text(page)
    files.write_atomically(page, staleness.accept(text, pages.read_source(others[0])))


def record_ids(root: Path) -> None:
    """Remember every id of the site, so that none can be lost by a later change.

    Raises:
        ContentError: the data cannot be read.
    """
    portal = read_portal(root, *read_config(root / "mkdocs.yml"))
    identity.record(root, portal.item_ids)
