"""Outputs in a page: shown, or harmless."""

from __future__ import annotations

import pytest

from portal.notebooks.sanitise import UnsafeOutputError, safe_html, safe_svg

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}</svg>'


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param("<script>alert(1)</script>a", "a", id="script"),
        pytest.param("<b onmouseover=alert(1)>a</b>", "<b>a</b>", id="event"),
        pytest.param("<img src=x onerror=alert(1)>", "", id="image with event"),
        pytest.param("<a href='javascript:alert(1)'>a</a>", "a", id="script link"),
        pytest.param("<iframe srcdoc='<script>1</script>'>x</iframe>", "", id="frame"),
        pytest.param("<svg><script>alert(1)</script></svg>", "", id="svg"),
        pytest.param("<math><mtext><script>1</script></mtext></math>", "", id="math"),
        pytest.param("<style>*{display:none}</style><p>a</p>", "<p>a</p>", id="style"),
        pytest.param("<p style='position:fixed'>a</p>", "<p>a</p>", id="inline style"),
        pytest.param("<p class='md-header' id='x'>a</p>", "<p>a</p>", id="class and id"),
        pytest.param("<form action=//a.test><input></form>", "", id="form"),
        pytest.param("<scr<script>ipt>alert(1)", None, id="nested tags"),
        pytest.param("<p>a<!-- --!><img src=x onerror=1> -->", None, id="comment trick"),
        pytest.param("<table><td>$x$ `c` [a](b) *e*</table>", None, id="Markdown signs"),
    ],
)
def test_html(html: str, expected: str | None) -> None:
    clean = safe_html(html)
    if expected is not None:
        assert clean == expected
    for sign in ("<script", "onerror=1", "onmouseover", "javascript:", "$", "`", "[", "*"):
        assert sign not in clean


def test_a_table_of_pandas_survives_with_scopes() -> None:
    html = """<div><style scoped>th {}</style><table border="1" class="dataframe">
      <thead><tr style="text-align: right;"><th></th><th>age</th></tr></thead>
      <tbody><tr><th>0</th><td>59.0</td></tr></tbody></table></div>"""
    assert safe_html(html).replace("> <", "><") == (
        '<div><table><thead><tr><th scope="col"></th><th scope="col">age</th></tr></thead>'
        '<tbody><tr><th scope="row">0</th><td>59.0</td></tr></tbody></table></div>'
    )


@pytest.mark.parametrize(
    ("svg", "reason"),
    [
        pytest.param(SVG.format("<script>1</script>"), "element", id="script"),
        pytest.param(SVG.format('<rect onclick="x"/>'), "attribute onclick", id="event"),
        pytest.param(SVG.format('<a href="javascript:x"/>'), "element", id="link"),
        pytest.param(SVG.format('<image href="https://a.test/x"/>'), "element", id="image"),
        pytest.param(SVG.format('<use href="#x"/>'), "element", id="use"),
        pytest.param(SVG.format("<foreignObject/>"), "element", id="foreign object"),
        pytest.param(SVG.format("<style>@import 'x'</style>"), "element", id="style sheet"),
        pytest.param(SVG.format('<rect style="x"/>'), "attribute style", id="inline style"),
        pytest.param(SVG.format('<rect fill="url(https://a.test)"/>'), "refers to", id="address"),
        pytest.param(SVG.format('<animate attributeName="x"/>'), "element", id="animation"),
        pytest.param('<!DOCTYPE x [<!ENTITY a "b">]>' + SVG.format(""), "document type", id="bomb"),
        pytest.param("<svg width='1'/>", "namespace", id="no namespace"),
        pytest.param("<html/>", "namespace", id="no drawing"),
        pytest.param("<svg", "well formed", id="broken"),
        pytest.param(SVG.format('<x:script xmlns:x="http://a.test"/>'), "element", id="alien"),
    ],
)
def test_svg_is_refused(svg: str, reason: str) -> None:
    with pytest.raises(UnsafeOutputError, match=reason):
        safe_svg(svg)


def test_svg_with_shapes_and_gradients_stays() -> None:
    drawing = SVG.format(
        '<defs><linearGradient id="g"><stop offset="0"/></linearGradient></defs>'
        '<rect fill="url(#g)" width="3" height="3"/><text x="1" y="2">中 &lt; a</text>'
    )
    clean = safe_svg(drawing)
    assert b'fill="url(#g)"' in clean
    assert "中 &lt; a".encode() in clean
    assert safe_svg(clean.decode()) == clean
