"""The questions of the chapters as cards for Anki.

Anki's own text format is written (Anki manual, "Text Files", file headers; Anki 2.1.54 or
newer): it can be read in a diff and needs no library. A package (.apkg) would be an SQLite
database with note types of ours, made by a library that has had no release since 2023.
"""

from __future__ import annotations

import copy
import csv
import io
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag

_HEADERS = (
    "#separator:tab\n#html:true\n#guid column:1\n#deck column:2\n#tags column:3\n"
    "#columns:guid\tdeck\ttags\tFront\tBack\n"
)
GUID = "ai-engineer-portal/"  # begins the identity of every card of this site
_KEPT = {"start", "href", "src", "alt", "width", "height"}  # attributes that a card needs


class Card(NamedTuple):
    """One question; front and back are HTML on one line."""

    page: str
    guid: str  # stays the same, so that importing again updates the card and keeps its schedule
    deck: str  # levels separated by `::`
    tags: str  # separated by spaces
    front: str
    back: str


def cards(
    html: str, page: str, language: str, *, address: str, deck: str, tags: str
) -> Iterator[Card]:
    """The questions of a page.

    Args:
        html: the content of the page, with formulas still in TeX, which Anki sets itself.
        page: id of the page.
        language: its language.
        address: where the page is published, for links.
        deck: name of the deck.
        tags: tags of every card.
    """
    for question in BeautifulSoup(html, "html.parser").select("section.question"):
        back = question.select_one(".question__explanations")
        front = question.select_one(".question__choices")
        prompt = question.select_one(".question__prompt")
        assert back is not None, page
        assert prompt is not None, page
        asked = [part for part in (prompt, question.select_one(".question__kind"), front) if part]
        letters = question["data-kind"] != "ordering"
        yield Card(
            page,
            f"{GUID}{page}#{question['id']}:{language}",
            deck,
            f"{tags} {question['data-kind']}",
            "".join(_plain(part, address, letters=letters) for part in asked),
            _plain(back, address, letters=letters),
        )


def address(language: str) -> str:
    """Where the file of a language is published, from the site's root."""
    return f"assets/questions.{language}.txt"


def render(found: Iterable[Card]) -> str:
    """The file that Anki imports."""
    text = io.StringIO()
    text.write(_HEADERS)
    csv.writer(text, delimiter="\t", lineterminator="\n").writerows(card[1:] for card in found)
    return text.getvalue()


def _plain(element: Tag, address: str, *, letters: bool) -> str:
    """HTML of an element on one line, without classes, with absolute addresses."""
    element = copy.copy(element)
    for formula in element.select(".arithmatex"):
        formula.unwrap()
    for verdict in element.select(".question__verdict"):
        verdict.name = "b"
    for part in [element, *element.find_all(True)]:
        part.attrs = {name: value for name, value in part.attrs.items() if name in _KEPT}
        for name in ("href", "src"):
            if name in part.attrs:
                part[name] = urljoin(address, str(part[name]))
    if element.name == "ol" and letters:
        element["type"] = "A"
    for code in element.select("pre"):
        code.replace_with(BeautifulSoup(str(code).replace("\n", "<br>"), "html.parser"))
    return str(element).replace("\n", " ").strip()
