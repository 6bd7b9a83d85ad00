"""The commands: what they say, and how they end."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys

import pytest

from support import ROOT


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_serve_says_what_to_do_when_the_port_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run("scripts/serve.py", "--port", str(port))
    assert result.returncode == 1
    assert f"Port {port} on 127.0.0.1 is in use" in result.stderr
    assert f"make serve PORT={port + 1}" in result.stderr


def test_serve_refuses_a_port_that_does_not_exist() -> None:
    result = run("scripts/serve.py", "--port", "70000")
    assert result.returncode == 2
    assert "port 70000 does not exist" in result.stderr


def test_the_content_of_the_portal_is_without_fault() -> None:
    result = run("scripts/check_content.py", "--json", "-")
    assert json.loads(result.stdout) == {"version": 1, "problems": []}
    assert result.returncode == 0


def test_the_vendored_files_are_as_recorded() -> None:
    result = run("scripts/vendor.py")
    assert (result.returncode, result.stderr) == (0, "")


def test_every_diagram_is_drawn_and_every_drawing_used() -> None:
    result = run("scripts/draw_diagrams.py", "--check")
    assert (result.returncode, result.stdout) == (0, "")


def test_make_help_lists_the_targets() -> None:
    text = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    targets = set(re.findall(r"^make ([a-z-]+)", text.stdout, re.MULTILINE))
    wanted = {"serve", "build", "check", "test", "links", "notebooks", "diagrams", "clean", "help"}
    assert wanted <= targets


@pytest.mark.parametrize("name", ["check_content", "draw_diagrams", "serve", "vendor"])
def test_help_is_worth_reading(name: str) -> None:
    result = run(f"scripts/{name}.py", "--help")
    assert result.returncode == 0
    assert len(result.stdout) > 200


@pytest.mark.parametrize("lock", ["site", "dev"])
def test_locks_pin_every_package_with_hashes(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.lock").read_text(encoding="utf-8")
    packages = re.findall(r"^([a-z0-9][\w.-]*)(==[^ ;\\]+)?(.*)$", text, re.MULTILINE)
    assert len(packages) > 50
    assert all(version for _, version, _ in packages)
    assert all("\\" in rest for _, _, rest in packages), "a hash follows each pin"
    assert "://" not in text


def test_every_dependency_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    groups = text[text.index("[dependency-groups]") : text.index("[tool.ruff]")]
    lines = [line for line in groups.splitlines() if line.strip().startswith('"')]
    assert len(lines) > 20
    assert [line for line in lines if "#" not in line] == []
