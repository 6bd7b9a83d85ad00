"""A page in one language records the digest of the other, which it follows.

Nearly always the English page follows the Chinese one; where English leads, the Chinese page
has `source_digest` and the English page has none. Another digest means that it is stale.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from portal.pages import Source
from portal.problems import Problem

_DIGEST = re.compile(r"^source_digest:.*$", re.MULTILINE)


@dataclass(frozen=True)
class Pair:
    """A page and the one that follows it."""

    leader: Source
    follower: Source
    recorded: str | None  # the digest of the leader as the follower knew it

    @property
    def fresh(self) -> bool:
        """Whether the follower follows the leader as it is now."""
        return self.recorded == self.leader.digest


def pair(source: Source, translation: Source) -> Pair:
    """Who follows whom.

    Args:
        source: the page in the source language.
        translation: the page in the other language.
    """
    if recorded(source) is not None and recorded(translation) is None:
        return Pair(translation, source, recorded(source))
    return Pair(source, translation, recorded(translation))


def recorded(page: Source) -> str | None:
    """The digest that a page records; None: it follows none."""
    match = _DIGEST.search(page.front_matter)
    return match[0].split(":", 1)[1].strip().strip("\"'") if match else None


def check(source: Source, translation: Source) -> Iterator[Problem]:
    """One of the two follows the other as it is now."""
    if recorded(source) is not None and recorded(translation) is not None:
        message = "both languages have 'source_digest' – remove it from the page that leads"
        yield Problem(source.path, _line(source), message)
        return
    found = pair(source, translation)
    if found.fresh:
        return
    path = found.follower.path
    message = (
        f"follows {found.recorded or 'no version'} of its source, which is now "
        f"{found.leader.digest} – bring it up to date (scripts/translation_diff.py shows what "
        f"changed), then run: python scripts/check_content.py --accept {path}"
    )
    yield Problem(path, _line(found.follower), message)


def accept(text: str, leader: Source) -> str:
    """The text of a translation, recording that it follows its source as it is now."""
    line = f'source_digest: "{leader.digest}"'
    if _DIGEST.search(text):
        return _DIGEST.sub(line, text, count=1)
    return text.replace("---\n", f"---\n{line}\n", 1)


def _line(page: Source) -> int:
    match = _DIGEST.search(page.front_matter)
    return page.front_matter.count("\n", 0, match.start()) + 2 if match else 1
