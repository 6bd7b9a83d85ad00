"""The path finder: choosing, sharing by address, taking it along as a file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from icalendar import Calendar
from playwright.sync_api import Page, expect

from portal import paths
from portal.checks import read_config
from portal.site import Portal, read_portal
from support import ROOT

LANGUAGES = ["", "en/"]


@pytest.fixture(scope="module")
def portal() -> Portal:
    return read_portal(ROOT, *read_config(ROOT / "mkdocs.yml"))


@pytest.fixture(params=["phone", "desktop"])
def page(request: pytest.FixtureRequest) -> Page:
    found: Page = request.getfixturevalue(request.param)
    return found


def steps(page: Page) -> list[str]:
    return [text.strip() for text in page.locator(".path__title").all_inner_texts()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_goal_gives_the_way_and_what_is_known_shortens_it(
    page: Page, served: str, portal: Portal, language: str
) -> None:
    code = "en" if language else "zh-TW"
    page.goto(f"{served}{language}path/")
    page.locator("#path-goal").select_option("rag-app")
    goal = next(goal for goal in portal.goals if goal.id == "rag-app")
    way = paths.way(portal.chapters, goal.chapters)
    titles = [chapter.title(code) for chapter in way]
    assert [text.removesuffix(" ↗") for text in steps(page)] == titles
    expect(page.locator(".path__summary")).to_contain_text(str(len(way)))
    page.locator(".path__known summary").click()
    page.locator("input[value='applications/prompt-engineering']").check()
    known = {
        "applications/prompt-engineering",
        "applications/llm-apis",
        "foundations/python-basics",
    }
    assert steps(page) == [c.title(code) for c in way if c.id not in known]
    address = page.url
    assert "goal=rag-app" in address
    page.goto(f"{served}{language}", wait_until="networkidle")
    page.goto(address)
    assert steps(page) == [c.title(code) for c in way if c.id not in known], "shared by address"
    expect(page.locator("#path-goal")).to_have_value("rag-app")


@pytest.mark.parametrize("language", LANGUAGES)
def test_hours_and_language_of_resources(page: Page, served: str, language: str) -> None:
    page.goto(f"{served}{language}path/?goal=foundations/machine-learning")
    expect(page.locator("#path-hours")).to_have_value("6")
    slow = page.locator(".path__facts").last.inner_text()
    page.locator("#path-hours").fill("20")
    assert page.locator(".path__step .path__facts").last.inner_text() != slow
    everything = page.locator(".path__resources a").count()
    page.locator("#path-language").select_option("en")
    english = page.locator(".path__resources a").count()
    assert 0 < english < everything
    assert "language=en" in page.url
    assert "hours=20" in page.url


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_taken_along(page: Page, served: str, language: str) -> None:
    page.goto(f"{served}{language}path/?goal=foundations/calculus&start=2026-12-01")
    with page.expect_download() as download:
        page.locator("[data-action=markdown]").click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert download.value.suggested_filename == "foundations-calculus.md"
    assert len(re.findall(r"^- \[ \] ", text, re.MULTILINE)) == 2
    assert f"{served}{language}foundations/calculus/" in text
    with page.expect_download() as download:
        page.locator("[data-action=calendar]").click()
    calendar = Calendar.from_ical(Path(download.value.path()).read_bytes())
    events: list[Any] = calendar.walk("VEVENT")
    assert [str(event["DTSTART"].dt) for event in events] == ["2026-12-01", "2026-12-08"]
    assert str(events[1]["DTEND"].dt) == "2026-12-22"


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("goal=none", id="unknown goal"),
        pytest.param("goal=foundations/none&known=x,y", id="unknown chapters"),
        pytest.param("goal=rag-app&hours=0&language=xx&start=never", id="values out of range"),
        pytest.param("goal=%22%3E%3Cscript%3E", id="markup"),
    ],
)
def test_an_address_that_makes_no_sense_does_no_harm(
    desktop: Page, served: str, query: str
) -> None:
    desktop.goto(f"{served}path/?{query}")
    expect(desktop.locator(".path__summary")).not_to_be_empty()
    expect(desktop.locator("#path-hours")).to_have_value("6")
    desktop.locator("#path-goal").select_option("fine-tune")
    assert len(steps(desktop)) > 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_progress_is_taken_over(page: Page, served: str, language: str) -> None:
    page.goto(f"{served}{language}path/?goal=foundations/calculus")
    assert len(steps(page)) == 2
    page.evaluate("portalProgress.set('chapter:foundations/linear-algebra', 'done')")
    page.locator(".path__known summary").click()
    page.locator("[data-action=progress]").click()
    assert len(steps(page)) == 1
    page.locator("input[value='foundations/calculus']").check()
    assert steps(page) == []
    expect(page.locator(".path__summary")).not_to_be_empty()


def test_it_works_by_keyboard_and_without_a_network(desktop: Page, served: str) -> None:
    desktop.goto(f"{served}path/", wait_until="networkidle")
    desktop.context.set_offline(True)
    desktop.locator("#path-goal").focus()
    desktop.keyboard.press("ArrowDown")
    assert len(steps(desktop)) > 5
    desktop.keyboard.press("Tab")
    desktop.keyboard.press("ArrowUp")
    assert "hours=7" in desktop.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing(page: Page, served: str, language: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(f"{served}{language}path/?goal=serve-model")
    page.locator(".path__known summary").click()
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]


def test_without_scripts_the_named_goals_are_there(
    browser_without_scripts: Page, served: str, portal: Portal
) -> None:
    page = browser_without_scripts
    page.goto(f"{served}path/")
    expect(page.locator(".path__way")).to_have_count(len(portal.goals))
    page.locator(".path__way summary").first.click()
    expect(page.locator(".path__way li a").first).to_be_visible()
