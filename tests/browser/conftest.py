"""The built site on loopback below a sub-path, and the machine's own Chromium."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from built import DESKTOP, PHONE, PREFIX
from portal.browser import find_chromium

QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


class Handler(SimpleHTTPRequestHandler):
    """Serves the site as a static host does, 404 page included."""

    def translate_path(self, path: str) -> str:
        return super().translate_path(path.removeprefix(PREFIX))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        body = (Path(self.directory) / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing: the tests look at the pages."""


@pytest.fixture(scope="session")
def served(site: Path) -> Iterator[str]:
    """Address of the site's home, with a slash at its end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{PREFIX}/"
    server.shutdown()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": find_chromium(), "args": list(QUIET)}


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    yield from _page(browser, PHONE)


@pytest.fixture
def desktop(browser: Browser) -> Iterator[Page]:
    yield from _page(browser, DESKTOP)


def _page(browser: Browser, viewport: ViewportSize) -> Iterator[Page]:
    """A page that fails its test on a script error or a request to anywhere else."""
    context: BrowserContext = browser.new_context(viewport=viewport)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
    page.on(
        "requestfailed",
        lambda request: (
            None  # given up by the browser itself: the test has left the page meanwhile
            if request.failure == "net::ERR_ABORTED"
            else faults.append(f"failed: {request.url} {request.failure}")
        ),
    )
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("http://127.0.0.1:", "data:", "blob:"))
            else faults.append(f"request to elsewhere: {request.url}")
        ),
    )
    page.on(
        "response",
        lambda response: (
            faults.append(f"{response.status}: {response.url}")
            if response.status >= 400 and "not-a-page" not in response.url
            else None
        ),
    )
    yield page
    context.close()
    assert faults == []


@pytest.fixture
def browser_without_scripts(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=DESKTOP, java_script_enabled=False)
    yield context.new_page()
    context.close()
