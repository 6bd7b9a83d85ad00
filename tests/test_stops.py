"""What stops the build: a small portal with one fault, built for real."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from portal.pages import read_source
from support import CHAPTER, ROOT, TRANSLATION

RESOURCE = """- id: paper
  url: https://paper.test/
  kind: paper
  language: en
  level: beginner
  access: free
  title: {zh-TW: 論文, en: Paper}
  note: {zh-TW: 先讀。, en: Read it first.}
  chapters: [{page: foundations/one, role: primary, order: 10}]
"""
ZH = "docs/zh-TW/foundations/one.md"
EN = "docs/en/foundations/one.md"
DATA = "docs/data/resources/all.yml"
EN_HOME = """---
title: Home
source_digest: "000000000000"
---
# Home { #home }
"""
BODY = """**注意**：價格 \\$5 元和 \\$6 元。[x](resource:paper) $a$

## 甲 { #first }

$$
a^2
$$
"""


@pytest.fixture
def portal(tmp_path: Path) -> Path:
    """A portal of one chapter, with the real mkdocs.yml, hooks and theme."""
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    start, end = config.index("nav:\n"), config.index("# ---- Look")
    nav = "nav:\n  - index.md\n  - 基礎:\n      - foundations/one.md\n\n"
    files = {
        "mkdocs.yml": config[:start] + nav + config[end:],
        ZH: CHAPTER.format(body=BODY),
        EN: TRANSLATION.format(body=BODY.replace("甲", "A")),
        "docs/zh-TW/index.md": "---\ntitle: 首頁\n---\n# 首頁 { #home }\n",
        "docs/en/index.md": EN_HOME,
        "docs/data/glossary.yml": "- {id: token, zh: 詞元, en: token}\n",
        DATA: RESOURCE,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for name in ("scripts", "overrides"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "notebooks").mkdir()
    return tmp_path


def build(portal: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build"],
        cwd=portal,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT / "scripts")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_fault_it_builds(portal: Path) -> None:
    result = build(portal)
    assert result.returncode == 0, result.stderr
    assert "WARNING" not in result.stderr
    page = (portal / "site" / "foundations" / "one" / "index.html").read_text(encoding="utf-8")
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
def test_a_fault_stops_the_build(portal: Path, file: str, old: str, new: str, message: str) -> None:
    path = portal / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    result = build(portal)
    assert result.returncode != 0
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_a_draft_is_not_built_in_any_language(portal: Path) -> None:
    path = portal / ZH
    text = path.read_text(encoding="utf-8").replace("written", "planned\ntitle_en: One")
    path.write_text(text, encoding="utf-8")
    result = build(portal)
    assert result.returncode == 0, result.stderr
    assert not list((portal / "site").rglob("one"))


@pytest.mark.parametrize(
    ("gone", "message"),
    [
        pytest.param(EN, f"{ZH}:7: no page in en", id="not translated"),
        pytest.param(ZH, "no page in zh-TW", id="no source"),
        pytest.param("docs/en/index.md", "docs/zh-TW/index.md:1: no page in en", id="no chapter"),
    ],
)
def test_a_page_in_one_language_stops_the_build(portal: Path, gone: str, message: str) -> None:
    (portal / gone).unlink()
    result = build(portal)
    assert result.returncode != 0
    assert message in result.stderr


def test_the_content_check_accepts_a_translation(portal: Path) -> None:
    command = [sys.executable, str(ROOT / "scripts" / "check_content.py"), "--root", str(portal)]
    before = subprocess.run(command, capture_output=True, text=True, cwd=portal, check=False)
    assert before.returncode == 1
    assert f"{EN}:3: follows 000000000000" in before.stdout
    shutil.copy(portal / ZH, portal / "copy.md")
    accept = [*command, "--accept", str(portal / EN)]
    after = subprocess.run(accept, capture_output=True, text=True, cwd=portal, check=False)
    assert f"{EN}:3" not in after.stdout
    assert read_source(portal / ZH).digest in (portal / EN).read_text(encoding="utf-8")
