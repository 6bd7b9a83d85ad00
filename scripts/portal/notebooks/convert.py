"""The page of a notebook: Markdown for MkDocs, and the images it shows.

mkdocs-jupyter drives the conversion with a template of ours that writes Markdown instead of
HTML, so that prose, code and outputs go through the site's own Markdown like any chapter.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import struct
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from portal.files import write_atomically
from portal.notebooks import store
from portal.notebooks.library import Notebook, localise
from portal.notebooks.normalise import Output
from portal.notebooks.sanitise import UnsafeOutputError, safe_html, safe_svg
from portal.notebooks.source import Both, Code, Prose
from portal.problems import ContentError, Problem

TEMPLATES = Path(__file__).parent / "templates"
LABELS = {
    "output": {"zh-TW": "輸出", "en": "Output"},
    "error": {"zh-TW": "例外", "en": "Exception"},
}
_FENCE = re.compile(r"`{3,}")
_APPENDED_STYLE = re.compile(r"\n\s*<style>.*\Z", re.DOTALL)
# Signs of Markdown and of the site's preprocessors; entities are left alone by all of them.
_ALT_SIGNS = {ord(sign): f"&#{ord(sign)};" for sign in "\\[]()*_`$<>{}!&\"':"}


@dataclass(frozen=True)
class Image:
    """A file that pages of both languages share."""

    name: str  # <digest>.png or <digest>.svg
    content: bytes
    width: int  # in CSS pixels
    height: int


@dataclass(frozen=True)
class Page:
    """The body of a page."""

    markdown: str
    images: tuple[Image, ...]


def to_markdown(notebook: Notebook, language: str, assets: str, cache: Path | None = None) -> Page:
    """Convert a notebook into the Markdown of its page.

    Args:
        notebook: from `library.load`.
        language: `zh-TW` or `en`.
        assets: address of the folder of images, as seen from the page's source.
        cache: folder where conversions are kept by the digest of all they depend on.

    Raises:
        ContentError: an output that may not be shown.
    """
    node = localise(notebook, language)
    images: dict[str, Image] = {}
    problems: list[Problem] = []
    cells: dict[str, Prose | Code] = {cell.id: cell for cell in notebook.source.cells}
    shown = []
    for cell in node.cells:
        origin = cells.get(cell.id)
        if cell.id == store.SETUP_ID:
            continue
        if isinstance(origin, Code):
            try:
                _prepare_code(cell, origin, language, assets.rstrip("/"), images)
            except UnsafeOutputError as error:
                message = f"output of cell {cell.id}: {error} – it is not on the allow-list"
                problems.append(Problem(notebook.source.path, origin.line, message))
        else:
            _prepare_prose(cell, origin, notebook.topic)
        shown.append(cell)
    if problems:
        raise ContentError(problems)
    node.cells = shown
    return Page(_converted(json.dumps(node, sort_keys=True), cache), tuple(images.values()))


def _prepare_prose(cell: Any, origin: Prose | Code | None, topic: str) -> None:
    """Headings get their anchors here: portable CommonMark has no place for them."""
    anchor = origin.anchor if isinstance(origin, Prose) else topic.rpartition("/")[2]
    if anchor:
        heading, line_end, rest = cell.source.partition("\n")
        cell.source = f"{heading} {{ #{anchor} }}{line_end}{rest}"


def _prepare_code(
    cell: Any, origin: Code, language: str, assets: str, images: dict[str, Image]
) -> None:
    cell.metadata["page"] = {"fence": _fence(cell.source)}
    alts = list(origin.alt)
    for output in cell.outputs:
        page = _prepared(output, alts, language, assets, images)
        output.clear()
        output.update({"output_type": "display_data", "data": {}, "metadata": {"page": page}})


def _prepared(
    output: Output, alts: list[Both], language: str, assets: str, images: dict[str, Image]
) -> dict[str, Any]:
    """What the template needs to show one output."""
    if output["output_type"] == "stream":
        return _text(_join(output["text"]), LABELS["output"][language])
    if output["output_type"] == "error":
        text = "\n".join(output["traceback"])
        return {**_text(text, LABELS["error"][language]), "error": True}
    data = output["data"]
    for kind in ("image/png", "image/svg+xml"):
        if kind in data:
            image = _image(kind, _join(data[kind]))
            images[image.name] = image
            alt = " ".join(alts.pop(0)[language].split())
            return {
                "kind": "image",
                "alt": alt.translate(_ALT_SIGNS),
                "address": f"{assets}/{image.name}",
                "width": image.width,
                "height": image.height,
            }
    if "text/html" in data:
        clean = safe_html(_join(data["text/html"]))
        if clean:
            return {"kind": "html", "text": clean, "label": LABELS["output"][language]}
    return _text(_join(data.get("text/plain", "")), LABELS["output"][language])


def _text(text: str, label: str) -> dict[str, Any]:
    text = text.rstrip("\n")
    return {"kind": "text", "text": text, "fence": _fence(text), "label": label, "error": False}


def _join(value: str | Sequence[str]) -> str:
    return value if isinstance(value, str) else "".join(value)


def _fence(text: str) -> str:
    """A fence that nothing in `text` can close."""
    return "`" * (1 + max((len(run) for run in _FENCE.findall(text)), default=2))


def _image(kind: str, content: str) -> Image:
    if kind == "image/png":
        data = base64.b64decode(content)
        width, height = struct.unpack(">II", data[16:24])
    else:
        data = safe_svg(content)
        width, height = _svg_size(data)
    suffix = "png" if kind == "image/png" else "svg"
    return Image(f"{hashlib.sha256(data).hexdigest()[:16]}.{suffix}", data, width, height)


def _svg_size(svg: bytes) -> tuple[int, int]:
    root = ElementTree.fromstring(svg)
    try:
        width, height = (
            round(float(root.attrib[name].removesuffix("px"))) for name in ("width", "height")
        )
    except (KeyError, ValueError) as error:
        raise UnsafeOutputError("SVG without width and height in pixels") from error
    return width, height


def _converted(notebook: str, cache: Path | None) -> str:
    """Markdown of a prepared notebook, from the cache if it was converted before."""
    if cache is None:
        return _convert(notebook)
    path = cache / f"{_conversion_key(notebook)}.md"
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        pass
    text = _convert(notebook)
    cache.mkdir(parents=True, exist_ok=True)
    write_atomically(path, text.encode())
    return text


def _conversion_key(notebook: str) -> str:
    template = (TEMPLATES / "mkdocs_html" / "notebook.html.j2").read_text(encoding="utf-8")
    parts = [notebook, template, version("mkdocs-jupyter"), version("nbconvert")]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _convert(notebook: str) -> str:
    from mkdocs_jupyter.config import settings  # one second: only when something has changed
    from mkdocs_jupyter.nbconvert2 import nb2html

    with tempfile.TemporaryDirectory(prefix="portal-convert-") as folder:
        path = Path(folder) / "notebook.ipynb"
        path.write_text(notebook, encoding="utf-8")
        stock = settings.templates_dir
        settings.templates_dir = str(TEMPLATES)
        try:
            escaped = nb2html(str(path))
        finally:
            settings.templates_dir = stock
    return html.unescape(_APPENDED_STYLE.sub("", escaped)).strip() + "\n"
