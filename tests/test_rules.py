"""Every rule of the content check: what it finds, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.glossary import Term
from portal.pages import Source, split
from portal.problems import Problem
from portal.resources import Bilingual
from portal.rules import chinese, english, passages, structure, terms
from portal.rules.exceptions import Exceptions, Quoted
from portal.rules.lexicon import Lexicon
from portal.rules.passages import Passage
from support import CHAPTER

PATH = Path("page.md")
GLOSSARY = {
    "algorithm": Term(
        id="algorithm", zh="演算法", en="algorithm", wrong=["算法"], allow=["計算法"]
    ),
    "program": Term(id="program", zh="程式", en="program", wrong=["程序"], allow=["行程序"]),
    "agent": Term(id="agent", zh="AI 代理（agent）", en="agent", also=["代理"]),
    "logits": Term(id="logits", zh="logits", en="logits"),
    "pair": Term(id="pair", zh="生成器／判別器", en="generator / discriminator"),
    "defined": Term(
        id="defined", zh="有", en="defined",
        definition=Bilingual.model_validate({"zh-TW": "有。", "en": "Yes."}),
    ),
}  # fmt: skip
LEXICON = Lexicon(GLOSSARY)
ALLOWED = Exceptions(quoted=[Quoted(text="种树", why="a title")], spelling=["fo"])


def said(problems: Iterator[Problem]) -> list[str]:
    return [f"{problem.line}: {problem.message}" for problem in problems]


def matches(found: list[str], expected: list[str]) -> None:
    assert len(found) == len(expected), found
    assert all(want in have for want, have in zip(expected, found, strict=True)), found


def of_line(text: str, language: str = "zh-TW") -> Passage:
    return Passage(PATH, 1, text, language)


def of_body(body: str) -> Source:
    return Source(PATH, "", body, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("這個模型的輸出", [], id="Traditional"),
        pytest.param("这个模型", ["这 → 這、个 → 個"], id="Simplified"),
        pytest.param("后来说", ["说 → 說"], id="only what is wrong in itself: 后 is a word too"),
        pytest.param("皇后在台上里面干杯只", [], id="ambiguous, all right in Taiwan"),
        pytest.param("什麽，脚本", ["麽 → 麼、脚 → 腳"], id="variants Taiwan does not write"),
        pytest.param("图图图", ["图 → 圖"], id="told once a line"),
        pytest.param("《种树》很好", [], id="a quotation on the list"),
        pytest.param("日本語のひらがな", [], id="kana"),
    ],
)
def test_simplified(text: str, expected: list[str]) -> None:
    matches(said(chinese.simplified(of_line(text), ALLOWED)), expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("這個演算法很快", [], id="the right word holds the wrong one"),
        pytest.param("這個算法很快", ["算法 is not used here – write 演算法"], id="wrong"),
        pytest.param("計算法則", [], id="on the term's allow-list"),
        pytest.param("程序與算法", ["程序", "算法"], id="two"),
        pytest.param("算法、算法", ["算法"], id="told once a line"),
        pytest.param("執行程序", [], id="across two words, allowed"),
    ],
)
def test_mainland(text: str, expected: list[str]) -> None:
    matches(said(chinese.mainland(of_line(text), LEXICON, ALLOWED)), expected)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("用 GPU 訓練。", [], id="right"),
        pytest.param("用GPU訓練。", ["'用 GPU 訓練。'"], id="no spaces"),
        pytest.param("好,對嗎?", ["'好，對嗎？'"], id="half-width"),
        pytest.param("`用GPU`", [], id="code span"),
        pytest.param("```text\n用GPU\n```", [], id="code block"),
        pytest.param("````md\n```\n用GPU\n```\n````", [], id="code in code"),
        pytest.param("比例是 8：16。", [], id="a ratio is no time"),
        pytest.param("## 用GPU { #use-gpu }", ["用 GPU"], id="heading, its anchor untouched"),
        pytest.param("見[這裡](resource:a用b)", [], id="addresses are left alone"),
    ],
)
def test_typography(body: str, expected: list[str]) -> None:
    source = of_body(body)
    matches(said(chinese.typography(chinese.corrections(source), PATH)), expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("The model recieves it.", ["'recieves' is misspelt – write receives"], id="a"),
        pytest.param("The behaviour of colour", [], id="British"),
        pytest.param("Recieved", ["'Recieved'"], id="capital"),
        pytest.param("teh.py, ./teh, teh-x", [], id="part of a name"),
        pytest.param("it's fo all", [], id="allowed"),
        pytest.param("TEH and NumPy", [], id="abbreviations and names"),
    ],
)
def test_spelling(text: str, expected: list[str]) -> None:
    matches(said(english.spelling(of_line(text, "en"), ALLOWED)), expected)


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        pytest.param("The model recieves it.", "The model receives it.", id="one meaning"),
        pytest.param("Recieved", "Received", id="capital is kept"),
        pytest.param("the studi", "the studi", id="several meanings: an author decides"),
        pytest.param("`recieves`", "`recieves`", id="code"),
    ],
)
def test_spelling_is_mended(text: str, mended: str) -> None:
    (passage,) = passages.of_page(of_body(text), "en")
    assert english.mended(text, passage, ALLOWED) == mended


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("AI 代理（agent）會", [], id="as the glossary says"),
        pytest.param("智慧體（agent）", ["the glossary translates it AI 代理"], id="no"),
        pytest.param("叫產生器（generator）", [], id="an entry of several says nothing"),
        pytest.param("最後的輸出（logits）", [], id="a term without a Chinese name"),
        pytest.param("運算法（unknown thing）", [], id="no term"),
    ],
)
def test_inconsistent(text: str, expected: list[str]) -> None:
    matches(said(terms.inconsistent(of_line(text), LEXICON, ALLOWED)), expected)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("[有](term:defined)", [], id="defined"),
        pytest.param("\n[x](term:agent)", ["2: term 'agent' has no definition"], id="undefined"),
        pytest.param("`[x](term:agent)`", [], id="code"),
    ],
)
def test_undefined(body: str, expected: list[str]) -> None:
    matches(said(terms.undefined(of_body(body), GLOSSARY)), expected)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("# 一 { #a }\n## 二 { #b }\n### 三 { #c }", [], id="fine"),
        pytest.param("# 一 { #a }\n### 三 { #c }", ["2: heading jumps from level 1"], id="jump"),
        pytest.param("## 二 { #b }", ["heading jumps from level 0 to 2"], id="no h1"),
        pytest.param("# 一 { #a }\n## 二", ["2: heading without anchor"], id="no anchor"),
        pytest.param(
            "# 一 { #a }\n## 二 { #b }\n## 三 { #b }", ["anchor #b is used twice"], id="twice"
        ),
        pytest.param("# 一 { #a }\n```\n## x\n```", [], id="code"),
    ],
)
def test_headings(body: str, expected: list[str]) -> None:
    matches(said(structure.headings(of_body(body))), expected)


FRAME = "\n".join(f"## x {{ #{name} }}" for name in structure.FRAME)
WHOLE = FRAME + "\n<!-- resources -->\n" + "### ? { #q .question }\n" * 5


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(WHOLE, [], id="whole"),
        pytest.param(WHOLE.replace("#pitfalls", "#traps"), ["the frame of a chapter"], id="a part"),
        pytest.param("## x { #ideas }\n" + WHOLE, ["the frame of a chapter"], id="idea first"),
        pytest.param(WHOLE.replace("<!-- resources -->", ""), ["5: no resource list"], id="list"),
        pytest.param(WHOLE.replace(".question", ".q", 1), ["4: 4 questions"], id="questions"),
    ],
)
def test_frame(body: str, expected: list[str]) -> None:
    matches(said(structure.frame(of_body(body))), expected)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("[x](resource:a)", [], id="by id"),
        pytest.param("[x](https://a.test/b)", ["https://a.test/b is no registered"], id="link"),
        pytest.param("見 https://a.test/b 。", ["https://a.test/b is no registered"], id="bare"),
        pytest.param("`https://a.test`", [], id="code"),
        pytest.param("http://127.0.0.1:8000 https://example.org/x", [], id="examples"),
    ],
)
def test_unregistered(body: str, expected: list[str]) -> None:
    matches(said(structure.unregistered(of_body(body))), expected)


@pytest.mark.parametrize(
    ("language", "body", "expected"),
    [
        pytest.param("zh-TW", '![三個 token](a.svg "圖")', [], id="zh"),
        pytest.param("zh-TW", "![Three tokens](a.svg)", ["'Three tokens' is not in"], id="no"),
        pytest.param("en", '![Three](a.svg "圖說文字")', ["'圖說文字' is not in en"], id="c"),
        pytest.param("en", "![The bytes of 台灣 in four rows](a.svg)", [], id="en about Chinese"),
    ],
)
def test_alternatives(language: str, body: str, expected: list[str]) -> None:
    matches(said(structure.alternatives(of_body(body), language)), expected)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("**注意**：說明", [], id="closed"),
        pytest.param("**注意：說明", ["** without its partner"], id="open"),
        pytest.param(r"\*\* is bold", [], id="escaped"),
        pytest.param("`2 ** 3`, $2**3$", [], id="code and formulas"),
    ],
)
def test_literal(body: str, expected: list[str]) -> None:
    found = [p for line in passages.of_page(of_body(body), "en") for p in structure.literal(line)]
    matches(said(iter(found)), expected)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("[x](resource:a) [y](chapter:b#c)", [], id="read"),
        pytest.param("[x] (resource:a)", ["a link by id that cannot be read"], id="a space"),
        pytest.param("[x](resource:a b)", ["a link by id that cannot be read"], id="in the id"),
        pytest.param("`[x] (resource:a)`", [], id="code"),
    ],
)
def test_unresolved(body: str, expected: list[str]) -> None:
    matches(said(structure.unresolved(of_body(body))), expected)


def test_prose_keeps_its_lines_and_loses_what_is_no_prose() -> None:
    body = "\n".join(
        [
            "[字](resource:id) `code` $x$ <b>粗</b> https://a.test { .c }",
            "$$",
            "formula",
            "$$",
            "```",
            "code",
            "```",
            "末",
        ]
    )
    page = split(CHAPTER.format(body=body), PATH)
    found = {p.line - page.body_line: p.text.split() for p in passages.of_page(page, "zh-TW")}
    assert found[2] == ["[字]", ")", "粗"]
    assert found[9] == ["末"]
    assert not {3, 4, 5, 6, 7, 8} & set(found)


def test_every_rule_has_cases() -> None:
    rules: list[Callable[..., object]] = [
        chinese.simplified, chinese.mainland, chinese.typography, english.spelling,
        terms.inconsistent, terms.undefined, structure.headings, structure.frame,
        structure.unregistered, structure.alternatives, structure.literal, structure.unresolved,
    ]  # fmt: skip
    for module in (chinese, english, terms, structure):
        for name, value in vars(module).items():
            makes = getattr(value, "__annotations__", {}).get("return", "")
            if makes == "Iterator[Problem]" and not name.startswith("_"):
                assert value in rules, f"{module.__name__}.{name} has no table above"
