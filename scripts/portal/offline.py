"""What makes the published site installable: web app manifests, service worker, list of files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from portal.files import write_atomically
from portal.words import WORDS

MANIFEST = "offline.json"
WORKER = "service-worker.js"
FALLBACK = "offline.html"
VERSION_PLACEHOLDER = "version-of-the-site"  # in every page until all pages are known
_TEMPLATES = Path(__file__).parent / "templates"
# For programs and previews, not for readers.
_LEFT_OUT = ("api/", "llms", "sitemap", "404.html", "assets/images/social", WORKER, MANIFEST)
_ICONS = (("any", 192), ("any", 512), ("maskable", 512))


class Published(NamedTuple):
    """A file that can be kept."""

    address: str  # from the site's root; a page ends with a slash
    size: int  # bytes
    digest: str


def publish(site: Path, roots: Mapping[str, str], *, enabled: bool) -> None:
    """Write the service worker and what it needs, once every other file is there.

    Args:
        site: the built site, in all languages.
        roots: address of each language's home from the site's root.
        enabled: otherwise a worker is written that removes itself and all it kept.

    Raises:
        OSError: a file could not be read or written.
    """
    if not enabled:
        write_atomically(site / WORKER, _template("service-worker-off.js"))
        return
    files = list(published(site))
    version = version_of(files)
    for path in site.rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        write_atomically(path, html.replace(VERSION_PLACEHOLDER, version))
    manifest = {
        "version": version,
        "shell": [file.address for file in files if is_shell(file.address, roots)],
        "files": {file.address: [file.size, file.digest] for file in files},
    }
    write_atomically(site / MANIFEST, json.dumps(manifest, separators=(",", ":")))
    worker = _template("service-worker.js").replace("{{ version }}", version)
    write_atomically(site / WORKER, worker)


def published(site: Path) -> Iterator[Published]:
    """The files that a reader may want to keep, in order of their addresses."""
    for path in sorted(site.rglob("*")):
        address = path.relative_to(site).as_posix()
        if path.is_file() and not address.removeprefix("en/").startswith(_LEFT_OUT):
            content = path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()[:12]
            yield Published(_as_address(address), len(content), digest)


def version_of(files: list[Published]) -> str:
    """Identifies the whole: the same files give the same version, on every machine."""
    digest = hashlib.sha256(_template("service-worker.js").encode())
    for file in files:
        digest.update(f"{file.address}\0{file.digest}\0".encode())
    return digest.hexdigest()[:12]


def is_shell(address: str, roots: Mapping[str, str]) -> bool:
    """Whether a file is kept from the first visit on: what every page needs."""
    return (
        address in {*roots.values(), FALLBACK}
        or address.endswith("manifest.webmanifest")
        or address.startswith(("assets/stylesheets/", "assets/javascripts/", "assets/images/icon"))
        or (address.startswith("assets/vendor/") and not address.endswith(".woff2"))
        or address == "assets/images/favicon.svg"
    )


def web_manifest(language: str, name: str, description: str, root: str) -> str:
    """The web app manifest of one language; both have the scope of the whole site.

    Args:
        language: code of the language.
        name: of the site.
        description: of the site.
        root: address of the language's home from the site's root.

    Source: https://www.w3.org/TR/appmanifest/
    """
    up = "../" * root.count("/")
    manifest: dict[str, Any] = {
        "name": name,
        "short_name": WORDS[language]["short_name"],
        "description": description,
        "lang": language,
        "dir": "ltr",
        "start_url": "./",
        "scope": up or "./",
        "display": "minimal-ui",
        "background_color": "#ffffff",
        "theme_color": "#0b6660",
        "icons": [
            {
                "src": f"{up}assets/images/icon{'-maskable' if purpose == 'maskable' else ''}"
                f"-{size}.png",
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for purpose, size in _ICONS
        ],
    }
    return json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"


def _as_address(path: str) -> str:
    return path.removesuffix("index.html") if path.endswith("index.html") else path


def _template(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")
