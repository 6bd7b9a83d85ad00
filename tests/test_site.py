"""Navigation, search documents, words of the interface."""

from __future__ import annotations

from typing import Any

import pytest

from portal import render, search, site
from portal.glossary import Term
from portal.words import WORDS

NAV: list[Any] = [
    "index.md",
    {"基礎": ["foundations/one.md", "foundations/two.md"]},
    {"模型": ["models/one.md"]},
    {"筆記本": ["notebooks/index.md"]},
]


def test_planned_chapters_leave_the_navigation_and_empty_sections_go() -> None:
    kept = site.nav_without(NAV, frozenset({"foundations/two", "models/one"}))
    assert kept == [
        "index.md",
        {"基礎": ["foundations/one.md"]},
        {"筆記本": ["notebooks/index.md"]},
    ]


def test_notebooks_are_added_below_their_index_by_track() -> None:
    grown = site.nav_with_notebooks(NAV, ["foundations/a", "models/b", "foundations/c"])
    assert grown[-1] == {
        "筆記本": [
            "notebooks/index.md",
            {"基礎": ["notebooks/foundations/a.md", "notebooks/foundations/c.md"]},
            {"模型": ["notebooks/models/b.md"]},
        ]
    }


def test_both_languages_have_the_same_words() -> None:
    first, *others = WORDS.values()
    for words in others:
        assert words.keys() == first.keys()


def test_a_page_is_split_at_its_headings() -> None:
    html = """<h1 id="t">Title<a class="headerlink" href="#t">¶</a></h1><p>Intro.</p>
    <h2 id="a">First</h2><p>One <code>x</code>.</p><div><h3 id="b">Second</h3><p>Two.</p></div>
    <h2 id="c">Third</h2>"""
    found = list(search.documents(html, "Title", "en/models/rag/", "en/"))
    assert [(doc.url, doc.title, doc.text) for doc in found] == [
        ("models/rag/", "Title", "Intro."),
        ("models/rag/#a", "First", "One x ."),
        ("models/rag/#b", "Second", "Two."),
        ("models/rag/#c", "Third", ""),
    ]


def test_chapters_count_more_than_what_lists_or_shows() -> None:
    def weight(url: str) -> float:
        (found,) = search.documents("<p>x</p>", "T", url, "")
        return found.weight

    assert weight("models/rag/") > weight("notebooks/models/rag/") > 0
    assert weight("models/rag/") > weight("contributing/markdown/") > 0


def test_a_term_is_found_in_both_languages_and_by_the_names_the_site_avoids() -> None:
    term = Term.model_validate(
        {
            "id": "ft",
            "zh": "微調（fine-tuning）",
            "en": "fine-tuning",
            "also": ["細調"],
            "wrong": ["精調"],
            "definition": {"zh-TW": "說明。", "en": "Says."},
        }
    )
    for language, said in (("zh-TW", "說明。"), ("en", "Says.")):
        (found,) = search.term_documents([term], language, "Glossary", "glossary/")
        assert found.url == "glossary/#term-ft"
        for name in ("微調", "fine-tuning", "細調", "精調", said):
            assert name in found.title + found.text
    assert search.synonyms([term]) == [["微調", "fine-tuning", "細調", "精調"]]


def test_several_things_in_one_entry_are_no_synonyms() -> None:
    term = Term.model_validate({"id": "x", "zh": "準確率／召回率", "en": "accuracy / recall"})
    assert search.synonyms([term]) == []


@pytest.mark.parametrize(
    ("html", "description"),
    [
        pytest.param("<h1>T</h1><p>Short.</p><p>More.</p>", "Short.", id="first paragraph"),
        pytest.param(
            f"<p>{'字' * 100}。{'詞' * 100}。</p>", "字" * 100 + "。", id="whole sentence"
        ),
        pytest.param(f"<p>{'x' * 300}</p>", "x" * 160 + "…", id="no sentence ends in time"),
        pytest.param("<h1>T</h1>", "", id="no paragraph"),
    ],
)
def test_description(html: str, description: str) -> None:
    assert search.first_paragraph(html) == description


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param("<ul>\n\n   <li>a b</li>\n  </ul>", "<ul>\n<li>a b</li>\n</ul>", id="indents"),
        pytest.param("<pre>a\n  b\n\nc</pre>\n\n<p>", "<pre>a\n  b\n\nc</pre>\n<p>", id="code"),
        pytest.param("<script>a\n  b</script>\n <p>", "<script>a\n  b</script>\n<p>", id="scripts"),
    ],
)
def test_white_space_of_templates_is_left_out(html: str, expected: str) -> None:
    assert render.without_indents(html) == expected
