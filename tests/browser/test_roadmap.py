"""The map on the home page: nothing overlaps, keys follow the path, states show without colour."""

from __future__ import annotations

import re
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

LANGUAGES = ["", "en/"]
ML = "[data-map='foundations/machine-learning']"


@pytest.fixture(params=["phone", "desktop"])
def page(request: pytest.FixtureRequest) -> Page:
    found: Page = request.getfixturevalue(request.param)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_label_overlaps_another_or_leaves_the_map(
    page: Page, served: str, language: str
) -> None:
    page.goto(served + language)
    boxes: list[Any] = page.evaluate(
        """() => {
          const box = (node) => { const r = node.getBoundingClientRect();
            return [r.left, r.top, r.right, r.bottom]; };
          return [...document.querySelectorAll("svg.map")].map((map) => ({
            frame: box(map),
            labels: [...map.querySelectorAll("text")].map((t) => [t.textContent, box(t)]),
            circles: [...map.querySelectorAll("circle")].map((c) => ["circle", box(c)]),
            size: parseFloat(getComputedStyle(map.querySelector(".map__facts")).fontSize)
              * map.getBoundingClientRect().width / map.viewBox.baseVal.width,
          }));
        }"""
    )
    assert len(boxes) == 3
    for found in boxes:
        left, top, right, bottom = found["frame"]
        assert found["size"] >= 10.5, "readable on a phone"
        parts = found["labels"] + found["circles"]
        for index, (name, a) in enumerate(parts):
            assert left <= a[0], name
            assert a[2] <= right + 0.5, name
            assert top <= a[1], name
            assert a[3] <= bottom + 0.5, name
            for other, b in parts[index + 1 :]:
                apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] + 0.5 or b[3] <= a[1] + 0.5
                assert apart, f"{name} overlaps {other}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_keyboard_follows_the_path(page: Page, served: str, language: str) -> None:
    page.goto(served + language)
    links = page.locator(".map a[data-map]")
    order = links.evaluate_all("all => all.map(a => a.dataset.map)")
    listed = page.locator(".roadmap [data-chapter]:not([data-status=planned])")
    assert order == listed.evaluate_all("all => all.map(i => i.dataset.chapter)")
    links.first.focus()
    for name in order[1:4]:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.dataset.map") == name
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{served}{language}{order[3]}/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_focus_and_hover_show_what_a_chapter_needs_and_leads_to(
    page: Page, served: str, language: str
) -> None:
    page.goto(served + language)
    chapter = page.locator(ML)
    tip = page.get_by_role("tooltip")
    chapter.focus()
    expect(tip).to_contain_text("Linear algebra" if language else "線性代數")
    expect(tip).to_contain_text("Neural networks" if language else "神經網路")
    expect(chapter).to_have_accessible_description(re.compile("Leads to" if language else "接著"))
    for name, lit in {
        "foundations/calculus": "before",  # of a prerequisite
        "foundations/neural-networks": "after",
        "foundations/algorithms-data-structures": None,
    }.items():
        assert page.locator(f"[data-map='{name}']").get_attribute("data-lit") == lit
    box = tip.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= page.viewport_size["width"]  # type: ignore[index]
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    page.locator("[data-map='models/quantization']").hover()
    expect(page.get_by_role("tooltip")).to_be_visible()
    page.mouse.move(1, 1)
    expect(page.locator(".roadmap-map__tip")).to_be_hidden()


@pytest.mark.parametrize("language", LANGUAGES)
def test_done_next_and_locked_are_told_apart_by_shape_and_name(
    page: Page, served: str, language: str
) -> None:
    page.goto(served + language)
    first = page.locator("[data-map='foundations/linear-algebra']")
    second = page.locator("[data-map='foundations/calculus']")

    def sign(node: Any) -> str:
        return str(node.locator("use").get_attribute("href"))

    assert (sign(first), sign(second)) == ("#sign-next", "#sign-locked")
    page.evaluate("portalProgress.set('chapter:foundations/linear-algebra', 'done')")
    assert (sign(first), sign(second)) == ("#sign-done", "#sign-next")
    expect(first).to_have_accessible_name(re.compile("finished" if language else "讀完了"))
    expect(second).to_have_accessible_name(re.compile("can be read" if language else "現在可以讀"))
    planned = page.locator("[data-state=planned][data-map]").first
    assert planned.evaluate("node => node.tagName") == "g", "no link"
    expect(planned).to_contain_text("planned" if language else "規劃中")
    dashes = planned.locator("circle").evaluate("c => getComputedStyle(c).strokeDasharray")
    assert dashes != "none"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_with_a_chapter_lit(
    page: Page, served: str, language: str, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(served + language)
    page.locator(ML).focus()
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_it_prints(desktop: Page, served: str) -> None:
    desktop.goto(served)
    desktop.emulate_media(media="print")
    expect(desktop.locator("svg.map").first).to_be_visible()
    expect(desktop.locator(".roadmap-map__tip")).to_be_hidden()
    assert len(desktop.pdf()) > 10_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_has_what_the_map_has(page: Page, served: str, language: str) -> None:
    page.goto(served + language)
    page.locator(".roadmap-list summary").click()
    expect(page.locator(".roadmap__title a").first).to_be_visible()
    mapped = page.locator("[data-map]").evaluate_all("all => all.map(a => a.dataset.map)")
    listed = page.locator("[data-chapter]").evaluate_all("all => all.map(a => a.dataset.chapter)")
    assert mapped == listed
