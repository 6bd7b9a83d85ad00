"""External links in HTML: in attributes, and as bare text outside of code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from portal.links.bare import bare_addresses
from portal.links.marks import unmark

# Where an address may stand, by element.
ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "a": ("href", "xlink:href"),
    "area": ("href",),
    "audio": ("src",),
    "embed": ("src",),
    "frame": ("src",),
    "iframe": ("src",),
    "image": ("href", "xlink:href"),
    "img": ("src", "srcset"),
    "input": ("src",),
    "link": ("href",),
    "object": ("data",),
    "script": ("src",),
    "source": ("src", "srcset"),
    "track": ("src",),
    "video": ("src", "poster"),
}
# Relations that name a server or a role, not a document a reader opens.
_NO_DOCUMENT = {"preconnect", "dns-prefetch", "pingback", "edituri", "profile"}
# Text inside is no prose. `a` is there because its text is not what is followed.
_NO_PROSE = {
    "a", "code", "pre", "kbd", "samp", "var", "script", "style", "template", "textarea",
    "title", "math", "svg", "select", "noembed", "noframes", "xmp", "tt",
}  # fmt: skip
_NO_PROSE_CLASSES = {"arithmatex", "mermaid", "highlight"}
_INVISIBLE = {"template", "textarea", "xmp", "noembed", "noframes"}  # their links are no links
_TRANSPARENT = {"abbr", "wbr"}  # do not end an address
_VOID = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source",
    "track", "wbr",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """An address in a rendered text."""

    url: str
    mark: int | None  # its number, when it stands literally in the source
    bare: bool = False


def links_in_html(html: str) -> list[Found]:
    """All external addresses of an HTML text, in order, numbers removed."""
    parser = _Links()
    parser.feed(html)
    parser.close()
    parser.flush()
    return parser.found


def srcset_addresses(value: str) -> list[str]:
    """The addresses of a `srcset` (HTML Standard, 'parse a srcset attribute')."""
    found: list[str] = []
    rest = value
    while rest := rest.lstrip(" \t\r\n\f,"):
        address, _, rest = _split_space(rest)
        if address.endswith(","):
            found.append(address.rstrip(","))
            continue
        found.append(address)
        depth = 0
        for index, character in enumerate(rest):
            depth += (character == "(") - (character == ")")
            if character == "," and depth <= 0:
                rest = rest[index + 1 :]
                break
        else:
            rest = ""
    return found


def _split_space(text: str) -> tuple[str, str, str]:
    parts = re.split(r"([ \t\r\n\f]+)", text, maxsplit=1)
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else (text, "", "")


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Found] = []
        self._silent: list[str] = []  # open elements whose text is no prose
        self._buffer: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in reversed(attrs)}  # the first one counts
        if tag not in _TRANSPARENT:
            self.flush()
        if tag == "a" and "a" in self._silent:  # an unclosed link ends where the next begins
            self._close("a")
        if not _INVISIBLE.intersection(self._silent):
            self._addresses(tag, values)
        if tag in _VOID:
            return
        classes = set(values.get("class", "").split())
        if tag in _NO_PROSE or tag in self._silent or classes & _NO_PROSE_CLASSES:
            self._silent.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        # HTML knows no self-closing elements but void ones and those of SVG and MathML.
        if tag in {"math", "svg", "path", "image", "use"}:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _TRANSPARENT:
            self.flush()
        self._close(tag)

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        self._buffer.append(data)

    def flush(self) -> None:
        """End the current run of text."""
        if not self._buffer:
            return
        text = "".join(self._buffer)
        self._buffer.clear()
        if "://" not in text:
            return
        for url, number in bare_addresses(text):
            self.found.append(Found(url, number, bare=True))

    def _close(self, tag: str) -> None:
        if tag in self._silent:
            index = len(self._silent) - 1 - self._silent[::-1].index(tag)
            del self._silent[index:]

    def _addresses(self, tag: str, values: dict[str, str]) -> None:
        if tag == "link" and _NO_DOCUMENT.intersection(values.get("rel", "").lower().split()):
            return
        if tag == "input" and values.get("type", "").lower() != "image":
            return
        for name in ATTRIBUTES.get(tag, ()):
            if name not in values:
                continue
            parts = srcset_addresses(values[name]) if name == "srcset" else [values[name]]
            for part in parts:
                self._add(part, magic="magiclink" in values.get("class", ""))

    def _add(self, value: str, *, magic: bool) -> None:
        value = re.sub(r"[\t\r\n]", "", value.strip())
        if not re.match(r"(?:https?:)?//", value, re.IGNORECASE):
            return
        url, number = unmark(value)
        if magic:  # made of bare text, so it ends where bare text does
            url = next((address for address, _ in bare_addresses(url)), url)
        if re.fullmatch(r"(?:https?:)?/*", url, re.IGNORECASE):
            return
        self.found.append(Found(url, number))
