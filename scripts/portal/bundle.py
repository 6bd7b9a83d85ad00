"""The site as a zip that opens without a server, in one language or in both."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from html import escape
from pathlib import Path, PurePosixPath
from urllib.parse import urljoin, urlsplit

from portal.pages import SOURCE_LANGUAGE

# For a host, for search engines and for programs; nothing of it works or is needed in a file.
_LEFT_OUT = (
    "service-worker.js",
    "offline.json",
    "manifest.webmanifest",
    "sitemap.xml",
    "404.html",
    "offline.html",
    "api/",
    "llms",
    "assets/images/social",
    "assets/images/icon",
)
_LINK = re.compile(r'(?P<before>\shref=")(?P<url>[^"]*)(?P<after>")')
_MANIFEST = re.compile(r'\s*<link rel="manifest"[^>]*>')
_CANONICAL = re.compile(r'<link rel="canonical" href="(?P<url>[^"]*)"')
_LANGUAGES = re.compile(r'<ul class="languages".*?</ul>', re.DOTALL)
_POLICY = re.compile(r'(<meta http-equiv="Content-Security-Policy" content=")([^"]*)')


def write_zip(target: Path, files: Iterator[tuple[str, bytes]], day: date) -> None:
    """Write a zip that is the same for the same files, on every machine.

    Args:
        target: the file to write.
        files: path and content, in the order to write.
        day: the date that every file in it gets.

    Raises:
        OSError: it could not be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, content in files:
            info = zipfile.ZipInfo(path, (day.year, day.month, day.day, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    part.replace(target)


def files(site: Path, languages: Sequence[str], name: str) -> Iterator[tuple[str, bytes]]:
    """Path and content of everything in a bundle.

    Args:
        site: the built site.
        languages: those to include; each but the source language has a folder of its code.
        name: of the folder in the zip.
    """
    for path in sorted(site.rglob("*")):
        relative = path.relative_to(site).as_posix()
        if path.is_file() and _belongs(relative, languages):
            content = path.read_bytes()
            if path.suffix == ".html":
                html = for_files(content.decode(), PurePosixPath(relative), site, languages)
                content = html.encode()
            yield f"{name}/{relative}", content
            if relative.endswith("search/index.json"):
                yield f"{name}/{relative}.js", b"window.portalSearchIndex=" + content
    if SOURCE_LANGUAGE not in languages:
        yield f"{name}/index.html", _entrance(languages[0]).encode()


def for_files(html: str, page: PurePosixPath, site: Path, languages: Sequence[str]) -> str:
    """A page's HTML as it must be to work without a server.

    Links to a folder name the page in it, the language switch only offers what is there, and
    the policy allows files beside the page in browsers where 'self' does not mean them.
    """
    html = _MANIFEST.sub("", html)
    html = _POLICY.sub(lambda match: match[1] + match[2].replace("'self'", "'self' file:"), html)
    if len(languages) == 1:
        html = _LANGUAGES.sub("", html)
    canonical = _CANONICAL.search(html)
    online = canonical["url"] if canonical else ""

    def link(match: re.Match[str]) -> str:
        url = _to_file(match["url"], page, site, languages, online)
        return match["before"] + url + match["after"]

    return _LINK.sub(link, html)


def _to_file(
    url: str, page: PurePosixPath, site: Path, languages: Sequence[str], online: str
) -> str:
    """The address of a link in a bundle: a file in it, or where the page is online."""
    parts = urlsplit(url)
    if parts.scheme or parts.netloc or not parts.path:
        return url
    target = site / page.parent / parts.path
    if not target.is_dir() or not (target / "index.html").exists():
        return url
    if not _belongs(target.resolve().relative_to(site.resolve()).as_posix(), languages):
        return urljoin(online, url)
    return parts._replace(path=f"{parts.path.rstrip('/')}/index.html").geturl()


def _belongs(path: str, languages: Sequence[str]) -> bool:
    folder = path.split("/", 1)[0]
    if folder == "assets":
        return not path.startswith(_LEFT_OUT)
    language = folder if (folder == "en") else SOURCE_LANGUAGE
    return language in languages and not path.removeprefix(f"{language}/").startswith(_LEFT_OUT)


def _entrance(language: str) -> str:
    """The first page of a bundle whose language lies in a folder."""
    target = escape(f"{language}/index.html")
    return (
        f'<!doctype html>\n<html lang="{language}">\n<meta charset="utf-8">\n'
        f'<meta http-equiv="refresh" content="0; url={target}">\n<title>{target}</title>\n'
        f'<a href="{target}">{target}</a>\n</html>\n'
    )
