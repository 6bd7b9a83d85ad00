"""Markdown that MkDocs has converted before is not converted again.

MkDocs offers no way to skip the conversion of one page, but it converts what `on_page_markdown`
returns: for a page whose result is kept that is nothing, and `on_page_content` puts back what
the conversion made of it before. A result depends on the Markdown, on mkdocs.yml, and on the
addresses of all files, since relative links are resolved in it. A conversion that gave a
warning is not kept: the warning has to be heard each time.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import TableOfContents

from portal.cache import Cache, digest
from portal.markup.raw_html import cleaned

log = logging.getLogger("mkdocs.portal")
_KIND = "markdown"


@dataclass(frozen=True)
class Converted:
    """What MkDocs knows of a page after the conversion."""

    content: str
    title: str | None
    toc: TableOfContents
    anchors: frozenset[str]
    links: tuple[tuple[str, dict[str, str]], ...]  # source path → anchor → link as written


class _Warnings(logging.Handler):
    """Counts warnings."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += 1


class Conversions:
    """The conversions of one build in one language."""

    def __init__(self, cache: Cache, config_file: Path) -> None:
        self._cache = cache
        self._config = config_file.read_bytes()
        self.addresses = ""  # digest
        self._warnings = _Warnings()
        self._under_way: dict[str, tuple[list[str | bytes], str, Converted | None, int]] = {}

    def note_files(self, files: Files) -> None:
        """The addresses that links may lead to; before the first page."""
        self.addresses = digest(f"{f.src_uri}\0{f.url}\0{f.inclusion}" for f in files)

    def before(self, markdown: str, page: Page) -> str:
        """What MkDocs shall convert: the Markdown, or nothing if the result is kept."""
        parts: list[str | bytes] = [markdown, page.file.src_uri, self.addresses, self._config]
        found = self._cache.find(_KIND, parts)
        known = found if isinstance(found, Converted) else None
        self._under_way[page.file.src_uri] = (parts, markdown, known, self._warnings.count)
        logging.getLogger("mkdocs").addHandler(self._warnings)
        return "" if known else markdown

    def after(self, html: str, page: Page, files: Files) -> str:
        """The HTML of the page, new or kept; a new one is kept from now on."""
        parts, markdown, known, warnings = self._under_way.pop(page.file.src_uri)
        if known is None:
            html, refused = cleaned(html)
            for what in refused:
                log.warning("%s: %s is not allowed – taken out", page.file.src_uri, what)
            if self._warnings.count == warnings:
                found = (page.links_to_anchors or {}).items()
                links = tuple((file.src_uri, anchors) for file, anchors in found)
                anchors = frozenset(page.present_anchor_ids or ())
                made = Converted(html, page.title, page.toc, anchors, links)
                self._cache.keep(_KIND, parts, made)
            logging.getLogger("mkdocs").removeHandler(self._warnings)
            return html
        logging.getLogger("mkdocs").removeHandler(self._warnings)
        page.markdown = markdown
        if "title" not in page.meta:  # then it is that of the first heading
            page.title = known.title
        page.toc = known.toc
        page.present_anchor_ids = set(known.anchors)
        targets = ((files.get_file_from_path(path), anchors) for path, anchors in known.links)
        page.links_to_anchors = {file: anchors for file, anchors in targets if file}
        return known.content
