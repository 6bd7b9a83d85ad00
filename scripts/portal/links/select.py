"""Which links are checked: filters, shards, changed lines, the ignore list."""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from portal.links.config import Ignore
from portal.links.model import CheckResult, Hyperlink
from portal.links.urls import host_of, registered

_HUNK = re.compile(r"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@")


class SelectError(ValueError):
    """A filter cannot be applied; the message says why."""


def matching(
    links: Iterable[Hyperlink], only: Sequence[str], exclude: Sequence[str]
) -> list[Hyperlink]:
    """Links whose address matches one of `only` (if any) and none of `exclude`.

    Raises:
        SelectError: not a regular expression.
    """
    try:
        wanted = [re.compile(pattern, re.IGNORECASE) for pattern in only]
        unwanted = [re.compile(pattern, re.IGNORECASE) for pattern in exclude]
    except re.error as error:
        raise SelectError(f"{error.pattern!r} is not a regular expression: {error}") from error
    return [
        link
        for link in links
        if (not wanted or any(p.search(link.url) for p in wanted))
        and not any(p.search(link.url) for p in unwanted)
    ]


def shard_of(url: str, count: int) -> int:
    """The part (from 1) that checks an address: all of one site are in the same."""
    site = registered(host_of(url))
    digest = hashlib.sha256(site.encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:8], "big") % count + 1


def on_changed_lines(links: Iterable[Hyperlink], ref: str, base: Path) -> list[Hyperlink]:
    """Links that stand on lines added or changed since a Git revision, untracked files too.

    Raises:
        SelectError: Git does not know the revision, or this is no Git work tree.
    """
    changed = changed_lines(ref, base)
    return [
        link
        for link in links
        if any(
            first <= link.place.line <= last
            for first, last in changed.get((base / link.place.file).resolve(), ())
        )
    ]


def changed_lines(ref: str, base: Path) -> dict[Path, list[tuple[int, int]]]:
    """Ranges of changed lines by file."""
    if ref.startswith("-"):
        raise SelectError(f"{ref!r} is not a revision")
    top = Path(_git(base, "rev-parse", "--show-toplevel").strip())
    diff = _git(top, "-c", "core.quotePath=false", "diff", "--unified=0", "--no-color",
                "--no-ext-diff", "--no-renames", ref, "--")  # fmt: skip
    found: dict[Path, list[tuple[int, int]]] = {}
    current: Path | None = None
    for line in diff.splitlines():
        if line.startswith("+++ "):
            name = line[4:].split("\t")[0].strip('"')
            current = None if name == "/dev/null" else (top / name.removeprefix("b/")).resolve()
        elif current is not None and (match := _HUNK.match(line)):
            first, count = int(match[1]), int(match[2] or 1)
            if count:
                found.setdefault(current, []).append((first, first + count - 1))
    untracked = _git(top, "ls-files", "--others", "--exclude-standard", "-z")
    for name in filter(None, untracked.split("\0")):
        found[(top / name).resolve()] = [(1, 10**9)]
    return found


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, capture_output=True, encoding="utf-8",
            errors="replace", timeout=60, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SelectError(f"git does not answer: {error}") from error
    if done.returncode:
        raise SelectError(f"git says: {done.stderr.strip()}")
    return done.stdout


def apply_ignores(results: Iterable[CheckResult], ignores: Sequence[Ignore]) -> None:
    """Mark results that the ignore list excuses."""
    compiled = [(re.compile(ignore.pattern), ignore) for ignore in ignores]
    for result in results:
        for pattern, ignore in compiled:
            if not result.ok and pattern.search(result.url):
                result.ignored = f"{ignore.reason} (until {ignore.expires})"
                break
