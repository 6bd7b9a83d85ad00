"""What raw HTML becomes: text in the source, nothing in the page."""

from __future__ import annotations

import pytest

from portal.markup.raw_html import cleaned, escaped


@pytest.mark.parametrize(
    ("body", "expected", "faults"),
    [
        pytest.param("a<br>b <kbd>x</kbd> H<sub>2</sub>O", None, 0, id="allowed, bare"),
        pytest.param("<script>x</script>", "&lt;script>x&lt;/script>", 2, id="script"),
        pytest.param(
            "一\n\n<img src=x onerror=y>", "一\n\n&lt;img src=x onerror=y>", 1, id="event"
        ),
        pytest.param("<kbd onclick=x>", "&lt;kbd onclick=x>", 1, id="allowed tag with attributes"),
        pytest.param("<br\nonclick=x>", "&lt;br\nonclick=x>", 1, id="over two lines"),
        pytest.param("<!-- resources -->", None, 0, id="directive"),
        pytest.param("<!--> <script>x", "&lt;!--> &lt;script>x", 2, id="comment that ends early"),
        pytest.param("`<script>` and\n```\n<script>\n```", None, 0, id="code"),
        pytest.param("$w_{<t}$\n\n$$\na<b\n$$", None, 0, id="formulas"),
        pytest.param("1 < 2, a<3", None, 0, id="less than"),
        pytest.param("<https://example.org/>", None, 0, id="address in brackets"),
        pytest.param("<!DOCTYPE x> <?php ?>", "&lt;!DOCTYPE x> &lt;?php ?>", 2, id="declarations"),
    ],
)
def test_raw_tags_become_text(body: str, expected: str | None, faults: int) -> None:
    text, found = escaped(body)
    assert text == (body if expected is None else expected)
    assert len(found) == faults


def test_a_fault_names_its_line() -> None:
    assert [fault.line for fault in escaped("一\n二\n<iframe>")[1]] == [3]


@pytest.mark.parametrize(
    ("html", "gone", "fault"),
    [
        pytest.param('<p onclick="x()">a</p>', "onclick", "attribute onclick of <p>", id="event"),
        pytest.param('<a href="javascript:x">a</a>', "javascript", "javascript: in <a>", id="link"),
        pytest.param('<a href=" jAvA&#x73;cript:x">a</a>', "cript", "javascript: in <a>", id="hid"),
        pytest.param('<img src="data:image/svg+xml,x">', "data:", "data: in <img>", id="data"),
        pytest.param("<p>a</p><script>x()</script>", "x()", "<script>", id="script and its text"),
        pytest.param("<svg><script>x()</script></svg>", "x()", "<svg>", id="SVG"),
        pytest.param('<p style="background:url(//e)">a</p>', "url", "", id="style that loads"),
        pytest.param("<x-y onclick=x>a</x-y>", "onclick", "<x-y>", id="made-up element"),
        pytest.param("<form action=//e><button>a</button></form>", "form", "<form>", id="form"),
        pytest.param("<base href=//e>", "base", "<base>", id="base"),
        pytest.param('<meta http-equiv="refresh">', "meta", "<meta>", id="meta"),
    ],
)
def test_what_slips_through_is_taken_out(html: str, gone: str, fault: str) -> None:
    clean, faults = cleaned(html)
    assert gone.lower() not in clean.lower()
    assert not fault or fault in faults


@pytest.mark.parametrize(
    "html",
    [
        '<h2 id="a">甲<a class="headerlink" href="#a" title="¶">¶</a></h2>',
        '<td style="text-align:right">1</td>',
        '<pre><code><a id="x" href="#x"></a><span class="k">if</span> a &lt; b\n</code></pre>',
        "<!-- resources -->",
        '<input checked="" id="t1" name="t" type="radio"><label for="t1">甲</label>',
        '<figure class="figure"><img alt="x" loading="lazy" src="../a.svg" width="1"></figure>',
        '<a href="https://example.org/" hreflang="en">a</a><a href="mailto:a@example.org">b</a>',
    ],
)
def test_what_markdown_makes_stays(html: str) -> None:
    table = f"<table><tbody><tr>{html}</tr></tbody></table>" if html.startswith("<td") else html
    clean, faults = cleaned(table)
    assert faults == []
    for part in html.replace('=""', "").split('"'):
        assert part in clean.replace('=""', "")
