"""axe-core finds nothing on any kind of page, in both languages, light and dark."""

from __future__ import annotations

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

KINDS = {
    "home": "",
    "chapter": "foundations/linear-algebra/",
    "notebook": "notebooks/foundations/linear-algebra/",
    "catalogue": "resources/",
    "glossary": "glossary/",
    "progress": "progress/",
    "path finder": "path/",
    "conventions": "contributing/markdown/",
}
AXE = Axe()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["", "en/"])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing(
    desktop: Page, served: str, kind: str, language: str, scheme: Literal["light", "dark"]
) -> None:
    desktop.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    desktop.goto(served + language + KINDS[kind])
    results = AXE.run(desktop)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("language", ["", "en/"])
def test_axe_finds_nothing_on_a_phone_and_in_the_search(
    phone: Page, served: str, language: str
) -> None:
    phone.goto(served + language + KINDS["chapter"])
    assert AXE.run(phone).violations_count == 0
    phone.locator("[data-module=search]").click()
    phone.locator("dialog input[type=search]").fill("PCA")
    expect(phone.locator("dialog a").first).to_be_visible()
    results = AXE.run(phone)
    assert results.violations_count == 0, results.generate_report()


def test_the_skip_link_comes_first(desktop: Page, served: str) -> None:
    desktop.goto(served + KINDS["chapter"])
    desktop.keyboard.press("Tab")
    focused = desktop.evaluate("document.activeElement.getAttribute('href') ?? ''")
    assert "#" in focused
