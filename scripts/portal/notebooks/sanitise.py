"""What an output may put into a page. Everything else is removed or stops the build."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import nh3


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Tables as pandas and polars print them, and plain marked-up text. No address, no style, no
# identifier, no event: an output cannot load anything, run anything or imitate the page.
HTML_TAGS = _names(
    "b br caption code col colgroup dd div dl dt em hr i li ol p pre s small span strong sub sup "
    "table tbody td tfoot th thead tr u ul"
)
HTML_ATTRIBUTES = {
    "th": _names("colspan rowspan scope"),
    "td": _names("colspan rowspan"),
    "col": _names("span"),
    "colgroup": _names("span"),
}
# Removed with all they contain; any other element outside the list only loses its tags.
HTML_REMOVED = _names("script style template iframe object svg math")

# Shapes and text of a drawing. No link, script, style sheet, foreign object or animation.
SVG_TAGS = _names(
    "circle clipPath defs desc ellipse g line linearGradient marker path pattern polygon polyline "
    "radialGradient rect stop svg text title tspan"
)
SVG_ATTRIBUTES = _names(
    "class clip-path cx cy d dominant-baseline dx dy fill fill-opacity fill-rule font-family "
    "font-size font-style font-weight gradientTransform gradientUnits height id marker-end "
    "marker-mid marker-start markerHeight markerUnits markerWidth offset opacity orient points "
    "preserveAspectRatio r refX refY role rx ry stop-color stop-opacity stroke stroke-dasharray "
    "stroke-linecap stroke-linejoin stroke-opacity stroke-width text-anchor transform version "
    "viewBox width x x1 x2 y y1 y2"
)
_SVG = "{http://www.w3.org/2000/svg}"
_LOCAL_REFERENCE = re.compile(r"url\(\s*#[A-Za-z][\w.-]*\s*\)")
# What Markdown or the site's own preprocessors would take for their signs inside raw HTML.
_MARKDOWN_SIGNS = {ord(sign): f"&#{ord(sign)};" for sign in "$`[]*_\\{}"}


class UnsafeOutputError(ValueError):
    """An output holds something that no page may show."""


def safe_html(html: str) -> str:
    """HTML of an output, reduced to the allow-list.

    Args:
        html: as an object gave it.

    Returns:
        HTML on one line, without anything Markdown would interpret; may be empty.
    """
    clean = nh3.clean(
        html,
        tags=set(HTML_TAGS),
        attributes={tag: set(names) for tag, names in HTML_ATTRIBUTES.items()},
        clean_content_tags=set(HTML_REMOVED),
        url_schemes=set(),
        link_rel=None,
    )
    lines = (line.strip() for line in _with_scopes(clean).translate(_MARKDOWN_SIGNS).splitlines())
    return " ".join(line for line in lines if line)


def safe_svg(svg: str) -> bytes:
    """An SVG image that holds nothing but shapes and text.

    Args:
        svg: the source of the image.

    Returns:
        The same, as UTF-8.

    Raises:
        UnsafeOutputError: it is not well formed or has something outside the allow-list.
    """
    if "<!DOCTYPE" in svg.upper() or "<!ENTITY" in svg.upper():
        raise UnsafeOutputError("SVG with a document type")
    try:
        root = ElementTree.fromstring(svg)
    except (ElementTree.ParseError, ValueError) as error:
        raise UnsafeOutputError(f"SVG is not well formed: {error}") from error
    if root.tag != f"{_SVG}svg":
        raise UnsafeOutputError("not an SVG with its namespace")
    for element in root.iter():
        tag = str(element.tag).removeprefix(_SVG)
        if tag not in SVG_TAGS:
            raise UnsafeOutputError(f"SVG element <{tag}>")
        for name, value in element.attrib.items():
            if name not in SVG_ATTRIBUTES:
                raise UnsafeOutputError(f"SVG attribute {name}")
            if "url(" in value.lower() and not _LOCAL_REFERENCE.fullmatch(value.strip()):
                raise UnsafeOutputError(f"SVG attribute {name} refers to {value[:40]}")
    ElementTree.register_namespace("", _SVG.strip("{}"))
    return bytes(ElementTree.tostring(root, encoding="utf-8"))


def _with_scopes(html: str) -> str:
    """Header cells say what they head: columns in `<thead>`, rows elsewhere."""
    head, closing, body = html.partition("</thead>")
    if not closing:
        return html
    return (
        head.replace("<th>", '<th scope="col">')
        + closing
        + body.replace("<th>", '<th scope="row">')
    )
