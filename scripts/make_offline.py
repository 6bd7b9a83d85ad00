#!/usr/bin/env python3
"""Make what readers take along: the site as zips, and each track as EPUB and PDF.

python scripts/make_offline.py                # everything, into dist/
python scripts/make_offline.py --no-books     # only the zips, without Chromium
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from playwright.sync_api import sync_playwright

from portal import book_epub, book_pdf, bundle, history
from portal.book import Book, Edition, names, read_book
from portal.browser import find_chromium
from portal.checks import read_config
from portal.files import write_atomically
from portal.pages import SOURCE_LANGUAGE, TRACKS
from portal.site import Portal, read_portal

ROOT = Path(__file__).parents[1]
NAME = "ai-engineer-portal"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--output", type=Path, default=ROOT / "dist", help="folder to write into")
    parser.add_argument("--site", type=Path, help="a site already built, instead of building one")
    parser.add_argument("--no-books", action="store_true", help="leave out EPUB and PDF")
    args = parser.parse_args(argv)
    portal = read_portal(ROOT, *read_config(ROOT / "mkdocs.yml"))
    with tempfile.TemporaryDirectory() as folder:
        site = args.site or build(Path(folder) / "site")
        written = list(make_zips(site, portal.languages, args.output))
        if not args.no_books:
            written += make_books(portal, site.resolve(), args.output)
    for path in written:
        print(f"{path.stat().st_size / 1e6:7.1f} MB  {os.path.relpath(path)}")
    return 0


def build(site: Path) -> Path:
    """Build the site strictly into a folder."""
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--site-dir", site], cwd=ROOT, check=True
    )
    return site


def make_zips(site: Path, languages: Sequence[str], output: Path) -> Iterator[Path]:
    """One zip for each language and one for all."""
    for wanted in ([language] for language in languages):
        yield _zip(site, wanted, output, f"{NAME}-{wanted[0]}")
    yield _zip(site, list(languages), output, NAME)


def make_books(portal: Portal, site: Path, output: Path) -> Iterator[Path]:
    """An EPUB and a PDF for each track in each language."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for book in books(portal, site):
            epub = output / f"{NAME}-{book.name}.epub"
            book_epub.write_epub(book, site, epub)
            yield epub
            pdf = output / f"{NAME}-{book.name}.pdf"
            write_atomically(pdf, book_pdf.print_pdf(book, site, browser))
            yield pdf
        browser.close()


def books(portal: Portal, site: Path) -> Iterator[Book]:
    """Each track that has chapters, in each language."""
    for language in portal.languages:
        root = "" if language == SOURCE_LANGUAGE else f"{language}/"
        edition = edition_of(site, root)
        for track in TRACKS:
            pages = [
                (chapter.id, chapter.title(language))
                for chapter in portal.chapters.values()
                if chapter.track == track and chapter.built
            ]
            if pages:
                yield read_book(site, root, track, language, pages, edition)


def edition_of(site: Path, root: str) -> Edition:
    """Names and addresses from the built home page; version and commit from the tree."""
    name, address = names(site / root / "index.html")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    commit = history.commit(ROOT)
    return Edition(
        name,
        address,
        address.removesuffix(root),
        project["version"],
        commit[0] if commit else "",
        day(),
    )


def day() -> date:
    """`SOURCE_DATE_EPOCH`, else the date of the commit, else today."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch:
        return datetime.fromtimestamp(int(epoch), UTC).date()
    commit = history.commit(ROOT)
    return commit[1] if commit else datetime.now(UTC).date()


def _zip(site: Path, languages: Sequence[str], output: Path, name: str) -> Path:
    target = output / f"{name}.zip"
    bundle.write_zip(target, bundle.files(site, languages, name), day())
    return target


if __name__ == "__main__":
    sys.exit(main())
