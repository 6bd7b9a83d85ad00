"""The first use of a glossary term in a chapter: a link to the glossary that carries a tip.

Works on the HTML of a page, before formulas are set. A term that the author linked himself
is first used there; words that every reader knows (`everyday`) are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import NamedTuple

from portal.glossary import Term

_PART = re.compile(r"<!--.*?-->|<(?P<close>/?)(?P<tag>[a-zA-Z][\w-]*)(?P<rest>[^>]*)>", re.DOTALL)
# No links in links and controls, no distraction in headings, nothing in code and formulas.
_SKIPPED = re.compile(
    r"a|button|code|figure|h[1-6]|label|pre|script|section|style|summary|svg|th", re.IGNORECASE
)
_VOID = re.compile(r"area|br|col|hr|img|input|link|meta|source|track|wbr", re.IGNORECASE)
_LINKED = re.compile(r'(<a class="term" href="[^"]*#term-(?P<id>[^"]+)")')
_BRACKETS = re.compile(r"[（(][^（()）]*[)）]")
_BORDER = "\0"  # between two pieces of text, so that no term reaches over a tag


class Use(NamedTuple):
    """Where a term stands in the text of a page."""

    start: int
    end: int
    term: Term


def render(html: str, terms: Mapping[str, Term], language: str, glossary: str) -> str:
    """Mark the first use of each term.

    Args:
        html: the content of a chapter as Markdown made it.
        terms: the glossary.
        language: of the page.
        glossary: address of the glossary page, relative to this page.
    """
    linked = {match["id"] for match in _LINKED.finditer(html)}
    html = _LINKED.sub(lambda match: match[1] + _tip(terms.get(match["id"]), language), html)
    wanted = [term for term in terms.values() if not term.everyday and term.id not in linked]
    for use in sorted(_first_uses(_text(html), wanted, language), reverse=True):
        words = html[use.start : use.end]
        address = f"{glossary}#term-{use.term.id}"
        link = f'<a class="term" href="{escape(address)}"{_tip(use.term, language)}>{words}</a>'
        html = html[: use.start] + link + html[use.end :]
    return html


def names(term: Term, language: str) -> Iterator[str]:
    """What a term is called in the text of a page, without what stands in brackets."""
    for name in [term.zh, *term.also] if language == "zh-TW" else [term.en]:
        for part in re.split(r"\s*／\s*|\s+/\s+", _BRACKETS.sub("", name)):
            if len(part.strip()) > 1:
                yield part.strip()


def tip(term: Term, language: str) -> str:
    """The other language's name and the first sentence of the definition."""
    if term.definition is None:
        return ""
    other = term.en if language == "zh-TW" else term.zh
    sentence = re.split(r"(?<=。)|(?<=[.!?])\s(?=[A-Z])", term.definition[language], maxsplit=1)[0]
    return f"{other}{'：' if language == 'zh-TW' else ': '}{sentence}"


def _tip(term: Term | None, language: str) -> str:
    text = tip(term, language) if term else ""
    return f' data-module="term" data-tip="{escape(text)}"' if text else ""


def _text(html: str) -> str:
    """The page with everything blanked in which no term is marked; offsets stay the same."""
    pieces: list[str] = []
    skipped: list[str] = []  # open elements, the outermost skipped one first
    end = 0
    for match in _PART.finditer(html):
        between = html[end : match.start()]
        pieces.append(_BORDER * len(between) if skipped else between)
        pieces.append(_BORDER * len(match[0]))
        end = match.end()
        tag = match["tag"]
        if not tag or _VOID.fullmatch(tag) or match["rest"].endswith("/"):
            continue
        if match["close"]:
            if skipped and skipped[-1] == tag:
                skipped.pop()
        elif skipped or _SKIPPED.fullmatch(tag) or "arithmatex" in match["rest"]:
            skipped.append(tag)
    rest = html[end:]
    pieces.append(_BORDER * len(rest) if skipped else rest)
    return "".join(pieces)


def _first_uses(text: str, terms: Iterable[Term], language: str) -> Iterator[Use]:
    """The first place of each term that no longer term covers."""
    folded = text.lower()
    variants = sorted(
        ((name, term) for term in terms for name in names(term, language)),
        key=lambda found: (-len(found[0]), found[0]),
    )
    taken = bytearray(len(text))  # longer terms cover shorter ones, wherever they stand
    first: dict[str, Use] = {}
    for name, term in variants:
        for start, end in _places(text, folded, name):
            if any(taken[start:end]):
                continue
            taken[start:end] = b"\1" * (end - start)
            if term.id not in first or start < first[term.id].start:
                first[term.id] = Use(start, end, term)
    yield from first.values()


def _places(text: str, folded: str, name: str) -> Iterator[tuple[int, int]]:
    # A name with a capital inside (ReAct, GAN) is an abbreviation and written as it is.
    exact = any(character.isupper() for character in name[1:]) or name.isupper()
    where, sought = (text, name) if exact else (folded, name.lower())
    start = where.find(sought)
    while start >= 0:
        end = start + len(sought)
        if _latin(sought[-1]) and where[end : end + 1] == "s":  # a plural
            end += 1
        before, after = where[start - 1 : start], where[end : end + 1]
        if not (_latin(sought[0]) and _joins(before)) and not (
            _latin(sought[-1]) and _joins(after)
        ):
            yield start, end
        start = where.find(sought, end)


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _joins(character: str) -> bool:
    """Whether this character beside a Latin word belongs to it."""
    return character != "" and (_latin(character) or character in "-_@&/")
