"""Search quality: what readers look for, against the real index in a real browser."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page, expect

from support import ROOT

DATA = ROOT / "tests" / "data"
LANGUAGES = {"zh-TW": "", "en": "en/"}
NONE = "–"
TOP_ONE = 0.95  # share of queries whose expected page comes first
FALSE_HITS = 0.05  # share of queries without an answer that find something
# Types each query into the search field and notes the address of the first result.
ASK = """async (queries) => {
  const input = document.querySelector("dialog input[type=search]");
  const pages = document.querySelector(".search__pages");
  const found = [];
  for (const query of queries) {
    input.value = query;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((resolve) => setTimeout(resolve));
    found.push(pages.querySelector("a")?.href ?? null);
  }
  return found;
}"""


class Query(NamedTuple):
    """A line of a golden set."""

    kind: str
    text: str
    expected: frozenset[str]  # page ids; empty if nothing is to be found


def golden(language: str) -> list[Query]:
    lines = (DATA / f"search-golden.{language}.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [
        Query(kind, text, frozenset() if wanted == NONE else frozenset(wanted.split("|")))
        for kind, text, wanted in rows
    ]


def page_of(address: str | None, root: str) -> str | None:
    if address is None:
        return None
    return address.removeprefix(root).split("#")[0].rstrip("/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_golden_set_is_what_it_claims(language: str) -> None:
    queries = golden(language)
    kinds = Counter(query.kind for query in queries)
    assert len(queries) >= 120
    assert kinds["title"] <= len(queries) / 4
    assert {"term", "phrase", "mixed", "misspelt", "synonym", "nothing"} <= set(kinds)
    assert len({query.text for query in queries}) == len(queries)
    folder = ROOT / "docs" / language
    for query in queries:
        assert (query.kind == "nothing") is (not query.expected), query
        for name in query.expected:
            path = Path("notebooks") if name.startswith("notebooks/") else folder
            name = name.removeprefix("notebooks/") if path != folder else name
            source = ROOT / path / f"{name}.md" if path != folder else folder / f"{name}.md"
            planned = ROOT / "docs" / "zh-TW" / f"{name}.md"
            assert source.exists() or planned.exists(), f"{query.text}: no page {name}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_readers_find_what_they_look_for(desktop: Page, served: str, language: str) -> None:
    root = served + LANGUAGES[language]
    desktop.goto(f"{root}progress/")
    desktop.keyboard.press("/")
    desktop.locator("dialog input[type=search]").fill("PCA")
    expect(desktop.locator("dialog a").first).to_be_visible()
    queries = golden(language)
    found: Any = desktop.evaluate(ASK, [query.text for query in queries])
    missed, false = [], []
    for query, address in zip(queries, found, strict=True):
        page = page_of(address, root)
        if not query.expected:
            false += [f"{query.text} → {page}"] if page else []
        elif page not in {name.removesuffix("/index") for name in query.expected}:
            missed.append(f"{query.kind}: {query.text} → {page}, not {sorted(query.expected)}")
    asked = [query for query in queries if query.expected]
    assert len(missed) <= (1 - TOP_ONE) * len(asked), "\n".join(missed)
    assert len(false) <= FALSE_HITS * (len(queries) - len(asked)), "\n".join(false)
