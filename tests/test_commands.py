"""The commands: what they say, and how they end."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from small import ZH
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


def test_a_fault_is_told_once_for_each_audience(tiny: Path) -> None:
    page = tiny / ZH
    page.write_text(page.read_text("utf-8") + "\n用GPU訓練,recieves。\n", encoding="utf-8")
    command = ["scripts/check_content.py", "--root", str(tiny)]
    plain = run(*command, str(page))
    assert plain.returncode == 1
    assert "'recieves' is misspelt – write receives" in plain.stdout
    assert "'用 GPU 訓練，recieves。' is right" in plain.stdout
    annotated = run(*command, "--github", str(page))
    line = next(line for line in annotated.stdout.splitlines() if "misspelt" in line)
    assert re.fullmatch(r"::error file=\S+one\.md,line=20::'recieves' is misspelt.*", line)
    other = run(*command, str(tiny / "docs/zh-TW/index.md"))
    assert "recieves" not in other.stdout, "of another file"


def test_what_is_safe_is_mended_and_the_rest_stays(tiny: Path) -> None:
    page = tiny / ZH
    before = page.read_text("utf-8")
    page.write_text(before + "\n用GPU訓練，recieves，这。\n`用GPU`\n", encoding="utf-8")
    result = run("scripts/check_content.py", "--root", str(tiny), "--fix")
    assert page.read_text("utf-8") == before + "\n用 GPU 訓練，receives，这。\n`用GPU`\n"
    assert "mended" in result.stderr
    assert "这 → 這" in result.stdout, "a person decides what was meant"


def test_a_warm_check_finds_what_a_cold_one_finds(tiny: Path) -> None:
    command = ["scripts/check_content.py", "--root", str(tiny)]
    cold = run(*command, "--cold").stdout
    assert [run(*command).stdout for _ in range(2)] == [cold, cold]
    glossary = tiny / "docs/data/glossary.yml"
    text = glossary.read_text("utf-8").replace("zh: 詞元", "zh: 詞元, wrong: [價格]")
    glossary.write_text(text, encoding="utf-8")
    assert "價格 is not used here" in run(*command).stdout, "the glossary changed, not the page"
    for file in (tiny / ".cache/portal").rglob("*"):
        if file.is_file():
            file.write_bytes(b"damaged")
    assert "價格 is not used here" in run(*command).stdout


def test_a_file_that_does_not_exist_is_a_usage_error() -> None:
    result = run("scripts/check_content.py", "docs/none.md")
    assert result.returncode == 2
    assert "docs/none.md does not exist" in result.stderr


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
