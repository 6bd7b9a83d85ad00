"""What stops the build: a small portal with one fault, built for real."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from portal.pages import read_source
from small import DATA, EN, ZH, build
from support import ROOT


def test_without_a_fault_it_builds(tiny: Path) -> None:
    result = build(tiny)
    assert result.returncode == 0, result.stderr
    assert "WARNING" not in result.stderr
    page = (tiny / "site" / "foundations" / "one" / "index.html").read_text(encoding="utf-8")
    assert "<strong>注意</strong>：價格 $5 元和 $6 元" in page, "bold before CJK, money, no maths"
    assert 'href="https://paper.test/"' in page
    assert page.count('class="katex-display"') == 1
    assert 'rel="edit"' not in page, "no edit link without a repository"


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        pytest.param(
            ZH,
            "resource:paper",
            "resource:none",
            f"{ZH}:11: unknown resource 'none'",
            id="unknown resource",
        ),
        pytest.param(
            EN,
            "resource:paper",
            "resource:none",
            f"{EN}:7: unknown resource 'none'",
            id="in the translation",
        ),
        pytest.param(
            ZH,
            "prerequisites: []",
            "prerequisites: [foundations/none]",
            f"{ZH}:5: unknown prerequisite",
            id="unknown prerequisite",
        ),
        pytest.param(
            ZH,
            "prerequisites: []",
            "prerequisites: [foundations/one]",
            f"{ZH}:5: prerequisites form a cycle",
            id="cycle",
        ),
        pytest.param(
            ZH,
            "notebooks: []",
            "notebooks: [foundations/none]",
            "unknown notebook",
            id="unknown notebook",
        ),
        pytest.param(ZH, "hours: 2", "hours: two", f"{ZH}:4: hours is 'two'", id="wrong type"),
        pytest.param(
            ZH,
            "hours: 2",
            "hours: 2\ncolour: red",
            f"{ZH}:5: unknown key 'colour'",
            id="unknown key",
        ),
        pytest.param(
            DATA, "kind: paper", "kind: papre", f"{DATA}:3: kind is 'papre'", id="registry"
        ),
        pytest.param(
            DATA,
            "foundations/one",
            "foundations/two",
            f"{DATA}:1: resource 'paper' is listed on unknown page",
            id="unknown page",
        ),
        pytest.param(ZH, "$a$", "$5元和$", f"{ZH}:11:", id="money taken for a formula"),
        pytest.param(ZH, "a^2", "\\frac{a", f"{ZH}:16:", id="bad formula"),
        pytest.param(
            ZH,
            "## 甲 { #first }",
            "### ? { #q-a .question .single }",
            "at least two choices",
            id="question",
        ),
        pytest.param(
            ZH,
            "## 甲 { #first }",
            "![圖](none.svg)",
            f"{ZH}:13: image none.svg does not exist",
            id="figure",
        ),
        pytest.param(ZH, "## 甲 { #first }", "[x](none.md)", "none.md", id="internal link"),
        pytest.param(ZH, "## 甲 { #first }", "[x](#none)", "#none", id="anchor"),
    ],
)
def test_a_fault_stops_the_build(tiny: Path, file: str, old: str, new: str, message: str) -> None:
    path = tiny / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    result = build(tiny)
    assert result.returncode != 0
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_a_draft_is_not_built_in_any_language(tiny: Path) -> None:
    path = tiny / ZH
    text = path.read_text(encoding="utf-8").replace("written", "planned\ntitle_en: One")
    path.write_text(text, encoding="utf-8")
    result = build(tiny)
    assert result.returncode == 0, result.stderr
    assert not list((tiny / "site").rglob("one"))


@pytest.mark.parametrize(
    ("gone", "message"),
    [
        pytest.param(EN, f"{ZH}:7: no page in en", id="not translated"),
        pytest.param(ZH, "no page in zh-TW", id="no source"),
        pytest.param("docs/en/index.md", "docs/zh-TW/index.md:1: no page in en", id="no chapter"),
    ],
)
def test_a_page_in_one_language_stops_the_build(tiny: Path, gone: str, message: str) -> None:
    (tiny / gone).unlink()
    result = build(tiny)
    assert result.returncode != 0
    assert message in result.stderr


def test_the_content_check_accepts_a_translation(tiny: Path) -> None:
    command = [sys.executable, str(ROOT / "scripts" / "check_content.py"), "--root", str(tiny)]
    before = subprocess.run(command, capture_output=True, text=True, cwd=tiny, check=False)
    assert before.returncode == 1
    assert f"{EN}:3: follows 000000000000" in before.stdout
    shutil.copy(tiny / ZH, tiny / "copy.md")
    accept = [*command, "--accept", str(tiny / EN)]
    after = subprocess.run(accept, capture_output=True, text=True, cwd=tiny, check=False)
    assert f"{EN}:3" not in after.stdout
    assert read_source(tiny / ZH).digest in (tiny / EN).read_text(encoding="utf-8")
