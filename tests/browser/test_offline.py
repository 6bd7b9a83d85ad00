"""Reading without a network: the service worker against a server that stops, and files."""

from __future__ import annotations

import shutil
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.conftest import Handler
from built import DESKTOP, PREFIX, soup
from portal import bundle, offline

ROOTS = {"zh-TW": "", "en": "en/"}
READ = "foundations/linear-algebra/"
UNREAD = "foundations/calculus/"
READY = "navigator.serviceWorker.ready.then(() => true)"
CACHES = "caches.keys()"


class Host:
    """A static host that can publish another version and go away."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        handler = partial(Handler, directory=str(folder))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}{PREFIX}/"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def publish(self, page: str, old: str, new: str, *, enabled: bool = True) -> None:
        """Change a page and publish the site anew."""
        version = (self.folder / offline.WORKER).read_text("utf-8").split('VERSION = "')[1][:12]
        for path in self.folder.rglob("*.html"):
            html = path.read_text(encoding="utf-8")
            path.write_text(html.replace(version, offline.VERSION_PLACEHOLDER), encoding="utf-8")
        changed = self.folder / page / "index.html"
        html = changed.read_text(encoding="utf-8")
        assert old in html
        changed.write_text(html.replace(old, new), encoding="utf-8")
        offline.publish(self.folder, ROOTS, enabled=enabled)


@pytest.fixture
def host(site: Path, tmp_path: Path) -> Iterator[Host]:
    folder = tmp_path / "site"
    shutil.copytree(site, folder)
    host = Host(folder)
    yield host
    host.stop()


@contextmanager
def reader(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport=DESKTOP) as context:
        yield context.new_page()


def visit(page: Page, address: str) -> None:
    """Open a page with the worker in charge, and let it keep what it wants to."""
    page.goto(address)
    page.evaluate(READY)
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.goto(address, wait_until="networkidle")


def until(page: Page, promise: str) -> None:
    """Wait until a promise of the page's is fulfilled with something true."""
    for _ in range(150):
        if page.evaluate(promise):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"not within 15 s: {promise}")


def kept(page: Page) -> None:
    """Wait until the page that is open is kept."""
    until(page, "caches.match(location.href).then(Boolean)")


@pytest.mark.parametrize("language", ["", "en/"])
def test_what_was_read_is_there_without_a_network(
    browser: Browser, host: Host, language: str
) -> None:
    with reader(browser) as page:
        visit(page, host.address + language + READ)
        kept(page)
        title = page.locator("h1").inner_text()
        host.stop()
        page.goto(host.address + language + READ)
        expect(page.locator("h1")).to_have_text(title)
        assert page.evaluate("document.styleSheets[0].cssRules.length") > 100
        page.goto(host.address + language)
        expect(page.locator(".roadmap-map")).to_be_visible()
        page.goto(host.address + language + UNREAD)
        expect(page.locator("section[lang=zh-TW] h1")).to_contain_text("離線")
        expect(page.locator("section[lang=en] h2")).to_contain_text("offline")
        assert page.evaluate("document.styleSheets[0].cssRules.length") > 100


def test_online_a_page_is_never_stale(browser: Browser, host: Host) -> None:
    with reader(browser) as page:
        visit(page, host.address + READ)
        kept(page)
        path = host.folder / READ / "index.html"
        path.write_text(path.read_text("utf-8").replace("</h1>", " 新</h1>"), encoding="utf-8")
        page.goto(host.address + READ)
        expect(page.locator("h1")).to_contain_text("新")


def test_an_update_replaces_all_that_was_kept_at_once(browser: Browser, host: Host) -> None:
    with reader(browser) as page:
        visit(page, host.address + READ)
        kept(page)
        before = page.evaluate(CACHES)
        host.publish(READ, "</h1>", " 新版</h1>")
        page.goto(host.address)  # another page than the one that changed
        page.evaluate("navigator.serviceWorker.getRegistration().then(r => r.update())")
        until(page, "navigator.serviceWorker.getRegistration().then(r => Boolean(r.waiting))")
        page.goto(host.address)  # the only page that is open: the new worker takes over
        until(page, f"caches.keys().then(now => now.length === 1 && now[0] !== '{before[0]}')")
        host.stop()
        page.goto(host.address + READ)
        expect(page.locator("h1")).to_contain_text("新版")


@pytest.mark.parametrize(
    ("language", "button", "remove"),
    [
        ("", "保存整個網站供離線閱讀", "刪除保存的內容"),
        ("en/", "Keep the whole site for offline reading", "Delete what is kept"),
    ],
)
def test_the_whole_site_can_be_kept_and_deleted(
    browser: Browser, host: Host, language: str, button: str, remove: str
) -> None:
    with reader(browser) as page:
        visit(page, f"{host.address}{language}offline/")
        status = page.locator("[data-module=offline] [role=status]")
        expect(status).to_contain_text("MB")
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("button", name=button)).to_be_hidden()
        expect(page.get_by_role("button", name=remove)).to_be_focused(timeout=60_000)
        host.stop()
        page.goto(host.address + language + UNREAD)
        expect(page.locator(".katex").first).to_be_visible()
        page.keyboard.press("/")
        page.locator("dialog input[type=search]").fill("PCA")
        expect(page.locator("dialog a").first).to_be_visible()
        page.goto(f"{host.address}{language}offline/")
        page.get_by_role("button", name=remove).click()
        expect(page.get_by_role("button", name=button)).to_be_focused()
        assert page.evaluate(CACHES) == []


def test_switched_off_it_goes_with_all_it_kept(browser: Browser, host: Host) -> None:
    with reader(browser) as page:
        visit(page, host.address + READ)
        kept(page)
        host.publish(READ, "</h1>", "</h1>", enabled=False)
        page.evaluate("navigator.serviceWorker.getRegistration().then(r => r.update())")
        until(page, "navigator.serviceWorker.getRegistration().then(r => r === undefined)")
        until(page, "caches.keys().then(names => names.length === 0)")


@pytest.fixture(scope="module")
def unpacked(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The three bundles, unpacked side by side."""
    folder = tmp_path_factory.mktemp("bundles")
    for name, languages in {"both": ["zh-TW", "en"], "zh-TW": ["zh-TW"], "en": ["en"]}.items():
        archive = folder / f"{name}.zip"
        bundle.write_zip(archive, bundle.files(site, languages, name), date(2026, 1, 2))
        with zipfile.ZipFile(archive) as file:
            file.extractall(folder)
    return folder


@pytest.mark.parametrize(
    ("name", "start", "query"),
    [
        pytest.param("both", "index.html", "內積", id="both languages"),
        pytest.param("zh-TW", "index.html", "內積", id="Chinese alone"),
        pytest.param("en", "index.html", "eigenvector", id="English alone"),
    ],
)
def test_a_bundle_opens_as_files(
    browser: Browser, unpacked: Path, name: str, start: str, query: str
) -> None:
    with reader(browser) as page:
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("requestfailed", lambda request: faults.append(request.url))
        page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
        page.goto((unpacked / name / start).as_uri())
        page.locator(f".roadmap-map a[href*='{READ}']").first.click()
        expect(page.locator(".katex").first).to_be_visible()
        assert page.evaluate("document.fonts.load('1em KaTeX_Main').then(f => f.length)") == 1
        image = page.locator("article img").first
        image.scroll_into_view_if_needed()
        expect(image).to_have_js_property("complete", True)
        assert image.evaluate("image => image.naturalWidth") > 0
        page.locator("section.question summary").first.click()
        expect(page.locator("section.question .question__explanations").first).to_be_visible()
        page.keyboard.press("/")
        page.locator("dialog input[type=search]").fill(query)
        expect(page.locator("dialog a").first).to_be_visible()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_be_visible()
        assert page.url.startswith((unpacked / name).as_uri())
        assert page.locator("header .languages a").count() == (2 if name == "both" else 0)
        assert faults == []


def test_every_link_of_a_bundle_leads_to_a_file_in_it(unpacked: Path) -> None:
    for name in ("both", "zh-TW", "en"):
        for path in (unpacked / name).rglob("*.html"):
            for link in soup(path).select("[href], [src]"):
                url = urlsplit(str(link.get("href") or link.get("src")))
                if url.scheme or url.netloc or not url.path:
                    continue
                target = path.parent / unquote(url.path)
                assert target.is_file(), (path.relative_to(unpacked), url.path)
