"""Figures: a paragraph that is only an image with a title; the title becomes the caption."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import imagesize

from portal.pages import prose_lines
from portal.problems import Problem

_IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<src>[^)\s]+)(?:\s+\"(?P<title>[^\"]*)\")?\)")
_SIZES = ("width", "height")


class Figure(NamedTuple):
    """An image in the source of a page."""

    alt: str
    src: str  # as written, relative to the page
    caption: str | None
    line: int  # counts from 1 within the body
    alone: bool


def find(body: str) -> Iterator[Figure]:
    """The images of a page, outside code, in order."""
    lines = body.splitlines()
    for number, blanked in prose_lines(body):
        for match in _IMAGE.finditer(blanked):
            source = _IMAGE.match(lines[number - 1], match.start())
            if source:
                alone = lines[number - 1].strip() == source[0]
                yield Figure(source["alt"], source["src"], source["title"], number, alone)


def check(body: str, path: Path, first_line: int = 1) -> Iterator[Problem]:
    """Every image is a local file of known size with alternative text."""
    for figure in find(body):
        line = first_line + figure.line - 1
        if not figure.alt.strip():
            yield Problem(path, line, "image without alternative text – say what it shows")
        if re.match(r"[a-z]+:", figure.src):
            yield Problem(path, line, f"{figure.src} is not local – put the image in docs/assets/")
            continue
        file = path.parent / figure.src
        if not file.exists():
            yield Problem(path, line, f"image {figure.src} does not exist – correct the path")
        elif size(file) is None:
            yield Problem(path, line, f"{figure.src} has no size – give width and height")


def render(body: str, page: Path) -> str:
    """Give every image its size; an image that stands alone with a title becomes a figure.

    Args:
        body: Markdown whose images were checked.
        page: the file of the page, to find the images.
    """
    lines = body.splitlines()
    for figure in reversed(list(find(body))):
        if not figure.alone:
            continue
        width, height = size(page.parent / figure.src) or (0, 0)
        attributes = f'{{ width="{width}" height="{height}" loading="lazy" }}'
        image = f"![{figure.alt}]({figure.src}){attributes}"
        if figure.caption:
            lines[figure.line - 1 : figure.line] = [
                '<figure class="figure" markdown="block">',
                "",
                image,
                "",
                f'<figcaption markdown="span">{escape(figure.caption, quote=False)}</figcaption>',
                "",
                "</figure>",
            ]
        else:
            lines[figure.line - 1] = image
    return "\n".join(lines) + "\n"


def size(file: Path) -> tuple[int, int] | None:
    """Width and height in CSS pixels, or None if the file does not tell."""
    if file.suffix == ".svg":
        # imagesize decodes the first 1024 bytes only, which may end inside a Chinese character.
        return _svg_size(file)
    width, height = imagesize.get(str(file))
    return (int(width), int(height)) if width > 0 and height > 0 else None


def _svg_size(file: Path) -> tuple[int, int] | None:
    try:
        root = ElementTree.parse(file).getroot()
        width, height = (float(root.get(name, "").removesuffix("px")) for name in _SIZES)
    except (ElementTree.ParseError, ValueError):
        return None
    return round(width), round(height)


def stem(src: str) -> str:
    """The name that a figure has in every language (`flow.zh-TW.svg` → `flow`)."""
    return posixpath.basename(src).split(".")[0]
