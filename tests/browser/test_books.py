"""A track as EPUB and as PDF, made from the real site."""

from __future__ import annotations

import io
import posixpath
import zipfile
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from built import LANGUAGES
from portal import book_epub, book_pdf, history
from portal.book import Book, Edition, read_book
from portal.site import Portal
from support import ROOT, SITE_URL

TRACK = "models"
XHTML = "{http://www.w3.org/1999/xhtml}"
OPF = "{http://www.idpf.org/2007/opf}"


def book_of(site: Path, portal: Portal, language: str, address: str = SITE_URL) -> Book:
    root = "" if language == "zh-TW" else "en/"
    edition = Edition("Portal", address + root, address, "1.2.3", "abc1234", date(2026, 3, 4))
    chapters = [c for c in portal.chapters.values() if c.track == TRACK and c.built]
    pages = [(chapter.id, chapter.title(language)) for chapter in chapters]
    return read_book(site, root, TRACK, language, pages, edition)


@pytest.fixture(scope="module", params=LANGUAGES)
def book(request: pytest.FixtureRequest, site: Path, portal: Portal) -> Book:
    return book_of(site, portal, request.param)


@pytest.fixture(scope="module")
def epub(book: Book, site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("epub") / "book.epub"
    book_epub.write_epub(book, site, target)
    return target


@pytest.fixture(scope="module")
def pdf(book: Book, site: Path, browser: Browser) -> PdfReader:
    return PdfReader(io.BytesIO(book_pdf.print_pdf(book, site, browser)))


def test_an_epub_begins_with_its_media_type(epub: Path) -> None:
    with zipfile.ZipFile(epub) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read("mimetype") == b"application/epub+zip"


def test_every_file_of_an_epub_is_listed_and_every_listed_one_is_there(epub: Path) -> None:
    with zipfile.ZipFile(epub) as archive:
        package = ElementTree.fromstring(archive.read("book/package.opf"))
        items = {str(item.get("id")): str(item.get("href")) for item in package.iter(f"{OPF}item")}
        there = {name.removeprefix("book/") for name in archive.namelist()}
        assert set(items.values()) == there - {"mimetype", "META-INF/container.xml", "package.opf"}
        spine = [item.get("idref") for item in package.iter(f"{OPF}itemref")]
        assert set(spine) <= set(items)
        assert len(spine) == len(set(spine))


def test_every_page_of_an_epub_is_xml_whose_links_lead_somewhere(epub: Path, book: Book) -> None:
    with zipfile.ZipFile(epub) as archive:
        trees = {
            name: ElementTree.fromstring(archive.read(name))
            for name in archive.namelist()
            if name.endswith(".xhtml")
        }
        anchors = {
            name: [e.get("id") for e in tree.iter() if e.get("id")] for name, tree in trees.items()
        }
        formulas = 0
        for name, tree in trees.items():
            assert len(anchors[name]) == len(set(anchors[name])), name
            formulas += sum(1 for _ in tree.iter("{http://www.w3.org/1998/Math/MathML}math"))
            for element in tree.iter():
                assert "katex-html" not in (element.get("class") or ""), name
                url = urlsplit(element.get("href") or element.get("src") or "")
                if url.scheme or url.netloc:
                    assert url.scheme in {"https", "http", "mailto"}, url
                    continue
                target = posixpath.join("book", unquote(url.path)) if url.path else name
                assert target in archive.namelist(), (name, url)
                assert not url.fragment or url.fragment in anchors[target], (name, url)
        assert formulas > 10
        assert len(trees) == len(book.chapters) + 2


def test_the_same_book_gives_the_same_epub(
    epub: Path, book: Book, site: Path, tmp_path: Path
) -> None:
    book_epub.write_epub(book, site, tmp_path / "again.epub")
    assert (tmp_path / "again.epub").read_bytes() == epub.read_bytes()


def test_the_cover_states_version_and_commit(epub: Path, pdf: PdfReader) -> None:
    with zipfile.ZipFile(epub) as archive:
        cover = archive.read("book/cover.xhtml").decode()
    for text in (cover, pdf.pages[0].extract_text()):
        for fact in ("1.2.3", "abc1234", "2026-03-04"):
            assert fact in text


def test_page_numbers_in_the_contents_are_right(pdf: PdfReader, book: Book) -> None:
    numbers = {
        str(name).lstrip("/"): (pdf.get_destination_page_number(place) or 0) + 1
        for name, place in pdf.named_destinations.items()
    }
    contents = "\n".join(
        page.extract_text() for page in pdf.pages[1 : numbers[book.chapters[0].id] - 1]
    )
    for chapter in book.chapters:
        assert str(numbers[chapter.id]) in contents.split(), chapter.title
        assert pdf.page_labels[numbers[chapter.id] - 1] == str(numbers[chapter.id])
    assert [str(item["/Title"]) for item in pdf.outline if isinstance(item, dict)]


def test_all_fonts_of_a_pdf_are_in_it(pdf: PdfReader) -> None:
    for page in pdf.pages:
        resources: Any = page["/Resources"]
        fonts = resources.get("/Font") or {}
        for name in fonts:
            font = fonts[name]
            if font["/Subtype"] == "/Type3":  # drawn in the file itself
                continue
            descendant = font["/DescendantFonts"][0] if "/DescendantFonts" in font else font
            descriptor = descendant["/FontDescriptor"]
            assert any(key.startswith("/FontFile") for key in descriptor), font["/BaseFont"]


def test_links_of_a_pdf_are_live(pdf: PdfReader, book: Book) -> None:
    found = [
        annotation.get_object().get("/A", {}).get("/URI")
        for page in pdf.pages
        for annotation in page.get("/Annots") or []
    ]
    outside = [uri for uri in found if uri]
    assert len(outside) > 20
    assert any(uri.startswith(SITE_URL) for uri in outside)


def test_unpublished_no_link_leads_to_this_machine(site: Path, portal: Portal) -> None:
    book = book_of(site, portal, "en", "http://127.0.0.1:8000/")
    assert not book.edition.published
    assert all("127.0.0.1" not in chapter.html for chapter in book.chapters)


def test_the_commit_is_the_one_checked_out() -> None:
    found = history.commit(ROOT)
    if found is None:
        pytest.skip("a source archive has no commit")
    assert len(found[0].rstrip("+")) >= 7
