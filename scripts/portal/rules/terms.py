"""Rules for terms: what is linked is defined, and one term has one translation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from portal.glossary import Term
from portal.markup import citations
from portal.pages import Source
from portal.problems import Problem
from portal.rules.exceptions import Exceptions
from portal.rules.lexicon import Lexicon
from portal.rules.passages import Passage

# 中文（English): a term at its first use.
_GLOSSED = re.compile(r"(?P<zh>[\u4e00-\u9fff]{2,12})（(?P<en>[A-Za-z][A-Za-z0-9 -]{2,40})）")


def undefined(source: Source, glossary: Mapping[str, Term]) -> Iterator[Problem]:
    """A term that a page links has a definition for the reader to find."""
    for citation in citations.find(source.body):
        term = glossary.get(citation.name) if citation.scheme == "term" else None
        if term and not term.definition:
            line = source.body_line + citation.line - 1
            message = f"term {term.id!r} has no definition – add one to docs/data/glossary.yml"
            yield Problem(source.path, line, message)


def inconsistent(passage: Passage, lexicon: Lexicon, exceptions: Exceptions) -> Iterator[Problem]:
    """Chinese that is glossed with an English term is the translation of the glossary."""
    for match in _GLOSSED.finditer(exceptions.without_quoted(passage.text)):
        term = lexicon.by_english.get(match["en"].lower())
        names = lexicon.chinese(term) if term else set()
        if term and names and not any(match["zh"].endswith(name) for name in names):
            message = f"{match['zh']}（{match['en']}） – the glossary translates it {term.zh}"
            yield Problem(passage.path, passage.line, f"{message}; write that, or correct it there")
