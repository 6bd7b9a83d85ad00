"""Tips of terms: by pointer and by keyboard, dismissed by Escape, a link without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

CHAPTER = "foundations/linear-algebra/"
TERM = "article a.term[data-tip]"
LANGUAGES = ["", "en/"]


@pytest.fixture(params=["phone", "desktop"])
def page(request: pytest.FixtureRequest) -> Page:
    found: Page = request.getfixturevalue(request.param)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_tip_by_pointer_and_keyboard(page: Page, served: str, language: str) -> None:
    page.goto(served + language + CHAPTER)
    term, tip = page.locator(TERM).nth(1), page.get_by_role("tooltip")
    expect(tip).to_have_count(0)
    term.focus()
    expect(tip).to_have_text(str(term.get_attribute("data-tip")))
    expect(term).to_have_accessible_description(str(term.get_attribute("data-tip")))
    box = tip.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= page.viewport_size["width"]  # type: ignore[index]
    page.keyboard.press("Escape")
    expect(tip).to_have_count(0)
    other = page.locator(TERM).nth(3)
    other.hover()
    expect(tip).to_have_text(str(other.get_attribute("data-tip")))
    tip.hover()
    expect(tip).to_be_visible()
    page.mouse.move(0, 0)
    expect(tip).to_have_count(0)
    term.click()
    expect(page.locator(".glossary__term:target")).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_with_a_tip(page: Page, served: str, language: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(served + language + CHAPTER)
    page.locator(TERM).first.focus()
    expect(page.get_by_role("tooltip")).to_be_visible()
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_without_scripts_a_term_is_a_link(browser_without_scripts: Page, served: str) -> None:
    page = browser_without_scripts
    page.goto(served + CHAPTER)
    page.locator(TERM).first.click()
    expect(page.locator(".glossary__term:target")).to_be_visible()
