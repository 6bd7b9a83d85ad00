"""The search index: one entry for each heading of each page, as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bs4 import BeautifulSoup, Tag

_LEFT_OUT = "script, style, .headerlink, .arithmatex, .question__verdict, svg, nav"
_PARAGRAPH = re.compile(r"<p>.*?</p>", re.DOTALL)
_HEADINGS = ("h1", "h2", "h3")
_DESCRIPTION = 160  # characters that search engines show
# Reading that wants to be understood, code and tables among it: slower than a novel.
_HAN_PER_MINUTE = 300
_WORDS_PER_MINUTE = 180
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z0-9][\w.'-]*")


class Document(NamedTuple):
    """What can be found: the text below one heading."""

    url: str  # from the language's home, with the heading's anchor
    page: str  # title of the page
    title: str  # the heading
    text: str


def documents(html: str, page: str, url: str, root: str) -> Iterator[Document]:
    """Split a page at its headings.

    Args:
        html: the content of the page.
        page: its title.
        url: its address from the site's root.
        root: address of the language's home from the site's root.
    """
    soup = BeautifulSoup(html, "html.parser")
    for element in soup.select(_LEFT_OUT):
        element.decompose()
    base = url.removeprefix(root)
    anchor, title, parts = "", page, list[str]()
    for element in _leaves(soup):
        if element.name in _HEADINGS:
            yield from _document(base, anchor, page, title, parts)
            anchor = "" if element.name == "h1" else str(element.get("id") or "")
            title, parts = _text(element), []
        else:
            parts.append(_text(element))
    yield from _document(base, anchor, page, title, parts)


def minutes(texts: Iterable[str]) -> int:
    """How long a page takes to read, in minutes; 0 for a few lines."""
    han = words = 0
    for text in texts:
        han += len(_HAN.findall(text))
        words += len(_WORD.findall(text))
    return round(han / _HAN_PER_MINUTE + words / _WORDS_PER_MINUTE)


def first_paragraph(html: str) -> str:
    """The opening of a page as its description, cut at a sentence where that is possible.

    Args:
        html: the content as Markdown made it, before anything is put in.
    """
    match = _PARAGRAPH.search(html)
    if not match:
        return ""
    paragraph = BeautifulSoup(match[0], "html.parser")
    for formula in paragraph.select(".arithmatex"):
        tex = formula.get_text().removeprefix("\\(").removesuffix("\\)")
        if "\\" not in tex:  # what reads as text stays, so that the sentence stays whole
            formula.replace_with(tex)
    for element in paragraph.select(_LEFT_OUT):
        element.decompose()
    text = " ".join(paragraph.get_text().split())
    if len(text) <= _DESCRIPTION:
        return text
    head = text[:_DESCRIPTION]
    end = max(head.rfind(mark) for mark in ("。", ". ", "；", "; "))
    return head[: end + 1].strip() if end > _DESCRIPTION // 3 else head.rstrip() + "…"


def _leaves(soup: Tag) -> Iterator[Tag]:
    """Headings, and what stands between them, in order."""
    for child in soup.children:
        if not isinstance(child, Tag):
            continue
        if child.name in _HEADINGS or not child.find(_HEADINGS):
            yield child
        else:
            yield from _leaves(child)


def _document(
    base: str, anchor: str, page: str, title: str, parts: list[str]
) -> Iterator[Document]:
    text = " ".join(part for part in parts if part)
    if text or anchor:
        yield Document(f"{base}#{anchor}" if anchor else base, page, title, text)


def _text(element: Tag) -> str:
    return " ".join(element.get_text(" ").split())
