"""No page breaks its own Content-Security-Policy, served or opened as a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from built import DESKTOP, KINDS

REPORT = """
  window.violations = [];
  document.addEventListener("securitypolicyviolation", (event) =>
    window.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
"""


@pytest.fixture
def watched(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport=DESKTOP) as context:
        context.add_init_script(REPORT)
        yield context.new_page()


@pytest.mark.parametrize("language", ["", "en/"])
@pytest.mark.parametrize("kind", [*KINDS, "404"])
def test_no_violation_is_reported(watched: Page, served: str, kind: str, language: str) -> None:
    watched.goto(served + language + KINDS.get(kind, "not-a-page/"), wait_until="networkidle")
    if watched.locator("[data-module=search]").count():
        watched.keyboard.press("/")
        watched.locator("dialog input[type=search]").fill("PCA")
        watched.locator("dialog a").first.wait_for()
    assert watched.evaluate("violations") == []


@pytest.mark.parametrize(
    "attack",
    [
        pytest.param("<script>window.run = 1</script>", id="a script of somebody else"),
        pytest.param('<img src="x" onerror="window.run = 1">', id="a handler"),
        pytest.param('<script src="https://example.org/x.js"></script>', id="a foreign script"),
        pytest.param('<img src="https://example.org/x.png">', id="a foreign picture"),
    ],
)
def test_what_is_smuggled_in_is_stopped(watched: Page, served: str, attack: str) -> None:
    def smuggle(route: Route) -> None:
        response = route.fetch()
        body = response.text().replace("</main>", f"{attack}</main>")
        route.fulfill(response=response, body=body)

    watched.route("**/", smuggle)
    watched.goto(served, wait_until="networkidle")
    assert watched.evaluate("violations.length") > 0
    assert watched.evaluate("window.run") is None


def test_a_page_opened_as_a_file_looks_and_works_the_same(watched: Page, site: Path) -> None:
    watched.goto((site / "foundations/linear-algebra/index.html").as_uri())
    watched.get_by_role("button", name="深色模式").click()
    assert watched.evaluate("document.body.dataset.mdColorScheme") == "slate"
    assert watched.evaluate("document.styleSheets.length") == 2
    assert watched.evaluate("violations") == []
