#!/usr/bin/env python3
"""Check the vendored files against their recorded SHA-256, or fetch them anew from npm.

python scripts/vendor.py             # check; exits 1 if a file was changed by hand
python scripts/vendor.py --update    # fetch the versions of scripts/vendor.toml (needs npm)
"""

from __future__ import annotations

import argparse
import fnmatch
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
MANIFEST = ROOT / "scripts" / "vendor.toml"
SUMS = ROOT / "scripts" / "vendor.sha256"  # the format of sha256sum
# Every browser that runs the site reads WOFF2; the other formats are not shipped.
_OTHER_FONTS = re.compile(rb",url\([^)]*\.(?:woff|ttf)\) format\(\"[a-z]+\"\)")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--update", action="store_true", help="fetch the files from npm")
    if parser.parse_args(argv).update:
        manifest = tomllib.loads(MANIFEST.read_text(encoding="utf-8"))
        written = [path for name, entry in manifest.items() for path in fetch(name, entry)]
        SUMS.write_text("".join(f"{digest(ROOT / path)}  {path}\n" for path in sorted(written)))
        return 0
    faults = list(check(SUMS.read_text(encoding="utf-8")))
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def check(sums: str) -> Iterator[str]:
    """Say which vendored files differ from the recorded sums."""
    for line in sums.splitlines():
        expected, path = line.split(maxsplit=1)
        file = ROOT / path
        if not file.exists() or digest(file) != expected:
            yield f"{path}: not the vendored file – run 'python scripts/vendor.py --update'"


def fetch(name: str, entry: Mapping[str, Any]) -> Iterator[str]:
    """Unpack the files of one npm package; yields their paths from the root."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", "--pack-destination", folder]
        subprocess.run([*command, f"{name}@{entry['version']}"], check=True, capture_output=True)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            for pattern, target in entry["files"].items():
                for member in archive.getnames():
                    if fnmatch.fnmatch(member, f"package/{pattern}"):
                        yield _unpack(archive, member, target)


def digest(file: Path) -> str:
    """SHA-256 of a file in hex."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _unpack(archive: tarfile.TarFile, member: str, target: str) -> str:
    path = target + Path(member).name if target.endswith("/") else target
    stream = archive.extractfile(member)
    assert stream is not None, member
    data = stream.read()
    (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
    (ROOT / path).write_bytes(_OTHER_FONTS.sub(b"", data) if path.endswith(".css") else data)
    return path


if __name__ == "__main__":
    sys.exit(main())
