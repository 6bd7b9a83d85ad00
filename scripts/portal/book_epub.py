"""A book as EPUB 3. Formulas are MathML, which reading systems set themselves.

Source: https://www.w3.org/TR/epub-33/
"""

from __future__ import annotations

import mimetypes
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from bs4 import BeautifulSoup
from bs4.dammit import EntitySubstitution
from bs4.formatter import XMLFormatter

from portal import book
from portal.book import Book, Chapter

_XML = XMLFormatter(entity_substitution=EntitySubstitution.substitute_xml)
_NOT_XHTML = {"markdown", "align"}


def write_epub(edition: Book, site: Path, target: Path) -> None:
    """Write the EPUB, the same bytes for the same book.

    Args:
        edition: the book.
        site: the built site, where its pictures lie.
        target: the file to write.

    Raises:
        OSError: a picture could not be read, or the file not be written.
    """
    day = edition.edition.day
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    with zipfile.ZipFile(part, "w") as archive:
        for path, content in entries(edition, site):
            info = zipfile.ZipInfo(path, (day.year, day.month, day.day, 0, 0, 0))
            first = path == "mimetype"  # must be first, and stored as it is
            info.compress_type = zipfile.ZIP_STORED if first else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    part.replace(target)


def entries(edition: Book, site: Path) -> Iterator[tuple[str, bytes]]:
    """Path and content of every file of the EPUB, in order."""
    bodies = {chapter.id: _body(chapter) for chapter in edition.chapters}
    places = {
        str(element["id"]): f"{name}.xhtml"
        for name, body in bodies.items()
        for element in body.select("[id]")
    }
    places |= {name: f"{name}.xhtml" for name in bodies}
    for name, body in bodies.items():
        _link_files(body, f"{name}.xhtml", places)
    pictures = sorted({str(i["src"]) for body in bodies.values() for i in body.select("img")})
    parts = {chapter.id: book.sections(chapter) for chapter in edition.chapters}
    yield "mimetype", b"application/epub+zip"
    yield "META-INF/container.xml", book.render("container.xml", edition).encode()
    package = book.render(
        "package.opf",
        edition,
        identifier=uuid5(NAMESPACE_URL, f"{edition.edition.address}{edition.name}"),
        mathml={name for name, body in bodies.items() if body.select_one("math")},
        pictures=[(picture, mimetypes.guess_type(picture)[0]) for picture in pictures],
    )
    yield "book/package.opf", package.encode()
    yield "book/nav.xhtml", book.render("nav.xhtml", edition, parts=parts).encode()
    yield "book/cover.xhtml", book.render("cover.xhtml", edition).encode()
    yield "book/style.css", (Path(book.__file__).parent / "templates/book/epub.css").read_bytes()
    for chapter in edition.chapters:
        content = bodies[chapter.id].decode(formatter=_XML)
        text = book.render("chapter.xhtml", edition, chapter=chapter, body=content)
        yield f"book/{chapter.id}.xhtml", text.encode()
    for picture in pictures:
        yield f"book/{picture}", (site / picture).read_bytes()


def _body(chapter: Chapter) -> BeautifulSoup:
    """A chapter with its formulas as MathML alone, and without what only scripts read."""
    soup = BeautifulSoup(chapter.html, "html.parser")
    for formula in soup.select(".katex"):
        formula.replace_with(*formula.select("math"))
    for source in soup.select("annotation"):
        source.decompose()
    for element in soup.find_all(True):
        for name in list(element.attrs):
            if name.startswith("data-") or name in _NOT_XHTML:
                del element[name]
    return soup


def _link_files(body: BeautifulSoup, file: str, places: Mapping[str, str]) -> None:
    """Name the file in links to an anchor of another chapter; a link to nowhere becomes text."""
    for link in body.select("a[href^='#']"):
        anchor = str(link["href"])[1:]
        if anchor not in places:
            link.unwrap()
        elif places[anchor] != file:
            whole = places[anchor] == f"{anchor}.xhtml"
            link["href"] = places[anchor] if whole else f"{places[anchor]}#{anchor}"
