"""What a reader does: switch the language, darken the page, search, filter, read on a phone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

CHAPTER = "foundations/linear-algebra/"
NOTEBOOK = "notebooks/foundations/linear-algebra/"
KINDS = [
    "",
    CHAPTER,
    NOTEBOOK,
    "resources/",
    "glossary/",
    "progress/",
    "path/",
    "courses/",
    "contributing/markdown/",
]
LANGUAGES = ["", "en/"]
DARK = {"": "深色模式", "en/": "Dark mode"}


@pytest.mark.parametrize("page", KINDS)
def test_the_language_switch_stays_on_the_page(desktop: Page, served: str, page: str) -> None:
    desktop.goto(served + page)
    desktop.locator("header a[hreflang=en]").click()
    expect(desktop).to_have_url(f"{served}en/{page}")
    expect(desktop.locator("html")).to_have_attribute("lang", "en")
    desktop.locator("header a[hreflang=zh-TW]").click()
    expect(desktop).to_have_url(served + page)
    expect(desktop.locator("html")).to_have_attribute("lang", "zh-TW")


@pytest.mark.parametrize("language", LANGUAGES)
def test_dark_mode_is_kept_from_page_to_page(desktop: Page, served: str, language: str) -> None:
    desktop.emulate_media(color_scheme="light")
    desktop.goto(served + language)
    body = desktop.locator("body")
    expect(body).to_have_attribute("data-md-color-scheme", "default")
    desktop.get_by_role("button", name=DARK[language]).click()
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
    desktop.goto(served + language + CHAPTER)
    expect(body).to_have_attribute("data-md-color-scheme", "slate")


def test_dark_mode_follows_the_system(desktop: Page, served: str) -> None:
    desktop.emulate_media(color_scheme="dark")
    desktop.goto(served)
    expect(desktop.locator("body")).to_have_attribute("data-md-color-scheme", "slate")


@pytest.mark.parametrize(
    ("language", "query", "found"),
    [
        pytest.param("", "量化", "models/quantization/", id="a Chinese word"),
        pytest.param("", "提示注入", "applications/security/", id="a Chinese phrase"),
        pytest.param("", "BPE", "notebooks/models/bpe-tokenizer/", id="Latin in Chinese"),
        pytest.param("en/", "quantization", "en/models/quantization/", id="an English word"),
        pytest.param("en/", "prompt injection", "en/applications/security/", id="two words"),
        pytest.param("en/", "quantizaton", "en/models/quantization/", id="a misspelling"),
        pytest.param("en/", "backprop", "en/foundations/neural-networks/", id="a beginning"),
    ],
)
def test_search_leads_to_the_page(
    desktop: Page, served: str, language: str, query: str, found: str
) -> None:
    desktop.goto(served + language + CHAPTER)
    desktop.keyboard.press("/")
    box = desktop.locator("dialog input[type=search]")
    expect(box).to_be_focused()
    box.fill(query)
    expect(desktop.locator("dialog a").first).to_be_visible()
    targets = desktop.locator("dialog a").evaluate_all("links => links.map(link => link.href)")
    assert any(target.startswith(served + found) for target in targets), targets
    desktop.keyboard.press("ArrowDown")
    desktop.keyboard.press("Enter")
    expect(desktop).to_have_url(targets[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_search_says_when_nothing_is_found(desktop: Page, served: str, language: str) -> None:
    desktop.goto(served + language)
    desktop.keyboard.press("Control+k")
    desktop.locator("dialog input[type=search]").fill("qqqzzzxxx")
    expect(desktop.locator("dialog [role=status]")).not_to_be_empty()
    expect(desktop.locator("dialog a")).to_have_count(0)
    desktop.keyboard.press("Escape")
    expect(desktop.locator("dialog.search")).to_be_hidden()


def test_search_loads_nothing_before_it_is_opened(desktop: Page, served: str) -> None:
    requested: list[str] = []
    desktop.on("request", lambda request: requested.append(request.url))
    desktop.goto(served, wait_until="networkidle")
    assert not [url for url in requested if "index.json" in url or "minisearch" in url]
    desktop.keyboard.press("/")
    desktop.locator("dialog input[type=search]").fill("RAG")
    expect(desktop.locator("dialog a").first).to_be_visible()
    assert len([url for url in requested if url.endswith("/search/index.json")]) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_filters_and_keeps_the_filter_in_the_address(
    desktop: Page, served: str, language: str
) -> None:
    desktop.goto(f"{served}{language}resources/")
    entries = desktop.locator(".catalogue__list > li:visible")
    total = entries.count()
    assert total > 300
    desktop.get_by_role("combobox").nth(1).select_option("paper")
    papers = entries.count()
    assert 0 < papers < total
    facts = entries.evaluate_all("all => all.map(e => e.dataset.facts.split(' '))")
    assert all("paper" in fact for fact in facts)
    expect(desktop.locator(".catalogue__count")).to_contain_text(str(papers))
    expect(desktop).to_have_url(re.compile(r"kind=paper"))
    desktop.reload()
    assert entries.count() == papers
    desktop.locator("#filter-q").fill("attention")
    expect(desktop).to_have_url(re.compile(r"q=attention"))
    assert 0 < entries.count() < papers
    desktop.locator("button[type=reset]").click()
    expect(entries).to_have_count(total)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", KINDS)
def test_nothing_scrolls_sideways_on_a_phone(
    phone: Page, served: str, language: str, page: str
) -> None:
    phone.goto(served + language + page)
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= 360


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_drawer_of_a_phone_leads_to_a_chapter(phone: Page, served: str, language: str) -> None:
    phone.goto(served + language)
    phone.locator("header .drawer-button").click()
    phone.locator(f".md-nav--primary a[href$='{CHAPTER}']").first.click()
    expect(phone).to_have_url(re.compile(re.escape(language + CHAPTER)))


def test_a_missing_page_speaks_both_languages_at_any_depth(desktop: Page, served: str) -> None:
    desktop.goto(served + "models/not-a-page/")
    expect(desktop.locator("[lang=zh-TW]").first).to_be_visible()
    expect(desktop.locator("[lang=en]").first).to_be_visible()
    desktop.locator("main a[href$='/en/'], main a[hreflang=en]").first.click()
    expect(desktop).to_have_url(served + "en/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_scripts_everything_can_be_read(
    browser_without_scripts: Page, served: str, language: str
) -> None:
    page = browser_without_scripts
    page.goto(served + language)
    page.locator(f".map a[href$='{CHAPTER}']").click()
    expect(page.locator("h1")).to_be_visible()
    answer = page.locator("section.question details").first
    answer.locator("summary").click()
    expect(answer.locator("li").first).to_be_visible()
    page.goto(f"{served}{language}resources/")
    assert page.locator(".catalogue__list > li:visible").count() > 300


def test_download_of_a_notebook_is_in_the_language_of_the_page(desktop: Page, served: str) -> None:
    desktop.goto(f"{served}en/{NOTEBOOK}")
    with desktop.expect_download() as download:
        desktop.locator("a[download]").first.click()
    notebook = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    prose = "".join("".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "markdown")
    assert not re.search(r"[\u4e00-\u9fff]", prose)
