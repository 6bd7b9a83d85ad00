"""Results kept by the content they were made of, so that what has not changed is not done again.

A result is found only under the digest of everything it depends on: what the caller names, the
code of `portal` itself, and the versions of the packages. Nothing is ever out of date, and the
folder may be deleted at any time. Files are pickles that this program wrote, below `.cache/`.
"""

from __future__ import annotations

import hashlib
import pickle
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TypeVar, cast

from portal.files import write_atomically

FOLDER = ".cache/portal"
_DAYS = 30  # without use, after which a result is deleted
_PACKAGE = Path(__file__).parent

T = TypeVar("T")


class Cache:
    """Results in a folder; without one, everything is made anew."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._swept = folder is None

    def get(self, kind: str, parts: Iterable[str | bytes], make: Callable[[], T]) -> T:
        """The result for these parts, made if it is not there.

        Args:
            kind: what is kept; a folder below the cache.
            parts: everything the result depends on besides the program.
            make: makes the result, which must be picklable. What it raises is not kept.
        """
        parts = list(parts)
        found = self.find(kind, parts)
        if found is not None:
            return cast(T, found)
        made = make()
        self.keep(kind, parts, made)
        return made

    def find(self, kind: str, parts: Iterable[str | bytes]) -> object | None:
        """The result for these parts, or None."""
        path = self._path(kind, parts)
        if path is None:
            return None
        try:
            return cast(object, pickle.loads(path.read_bytes()))
        except Exception:  # not there, or damaged in any way
            return None

    def keep(self, kind: str, parts: Iterable[str | bytes], result: object) -> None:
        """Keep a result; None is never found again."""
        path = self._path(kind, parts)
        if path is None:
            return
        self._sweep()
        with suppress(OSError):  # a full disk or a read-only tree costs time, nothing else
            data = pickle.dumps(result, protocol=pickle.HIGHEST_PROTOCOL)
            write_atomically(path, data, durable=False)

    def _path(self, kind: str, parts: Iterable[str | bytes]) -> Path | None:
        if self.folder is None:
            return None
        return self.folder / kind / digest([kind, program(), *parts])

    def _sweep(self) -> None:
        """Delete what was not made lately, once a process."""
        if self._swept or self.folder is None:
            return
        self._swept = True
        oldest = time.time() - _DAYS * 86_400
        for path in self.folder.glob("*/*"):
            try:
                if path.stat().st_mtime < oldest:
                    path.unlink()
            except OSError:
                continue  # another process was first


def digest(parts: Iterable[str | bytes]) -> str:
    """One digest of several texts; where one ends is part of it."""
    found = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        found.update(len(data).to_bytes(8, "big"))
        found.update(data)
    return found.hexdigest()[:32]


def files_digest(folder: Path, pattern: str = "*") -> str:
    """Digest of the names, sizes and times of all files below a folder."""
    found = []
    for path in sorted(folder.rglob(pattern)):
        if path.is_file():
            stat = path.stat()
            found.append(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}")
    return digest(found)


@cache
def program() -> str:
    """Digest of the code of `portal` and of the versions of all packages."""
    sources = sorted(
        path for path in _PACKAGE.rglob("*") if path.is_file() and path.suffix != ".pyc"
    )
    versions = sorted(
        f"{item.metadata['Name']} {item.version}" for item in metadata.distributions()
    )
    code = [path.read_bytes() for path in sources]
    names = [path.relative_to(_PACKAGE).as_posix() for path in sources]
    return digest([sys.version, *names, *code, *versions])
