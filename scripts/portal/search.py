"""The search index: an entry for each heading of each page, each term, and each resource.

What is generated into a page (glossary, resources) is not read from its HTML but given here
with what it is known by, so that a query in either language finds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bs4 import BeautifulSoup, Tag

from portal.glossary import Term
from portal.resources import Resource

_LEFT_OUT = "script, style, .headerlink, .arithmatex, .question__verdict, svg, nav"
_PARAGRAPH = re.compile(r"<p>.*?</p>", re.DOTALL)
_BRACKETED = re.compile(r"\s*[（(]([^（()）]*)[)）]")
_HEADINGS = ("h1", "h2", "h3")
_DESCRIPTION = 160  # characters that search engines show
# Reading that wants to be understood, code and tables among it: slower than a novel.
_HAN_PER_MINUTE = 300
_WORDS_PER_MINUTE = 180
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z0-9][\w.'-]*")


# How much a hit counts: a chapter explains, the others show, list or serve contributors.
_WEIGHTS = {
    "courses/": 0.3,
    "notebooks/": 0.2,
    "contributing/": 0.25,
    "updates/": 0.25,
    "about/": 0.5,
    "projects/": 0.6,
    "models/colab-notebooks/": 0.25,
}
_TERM_WEIGHT, _RESOURCE_WEIGHT = 0.04, 0.01


class Document(NamedTuple):
    """What can be found: the text below one heading, a term, or a resource."""

    url: str  # from the language's home, with the heading's anchor
    page: str  # title of the page
    title: str  # the heading
    text: str
    weight: float = 1.0
    alone: bool = False  # an entry of a list, which has nothing to do with the entries beside it


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


def term_documents(terms: Iterable[Term], language: str, page: str, url: str) -> Iterator[Document]:
    """The glossary, one entry a term, found by its names in both languages.

    Args:
        terms: the terms.
        language: of the index.
        page: title of the glossary page.
        url: its address from the language's home.
    """
    for term in terms:
        own, other = (term.zh, term.en) if language == "zh-TW" else (term.en, term.zh)
        names = " ".join([other, *term.also, *term.wrong])
        parts = [text[language] for text in (term.definition, term.note) if text]
        yield Document(
            f"{url}#term-{term.id}",
            page,
            f"{own} {other}",
            " ".join([names, *parts]),
            _TERM_WEIGHT,
            alone=True,
        )


def resource_documents(
    resources: Iterable[Resource], language: str, page: str, url: str
) -> Iterator[Document]:
    """The catalogue, one entry a resource; the arguments are those of `term_documents`."""
    for resource in resources:
        if not resource.retired:
            text = " ".join(filter(None, [resource.by, resource.note[language]]))
            title = resource.title[language]
            yield Document(
                f"{url}#resource-{resource.id}", page, title, text, _RESOURCE_WEIGHT, alone=True
            )


def synonyms(terms: Iterable[Term]) -> list[list[str]]:
    """Names of the same thing, in both languages: 微調 and fine-tuning."""
    groups = []
    for term in terms:
        names = [name for text in (term.zh, term.en) for name in _names(text)]
        group = dict.fromkeys([*names, *term.also, *term.wrong])
        if len(group) > 1:
            groups.append(list(group))
    return groups


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


def _names(text: str) -> list[str]:
    """`準確率／召回率（recall）` are three names of which only the bracketed one may be shared."""
    if "／" in text or " / " in text:  # several things in one entry are not the same
        return []
    outside = _BRACKETED.sub("", text).strip()
    inside = [match[1].strip() for match in _BRACKETED.finditer(text)]
    return [name for name in (outside, *inside) if name]


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
    weight = next((value for start, value in _WEIGHTS.items() if base.startswith(start)), 1.0)
    if text or anchor:
        yield Document(f"{base}#{anchor}" if anchor else base, page, title, text, weight)


def _text(element: Tag) -> str:
    return " ".join(element.get_text(" ").split())
