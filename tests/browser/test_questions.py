"""Questions answered with scripts: every kind, by mouse and by keyboard, and kept as progress."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

CHAPTER = "foundations/linear-algebra/"
LANGUAGES = ["", "en/"]
PCA = [1, 2, 3, 4, 5]


@pytest.fixture(params=["phone", "desktop"])
def page(request: pytest.FixtureRequest) -> Page:
    found: Page = request.getfixturevalue(request.param)
    return found


def check(question: Locator) -> None:
    question.locator(".question__actions .md-button--primary").click()


def state(page: Page, name: str) -> Any:
    return page.evaluate(f"portalProgress.get('question:{CHAPTER.rstrip('/')}#{name}')?.state")


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_answer_is_explained_kept_and_can_be_retried(
    page: Page, served: str, language: str
) -> None:
    page.goto(served + language + CHAPTER)
    question = page.locator("#q-linear-shape")
    check(question)
    expect(question.get_by_role("status")).to_contain_text("Choose" if language else "先選")
    assert state(page, "q-linear-shape") is None
    question.get_by_role("radio").nth(0).check()
    check(question)
    expect(question.locator(".question__reason")).to_have_count(4)
    expect(question.locator(".question__mark--wrong")).to_have_count(1)
    expect(question.locator(".question__mark--right")).to_have_count(1)
    assert state(page, "q-linear-shape") == "wrong"
    results = Axe().run(page, context="#q-linear-shape")
    assert results.violations_count == 0, results.generate_report()
    question.locator(".question__actions .md-button:not(.md-button--primary)").click()
    expect(question.locator(".question__reason")).to_have_count(0)
    expect(question.get_by_role("radio").nth(0)).to_be_focused()
    question.get_by_role("radio").nth(1).check()
    check(question)
    assert state(page, "q-linear-shape") == "right"
    other = "" if language else "en/"
    page.goto(f"{served}{other}progress/")
    cell = page.locator("tr[data-chapter='foundations/linear-algebra'] [data-kind=question]")
    expect(cell).to_have_text("1 / 7")
    page.goto(served + other + CHAPTER)
    expect(page.locator("#q-linear-shape .question__stored")).to_contain_text("2")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("chosen", "right"),
    [
        pytest.param([0, 1], True, id="all that are right"),
        pytest.param([0], False, id="one is missing"),
        pytest.param([0, 1, 2], False, id="one too many"),
    ],
)
def test_several_answers(
    page: Page, served: str, language: str, chosen: list[int], right: bool
) -> None:
    page.goto(served + language + CHAPTER)
    question = page.locator("#q-singular")
    for index in chosen:
        question.get_by_role("checkbox").nth(index).check()
    check(question)
    assert state(page, "q-singular") == ("right" if right else "wrong")
    expect(question.locator(".question__reason")).to_have_count(4)


@pytest.mark.parametrize(
    ("name", "typed", "result"),
    [
        pytest.param("q-cosine", "0.667", "right", id="the number"),
        pytest.param("q-cosine", "0.6666667", "right", id="within the tolerance"),
        pytest.param("q-cosine", " ．６６７", "right", id="full width"),
        pytest.param("q-cosine", "6.67e-1", "right", id="with an exponent"),
        pytest.param("q-cosine", "−0.667", "wrong", id="the wrong sign, as a minus sign"),
        pytest.param("q-cosine", "0.68", "wrong", id="outside the tolerance"),
        pytest.param("q-cosine", "two thirds", None, id="no number"),
        pytest.param("q-cosine", "", None, id="nothing"),
        pytest.param("q-explained-variance", "73.5 %", "right", id="with its unit"),
        pytest.param("q-explained-variance", "73.5％", "right", id="with a full-width unit"),
        pytest.param("q-explained-variance", "73.5", "right", id="without its unit"),
        pytest.param("q-explained-variance", "73.5 GB", None, id="in another unit"),
    ],
)
def test_a_number_with_unit_and_tolerance(
    desktop: Page, served: str, name: str, typed: str, result: str | None
) -> None:
    desktop.goto(served + CHAPTER)
    question = desktop.locator(f"#{name}")
    question.get_by_role("textbox").fill(typed)
    desktop.keyboard.press("Enter")
    expect(question.get_by_role("status")).not_to_be_empty()
    assert state(desktop, name) == result


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_known_mistake_is_explained(page: Page, served: str, language: str) -> None:
    page.goto(served + language + CHAPTER)
    question = page.locator("#q-explained-variance")
    question.get_by_role("textbox").fill("54.55")
    check(question)
    expect(question.locator(".question__reason")).to_contain_text("6 / 11")


@pytest.mark.parametrize("language", LANGUAGES)
def test_steps_are_put_in_order_by_keyboard(page: Page, served: str, language: str) -> None:
    page.goto(served + language + CHAPTER)
    question = page.locator("#q-pca-order")
    items = question.locator(".question__choices > li")

    def places() -> list[int]:
        found: list[int] = items.evaluate_all("all => all.map(i => Number(i.dataset.place))")
        return found

    assert places() != PCA
    check(question)
    assert state(page, "q-pca-order") == "wrong"
    expect(question.locator(".question__reason")).to_have_count(5)
    page.keyboard.press("Enter")  # "try again" has the focus
    for place in PCA:
        while places().index(place) > place - 1:
            before = places()
            button = items.nth(before.index(place)).locator("[data-move='-1']")
            button.focus()
            page.keyboard.press("Enter")
            assert places() != before
    expect(question.get_by_role("status")).to_contain_text("5")
    check(question)
    assert state(page, "q-pca-order") == "right"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_answered_questions(
    page: Page, served: str, language: str, scheme: Any
) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(served + language + CHAPTER)
    page.locator("#q-singular").get_by_role("checkbox").nth(0).check()
    page.locator("#q-cosine").get_by_role("textbox").fill("10")
    for name in ("q-singular", "q-cosine", "q-pca-order"):
        check(page.locator(f"#{name}"))
    results = Axe().run(page, context="#q-singular, #q-cosine, #q-pca-order")
    assert results.violations_count == 0, results.generate_report()


def test_the_anki_file_is_offered(desktop: Page, served: str) -> None:
    for language, name in (("", "questions.zh-TW.txt"), ("en/", "questions.en.txt")):
        desktop.goto(f"{served}{language}progress/")
        with desktop.expect_download() as download:
            desktop.locator("a[download]").click()
        assert download.value.suggested_filename == name
