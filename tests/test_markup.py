"""Figures, formulas, diagrams and remarks."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal import render
from portal.markup import diagrams, figures, formulas, numbered, tables
from portal.pages import Source
from support import Write

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 1 1"/>'
CJK = "<!-- " + "字" * 400 + " -->"


@pytest.mark.parametrize(
    ("svg", "size"),
    [
        pytest.param(SVG.format(w=640, h=360), (640, 360), id="plain"),
        pytest.param(SVG.format(w="640px", h="360px"), (640, 360), id="with unit"),
        pytest.param(SVG.format(w=640, h=360).replace("/>", f">{CJK}</svg>"), (640, 360), id="CJK"),
        pytest.param("<svg/>", None, id="no size"),
        pytest.param("<svg", None, id="broken"),
    ],
)
def test_size_of_a_figure(tmp_path: Path, svg: str, size: tuple[int, int] | None) -> None:
    path = tmp_path / "figure.svg"
    path.write_text(svg, encoding="utf-8")
    assert figures.size(path) == size


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param('![](a.svg "x")', "without alternative text", id="no alternative text"),
        pytest.param('![a](b.svg "x")', "does not exist", id="missing"),
        pytest.param('![a](https://a.test/b.svg "x")', "is not local", id="from elsewhere"),
        pytest.param('![a](empty.svg "x")', "has no size", id="no size"),
    ],
)
def test_faults_of_figures(write: Write, body: str, message: str) -> None:
    folder = write({"a.svg": SVG.format(w=1, h=1), "empty.svg": "<svg/>"})
    (problem,) = figures.check(body, folder / "page.md", first_line=3)
    assert problem.line == 3
    assert message in problem.message


def test_an_image_with_a_title_becomes_a_figure(write: Write) -> None:
    folder = write({"a.svg": SVG.format(w=640, h=360)})
    page = figures.render('![alt](a.svg "Caption <1>")\n', folder / "page.md")
    assert 'width="640" height="360" loading="lazy"' in page
    assert "Caption &lt;1&gt;</figcaption>" in page


def test_formula_has_mathml_for_screen_readers() -> None:
    page = formulas.render(r'<p><span class="arithmatex">\(x &lt; y\)</span></p>')
    assert "<math" in page
    assert "arithmatex" not in page
    assert formulas.has_formulas(page)


@pytest.mark.parametrize(
    ("tex", "message"),
    [
        pytest.param(r"\frac{1}{", "formula", id="unclosed"),
        pytest.param(r"\nonsense", "Undefined control sequence", id="unknown command"),
        pytest.param("5元和", "Chinese text inside", id="two prices in a sentence"),
    ],
)
def test_a_bad_formula_stops_the_build(tex: str, message: str) -> None:
    with pytest.raises(formulas.FormulaError, match=message):
        formulas.to_html(tex, display=False)


@pytest.mark.parametrize(
    ("tex", "mark", "kept"),
    [
        pytest.param("x", "。", True, id="a full stop does not begin a line"),
        pytest.param("x", " ", False, id="before a space a line may break"),
        pytest.param("x + " * 9 + "y", "，", False, id="a long formula must be able to wrap"),
    ],
)
def test_punctuation_stays_with_a_short_formula(tex: str, mark: str, kept: bool) -> None:
    page = formulas.render(rf'<span class="arithmatex">\({tex}\)</span>{mark}')
    assert page.startswith('<span class="nowrap">') is kept
    assert page.count(mark.strip() or "katex-html") == 1


def test_tables_scroll_by_keyboard_and_have_no_empty_headings() -> None:
    page = tables.render("<table><tr><th></th><th>a</th></tr></table>", "Table")
    assert page.startswith('<div class="table-scroll" tabindex="0" role="group"')
    assert "<td></td><th>a</th>" in page
    assert tables.render('<table class="x"></table>', "Table") == '<table class="x"></table>'


def test_words_are_allowed_in_text() -> None:
    assert "katex" in formulas.to_html(r"\text{記憶體} = 2", display=True)


MERMAID = "```mermaid\nflowchart LR\n  accTitle: A\n  accDescr: a to b\n  a --> b\n```\n"


def test_a_diagram_is_looked_up_by_its_content(write: Write) -> None:
    (diagram,) = diagrams.find(MERMAID)
    docs = write({f"docs/{diagrams.FOLDER}/{diagram.name}": SVG.format(w=9, h=9)}) / "docs"
    page = docs / "en" / "models" / "page.md"
    assert list(diagrams.check(MERMAID, page, docs)) == []
    shown = diagrams.render(MERMAID, page, docs)
    assert f"![a to b](../../{diagrams.FOLDER.as_posix()}/{diagram.name})" in shown


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param(MERMAID, "not drawn", id="changed since it was drawn"),
        pytest.param(MERMAID.replace("accDescr", "desc"), "accDescr", id="no description"),
    ],
)
def test_faults_of_diagrams(tmp_path: Path, body: str, message: str) -> None:
    (problem,) = diagrams.check(body, tmp_path / "en" / "page.md", tmp_path)
    assert message in problem.message


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        pytest.param("$$\nx \\tag{1}\n$$\n\n其中 $x$ 是……\n", 0, id="explained"),
        pytest.param("$$\nx \\tag{1}\n$$\n\nwhere $x$ is …\n", 0, id="explained in English"),
        pytest.param("$$\nx \\tag{1}\n$$\n\nNext subject.\n", 1, id="not explained"),
        pytest.param("$$\nx\n$$\n\nNext subject.\n", 0, id="without a number"),
        pytest.param("$$\na\n$$\n\ntext\n\n$$\nx \\tag{1}\n$$\n\nwhere\n", 0, id="second one"),
    ],
)
def test_numbered_formulas_say_what_their_symbols_are(body: str, faults: int) -> None:
    assert len(list(numbered.check(Source(Path("page.md"), "", body, 1)))) == faults


@pytest.mark.parametrize(
    ("html", "marked"),
    [
        ("<blockquote>\n<p><strong>2024 年以來的改變</strong>：x</p>", True),
        ("<blockquote>\n<p><strong>Changed since 2024</strong>: x</p>", True),
        ("<blockquote>\n<p>Changed</p>", False),
    ],
)
def test_remarks_on_changes_are_marked(html: str, marked: bool) -> None:
    assert ('class="changed"' in render.changed_remarks(html)) is marked
