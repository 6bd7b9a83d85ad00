"""The page of a notebook."""

from __future__ import annotations

import base64
import html as entities
import json
import re
import struct
import zlib
from pathlib import Path

import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notebooks.project import BODY, FRONT, TOPIC, Project, printed, shown
from portal.notebooks import convert
from portal.notebooks.convert import Page, to_markdown
from portal.notebooks.library import load
from portal.problems import ContentError

FIGURE = ":id: add"
ALT = "---\nid: add\nalt: {zh-TW: '圖 [1] $x$', en: 'A \"<b>\" *figure*'}\n---"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><rect/></svg>'
EXTENSIONS = ["attr_list", "md_in_html", "pymdownx.superfences", "pymdownx.highlight", "tables"]


def png(width: int, height: int) -> str:
    """A white picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = b"".join(b"\0" + b"\xff" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows))
    return base64.b64encode(data + chunk(b"IEND", b"")).decode()


def page(project: Project, language: str = "en", cache: Path | None = None) -> Page:
    """The page of the project's notebook."""
    return to_markdown(load(project.root, TOPIC), language, "../assets", cache)


def html(text: str) -> str:
    """What the site's Markdown makes of a page."""
    return markdown.markdown(text, extensions=EXTENSIONS)


def test_a_page(stored: Project) -> None:
    assert page(stored).markdown == (
        "# Sums { #sum }\n\n"
        "## Add { #add }\n\n"
        "Add two numbers.\n\n"
        "``` { .python .nb-code }\nprint(1 + 2)\n```\n\n"
        '``` { .text .nb-output .no-copy title="Output" }\n3\n```\n'
    )


def test_labels_follow_the_language(stored: Project) -> None:
    assert 'title="輸出"' in page(stored, "zh-TW").markdown


def test_figures_are_shared_by_both_languages(project: Project) -> None:
    project.source(BODY.replace(FIGURE, ALT))
    project.store({"add": [shown("image/png", png(6, 4))]})
    chinese, english = page(project, "zh-TW"), page(project)
    assert chinese.images == english.images
    (image,) = english.images
    assert (image.width, image.height) == (6, 4)
    assert f'](../assets/{image.name}){{ .nb-figure width="6" height="4"' in english.markdown


@pytest.mark.parametrize(("language", "alt"), [("zh-TW", "圖 [1] $x$"), ("en", 'A "<b>" *figure*')])
def test_alternative_text_reaches_the_page_unharmed(
    project: Project, language: str, alt: str
) -> None:
    project.source(BODY.replace(FIGURE, ALT))
    project.store({"add": [shown("image/svg+xml", SVG)]})
    found = re.search(r'<img alt="([^"]*)"', html(page(project, language).markdown))
    assert found
    assert entities.unescape(found[1]) == alt


def test_a_drawing_without_a_size_is_refused(project: Project) -> None:
    project.source(BODY.replace(FIGURE, ALT))
    project.store({"add": [shown("image/svg+xml", SVG.replace('width="30"', ""))]})
    with pytest.raises(ContentError, match="SVG without width and height"):
        page(project)


def test_a_drawing_with_a_script_is_refused_with_its_line(project: Project) -> None:
    path = project.source(BODY.replace(FIGURE, ALT))
    project.store({"add": [shown("image/svg+xml", SVG.replace("<rect/>", "<script/>"))]})
    with pytest.raises(ContentError) as caught:
        page(project)
    (problem,) = caught.value.problems
    assert path.read_text().splitlines()[problem.line - 1] == "print(1 + 2)"
    assert "<script>" in problem.message


def test_a_table_is_a_group_that_the_keyboard_reaches(project: Project) -> None:
    project.store({"add": [shown("text/html", "<table><tr><td>$1</td></tr></table>")]})
    rendered = html(page(project).markdown)
    assert '<div class="nb-output nb-table" role="group" tabindex="0" aria-label="Output">' in (
        rendered
    )
    assert "<td>&#36;1</td>" in rendered


def test_an_exception_is_marked(project: Project) -> None:
    error = {"output_type": "error", "ename": "E", "evalue": "x", "traceback": ["E: x"]}
    project.store({"add": [error]})
    assert '{ .text .nb-output .nb-error .no-copy title="Exception" }\nE: x\n' in (
        page(project).markdown
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<script>alert(1)</script>", id="script"),
        pytest.param("```\n<script>alert(1)</script>\n```", id="fence inside"),
        pytest.param("``````\n<img src=x onerror=alert(1)>", id="longer fence inside"),
        pytest.param("&lt;b&gt; &amp;amp; &#36;", id="character references"),
        pytest.param("{{ 7 * 7 }} {% raw %}", id="template"),
        pytest.param("if a<b and c>d: 'x' \"y\"", id="comparison"),
        pytest.param("</div></pre><h1>no</h1>", id="closing tags"),
        pytest.param("<style>p{}</style>\n<style>", id="what is cut from the end"),
        pytest.param("  indented\n\n\n    and blank lines\n\ttab", id="white space"),
    ],
)
def test_text_outputs_are_shown_as_they_are(project: Project, text: str) -> None:
    project.store({"add": [printed(text + "\n")]})
    rendered = html(page(project).markdown)
    block = re.search(
        r'<span class="filename">Output</span><pre>.*?<code>(.*?)</code>', rendered, 16
    )
    assert block
    shown_text = entities.unescape(re.sub(r"<[^>]*>", "", block[1]))
    assert shown_text.rstrip("\n").replace("\t", "    ") == text.replace("\t", "    ")
    assert "<script" not in rendered
    assert "<img" not in rendered


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"), min_size=1)


@settings(max_examples=60, deadline=None)
@given(code=TEXT.filter(str.strip), output=TEXT.filter(str.strip))
def test_nothing_is_lost_on_the_way_through_nbconvert(code: str, output: str) -> None:
    source = [{"cell_type": "code", "id": "a", "execution_count": None, "source": code}]
    cell = source[0] | {
        "metadata": {"page": {"fence": "````"}},
        "outputs": [
            {
                "output_type": "display_data",
                "data": {},
                "metadata": {"page": convert._text(output, "Output")},
            }
        ],
    }
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    text = convert._convert(json.dumps(notebook))
    assert f"\n{code}\n````" in text
    assert f"\n{output.rstrip(chr(10))}\n" in text


def test_the_cache_gives_the_same_and_follows_changes(
    stored: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cold = page(stored, cache=tmp_path / "cache")
    monkeypatch.setattr(convert, "_convert", lambda notebook: "converted again")
    assert page(stored, cache=tmp_path / "cache") == cold
    stored.source(BODY.replace("Add two", "Sum two"))
    assert page(stored, cache=tmp_path / "cache").markdown == "converted again"


def test_a_broken_cache_is_ignored(stored: Project, tmp_path: Path) -> None:
    cold = page(stored, cache=tmp_path / "cache")
    (file,) = (tmp_path / "cache").iterdir()
    file.write_bytes(b"\xff\xfe")
    assert page(stored, cache=tmp_path / "cache") == cold


def test_formulas_and_headings_stay_markdown(project: Project) -> None:
    body = BODY.replace("Add two numbers.", "Let $a_1 < b$ and `x`.\n\n$$ c = a + b $$")
    project.source(body, FRONT)
    project.store({"add": [printed("3\n")]})
    assert "Let $a_1 < b$ and `x`.\n\n$$ c = a + b $$\n" in page(project).markdown
