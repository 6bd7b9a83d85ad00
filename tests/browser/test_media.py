"""Print, reduced motion, forced colours, zoom, and the keyboard alone."""

from __future__ import annotations

import io
import re

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from built import DESKTOP, KINDS

LANGUAGES = ["", "en/"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_paper_the_chapter_is_whole_and_says_where_links_lead(
    desktop: Page, served: str, language: str
) -> None:
    desktop.goto(served + language + KINDS["chapter"])
    explanation = desktop.locator(".question__explanation").first.inner_text().split("\n")[0]
    expect(desktop.locator("section.question details").first).not_to_have_attribute("open", "")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(desktop.pdf())).pages)
    printed = re.sub(r"\s", "", text)
    # PDF writers may take another character of the same form; a Latin or numeric word will do.
    words = re.findall(r"[A-Za-z0-9]{3,}", explanation) or ["https://"]
    assert all(word in printed for word in words)
    assert "(https://" in printed
    desktop.emulate_media(media="print")
    for part in (".md-header", ".md-sidebar", ".page-tools", ".search-button", ".copy-button"):
        for element in desktop.locator(part).all():
            expect(element).to_be_hidden()
    expect(desktop.locator("section.question details").first).not_to_have_attribute("open", "")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_moves_for_who_does_not_want_it(desktop: Page, served: str, kind: str) -> None:
    desktop.emulate_media(reduced_motion="reduce")
    desktop.goto(served + KINDS[kind])
    longest = desktop.evaluate(
        """() => {
          const seconds = (text) => Math.max(...text.split(",").map(part =>
            parseFloat(part) * (part.trim().endsWith("ms") ? 0.001 : 1)));
          return Math.max(...[...document.querySelectorAll("*")].map(element => {
            const style = getComputedStyle(element);
            return Math.max(seconds(style.transitionDuration), seconds(style.animationDuration),
              style.scrollBehavior === "smooth" ? 1 : 0);
          }));
        }"""
    )
    assert longest <= 0.001


@pytest.mark.parametrize(
    ("kind", "part", "pseudo"),
    [
        pytest.param("chapter", ".copy-button", "::before", id="sign to copy"),
        pytest.param("conventions", ".admonition-title", "::before", id="sign of a remark"),
        pytest.param("home", ".roadmap__chapter[data-status=written]", "::after", id="station"),
    ],
)
def test_signs_stay_in_forced_colours(
    desktop: Page, served: str, kind: str, part: str, pseudo: str
) -> None:
    desktop.emulate_media(forced_colors="active")
    desktop.goto(served + KINDS[kind])
    element = desktop.locator(part).first
    shown, text = element.evaluate(
        """(element, pseudo) => {
          const probe = document.createElement("i");
          probe.style.cssText = "forced-color-adjust: none; color: CanvasText";
          document.body.append(probe);
          return [getComputedStyle(element, pseudo).backgroundColor, getComputedStyle(probe).color];
        }""",
        pseudo,
    )
    assert shown == text


@pytest.mark.parametrize("kind", KINDS)
def test_links_and_focus_are_seen_in_forced_colours(desktop: Page, served: str, kind: str) -> None:
    desktop.emulate_media(forced_colors="active")
    desktop.goto(served + KINDS[kind])
    for _ in range(6):
        desktop.keyboard.press("Tab")
        style, width = desktop.evaluate(
            """() => {
              const style = getComputedStyle(document.activeElement);
              return [style.outlineStyle, parseFloat(style.outlineWidth)];
            }"""
        )
        assert style != "none"
        assert width >= 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("width", "scale"), [(640, 2), (320, 4)], ids=["200 %", "400 %"])
def test_a_zoomed_page_wraps_instead_of_scrolling_sideways(
    browser: Browser, served: str, kind: str, language: str, width: int, scale: int
) -> None:
    with browser.new_context(
        viewport={"width": width, "height": DESKTOP["height"] // scale}, device_scale_factor=scale
    ) as context:
        page = context.new_page()
        page.goto(served + language + KINDS[kind])
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        expect(page.locator("h1").first).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_text_twice_as_large_stays_whole(
    browser: Browser, served: str, kind: str, language: str
) -> None:
    with browser.new_context(viewport=DESKTOP) as context:
        page = context.new_page()
        page.goto(served + language + KINDS[kind])
        page.add_style_tag(content="html { font-size: 200% !important }")
        assert page.evaluate("document.documentElement.scrollWidth") <= DESKTOP["width"]
        cut_off = page.evaluate(
            """() => [...document.querySelectorAll("article :is(p, h1, h2, h3, li, dd, dt)")]
              .filter(e => getComputedStyle(e).overflow === "hidden"
                && e.scrollHeight > e.clientHeight + 2).map(e => e.textContent.slice(0, 40))"""
        )
        assert cut_off == []


@pytest.mark.parametrize(
    ("language", "dark"), [("", "深色模式"), ("en/", "Dark mode")], ids=["zh-TW", "en"]
)
def test_the_keyboard_alone_leads_through_a_chapter(
    desktop: Page, served: str, language: str, dark: str
) -> None:
    desktop.goto(served + language + KINDS["chapter"])
    desktop.keyboard.press("Tab")
    desktop.keyboard.press("Enter")  # past the header, straight into the text
    assert "#" in desktop.url
    desktop.get_by_role("button", name=dark).focus()
    desktop.keyboard.press("Space")
    expect(desktop.get_by_role("button", name=dark)).to_have_attribute("aria-pressed", "true")
    contents = desktop.locator(".md-sidebar--secondary a").nth(4)
    contents.focus()
    desktop.keyboard.press("Enter")
    expect(contents).to_have_attribute("aria-current", "location")
    code = desktop.locator(".copy-button").first
    code.focus()
    desktop.keyboard.press("Enter")
    formula = desktop.locator(".formula").first
    formula.focus()
    expect(formula).to_be_focused()
    answer = desktop.locator("section.question summary").first
    answer.focus()
    desktop.keyboard.press("Enter")
    expect(desktop.locator("section.question details").first).to_have_attribute("open", "")
    desktop.keyboard.press("/")
    desktop.keyboard.type("PCA")
    expect(desktop.locator("dialog a").first).to_be_visible()
    desktop.keyboard.press("Escape")
    expect(desktop.locator("dialog.search")).to_be_hidden()
    expect(answer).to_be_focused()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_keyboard_alone_filters_the_catalogue(
    desktop: Page, served: str, language: str
) -> None:
    desktop.goto(f"{served}{language}resources/")
    shown = desktop.locator(".catalogue__list > li:visible")
    total = shown.count()
    desktop.locator("#filter-q").focus()
    desktop.keyboard.type("attention")
    expect(desktop).to_have_url(re.compile("q=attention"))
    assert 0 < shown.count() < total
    for _ in range(6):  # past the five choices to the button that clears them
        desktop.keyboard.press("Tab")
    expect(desktop.locator("button[type=reset]")).to_be_focused()
    desktop.keyboard.press("Enter")
    expect(shown).to_have_count(total)
    expect(desktop.locator("#filter-q")).to_be_focused()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_keyboard_alone_opens_and_closes_the_menu_of_a_phone(
    phone: Page, served: str, language: str
) -> None:
    phone.goto(served + language + KINDS["chapter"])
    menu = phone.locator(".drawer-button")
    menu.focus()
    phone.keyboard.press("Enter")
    expect(menu).to_have_attribute("aria-expanded", "true")
    assert phone.evaluate("document.activeElement.closest('.md-sidebar--primary') !== null")
    phone.keyboard.press("Escape")
    expect(menu).to_be_focused()
    expect(menu).to_have_attribute("aria-expanded", "false")
