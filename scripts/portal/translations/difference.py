"""What has changed in a page since its translation followed it, paragraph by paragraph."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from portal.pages import Source, digest, split
from portal.problems import ContentError

_REVISIONS = 500  # looked at, newest first
_SECONDS = 20  # for Git to answer
_ALIKE = 0.5  # share of equal characters from which two paragraphs are the same one, changed


class Paragraph(NamedTuple):
    """A block of Markdown between blank lines; a code block is one, however long."""

    text: str
    line: int  # counts from 1 within the body


class Change(NamedTuple):
    """One paragraph that is not as it was; None: there was none, or there is none."""

    old: Paragraph | None
    new: Paragraph | None


class Followed(NamedTuple):
    """The text that a translation followed."""

    body: str
    revision: str  # the last one in which it stood
    changed: date | None  # when the next one changed it; None: not committed yet


def paragraphs(body: str) -> Iterator[Paragraph]:
    """The paragraphs of a page, in order."""
    lines: list[str] = []
    start, fence = 1, ""
    for number, line in enumerate(body.splitlines(), 1):
        mark = line.strip()
        if fence:
            lines.append(line)
            if mark.startswith(fence) and not mark.strip(fence[0]):
                fence = ""
            continue
        if not mark:
            if lines:
                yield Paragraph("\n".join(lines), start)
            lines = []
            continue
        if not lines:
            start = number
        lines.append(line)
        if mark.startswith(("```", "~~~")):
            fence = mark[: len(mark) - len(mark.lstrip(mark[0]))]
    if lines:
        yield Paragraph("\n".join(lines), start)


def changes(old: str, new: str) -> Iterator[Change]:
    """The paragraphs in which two versions of a page differ, in the order of the newer one."""
    before, after = list(paragraphs(old)), list(paragraphs(new))
    matcher = SequenceMatcher(None, [p.text for p in before], [p.text for p in after], False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind != "equal":
            yield from _paired(before[i1:i2], after[j1:j2])


def followed(source: Path, wanted: str) -> Followed | None:
    """Find the version of a page that has this digest in the history of its repository.

    Args:
        source: the page as it is now.
        wanted: the digest that the translation records.

    Returns:
        None where Git, the repository or that version is not to be had.
    """
    log = _git(source.parent, "log", f"-{_REVISIONS}", "--format=%H %cs", "--", source.name)
    changed: date | None = None
    for line in log.splitlines():
        revision, day = line.split()
        text = _git(source.parent, "show", f"{revision}:./{source.name}")
        try:
            body = split(text, source).body
        except ContentError:
            body = ""
        if digest(body) == wanted:
            return Followed(body, revision, changed)
        changed = date.fromisoformat(day)
    return None


def of(source: Source, wanted: str) -> tuple[Followed | None, Sequence[Change]]:
    """The version that was followed, and what has changed since; nothing where it is unknown."""
    version = followed(source.path, wanted)
    return version, list(changes(version.body, source.body)) if version else []


def _paired(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> Iterator[Change]:
    """Pair each new paragraph with the next old one that it resembles."""
    left = list(old)
    for paragraph in new:
        for index, candidate in enumerate(left):
            if SequenceMatcher(None, candidate.text, paragraph.text, False).ratio() >= _ALIKE:
                yield from (Change(gone, None) for gone in left[:index])
                yield Change(candidate, paragraph)
                del left[: index + 1]
                break
        else:
            yield Change(None, paragraph)
    yield from (Change(gone, None) for gone in left)


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=folder,
            capture_output=True,
            timeout=_SECONDS,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""
