"""Progress: ticked here, seen everywhere, taken along as a file, and honest when it is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

CHAPTER = "foundations/linear-algebra/"
NEXT = "foundations/calculus/"
NOTEBOOK = "notebooks/foundations/linear-algebra/"
KEY = "ai-engineer-portal.progress"
FORMAT = "ai-engineer-portal-progress"
LANGUAGES = ["", "en/"]


def stored(page: Page) -> dict[str, Any]:
    text = page.evaluate("key => localStorage.getItem(key)", KEY)
    items: dict[str, Any] = json.loads(text)["items"] if text else {}
    return items


def upload(page: Page, content: str) -> None:
    file: FilePayload = {
        "name": "progress.json",
        "mimeType": "application/json",
        "buffer": content.encode(),
    }
    page.locator("input[type=file]").set_input_files(file)


def file_of(items: dict[str, Any]) -> str:
    return json.dumps({"format": FORMAT, "version": 1, "items": items})


@pytest.fixture(params=["phone", "desktop"])
def page(request: pytest.FixtureRequest) -> Page:
    found: Page = request.getfixturevalue(request.param)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_tick_is_seen_in_navigation_roadmap_summary_and_the_other_language(
    page: Page, served: str, language: str
) -> None:
    other = "en/" if language == "" else ""
    page.goto(served + language + CHAPTER)
    page.locator(".tick input").check()
    page.locator("li.resource input").first.check()
    page.goto(served + language + NOTEBOOK, wait_until="networkidle")
    page.locator(".tick input").check()
    for root in (language, other):
        page.goto(served + root + NEXT)
        marked = page.locator(".md-nav--primary a:has(.done-mark)")
        assert [served + root + CHAPTER] == marked.evaluate_all("all => all.map(a => a.href)")
        said = marked.locator(".done-mark").get_attribute("aria-label")
        assert said == ("done" if root else "已完成")
        page.goto(served + root)
        expect(page.locator(".roadmap a:has(.done-mark)")).to_have_count(1)
        page.goto(served + root + "progress/")
        row = page.locator("tr[data-chapter='foundations/linear-algebra']")
        expect(row.locator("input")).to_be_checked()
        expect(row.locator("[data-kind=notebook]")).to_have_text("1 / 1")
        expect(row.locator("[data-kind=resource]")).to_have_text("1 / 16")
        expect(page.locator("[data-sum=chapter] output")).to_contain_text("1 /")
    page.locator("tr[data-chapter='foundations/linear-algebra'] input").uncheck()
    page.goto(served + language + NEXT)
    expect(page.locator(".done-mark")).to_have_count(0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_goes_out_and_comes_in_merged(page: Page, served: str, language: str) -> None:
    page.goto(f"{served}{language}progress/")
    row = page.locator("tr[data-chapter='foundations/linear-algebra'] input")
    row.check()
    with page.expect_download() as download:
        page.locator("[data-action=export]").click()
    exported = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert exported["format"] == FORMAT
    assert list(exported["items"]) == ["chapter:foundations/linear-algebra"]
    items = {
        "chapter:foundations/linear-algebra": {"state": "open", "at": "2020-01-01T00:00:00Z"},
        "chapter:foundations/calculus": {"state": "done", "at": "2020-01-01T00:00:00Z"},
        "question:foundations/calculus#q-x": {
            "state": "right",
            "at": "2020-01-01T00:00:00Z",
            "tries": 2,
        },
    }
    upload(page, file_of(items))
    expect(page.locator(".progress__status")).to_contain_text("2")
    expect(row, "the older record does not win").to_be_checked()
    expect(page.locator("tr[data-chapter='foundations/calculus'] input")).to_be_checked()
    assert stored(page)["question:foundations/calculus#q-x"]["tries"] == 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "content",
    [
        pytest.param("", id="empty"),
        pytest.param('{"format": "ai-engineer-portal-prog', id="cut off"),
        pytest.param("[1, 2]", id="another program's"),
        pytest.param("null", id="nothing"),
        pytest.param('{"format": "x", "version": 1, "items": {}}', id="another format"),
        pytest.param(f'{{"format": "{FORMAT}", "version": 9, "items": {{}}}}', id="of the future"),
        pytest.param(f'{{"format": "{FORMAT}", "version": 1}}', id="without items"),
        pytest.param(
            f'{{"format": "{FORMAT}", "version": 1, "items": {{"__proto__": {{"state": "done", '
            '"at": "2020-01-01"}}}',
            id="a name that is no id",
        ),
        pytest.param(
            f'{{"format": "{FORMAT}", "version": 1, "items": {{"chapter:a": {{"state": "done", '
            '"at": "2020-01-01"}, "chapter:b": {"state": "maybe", "at": "2020-01-01"}}}',
            id="one bad record",
        ),
    ],
)
def test_a_damaged_or_foreign_file_is_said_and_changes_nothing(
    desktop: Page, served: str, language: str, content: str
) -> None:
    desktop.goto(f"{served}{language}progress/")
    desktop.locator("tr[data-chapter='foundations/calculus'] input").check()
    before = stored(desktop)
    upload(desktop, content)
    status = desktop.locator(".progress__status")
    expect(status).to_contain_text("nothing was changed" if language else "什麼都沒改")
    assert stored(desktop) == before


def test_a_clock_that_ran_ahead_does_not_win_for_ever(desktop: Page, served: str) -> None:
    desktop.goto(f"{served}progress/")
    items = {"chapter:foundations/calculus": {"state": "done", "at": "2999-01-01T00:00:00Z"}}
    upload(desktop, file_of(items))
    box = desktop.locator("tr[data-chapter='foundations/calculus'] input")
    expect(box).to_be_checked()
    box.uncheck()
    desktop.reload()
    expect(box).not_to_be_checked()


def test_progress_survives_a_renamed_chapter(desktop: Page, served: str) -> None:
    aliases = {
        "chapter:foundations/old": "chapter:foundations/calculus",
        "resource:old": None,
    }

    def rename(route: Any) -> None:
        body = route.fetch().text().replace('data-aliases="{}"', f"data-aliases='{aliases_json}'")
        route.fulfill(body=body, content_type="text/html; charset=utf-8")

    aliases_json = json.dumps(aliases)
    desktop.route("**/progress/", rename)
    at = "2020-01-01T00:00:00.000Z"
    items = {
        "chapter:foundations/old": {"state": "done", "at": at},
        "question:foundations/old#q-one": {"state": "right", "at": at, "tries": 1},
        "resource:old": {"state": "done", "at": at},
    }
    desktop.goto(served)
    desktop.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, file_of(items)])
    desktop.goto(f"{served}progress/")
    expect(desktop.locator("tr[data-chapter='foundations/calculus'] input")).to_be_checked()
    desktop.locator("tr[data-chapter='foundations/linear-algebra'] input").check()
    assert set(stored(desktop)) == {
        "chapter:foundations/calculus",
        "question:foundations/calculus#q-one",
        "chapter:foundations/linear-algebra",
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("fault", ["QuotaExceededError", "SecurityError"])
def test_storage_that_is_full_or_forbidden_is_said_and_the_page_works(
    page: Page, served: str, language: str, fault: str
) -> None:
    broken = f"() => {{ throw new DOMException('no', '{fault}'); }}"
    reading = f"Storage.prototype.getItem = {broken};" if fault == "SecurityError" else ""
    page.add_init_script(f"Storage.prototype.setItem = {broken}; {reading}")
    page.goto(served + language + CHAPTER)
    expect(page.locator(".progress-trouble")).to_have_count(0)
    page.locator(".tick input").check()
    expect(page.get_by_role("alert")).to_contain_text(
        {
            ("", "QuotaExceededError"): "滿了",
            ("", "SecurityError"): "不准",
            ("en/", "QuotaExceededError"): "full",
            ("en/", "SecurityError"): "does not let",
        }[language, fault]
    )
    expect(page.locator(".tick input")).to_be_checked()
    expect(page.locator(".md-nav--primary .done-mark").first).to_be_attached()


def test_damaged_progress_is_kept_aside_and_said(desktop: Page, served: str) -> None:
    desktop.goto(served)
    desktop.evaluate("key => localStorage.setItem(key, '{')", KEY)
    desktop.goto(served + CHAPTER)
    expect(desktop.get_by_role("alert")).to_contain_text("已損壞")
    assert desktop.evaluate(f"localStorage.getItem('{KEY}.damaged')") == "{"
    desktop.locator(".tick input").check()
    assert list(stored(desktop)) == ["chapter:foundations/linear-algebra"]


def test_two_windows_agree(desktop: Page, served: str) -> None:
    desktop.goto(served + CHAPTER)
    other = desktop.context.new_page()
    other.goto(f"{served}progress/")
    desktop.locator(".tick input").check()
    expect(other.locator("tr[data-chapter='foundations/linear-algebra'] input")).to_be_checked()
    other.on("dialog", lambda dialog: dialog.accept())
    other.locator("[data-action=clear]").click()
    expect(desktop.locator(".tick input")).not_to_be_checked()


def test_without_scripts_the_page_says_so(browser_without_scripts: Page, served: str) -> None:
    page = browser_without_scripts
    page.goto(f"{served}en/progress/")
    expect(page.get_by_text("JavaScript")).to_be_visible()
    expect(page.locator("[data-action=export]")).to_be_hidden()
    page.goto(served + CHAPTER)
    expect(page.locator(".tick")).to_be_hidden()
