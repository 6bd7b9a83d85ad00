"""The glossary as the rules of language look things up in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from portal.glossary import Term

_REMARK = re.compile(r"（[^）]*）|\([^)]*\)")
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Lexicon:
    """Terms by their wrong and their English names."""

    glossary: Mapping[str, Term]

    @cached_property
    def by_wrong(self) -> Mapping[str, Term]:
        """Word that is not used here → the term that it means."""
        return {word: term for term in self.glossary.values() for word in term.wrong}

    @cached_property
    def any_wrong(self) -> re.Pattern[str]:
        """Finds a word that is not used here."""
        return _any_of(self.by_wrong)

    @cached_property
    def any_right(self) -> re.Pattern[str]:
        """Finds the words in which such a word is right, longest first."""
        right = {word for t in self.by_wrong.values() for word in (t.zh, *t.also, *t.allow)}
        return _any_of(word for word in right if any(wrong in word for wrong in self.by_wrong))

    @cached_property
    def by_english(self) -> Mapping[str, Term]:
        """English name in lower case, without remarks → term; entries of several are left out."""
        single = (term for term in self.glossary.values() if "/" not in term.en)
        return {_REMARK.sub("", term.en).strip().lower(): term for term in single}

    def chinese(self, term: Term) -> set[str]:
        """The accepted Chinese names of a term without remarks; empty if it has none."""
        plain = (_REMARK.sub("", name) for name in (term.zh, *term.also))
        names = (part.strip() for name in plain for part in name.split("／"))
        return {name for name in names if _HAN.search(name)}


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, ordered)) or r"(?!)")
