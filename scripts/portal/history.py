"""When the files of the site last changed, from git."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from datetime import date
from pathlib import Path

_MARK = "\x01"


def last_changes(root: Path) -> Mapping[str, date]:
    """The author's date of the last commit that changed each file.

    The dates come from the commits and not from the disk, so every clone builds the same
    pages. Empty outside git (a source archive) and in a shallow clone, whose one commit would
    claim to have changed everything.

    Args:
        root: the folder of mkdocs.yml; paths in the result start there.
    """
    if _git(root, "rev-parse", "--is-shallow-repository").strip() != "false":
        return {}
    log = _git(root, "log", f"--format={_MARK}%as", "--name-only", "--no-renames", "--relative")
    return parse_log(log)


def parse_log(log: str) -> dict[str, date]:
    """Read `git log`: a marked date, then the files of that commit; the newest comes first."""
    found: dict[str, date] = {}
    day = date.min
    for line in log.splitlines():
        if line.startswith(_MARK):
            day = date.fromisoformat(line.removeprefix(_MARK))
        elif line:
            found.setdefault(line, day)
    return found


def commit(root: Path) -> tuple[str, date] | None:
    """Short name and author's date of the commit that is checked out; None outside git.

    A plus sign follows the name when files were changed since.
    """
    name = _git(root, "describe", "--always", "--exclude=*", "--dirty=+").strip()
    day = _git(root, "log", "-1", "--format=%as").strip()
    return (name, date.fromisoformat(day)) if name and day else None


def _git(root: Path, *arguments: str) -> str:
    """Output of git; empty when git or its repository is missing."""
    command = ["git", "-c", "core.quotePath=false", "-c", "log.showSignature=false", *arguments]
    try:
        result = subprocess.run(
            command, cwd=root, capture_output=True, text=True, encoding="utf-8", check=False
        )
    except FileNotFoundError:
        return ""
    return result.stdout if result.returncode == 0 else ""
