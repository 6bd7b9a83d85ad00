"""Reading the built site in tests."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from bs4 import BeautifulSoup
from playwright.sync_api import ViewportSize

from support import SITE_URL

LANGUAGES = ("zh-TW", "en")
PREFIX = urlsplit(SITE_URL).path.rstrip("/")  # below which the browser tests serve the site
PHONE: ViewportSize = {"width": 360, "height": 800}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
KINDS = {
    "home": "",
    "chapter": "foundations/linear-algebra/",
    "notebook": "notebooks/foundations/linear-algebra/",
    "catalogue": "resources/",
    "glossary": "glossary/",
    "status": "status/",
    "conventions": "contributing/markdown/",
}


@cache
def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def html_files(site: Path) -> list[Path]:
    return sorted(path for path in site.rglob("*.html"))


def pages(site: Path) -> list[Path]:
    """Pages of both languages; 404.html and offline.html belong to none."""
    return [path for path in html_files(site) if path.name not in {"404.html", "offline.html"}]


def language_of(site: Path, path: Path) -> str:
    return "en" if path.relative_to(site).parts[0] == "en" else "zh-TW"


def url_of(site: Path, path: Path) -> str:
    relative = path.relative_to(site).as_posix()
    return SITE_URL + relative.removesuffix("index.html")


def file_at(site: Path, url: str) -> Path | None:
    """The file that a static host serves for an address of the site."""
    parts = urlsplit(url)
    root = urlsplit(SITE_URL)
    if (parts.scheme, parts.netloc) != (root.scheme, root.netloc):
        return None
    path = unquote(parts.path)
    if not path.startswith(root.path):
        return None
    target = site / path.removeprefix(root.path)
    return target / "index.html" if target.is_dir() or path.endswith("/") else target


def links(site: Path, path: Path, attribute: str) -> Iterator[str]:
    """Absolute form of each address in an attribute."""
    base = url_of(site, path)
    for element in soup(path).select(f"[{attribute}]"):
        yield urljoin(base, str(element[attribute]))


def is_internal(url: str) -> bool:
    return url.startswith(SITE_URL)


def compressed(path: Path) -> int:
    """Bytes that a host sends."""
    return len(gzip.compress(path.read_bytes(), 6, mtime=0))
