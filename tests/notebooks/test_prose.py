"""Prose: what could run script, or would look wrong in one of the viewers, is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.notebooks.prose import check_prose


def messages(text: str) -> list[str]:
    """`line: message` of each fault."""
    return [f"{p.line}: {p.message}" for p in check_prose(text, Path("topic.md"), 10)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a\n\n<script>alert(1)</script>", "12: HTML <script>", id="script block"),
        pytest.param("see <img src=x onerror=alert(1)>", "10: HTML <img", id="event handler"),
        pytest.param("<iframe src='//a.test'></iframe>", "10: HTML <iframe", id="frame"),
        pytest.param("<svg/onload=alert(1)>", "10: HTML <svg", id="svg without a space"),
        pytest.param("<br onclick=alert(1)>", "10: HTML <br", id="allowed tag, attribute"),
        pytest.param("<details open ontoggle=alert(1)>", "10: HTML <details", id="details"),
        pytest.param("<!DOCTYPE html>", "10: HTML <!DOCTYPE", id="document type"),
        pytest.param("<?php echo 1 ?>", "10: HTML <?php", id="processing instruction"),
        pytest.param("\\<script>alert(1)", "10: HTML <script>", id="escaped for CommonMark only"),
        pytest.param("- a\n\n      <script>1</script>", "12: indented code", id="code in a list"),
        pytest.param("- a\n  ```\n  <script>\n  ```", "11: HTML <script>", id="fence in a list"),
        pytest.param("\\`<script>`", "10: HTML <script>", id="escaped backtick"),
        pytest.param(
            "<!--> <script>1</script> -->", "10: HTML <!-->", id="comment that ends early"
        ),
        pytest.param("[a](java&#9;script:alert(1))", "10: link to javascript:", id="tab inside"),
        pytest.param("[a](java%0Ascript:alert(1))", "10: link to javascript:", id="encoded"),
        pytest.param("[a](<  javascript:x>)", "10: link to javascript:", id="spaces before"),
        pytest.param("[a](&#106;avascript:alert(1))", "10: link to javascript:", id="entity"),
        pytest.param("[a](javascript:alert(1))", "10: link to javascript:", id="script link"),
        pytest.param("[a](JaVaScRiPt:alert(1))", "10: link to javascript:", id="mixed case"),
        pytest.param("<javascript:alert(1)>", "10: link to javascript:", id="automatic link"),
        pytest.param("[a][b]\n\n[b]: javascript:x", "10: link to javascript:", id="reference"),
        pytest.param("![a](data:text/html;base64,xx)", "10: link to data:", id="data address"),
        pytest.param("[a](vbscript:x)", "10: link to vbscript:", id="other script"),
        pytest.param("[a](https://a.test){ onclick=alert(1) }", "10: attribute list", id="list"),
        pytest.param("[a](https://a.test){: onclick=alert(1) }", "10: attribute", id="old form"),
        pytest.param("[a](https://a.test){ style='x' }", "10: attribute list", id="style"),
        pytest.param("**注意：**說明", "10: ** touches CJK", id="bold with punctuation inside"),
        pytest.param("**「字」**是", "10: ** touches CJK", id="bold around quotation marks"),
    ],
)
def test_refuses(text: str, expected: str) -> None:
    assert [message[: len(expected)] for message in messages(text)] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a < b and `<script>`", id="code span"),
        pytest.param("```html\n<script>alert(1)</script>\n```", id="code block"),
        pytest.param("&lt;script&gt; and a &amp; b", id="character references"),
        pytest.param("<https://a.test/?a=1> and <me@a.test>", id="automatic links"),
        pytest.param("<details><summary>答案</summary>\n\n42\n\n</details>", id="details"),
        pytest.param("H<sub>2</sub>O<br>x<sup>2</sup>", id="plain elements"),
        pytest.param("<!-- for translators -->", id="comment"),
        pytest.param("[a](https://a.test) [b](resource:x) [c](#add) [d](../x.md)", id="links"),
        pytest.param("**注意**：說明，$x_{i}$ 與 `{ onclick=1 }`", id="bold, formula, code"),
        pytest.param("$ a = \\{x : x > 0\\} $", id="set in a formula"),
        pytest.param("| a | b |\n|---|---|\n| 1 | 2 |", id="table"),
    ],
)
def test_accepts(text: str) -> None:
    assert messages(text) == []
