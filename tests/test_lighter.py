"""Cutting fonts and stylesheets down to what the site uses."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from portal import fonts, styles
from portal.markup import formulas
from support import ROOT

FONTS = ROOT / "overrides" / fonts.FOLDER


def characters_of(font: bytes) -> set[str]:
    return {chr(code) for code in TTFont(io.BytesIO(font)).getBestCmap()}


def test_a_font_keeps_the_characters_of_the_formulas() -> None:
    whole = (FONTS / "KaTeX_Main-Regular.woff2").read_bytes()
    part = fonts.cut(whole, "1+∇字")
    assert {"1", "+", "∇"} <= characters_of(part)
    assert not {"2", "字"} & characters_of(part)
    assert len(part) < len(whole) / 5


def test_characters_are_those_painted_not_those_of_the_mathml() -> None:
    html = formulas.render(r'<span class="arithmatex">\(\alpha \ne \text{大}\)</span>後面')
    shown = formulas.characters(html)
    assert {"α", "大"} <= shown
    assert not {"後", "面", "\\", "h"} & shown


def test_the_built_site_has_every_character_of_its_formulas(site: Path) -> None:
    available: set[str] = set()
    originals: set[str] = set()
    for path in (site / fonts.FOLDER).glob("*.woff2"):
        available |= characters_of(path.read_bytes())
        originals |= characters_of((FONTS / path.name).read_bytes())
    shown: set[str] = set()
    for path in site.rglob("*.html"):
        shown |= formulas.characters(path.read_text(encoding="utf-8"))
    assert shown & originals <= available
    assert len(available) < len(originals) / 3


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        pytest.param(".a{x:1}.b{x:2}", ".a{x:1;}", id="a class nobody has"),
        pytest.param(".a.b,p{x:1}", "p{x:1;}", id="one selector of a list"),
        pytest.param(".a:not(.b){x:1}", ".a:not(.b){x:1;}", id="not to have it is no demand"),
        pytest.param(":is(.a,.b) p{x:1}", ":is(.a,.b) p{x:1;}", id="one of several is enough"),
        pytest.param("@media print{.b{x:1}}", "", id="nothing left of a media query"),
        pytest.param("@media print{.a{x:1}}", "@media print{.a{x:1;}}", id="in a media query"),
        pytest.param("@keyframes b{0%{x:1}}", "@keyframes b{0%{x:1}}", id="keyframes stay"),
        pytest.param(":root{--x:1;--y:2}p{y:var(--y)}", ":root{--y:2;}p{y:var(--y);}", id="unread"),
        pytest.param(":root{--portal:1}", ":root{--portal:1;}", id="read by another sheet"),
        pytest.param("[dir=rtl] .a{x:1}", "", id="right to left"),
        pytest.param('.a{b:url("data:x;y,{z}")}', '.a{b:url("data:x;y,{z}");}', id="data"),
    ],
)
def test_rules_that_nothing_matches_are_left_out(css: str, expected: str) -> None:
    assert styles.prune(css, {"a"}, ["p{x:var(--portal)}"]) == expected


def test_classes_come_from_pages_and_scripts() -> None:
    html = '<p class="one two" data-class="no">class="three"</p>'
    assert styles.classes([html], ["x.classList.add('four')"]) >= {"one", "two", "four"}
