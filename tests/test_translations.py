"""Both languages have the same structure, and a translation says which source it follows."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.pages import Source, digest
from portal.translations import parity, staleness

QUESTION = "### ? { #q-a .question .single }\n\n- [x] 1\n    - y\n- [ ] 2\n    - n\n"


def source(body: str, path: str = "zh-TW/page.md") -> Source:
    return Source(Path(path), "", body, 5)


@pytest.mark.parametrize(
    ("zh", "en", "expected"),
    [
        pytest.param("## 甲 { #a }\n文", "## A { #a }\ntext", [], id="same"),
        pytest.param("## 甲 { #a }", "## A { #b }", ["heading"], id="another anchor"),
        pytest.param("## 甲 { #a }", "### A { #a }", ["heading"], id="another level"),
        pytest.param("## 甲 { #a }\n\n## 乙 { #b }", "## A { #a }", ["heading"], id="one missing"),
        pytest.param("## 甲 { #a }", "## A { #a }\n\n## B { #b }", ["heading"], id="one too many"),
        pytest.param("```python\nx = 1\n```", "```python\nx = 2\n```", ["code block"], id="code"),
        pytest.param("```text\n甲\n```", "```text\nA\n```", [], id="printed words may differ"),
        pytest.param("$$\nx + 1\n$$", "$$\nx + 2\n$$", ["formula"], id="formula"),
        pytest.param("$$\n\\text{甲}\n$$", "$$\n\\text{a}\n$$", [], id="words in a formula"),
        pytest.param("[甲](resource:a)", "[A](resource:b)", ["citation"], id="citation"),
        pytest.param("[甲](term:a)", "A", [], id="a term need not be linked twice"),
        pytest.param(QUESTION, QUESTION.replace("[x]", "[ ]", 1), ["question"], id="right answer"),
        pytest.param(
            "![甲](a.zh-TW.svg)", "![A](a.en.svg)", [], id="a figure with words is a pair"
        ),
        pytest.param("![甲](a.svg)", "A", ["figure"], id="figure missing"),
        pytest.param("|甲|乙|\n|-|-|\n|1|2|", "|A|B|\n|-|-|\n", ["table"], id="row missing"),
        pytest.param("<!-- resources -->", "", ["directive"], id="directive missing"),
    ],
)
def test_differences(zh: str, en: str, expected: list[str]) -> None:
    found = [problem.message for problem in parity.check(source(zh), source(en, "en/page.md"))]
    assert len(found) == len(expected), found
    for kind, message in zip(expected, found, strict=True):
        assert kind in message


def test_the_line_of_a_difference_counts_from_the_top_of_the_file() -> None:
    zh = source("文\n\n## 甲 { #a }\n")
    (problem,) = parity.check(zh, source("text\n\n## A { #b }\n", "en/page.md"))
    assert (problem.path, problem.line) == (Path("en/page.md"), 7)
    assert "line 7" in problem.message


def test_a_translation_that_follows_an_older_source_is_stale() -> None:
    zh = source("文")
    fresh = Source(Path("en/page.md"), f'title: A\nsource_digest: "{zh.digest}"\n', "text", 5)
    assert list(staleness.check(zh, fresh)) == []
    (problem,) = staleness.check(source("改過的文"), fresh)
    assert problem.line == 3
    assert "--accept" in problem.message


def test_accepting_writes_the_digest_once() -> None:
    zh = source("文")
    text = staleness.accept('---\ntitle: A\nsource_digest: "000000000000"\n---\ntext\n', zh)
    assert text == f'---\ntitle: A\nsource_digest: "{digest("文")}"\n---\ntext\n'
    assert staleness.accept(text, zh) == text
    assert "source_digest" in staleness.accept("---\ntitle: A\n---\ntext\n", zh)
