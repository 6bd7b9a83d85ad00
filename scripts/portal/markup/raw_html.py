"""What HTML a page may hold: the rest can neither run nor load anything.

Markdown lets raw HTML, attribute lists and addresses of any scheme through. So raw tags outside
a short list are escaped in the source, where the reader then sees them as text; and the HTML that
MkDocs makes of a page goes through a sanitiser that parses as browsers do, which takes out what
was not written as a tag. Both give a warning, which stops a strict build.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import NamedTuple

import nh3

from portal.pages import prose_lines


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Raw tags that an author may write, without attributes.
WRITTEN = ("br", "details", "kbd", "mark", "sub", "summary", "sup")
# What Markdown, its extensions and the portal's conventions make of a page.
TAGS = _names(
    "a abbr article aside b blockquote br caption cite code col colgroup dd del details dfn div dl "
    "dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img input ins kbd label li mark nav ol p pre q "
    "s samp section small span strong sub summary sup table tbody td tfoot th thead time tr u ul "
    "var wbr"
)
ATTRIBUTES = _names(
    "align alt checked cite class colspan datetime decoding dir disabled for headers height "
    "hidden href hreflang id lang loading name open reversed role rowspan scope src start style "
    "tabindex title type value width"
)
PREFIXES = frozenset({"aria-", "data-"})
STYLES = frozenset({"text-align"})  # of table cells; nothing that can load or cover
SCHEMES = frozenset({"http", "https", "mailto"})
GONE = frozenset({"script", "style", "template", "iframe", "object", "embed", "svg", "math"})

_ALLOWED = re.compile(rf"</?(?:{'|'.join(WRITTEN)})\s*/?>|<!--(?!-?>)[^<>]*-->|<https?://[^<>\s]+>")
_FORMULA = re.compile(r"(?<![\\$])\$(?!\$)(?:\\.|[^$\n\\])+\$(?!\$)")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")


class Fault(NamedTuple):
    """Something that a page may not hold."""

    what: str
    line: int  # counts from 1 within the body


def escaped(body: str) -> tuple[str, list[Fault]]:
    """The Markdown with raw HTML that is not allowed turned into text.

    Args:
        body: the Markdown of a page; code is left alone.
    """
    lines = body.splitlines(keepends=True)
    faults: list[Fault] = []
    formula = False  # a < in TeX is no tag
    for number, blanked in prose_lines(body):
        if "$$" in blanked:
            formula = not formula and blanked.count("$$") % 2 == 1
            continue
        if formula:
            continue
        spans = [*_ALLOWED.finditer(blanked), *_FORMULA.finditer(blanked)]
        allowed = [match.span() for match in spans]
        starts = [
            match.start()
            for match in _TAG.finditer(blanked)
            if not any(begin <= match.start() < end for begin, end in allowed)
        ]
        line = lines[number - 1]
        for at in reversed(starts):
            faults.append(Fault(f"HTML {line[at : at + 40].split('>')[0].strip()}>", number))
            line = f"{line[:at]}&lt;{line[at + 1 :]}"
        lines[number - 1] = line
    return "".join(lines), faults


def cleaned(html: str) -> tuple[str, list[str]]:
    """The HTML of a page without what a page may not hold, and what that was.

    Args:
        html: as MkDocs made it of Markdown.
    """
    clean = nh3.clean(
        html,
        tags=set(TAGS),
        attributes={"*": set(ATTRIBUTES)},
        generic_attribute_prefixes=set(PREFIXES),
        filter_style_properties=set(STYLES),
        clean_content_tags=set(GONE),
        url_schemes=set(SCHEMES),
        strip_comments=False,
        link_rel=None,
    )
    before, after = _inventory(html), _inventory(clean)
    return clean, sorted(before - after)


def _inventory(html: str) -> set[str]:
    """The tags and attributes of HTML, in words."""
    reader = _Inventory()
    reader.feed(html)
    reader.close()
    return reader.found


class _Inventory(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(f"<{tag}>")
        for name, value in attrs:
            self.found.add(f"attribute {name} of <{tag}>")
            if name in ("href", "src"):
                for scheme in _schemes(value or ""):
                    self.found.add(f"{scheme}: in <{tag}>")


def _schemes(address: str) -> Iterator[str]:
    match = re.match(r"\s*([A-Za-z][A-Za-z0-9+.-]*)\s*:", address)
    if match and match[1].lower() not in SCHEMES:
        yield match[1].lower()
