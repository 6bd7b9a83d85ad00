"""What several tests share: small portals on disk, and the real site, built once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import small
from portal.checks import read_config
from portal.site import Portal, read_portal
from support import REPO_URL, ROOT, SITE_URL, Write


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes files below a temporary folder and gives the folder."""

    def _write(files: Mapping[str, str]) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return _write


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A portal of one chapter, with the real mkdocs.yml, hooks and theme."""
    return small.make(tmp_path)


@pytest.fixture(scope="session")
def portal() -> Portal:
    """The facts that the real site is built from."""
    return read_portal(ROOT, *read_config(ROOT / "mkdocs.yml"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The real site, built strictly, as it is deployed below a sub-path."""
    folder = tmp_path_factory.mktemp("site")
    environment = {
        **os.environ,
        "SITE_URL": SITE_URL,
        "REPO_URL": REPO_URL,
        "NO_MKDOCS_2_WARNING": "1",
    }
    command = [sys.executable, "-m", "mkdocs", "build", "--site-dir", str(folder)]
    result = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert "WARNING" not in result.stderr, result.stderr
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
