"""Cutting fonts and stylesheets down to what the site uses."""

from __future__ import annotations

import base64
import io
import re
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
    for css in (site / styles.SHEETS).glob("*.css"):
        for data in re.findall(r"url\(data:font/woff2;base64,([^)]+)\)", css.read_text("utf-8")):
            available |= characters_of(base64.b64decode(data))
    for path in (site / fonts.FOLDER).glob("*.woff2"):
        available |= characters_of(path.read_bytes())
    for path in FONTS.glob("*.woff2"):
        originals |= characters_of(path.read_bytes())
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


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        pytest.param("a {\n  x: 1;\n}\n\nb { x: 2 }\n", "a{x: 1;}b{x: 2}", id="lines"),
        pytest.param("/* why */ a { /* how */ x: 1 }", "a{x: 1}", id="comments"),
        pytest.param("a  :hover,\n.b .c {x:1}", "a :hover, .b .c{x:1}", id="descendants"),
        pytest.param("a {x: calc(1px  +  2px)}", "a{x: calc(1px  +  2px)}", id="sums"),
        pytest.param('a {x: "1;  { 2"}', 'a{x: "1;  { 2"}', id="texts"),
        pytest.param("@media (x) {\n a { x: 1 }\n}", "@media (x){a{x: 1}}", id="media query"),
    ],
)
def test_white_space_goes_where_it_means_nothing(css: str, expected: str) -> None:
    assert styles.compact(css) == expected


def test_stylesheets_are_sent_as_two_files(tmp_path: Path) -> None:
    base, own = tmp_path / "assets/stylesheets", tmp_path / "assets/vendor/x"
    for folder in (base, own, tmp_path / "a", tmp_path / "b"):
        folder.mkdir(parents=True)
    (base / "one.css").write_text('@charset "UTF-8";a{x:1}')
    (base / "two.css").write_text("b{x:2}")
    (base / "more.css").write_text("c{x:3}")
    (own / "deep.css").write_text("d{src:url(fonts/f.woff2) url(data:x)}")
    link = '<link rel="stylesheet" href="{}assets/{}">'
    shared = [link.format("../", "stylesheets/one.css"), link.format("../", "stylesheets/two.css")]
    both = [link.format("../", "stylesheets/more.css"), link.format("../", "vendor/x/deep.css")]
    (tmp_path / "a/index.html").write_text("\n".join(shared + both))
    (tmp_path / "b/index.html").write_text("\n".join(shared))
    (tmp_path / "404.html").write_text("\n".join(shared).replace("../", "/learn/"))
    styles.bundle_site(tmp_path)
    sheets = {
        name: re.findall(r'href="([^"]+)"', (tmp_path / name).read_text())
        for name in ("a/index.html", "b/index.html", "404.html")
    }
    assert [len(found) for found in sheets.values()] == [2, 1, 1]
    common = sheets["b/index.html"][0]
    assert sheets["a/index.html"][0] == common
    assert sheets["404.html"][0] == common.replace("../", "/learn/")
    texts = {path.name: path.read_text() for path in base.iterdir()}
    assert len(texts) == 2
    assert texts[common.rsplit("/", 1)[-1]] == "a{x:1}\nb{x:2}"
    assert "c{x:3}\nd{src:url(../vendor/x/fonts/f.woff2) url(data:x)}" in texts.values()


def test_classes_come_from_pages_and_scripts() -> None:
    html = '<p class="one two" data-class="no">class="three"</p>'
    assert styles.classes([html], ["x.classList.add('four')"]) >= {"one", "two", "four"}
