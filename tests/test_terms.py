"""Tips of glossary terms: the first use, whole words only, and nowhere they would disturb."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

import built
from portal.glossary import Term, read_glossary
from portal.markup import terms
from support import ROOT


def term(name: str, zh: str, en: str, **other: object) -> Term:
    definition = {"zh-TW": "第一句。第二句。", "en": "First of e.g. two. Second."}
    return Term.model_validate(
        {"id": name, "zh": zh, "en": en, "definition": definition, **other},
    )


TERMS = {
    found.id: found
    for found in (
        term("token", "token（詞元）", "token"),
        term("tokenizer", "tokenizer（斷詞器）", "tokenizer"),
        term("gan", "生成對抗網路（GAN）", "GAN"),
        term("overfitting", "過度擬合", "overfitting", also=["過擬合"]),
        term("self-attention", "自注意力", "self-attention"),
        term("attention", "注意力", "attention"),
        term("function", "函式（程式）／函數（數學）", "function"),
        term("data", "資料", "data", everyday=True),
        term("layer", "層", "layer"),
    )
}


def marked(html: str, language: str = "en") -> list[str]:
    page = BeautifulSoup(terms.render(html, TERMS, language, "../glossary/"), "html.parser")
    links = page.select("a.term")
    return [f"{link.get_text()}#{str(link['href']).split('#term-')[1]}" for link in links]


@pytest.mark.parametrize(
    ("html", "language", "found"),
    [
        pytest.param("<p>A token, a token.</p>", "en", ["token#token"], id="the first use only"),
        pytest.param("<p>Tokens</p>", "en", ["Tokens#token"], id="plural, at the beginning"),
        pytest.param("<p>tokenized, sub-token, a_token</p>", "en", [], id="inside a word"),
        pytest.param("<p>a tokenizer</p>", "en", ["tokenizer#tokenizer"], id="the longer term"),
        pytest.param(
            "<p>self-attention</p>", "en", ["self-attention#self-attention"], id="not its part"
        ),
        pytest.param("<p>they began; a GAN</p>", "en", ["GAN#gan"], id="abbreviation as written"),
        pytest.param("<p>gan</p>", "en", [], id="not in another case"),
        pytest.param("<p>data</p>", "en", [], id="a word everybody knows"),
        pytest.param("<h2>token</h2><p>x</p>", "en", [], id="no heading"),
        pytest.param(
            "<p><code>token</code> token</p>", "en", ["token#token"], id="not in code, but after"
        ),
        pytest.param('<p><a href="x">a token</a></p>', "en", [], id="no link in a link"),
        pytest.param('<span class="arithmatex">\\(token\\)</span>', "en", [], id="no formula"),
        pytest.param(
            '<section class="question"><p>token</p></section>', "en", [], id="no question"
        ),
        pytest.param('<p title="token">x</p>', "en", [], id="no attribute"),
        pytest.param("<!-- token --><p>x</p>", "en", [], id="no comment"),
        pytest.param(
            '<p>token <a class="term" href="../glossary/#term-token">token</a></p>',
            "en",
            ["token#token"],
            id="where the author linked it",
        ),
        pytest.param("<p>避免過擬合。</p>", "zh-TW", ["過擬合#overfitting"], id="a synonym"),
        pytest.param("<p>每個token都</p>", "zh-TW", ["token#token"], id="Latin in Chinese"),
        pytest.param(
            "<p>自注意力與注意力</p>",
            "zh-TW",
            ["自注意力#self-attention", "注意力#attention"],
            id="a term and one within it",
        ),
        pytest.param("<p>這個函數</p>", "zh-TW", ["函數#function"], id="one of two names"),
        pytest.param("<p>一層一層</p>", "zh-TW", [], id="a single character is no term"),
        pytest.param("<p>AT&amp;T's token<br>x</p>", "en", ["token#token"], id="entity, void tag"),
    ],
)
def test_what_is_marked(html: str, language: str, found: list[str]) -> None:
    assert marked(html, language) == found


@pytest.mark.parametrize(
    ("language", "tip"),
    [("zh-TW", "GAN：第一句。"), ("en", "生成對抗網路（GAN）: First of e.g. two.")],
)
def test_a_tip_names_the_other_language_and_says_one_sentence(language: str, tip: str) -> None:
    assert terms.tip(TERMS["gan"], language) == tip


def test_nothing_but_links_is_added() -> None:
    html = "<p>A token &lt; 2 <em>GAN</em></p>\n<pre><code>token</code></pre>"
    done = terms.render(html, TERMS, "en", "../glossary/")
    assert re.sub(r'<a class="term"[^>]*>|</a>', "", done) == html


def test_every_chapter_explains_terms_once(site: Path) -> None:
    known = read_glossary(ROOT / "docs/data/glossary.yml")
    chapters = [p for p in built.pages(site) if built.soup(p).select_one("[data-tick^=chapter]")]
    assert len(chapters) >= 30
    for path in chapters:
        links = built.soup(path).select("article a.term")
        names = [str(link["href"]).split("#term-")[1] for link in links]
        assert names, path
        assert set(names) <= set(known)
        automatic = [link for link in links if link.has_attr("data-tip")]
        assert len(automatic) >= 5, path
        for link in automatic:
            assert not link.find_parent(["h1", "h2", "h3", "pre", "code", "button", "label"])
