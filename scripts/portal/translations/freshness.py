"""How far the languages of each page are apart, for the reader and the status page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from portal import pages
from portal.problems import ContentError
from portal.translations import difference, staleness
from portal.translations.difference import Change


@dataclass(frozen=True)
class Lag:
    """A page that does not follow the other language's page as it is now."""

    page: str  # id
    language: str  # of the page that is behind
    leader: str  # language of the page that it follows
    since: date | None  # day on which the other was changed; None: the history does not tell
    changes: Sequence[Change]  # in the other page since; empty where the history does not tell


def lags(docs: Path, languages: Sequence[str], names: Iterable[str]) -> Iterator[Lag]:
    """The pages that are behind.

    Args:
        docs: the folder with one folder a language.
        languages: the source language first.
        names: ids of the pages that are built.
    """
    first, *others = languages
    for name in names:
        for language in others:
            try:
                source, translation = (
                    pages.read_source(docs / code / f"{name}.md") for code in (first, language)
                )
            except ContentError:
                continue  # not there, or faulty: the build says so
            found = staleness.pair(source, translation)
            if found.fresh:
                continue
            behind, ahead = (
                (language, first) if found.follower is translation else (first, language)
            )
            version, changes = difference.of(found.leader, found.recorded or "")
            yield Lag(name, behind, ahead, version.changed if version else None, changes)
