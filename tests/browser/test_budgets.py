"""What a first visit costs: compressed bytes, requests, and things that move while loading."""

from __future__ import annotations

import gzip
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from built import DESKTOP, PHONE, PREFIX, compressed, language_of, pages, soup

KB = 1000
MOST_REQUESTS = 14
TEXT = {".html", ".css", ".js", ".json", ".svg", ".webmanifest"}
BUDGETS = {
    "home": 90,
    "chapter without formulas": 90,
    "chapter with formulas": 130,
    "notebook": 110,  # without its figures
    "catalogue": 130,
    "glossary": 130,
}


ADDRESSES = {"home": "", "catalogue": "resources/", "glossary": "glossary/"}


def heaviest(site: Path, kind: str, language: str) -> str:
    """Address, below the language's root, of the page of a kind with the most HTML."""
    if kind in ADDRESSES:
        return ADDRESSES[kind]
    root = site / language
    addresses = [
        path.parent.relative_to(root).as_posix() + "/"
        for path in pages(site)
        if language_of(site, path) == (language.rstrip("/") or "zh-TW")
    ]
    of_kind = [
        address
        for address in addresses
        if address not in {"./", *ADDRESSES.values()}
        and kind == kind_of(address, (root / address / "index.html").read_text(encoding="utf-8"))
    ]
    return max(of_kind, key=lambda address: compressed(root / address / "index.html"))


def kind_of(address: str, html: str) -> str:
    if address.startswith("notebooks/") and address.count("/") == 3:
        return "notebook"
    return "chapter with formulas" if 'class="katex"' in html else "chapter without formulas"


def transferred(site: Path, urls: list[str]) -> dict[str, int]:
    """Bytes that a compressing host sends for each address."""
    sizes = {}
    for url in urls:
        path = site / urlsplit(url).path.removeprefix(f"{PREFIX}/")
        path = path / "index.html" if path.is_dir() else path
        data = path.read_bytes()
        sizes[url] = len(gzip.compress(data, 6) if path.suffix in TEXT else data)
    return sizes


@pytest.mark.parametrize("language", ["", "en/"])
@pytest.mark.parametrize("kind", BUDGETS)
def test_a_first_visit_is_light(
    browser: Browser, site: Path, served: str, kind: str, language: str
) -> None:
    address = heaviest(site, kind, language)
    requested: set[str] = set()
    with browser.new_context(viewport=PHONE) as context:
        page = context.new_page()
        page.on("request", lambda request: requested.add(request.url))
        page.goto(served + language + address, wait_until="networkidle")
    urls = sorted(url for url in requested if url.startswith("http"))
    sizes = transferred(site, urls)
    if kind == "notebook":
        sizes = {url: size for url, size in sizes.items() if "/assets/notebooks/" not in url}
    assert sum(sizes.values()) <= BUDGETS[kind] * KB, (address, sizes)
    assert len(sizes) <= MOST_REQUESTS, (address, urls)


@pytest.mark.parametrize("width", ["phone", "desktop"])
@pytest.mark.parametrize("language", ["", "en/"])
@pytest.mark.parametrize("kind", BUDGETS)
def test_nothing_moves_while_a_page_loads(
    browser: Browser, site: Path, served: str, kind: str, language: str, width: str
) -> None:
    with browser.new_context(viewport=PHONE if width == "phone" else DESKTOP) as context:
        page = context.new_page()
        page.goto(served + language + heaviest(site, kind, language), wait_until="networkidle")
        page.evaluate("document.fonts.ready.then(() => null)")
        assert layout_shift(page) < 0.01


def layout_shift(page: Page) -> float:
    """Sum of the layout shifts since the page was opened."""
    shift: float = page.evaluate(
        """() => new Promise(resolve => {
          let sum = 0;
          new PerformanceObserver(list => {
            for (const entry of list.getEntries()) sum += entry.value;
          }).observe({ type: "layout-shift", buffered: true });
          requestAnimationFrame(() => setTimeout(() => resolve(sum), 100));
        })"""
    )
    return shift


def test_every_picture_has_its_size_and_waits_until_it_is_needed(site: Path) -> None:
    for path in pages(site):
        for image in soup(path).select("img"):
            assert image.get("width"), (path, image)
            assert image.get("height"), (path, image)
            assert image.get("loading") == "lazy", (path, image)
