"""One build of the site: what the hook does at each event, in one language after the other."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import BytecodeCache, FileSystemBytecodeCache
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from portal import (
    anki,
    api,
    fonts,
    history,
    llms,
    offline,
    pages,
    render,
    search,
    structured,
    styles,
)
from portal.cache import FOLDER, Cache
from portal.conversion import Conversions
from portal.files import write_atomically
from portal.markup import (
    citations,
    diagrams,
    figures,
    formulas,
    questions,
    raw_html,
    tables,
    terms,
)
from portal.notebooks.convert import Page as NotebookPage
from portal.notebooks.convert import to_markdown
from portal.notebooks.library import Notebook, download_ipynb
from portal.pages import SOURCE_LANGUAGE
from portal.policy import FIRST_PAINT, policy
from portal.problems import ContentError, line_of, shown
from portal.site import (
    Portal,
    check_page,
    nav_with_notebooks,
    nav_without,
    notebook_parts,
    read_portal,
)
from portal.words import WORDS, words_of

log = logging.getLogger("mkdocs.portal")
CACHE = ".cache/notebooks"
COLD = "PORTAL_COLD"  # set to anything: use and keep no earlier results
FONT_CACHE = ".cache/fonts"
NOTEBOOK_IMAGES = "assets/notebooks"
_DATA = {"resources": ["docs/data/resources"], "glossary": ["docs/data/glossary.yml"]}
_UNUSED = re.compile(
    r"(?:[\w-]+/)?assets/(?:javascripts/(?:bundle\.|lunr/|workers/).*|stylesheets/palette\..*|.*\.map"
    r"|images/favicon\.png)"
)


@dataclass
class Build:
    """All languages of one build."""

    portal: Portal
    nav: list[Any]
    site_url: str
    repo_url: str | None
    languages: dict[str, Language]
    serving: bool = False
    installable: bool = True
    characters: set[str] = field(default_factory=set)  # what formulas show
    changes: Mapping[str, date] = field(default_factory=dict)  # path from the root → last commit

    @classmethod
    def read(cls, config: MkDocsConfig, *, serving: bool = False) -> Build:
        """Read the portal's data as `config` lays it out.

        Args:
            config: of MkDocs, with the plugin i18n.
            serving: for `mkdocs serve` and not to be published.

        Raises:
            ContentError: with every fault found.
        """
        names = {item.locale: item.name for item in config.plugins["i18n"].config.languages}
        root = Path(config.config_file_path).parent
        nav: list[Any] = config.nav or []
        cache = Cache(None if os.environ.get(COLD) else root / FOLDER)
        portal = read_portal(root, list(names), nav, cache=cache)
        for fault in portal.health.faults:  # no reason to stop: it only tells less
            log.info("%s", fault)
        kept = nav_without(nav, portal.planned)
        nav = nav_with_notebooks(kept, list(portal.notebooks))
        site_url = (config.site_url or "/").rstrip("/") + "/"
        languages = {code: Language(code, name, portal) for code, name in names.items()}
        repo_url = config.repo_url.rstrip("/") if config.repo_url else None
        build = cls(
            portal,
            nav,
            site_url,
            repo_url,
            languages,
            serving,
            installable=bool(config.extra.get("offline")),
            changes=history.last_changes(root),
        )
        for language in languages.values():
            language.build = build
            language.conversions = Conversions(cache, Path(config.config_file_path))
        return build

    def language(self, code: str) -> Language:
        return self.languages[code]

    def planned_files(self, files: Files) -> list[File]:
        """The files of chapters that are not built, drafts in any language among them."""
        planned = self.portal.planned
        wanted = {f"{language}/{name}.md" for language in self.languages for name in planned}
        return [file for file in files if file.src_uri in wanted]

    def bytecode(self) -> BytecodeCache | None:
        """Where compiled templates are kept; Jinja finds them by their source."""
        folder = self.portal.cache.folder
        if folder is None:
            return None
        (folder / "templates").mkdir(parents=True, exist_ok=True)
        return FileSystemBytecodeCache(str(folder / "templates"))

    def unused_theme_files(self, files: Files) -> list[File]:
        """Material's scripts, its palettes and source maps: no page loads them."""
        return [file for file in files if _UNUSED.fullmatch(file.dest_uri)]

    def frame(self) -> dict[str, Any]:
        """What the templates need even for a page of no language, such as 404.html."""
        return {
            "first_paint": FIRST_PAINT,
            "content_security_policy": "" if self.serving else policy(),
            "installable": self.installable and not self.serving,
            "portal_version": offline.VERSION_PLACEHOLDER,
        }

    def template_context(self, name: str, base: str) -> dict[str, Any]:
        """What a template that is no page needs; those shown at any address start at the root."""
        anywhere = name.endswith(offline.FALLBACK)
        return {
            "base_url": urlsplit(self.site_url).path.rstrip("/") or "/" if anywhere else base,
            "portal_pages": self.sitemap(),
        }

    def _make_lighter(self, site: Path) -> None:
        """Cut fonts and stylesheets down to what the pages use, and join them."""
        styles.prune_site(site)
        originals = self.portal.root / "overrides" / fonts.FOLDER
        fonts.write_subsets(site, originals, self.characters, self.portal.root / FONT_CACHE)
        styles.bundle_site(site)

    def sitemap(self) -> list[dict[str, Any]]:
        """Every page with its address in each language, for sitemap.xml."""
        return [
            {
                "url": self.site_url + url,
                "alternates": self.alternates(page),
                "changed": language.changed(page),
            }
            for language in self.languages.values()
            for page, url in language.addresses.items()
        ]

    def finish(self, site: Path) -> None:
        """What needs the pages of every language: after the last one."""
        if not all(language.addresses for language in self.languages.values()):
            return
        self._write_api(site)
        if self.serving:  # nobody waits for a network there, but for the build
            return
        self._make_lighter(site)
        roots = {language.code: language.root for language in self.languages.values()}
        offline.publish(site, roots, enabled=self.installable)

    def _write_api(self, site: Path) -> None:
        """Write the facts for programs."""
        addresses = {
            code: {page: language.absolute(page) for page in language.addresses}
            for code, language in self.languages.items()
        }
        tracks = [
            (track, {code: WORDS[code][track] for code in self.languages}) for track in pages.TRACKS
        ]
        for name, content in api.files(self.portal, addresses, tracks):
            write_atomically(site / api.FOLDER / name, content)

    def alternates(self, page: str, start: str = "") -> list[dict[str, str]]:
        """The same page in each language.

        Args:
            page: id of the page.
            start: address from which `link` is relative.
        """
        found = []
        for language in self.languages.values():
            # The other language may not have been built yet; its addresses are the same.
            url = language.address_of(page)
            found.append(
                {
                    "lang": language.code,
                    "name": language.name,
                    "url": self.site_url + url,
                    "link": get_relative_url(url or ".", start),
                }
            )
        return found


@dataclass
class Language:
    """The pages of one language."""

    code: str
    name: str
    portal: Portal
    addresses: dict[str, str] = field(default_factory=dict)  # page id → address from the root
    _index: list[search.Document] = field(default_factory=list)
    _descriptions: dict[str, str] = field(default_factory=dict)  # page id → its opening
    _minutes: dict[str, int] = field(default_factory=dict)  # page id → to read it
    _plain: dict[str, str] = field(default_factory=dict)  # page id → Markdown for llms-full.txt
    _cards: list[anki.Card] = field(default_factory=list)
    build: Build = field(init=False, repr=False)
    conversions: Conversions = field(init=False, repr=False)

    @property
    def root(self) -> str:
        """Address of the language's home: empty for the source language."""
        return "" if self.code == SOURCE_LANGUAGE else f"{self.code}/"

    def address_of(self, page: str) -> str:
        """Address of a page from the site's root; also before the language was built."""
        if page in self.addresses:
            return self.addresses[page]
        source = next(iter(self.build.languages.values()))
        return self.root + source.addresses[page].removeprefix(source.root)

    def absolute(self, page: str) -> str:
        """Address of a page with scheme and host."""
        return self.build.site_url + self.address_of(page)

    def changed(self, page: str) -> date | None:
        """When what a page shows was last changed; None where git does not know."""
        if page.startswith("notebooks/") and page != "notebooks/index":
            sources = [f"{page}.md"]
        else:
            sources = [f"docs/{self.code}/{page}.md", *_DATA.get(page, ())]
        days = [
            day
            for path, day in self.build.changes.items()
            if any(path == source or path.startswith(f"{source}/") for source in sources)
        ]
        return max(days, default=None)

    def share_assets(self, files: Files) -> None:
        """Publish assets once: static-i18n copies shared ones into each language's folder."""
        for file in files:
            shared = getattr(file, "localization", None) is None
            if shared and file.dest_uri.startswith(f"{self.code}/assets/"):
                file.dest_uri = file.dest_uri.removeprefix(f"{self.code}/")
                file.url = file.dest_uri

    def generated_files(self, config: MkDocsConfig) -> Iterator[File]:
        """A page and a download for each notebook, and its images."""
        for topic, notebook in self.portal.notebooks.items():
            depth = topic.count("/") + 2  # below docs/<language>/notebooks/
            assets = "../" * depth + NOTEBOOK_IMAGES
            page, download = self.portal.cache.get(
                "notebook-page",
                [*notebook_parts(self.portal.root, topic), self.code, assets],
                partial(self._notebook, notebook, assets),
            )
            yield self._file(config, f"notebooks/{topic}.md", page.markdown)
            yield self._file(config, f"notebooks/{topic}.ipynb", download)
            for image in page.images:
                path = f"{NOTEBOOK_IMAGES}/{image.name}"
                yield File.generated(config, path, content=image.content)

    def _notebook(self, notebook: Notebook, assets: str) -> tuple[NotebookPage, bytes]:
        """The page and the download of a notebook."""
        page = to_markdown(notebook, self.code, assets=assets, cache=self.portal.root / CACHE)
        return page, download_ipynb(notebook, self.code)

    def note_addresses(self, files: Files) -> None:
        """Remember where each page will be published."""
        self._index.clear()
        self._cards.clear()
        self.addresses = {
            file.src_uri.split("/", 1)[1].removesuffix(".md"): "" if file.url == "./" else file.url
            for file in files.documentation_pages()
        }

    def prepare(self, markdown: str, page: Page) -> str:
        """Check a page's Markdown and render the portal's conventions in it.

        Raises:
            ContentError: with file and line.
        """
        path = self._path(page)
        name = self.id_of(page)
        if page.file.generated_by is None:
            source = pages.read_source(path)
            problems = list(check_page(self.portal, source, self.code))
            if problems:
                raise ContentError(problems)
        elif self.build.repo_url:
            topic = name.removeprefix("notebooks/")
            page.edit_url = f"{self.build.repo_url}/edit/main/notebooks/{topic}.md"
        if page.file.generated_by is None:  # notebooks are read more strictly
            markdown, faults = raw_html.escaped(markdown)
            for fault in faults:
                at = f"{shown(path)}:{source.body_line + fault.line - 1}"
                log.warning("%s: %s is shown as text – use Markdown", at, fault.what)
        labels = dict(WORDS[self.code])
        markdown = citations.render(markdown, self.portal.targets(self.code), name)
        if name in self.portal.chapters:
            listed = [resource for _, resource in self.portal.registry.listed_on(name)]
            self._plain[name] = llms.plain(markdown, name, self.absolute, listed, self.code)
        if page.file.generated_by is None:
            markdown = figures.render(markdown, path)
        markdown = questions.render(markdown, labels)
        return diagrams.render(markdown, path, self.portal.docs)

    def finish(self, html: str, page: Page, site_name: str) -> str:
        """Render formulas and directives in a page's HTML.

        Args:
            site_name: the site's name in this language.

        Raises:
            FormulaError: a formula is not valid.
            DirectiveError: a directive cannot be rendered.
        """
        name = self.id_of(page)
        href = partial(self._href, page)
        title = page.title or name
        found = self.portal.cache.get(
            "search",
            [html, title, page.url, self.root],
            lambda: list(search.documents(html, title, page.url, self.root)),
        )
        self._index += found
        self._minutes[name] = search.minutes(document.text for document in found)
        self._descriptions[name] = self.portal.cache.get(
            "opening", [html], lambda: search.first_paragraph(html)
        )
        self._cards += self._questions(html, page, site_name)
        if name in self.portal.chapters and self.portal.has_page("glossary"):
            html = terms.render(html, self.portal.glossary, self.code, href("glossary"))
        html = tables.render(formulas.render(html), WORDS[self.code]["table"])
        self.build.characters |= formulas.characters(html)
        html = render.changed_remarks(html)
        html = render.chapter_facts(
            html, self.portal, self.code, name, href, minutes=self._minutes[name]
        )
        topic = name.removeprefix("notebooks/")
        if topic in self.portal.notebooks and name != topic:
            repo = self.build.repo_url
            facts = render.notebook_facts(self.portal, self.code, topic, href, repo)
            html = render.under_title(html, facts)
        if (name, self.code) in self.portal.lags:
            leader = self.portal.lags[name, self.code].leader
            address = self.build.language(leader).address_of(name)
            link = get_relative_url(address or ".", page.url)
            html = render.under_title(html, render.lag(self.portal, self.code, name, href, link))
        html = self._directives(html, name, href)
        html += render.tick(self.portal, self.code, name, href)
        if page.present_anchor_ids is not None:  # MkDocs has not seen what was generated
            page.present_anchor_ids |= render.anchors(html)
        return html

    def _directives(self, html: str, name: str, href: render.Href) -> str:
        """Render directives; those of the status page show more than the facts."""
        if name == "status":
            return render.directives(html, self.portal, self.code, name, href)
        return self.portal.cache.get(
            "directives",
            [html, name, self.code, self.portal.facts, self.conversions.addresses],
            lambda: render.directives(html, self.portal, self.code, name, href),
        )

    def locate(self, error: formulas.FormulaError, page: Page) -> str:
        """The message of a formula's fault with file and line."""
        path = self._path(page)
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        first = error.tex.strip().splitlines()[0] if error.tex.strip() else ""
        return f"{path}:{line_of(text, first)}: {error}"

    def context(self, page: Page, config: MkDocsConfig) -> dict[str, Any]:
        """What the templates of a page need besides MkDocs' own."""
        name = self.id_of(page)
        shown_on = name in self.portal.chapters or name.startswith("notebooks/") or name in _DATA
        return {
            "structured_data": self._structured(name, page, config),
            "changed": self.changed(name),
            "minutes": 0 if shown_on or name == "index" else self._minutes.get(name, 0),
            "report_url": render.report_address(
                self.build.repo_url, page.title or name, self.absolute(name), page.edit_url
            ),
            "words": WORDS[self.code],
            "language": self.code,
            "alternates": self.build.alternates(name, page.url),
            "has_formulas": formulas.has_formulas(page.content or ""),
            "portal_description": self._descriptions.get(name, ""),
            "search_index": get_relative_url(f"{self.root}search/index.json", page.url),
            "language_root": get_relative_url(self.root or ".", page.url),
            "chapter": self.portal.chapters.get(name),
            **self.build.frame(),
            "aliases": self.portal.aliases,
            "words_of": partial(words_of, language=self.code),
        }

    def write_web_manifest(self, site: Path, config: MkDocsConfig) -> None:
        """Write what a browser needs to install the site in this language."""
        manifest = offline.web_manifest(
            self.code, config.site_name, config.site_description or "", self.root
        )
        write_atomically(site / self.root / "manifest.webmanifest", manifest)

    def write_llms(self, site: Path, config: MkDocsConfig) -> None:
        """Write llms.txt and llms-full.txt of the language."""
        name, description = config.site_name, config.site_description or ""
        words = WORDS[self.code]
        chapters = [chapter for chapter in self.portal.chapters.values() if chapter.built]
        sections = [
            (
                words[track],
                [self._entry(c.id, c.title(self.code)) for c in chapters if c.track == track],
            )
            for track in pages.TRACKS
        ]
        books = self.portal.notebooks
        sections.append(
            (
                words["notebooks"],
                [
                    self._entry(f"notebooks/{topic}", book.source.meta.title[self.code])
                    for topic, book in books.items()
                ],
            )
        )
        index = llms.index(name, description, sections)
        write_atomically(site / self.root / "llms.txt", index)
        texts = [(self.absolute(c.id), self._plain[c.id]) for c in chapters]
        write_atomically(site / self.root / "llms-full.txt", llms.full(name, description, texts))

    def _questions(self, html: str, page: Page, site_name: str) -> Iterator[anki.Card]:
        """The questions of a chapter as cards."""
        chapter = self.portal.chapters.get(self.id_of(page))
        if chapter is None:
            return iter(())
        track, level = WORDS[self.code][chapter.track], chapter.meta.level.value
        return anki.cards(
            html,
            chapter.id,
            self.code,
            address=self.build.site_url + page.url,
            deck=f"{site_name}::{track}::{chapter.title(self.code)}",
            tags=f"{chapter.track} {level}",
        )

    def write_cards(self, site: Path) -> None:
        """Write the questions of all chapters for Anki, in the order of the navigation."""
        order = list(self.portal.chapters)
        found = sorted(self._cards, key=lambda card: order.index(card.page))
        write_atomically(site / anki.address(self.code), anki.render(found))

    def write_search_index(self, site: Path) -> None:
        """Write the language's own index."""
        target = site / self.root / "search" / "index.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        found = [*self._index, *self._listed()]
        index = {
            "synonyms": search.synonyms(self.portal.glossary.values()),
            "documents": [{"id": number, **doc._asdict()} for number, doc in enumerate(found)],
        }
        text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
        target.write_text(text, encoding="utf-8")

    def _listed(self) -> Iterator[search.Document]:
        """Terms and resources, where their pages are."""
        if self.portal.has_page("glossary"):
            terms = self.portal.glossary.values()
            url = self.addresses["glossary"].removeprefix(self.root)
            title = WORDS[self.code]["glossary"]
            yield from search.term_documents(terms, self.code, title, url)
        if self.portal.has_page("resources"):
            registry = self.portal.registry.values()
            url = self.addresses["resources"].removeprefix(self.root)
            title = WORDS[self.code]["catalogue"]
            yield from search.resource_documents(registry, self.code, title, url)

    def id_of(self, page: Page) -> str:
        """The id of a page: its path without language and suffix."""
        return page.file.src_uri.split("/", 1)[1].removesuffix(".md")

    def _entry(self, page: str, title: str) -> llms.Entry:
        return llms.Entry(title, self.absolute(page), self._descriptions.get(page, ""))

    def _structured(self, name: str, page: Page, config: MkDocsConfig) -> str:
        """The page's JSON-LD; empty where there is none."""
        data = None
        description = page.meta.get("description") or self._descriptions.get(name, "")
        changed, topic = self.changed(name), name.removeprefix("notebooks/")
        if name == "index":
            data = structured.home(
                self.portal, self.code, config.site_name, description, self.absolute
            )
        elif name in self.portal.chapters:
            chapter = self.portal.chapters[name]
            data = structured.chapter(
                self.portal, chapter, self.code, description, changed, self.absolute
            )
        elif topic in self.portal.notebooks:
            data = structured.notebook(
                self.portal, topic, self.code, description, changed, self.absolute
            )
        return structured.script(data) if data else ""

    def _href(self, page: Page, name: str) -> str:
        """Relative address of a page by its id, or of a file below assets/."""
        address = name if name.startswith("assets/") else self.addresses[name]
        return get_relative_url(address, page.url)

    def _path(self, page: Page) -> Path:
        if page.file.abs_src_path and page.file.generated_by is None:
            return Path(page.file.abs_src_path)
        return self.portal.root / "docs" / page.file.src_uri

    def _file(self, config: MkDocsConfig, path: str, content: str | bytes) -> File:
        """A generated file of this language, with what static-i18n notes on its own files."""
        file = File.generated(config, f"{self.code}/{path}", content=content)
        file.dest_uri = file.dest_uri.removeprefix(f"{self.code}/")
        file.dest_uri = self.root + file.dest_uri
        file.url = file._get_url(config.use_directory_urls)
        for name, value in {
            "locale": self.code,
            "localization": self.code,
            "locale_alternate_of": self.code,
            "alternates": {self.code: file},
            "norm_src_uri": path,
        }.items():
            setattr(file, name, value)
        return file
