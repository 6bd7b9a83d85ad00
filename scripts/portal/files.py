"""Writing files so that a killed run leaves the old one or the new one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path


def write_atomically(
    path: Path, content: str | bytes | Iterable[str], *, durable: bool = True
) -> None:
    """Write a file whole or not at all; the old one stays when the disk is full.

    Args:
        path: the file; its folder is made if missing. A pipe or device is written to as it is.
        content: the whole content, or the pieces of a text in order, which are then never
            in memory together. Line ends are kept as they are.
        durable: also against a loss of power; slow, and not needed for what can be made again.

    Raises:
        OSError: it could not be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not path.is_file():  # /dev/stdout and the like
        with path.open("wb") as file:
            file.writelines(_bytes(content))
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(_bytes(content))
            if durable:
                file.flush()
                os.fsync(file.fileno())
        part.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _bytes(content: str | bytes | Iterable[str]) -> Iterable[bytes]:
    if isinstance(content, bytes):
        return [content]
    pieces = [content] if isinstance(content, str) else content
    return (piece.encode("utf-8", "surrogatepass") for piece in pieces)
