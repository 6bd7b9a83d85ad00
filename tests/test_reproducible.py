"""Two builds of one tree are equal byte for byte, whatever was kept from earlier ones."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal.cache import digest
from small import EN, ZH, build
from support import ROOT


def tree(folder: Path) -> dict[str, str]:
    """Name and digest of each file."""
    return {
        path.relative_to(folder).as_posix(): digest([path.read_bytes()])
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def build_real(target: Path, **environment: str) -> dict[str, str]:
    variables = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": "1700000000"}
    command = [sys.executable, "-m", "mkdocs", "build", "--site-dir", str(target)]
    result = subprocess.run(
        command, cwd=ROOT, env=variables | environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return tree(target)


def test_the_real_site_is_the_same_cold_and_cached(tmp_path: Path) -> None:
    cold = build_real(tmp_path / "cold", PORTAL_COLD="1", PYTHONHASHSEED="1")
    build_real(tmp_path / "first", PYTHONHASHSEED="2")
    cached = build_real(tmp_path / "cached", PYTHONHASHSEED="3")
    assert len(cold) > 100
    assert {name for name in cold | cached if cold.get(name) != cached.get(name)} == set()


@pytest.fixture
def steady(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    return tiny


def site_of(tiny: Path) -> dict[str, str]:
    result = build(tiny)
    assert result.returncode == 0, result.stderr
    return tree(tiny / "site")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        pytest.param(ZH, "## 甲", "## 乙", id="a heading"),
        pytest.param(ZH, "title: 第一章", "title: 另一章", id="a title that other pages show"),
        pytest.param(ZH, "a^2", "b^2", id="a formula"),
        pytest.param("docs/data/resources/all.yml", "paper.test", "other.test", id="a resource"),
        pytest.param("docs/data/glossary.yml", "詞元", "符記", id="a term"),
        pytest.param(EN, "[x](resource:paper)", "[x](../status.md#status)", id="a link"),
        pytest.param("mkdocs.yml", 'toc_depth: "2-3"', 'toc_depth: "2"', id="configuration"),
    ],
)
def test_after_a_change_the_site_is_as_if_built_cold(
    steady: Path, monkeypatch: pytest.MonkeyPatch, file: str, old: str, new: str
) -> None:
    before = site_of(steady)
    path = steady / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    cached = site_of(steady)
    monkeypatch.setenv("PORTAL_COLD", "1")
    assert cached == site_of(steady)
    if "glossary" not in file:
        assert cached != before, "the change is seen"


def test_a_warning_is_heard_in_every_build(steady: Path) -> None:
    path = steady / ZH
    text = path.read_text(encoding="utf-8").replace("## 甲", "[x](none.md)\n\n## 甲")
    path.write_text(text, encoding="utf-8")
    for _ in range(2):
        result = build(steady)
        assert result.returncode != 0
        assert "none.md" in result.stderr


def test_an_anchor_that_goes_is_missed_by_pages_that_did_not_change(steady: Path) -> None:
    for name in (ZH, EN):
        path = steady / name
        text = path.read_text(encoding="utf-8")
        path.write_text(text + "\n[x](../status.md#here)\n", encoding="utf-8")
    statuses = [steady / f"docs/{language}/status.md" for language in ("zh-TW", "en")]
    for status in statuses:
        text = status.read_text(encoding="utf-8")
        status.write_text(text + "\n## 這裡 here { #here }\n", encoding="utf-8")
    site_of(steady)
    for status in statuses:
        text = status.read_text(encoding="utf-8")
        status.write_text(text.replace("#here", "#there"), encoding="utf-8")
    result = build(steady)
    assert result.returncode != 0
    assert "#here" in result.stderr
