"""The environments that notebooks run in: locked to the last package, and made by `make`."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from portal.notebooks.digest import LOCKS, canonical, pins
from portal.notebooks.source import read_source, topics

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("lock", sorted({name for names in LOCKS.values() for name in names}))
def test_every_line_of_a_lock_is_a_pin(lock: str) -> None:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    pinned = [line for line in lines if line and not line.startswith("#")]
    assert pinned
    assert [line for line in pinned if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []
    names = [canonical(line.partition("==")[0]) for line in pinned]
    assert len(names) == len(set(names))


def test_the_overlay_repeats_nothing_of_its_base() -> None:
    overlay = (ROOT / LOCKS["notebooks-yolo"][-1]).read_text(encoding="utf-8")
    added = {canonical(name) for name in re.findall(r"^([\w.-]+)==", overlay, re.MULTILINE)}
    assert not added & set(pins(ROOT, "notebooks"))


@pytest.mark.parametrize("environment", sorted(LOCKS))
def test_make_notebooks_makes_the_environment(environment: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    stamp = f".venv-{environment}/.{environment}"
    wanted = re.search(r"^notebooks: ([^#\n]*)", makefile, re.MULTILINE)
    assert wanted
    assert stamp in wanted[1].split()
    assert f"{stamp}:" in makefile
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert f".venv-{environment}/" in ignored


def test_only_known_environments_are_used() -> None:
    assert {read_source(ROOT, topic).meta.environment for topic in topics(ROOT)} <= set(LOCKS)


def test_an_overlay_sees_its_base_behind_its_own_packages(tmp_path: Path) -> None:
    """The `overlay` of scripts/setup.sh, on two small environments."""
    (tmp_path / "scripts").mkdir()
    text = (ROOT / "scripts/setup.sh").read_text(encoding="utf-8")
    functions = text[: text.index("case ${1:-} in")]
    script = tmp_path / "scripts/setup.sh"
    script.write_text(f"{functions}\nmake_venv base\noverlay over base\n", encoding="utf-8")
    environment = {"PATH": "/usr/bin:/bin", "PYTHON": sys.executable}
    subprocess.run(["sh", str(script)], env=environment, check=True, capture_output=True)
    show = "import both, base_only; print(both.__file__, base_only.__file__)"
    for name, modules in {"base": ("both", "base_only"), "over": ("both",)}.items():
        (purelib,) = (tmp_path / name).glob("lib/python*/site-packages")
        for module in modules:
            (purelib / f"{module}.py").touch()
    python = tmp_path / "over/bin/python"
    done = subprocess.run([python, "-c", show], check=True, capture_output=True, text=True)
    both, base_only = done.stdout.split()
    assert Path(both).is_relative_to(tmp_path / "over")
    assert Path(base_only).is_relative_to(tmp_path / "base")
