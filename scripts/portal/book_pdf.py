"""A book as PDF, printed by Chromium: contents with page numbers, bookmarks, live links."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path

from playwright.sync_api import Browser
from pypdf import PdfReader

from portal import book
from portal.book import Book

# Chromium writes the time of printing; the same length keeps every offset right.
_DATE = re.compile(rb"(?<=Date \(D:)\d{14}\+00'00'")
_FOOTER = (
    '<div style="width:100%;padding:0 18mm;font-size:8px;color:#4a5d66;display:flex;'
    'justify-content:space-between"><span>{title}</span><span class="pageNumber"></span></div>'
)


def print_pdf(edition: Book, site: Path, browser: Browser) -> bytes:
    """Print a book; the first time to learn on which page each heading falls.

    Args:
        edition: the book.
        site: the built site, where its pictures, styles and fonts lie.
        browser: a running Chromium.

    Raises:
        ValueError: the numbers in the contents moved the headings.
    """
    first = _print(edition, site, browser, {})
    numbers = page_numbers(first)
    second = _print(edition, site, browser, numbers)
    if page_numbers(second) != numbers:
        raise ValueError(f"{edition.name}: with its page numbers the contents take another page")
    return _DATE.sub(_date(edition), second)


def page_numbers(pdf: bytes) -> dict[str, int]:
    """The page of each anchor, counted from 1."""
    reader = PdfReader(io.BytesIO(pdf))
    found = {}
    for name, place in reader.named_destinations.items():
        number = reader.get_destination_page_number(place)
        if number is not None:
            found[str(name).lstrip("/")] = number + 1
    return found


def _date(edition: Book) -> bytes:
    return f"{edition.edition.day:%Y%m%d}000000+00'00'".encode()


def _print(edition: Book, site: Path, browser: Browser, numbers: Mapping[str, int]) -> bytes:
    style = (Path(book.__file__).parent / "templates" / "book" / "print.css").read_text("utf-8")
    parts = {chapter.id: book.sections(chapter) for chapter in edition.chapters}
    html = book.render("print.html", edition, style=style, numbers=numbers, parts=parts)
    source = site / f"print-{edition.name}.html"  # beside what it refers to
    source.write_text(html, encoding="utf-8")
    page = browser.new_page(java_script_enabled=False)
    try:
        page.goto(source.as_uri(), wait_until="load")
        return page.pdf(
            prefer_css_page_size=True,
            print_background=True,
            outline=True,
            tagged=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=_FOOTER.format(
                title=escape(f"{edition.title} · {edition.edition.site}")
            ),
        )
    finally:
        page.close()
        source.unlink()
