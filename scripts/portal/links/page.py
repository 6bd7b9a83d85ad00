"""Reads a page as it arrives and keeps only the facts that a verdict needs."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from functools import lru_cache
from html.parser import HTMLParser
from urllib.parse import unquote

from portal.links.model import PageFacts

MAX_TEXT = 6_000  # characters of visible text that are kept
MAX_MARKERS = 20_000  # characters of raw source that are kept
MAX_SCRIPT = 20_000  # characters of inline script that are read
_MAX_PENDING = 400_000  # characters of one unfinished tag, comment or script
_MAX_PARSED = 600_000  # characters that are parsed; the rest is only searched for anchors
_MAX_DELAY = 10.0  # seconds; a later refresh is a page that updates itself
_CHROME = {"nav", "header", "footer", "aside"}  # frame of a site, not its content
_SILENT = {"script", "style", "template", "noscript", "svg", "title", "textarea", "select",
           "iframe", "object", "noembed"}  # fmt: skip
_BLOCK = {"p", "div", "li", "td", "th", "h1", "h2", "h3", "h4", "section", "article", "br",
          "tr", "main", "ul", "ol", "dd", "dt", "pre", "blockquote"}  # fmt: skip
_MEDIA = {"img", "video", "audio", "iframe", "embed", "object", "canvas", "svg", "picture",
          "frame"}  # fmt: skip
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source",
         "track", "wbr"}  # fmt: skip
_ROOTS = {"root", "app", "__next", "__nuxt", "svelte", "app-root", "react-root", "main-app",
          "gatsby-focus-wrapper", "___gatsby", "q-app", "mount", "react-app"}  # fmt: skip
_META_CHARSET = re.compile(rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.\-]+)", re.I)
_XML_CHARSET = re.compile(rb"^\s*<\?xml[^>]{0,200}encoding\s*=\s*[\"']([A-Za-z0-9_:.\-]+)", re.I)
# Labels that browsers read as a larger encoding (WHATWG Encoding Standard).
_LABELS = {
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252",
    "us-ascii": "cp1252", "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "x-x-big5": "big5hkscs",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932",
    "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "iso-8859-9": "cp1254", "tis-620": "cp874",
    "x-user-defined": "cp1252", "utf8": "utf-8", "unicode-1-1-utf-8": "utf-8",
}  # fmt: skip
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SCRIPT_REDIRECT = re.compile(
    r"""(?:^|[;{}\s(])(?:(?:window|document|self|top|parent|globalThis)\s*\.\s*)?location
        (?:\s*\.\s*href)?\s*(?:=(?!=)|\.\s*(?:replace|assign)\s*\()\s*
        (["'])(?P<target>[^"'\n]{1,2000})\1""",
    re.VERBOSE,
)
_IMMEDIATE = re.compile(r"\(\s*(?:function\s*\(\s*\)|\(\s*\)\s*=>)\s*\{[^{}]*$|setTimeout|onload")
_FUNCTION = re.compile(r"function\b|=>|addEventListener|onclick", re.IGNORECASE)


def wanted_ids(fragments: Iterable[str]) -> dict[str, set[str]]:
    """The ids that would satisfy each fragment (HTML Standard, 'find a potential indicated
    element'): as written, then percent-decoded."""
    wanted: dict[str, set[str]] = {}
    for fragment in fragments:
        for name in {fragment, unquote(fragment)}:
            wanted.setdefault(name, set()).add(fragment)
    return wanted


def encoding_of(content_type: str, start: bytes) -> str:
    """The encoding of a page: byte-order mark, header, `meta`, else UTF-8."""
    for bom, name in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if start.startswith(bom):
            return name
    header = re.search(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.\-]+)", content_type, re.IGNORECASE)
    if header and (known := _known(header[1])):
        return known
    meta = _META_CHARSET.search(start[:4096]) or _XML_CHARSET.search(start[:400])
    if meta and (known := _known(meta[1].decode("ascii"))):
        return "utf-8" if known.startswith("utf-16") else known  # it could be read as ASCII
    return "utf-8"


def _known(label: str) -> str | None:
    name = _LABELS.get(label.lower().strip(), label.lower().strip())
    try:
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        return None


class PageReader:
    """Feed it bytes; ask for the facts at the end."""

    def __init__(self, content_type: str, fragments: Iterable[str] = ()) -> None:
        self._content_type = content_type
        self._head = b""
        self._decoder: codecs.IncrementalDecoder | None = None
        self._wanted = set(fragments)
        self._names = wanted_ids(self._wanted)
        self._parser = _Facts(self._names)
        self._parsed = 0
        self._tail = ""

    def feed(self, data: bytes) -> None:
        """The next piece of the body."""
        if self._decoder is None:
            self._head += data
            if len(self._head) < 2048:
                return
            self._start()
        else:
            self._push(self._decoder.decode(data))

    @property
    def satisfied(self) -> bool:
        """Every wanted fragment is found."""
        return self._wanted <= self._parser.found

    @property
    def closed(self) -> bool:
        """The end of the page was read."""
        return self._parser.closed or b"</html" in self._head.lower()

    def facts(self) -> PageFacts:
        """What was read so far."""
        if self._decoder is None:
            self._start()
        assert self._decoder is not None
        self._push(self._decoder.decode(b"", final=True))
        return self._parser.facts()

    def _start(self) -> None:
        name = encoding_of(self._content_type, self._head)
        try:
            self._decoder = codecs.getincrementaldecoder(name)(errors="replace")
        except LookupError:  # a codec that is not for text in pieces
            self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._push(self._decoder.decode(self._head))
        self._head = b""

    def _push(self, text: str) -> None:
        parser = self._parser
        if self._parsed > _MAX_PARSED:
            self._scan(text)
            return
        self._parsed += len(text)
        parser.feed(text)
        if len(parser.rawdata) > _MAX_PENDING:  # an unfinished comment or script: forget it
            parser.rawdata = parser.rawdata[-40:]

    def _scan(self, text: str) -> None:
        """Look for wanted anchors in the rest of a long page; parsing it would take seconds."""
        text = self._tail + text
        for name, fragments in self._names.items():
            if name in text and _anchor(name).search(text):
                self._parser.found |= fragments
        self._tail = text[-2000:]


@lru_cache(maxsize=256)
def _anchor(name: str) -> re.Pattern[str]:
    quoted = re.escape(name)
    value = rf"""(?:"(?:user-content-)?{quoted}"|'{quoted}'|{quoted}(?=[\s>]))"""
    return re.compile(rf"(?i:<(?:[a-z][^<>]*?\sid|a\s[^<>]*?\bname)\s*=\s*){value}")


class _Facts(HTMLParser):
    def __init__(self, wanted: dict[str, set[str]]) -> None:
        super().__init__(convert_charrefs=True)
        self.found: set[str] = set()
        self.closed = False
        self._wanted = wanted
        self._open: list[str] = []  # silent, frame and heading elements that are open
        self._title: list[str] = []
        self._headings: list[str] = []
        self._text: list[str] = []
        self._length = 0
        self._kept = 0
        self._all = 0
        self._meta: dict[str, str] = {}
        self._refresh = ""
        self._refresh_kind = ""
        self._script: list[str] = []
        self._script_length = 0
        self._counts = dict.fromkeys(("script", "media", "form", "link"), 0)
        self._password = False
        self._root = False
        self._raw: list[str] = []
        self._raw_length = 0

    def feed(self, data: str) -> None:
        if self._raw_length < MAX_MARKERS:
            part = data[: MAX_MARKERS - self._raw_length]
            self._raw.append(part)
            self._raw_length += len(part)
        super().feed(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in reversed(attrs)}
        self._anchors(tag, values)
        if "template" in self._open:
            return
        if tag in _SILENT | _CHROME or tag in {"h1", "h2", "a"}:
            if tag not in _VOID:
                self._open.append(tag)
            if tag in {"h1", "h2"} and len(self._headings) < 6:
                self._headings.append("")
        if tag in _BLOCK:
            self._add("\n")
        if tag in _MEDIA:
            self._counts["media"] += 1
        if tag == "script":
            kind = values.get("type", "")
            if not kind or "javascript" in kind or kind == "module":
                self._counts["script"] += 1
        elif tag == "form":
            self._counts["form"] += 1
        elif tag == "a" and values.get("href"):
            self._counts["link"] += 1
        elif tag == "input" and values.get("type", "").lower() == "password":
            self._password = True
        elif tag == "meta":
            self._meta_tag(values)
        if values.get("id", "").lower() in _ROOTS or tag in _ROOTS:
            self._root = True

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in {"svg", "object", "iframe"}:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCK:
            self._add("\n")
        if tag == "html":
            self.closed = True
        if tag in self._open:
            index = len(self._open) - 1 - self._open[::-1].index(tag)
            del self._open[index:]

    def handle_data(self, data: str) -> None:
        if "title" in self._open and "svg" not in self._open:
            if len(self._title) < 50:
                self._title.append(data)
            return
        if self._open and self._open[-1] == "script":
            if self._script_length < MAX_SCRIPT and "noscript" not in self._open:
                self._script.append(data)
                self._script_length += len(data)
            return
        if any(tag in _SILENT for tag in self._open):
            return
        if ("h1" in self._open or "h2" in self._open) and self._headings:
            self._headings[-1] = (self._headings[-1] + data)[:300]
        self._all += len(data.strip())
        if not any(tag in _CHROME for tag in self._open):
            self._add(_BREAKS.sub(" ", data))
            if "a" not in self._open:  # a menu is no text, wherever it stands
                self._length += len(data.strip())

    def _add(self, data: str) -> None:
        if self._kept < MAX_TEXT:
            self._text.append(data)
            self._kept += len(data)

    def _anchors(self, tag: str, values: dict[str, str]) -> None:
        names = [values["id"]] if values.get("id") else []
        if tag == "a" and values.get("name"):
            names.append(values["name"])
        for name in names:
            for spelling in (name, name.removeprefix("user-content-")):
                self.found |= self._wanted.get(spelling, set())

    def _meta_tag(self, values: dict[str, str]) -> None:
        name = (values.get("name") or values.get("property") or "").lower()
        if name and len(self._meta) < 60:
            self._meta.setdefault(name, values.get("content", "")[:500])
        if values.get("http-equiv", "").lower() == "refresh" and "noscript" not in self._open:
            target = refresh_target(values.get("content", ""))
            if target and not self._refresh:
                self._refresh, self._refresh_kind = target, "meta refresh"

    def facts(self) -> PageFacts:
        lines = map(_squeezed, "".join(self._text).split("\n"))
        text = "\n".join(line for line in lines if line)[:MAX_TEXT]
        refresh, kind = self._refresh, self._refresh_kind
        if not refresh and len(text) < 400:
            refresh = script_target("\n".join(self._script))
            kind = "script" if refresh else ""
        return PageFacts(
            title=_squeezed("".join(self._title))[:300],
            headings=tuple(h for h in map(_squeezed, self._headings) if h),
            text=text,
            text_length=self._length,
            all_text_length=self._all,
            found_fragments=frozenset(self.found),
            meta=self._meta,
            refresh=refresh or None,
            refresh_kind=kind,
            scripts=self._counts["script"],
            media=self._counts["media"],
            forms=self._counts["form"],
            password_field=self._password,
            script_root=self._root,
            markers="".join(self._raw),
            links=self._counts["link"],
        )


_BREAKS = re.compile(r"[\r\n]+")


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b\u00ad\ufeff]+", " ", text).strip()


def refresh_target(content: str) -> str:
    """The address of an immediate `<meta http-equiv="refresh">`; empty when there is none."""
    match = re.match(r"\s*([\d.]*)\s*[;,\s]\s*(?:url\s*=\s*)?(.*)$", content, re.I | re.S)
    if not match:
        return ""
    try:
        delay = float(match[1] or 0)
    except ValueError:
        delay = 0.0
    target = match[2].strip()
    if target[:1] in {"'", '"'}:
        target = target[1:].split(target[0], 1)[0]
    return target.strip() if delay <= _MAX_DELAY else ""


def script_target(script: str) -> str:
    """Where a script sends every reader at once; empty when it only may do so."""
    match = _SCRIPT_REDIRECT.search(script)
    if not match:
        return ""
    before = script[: match.start()]
    inside = _FUNCTION.search(before) and before.count("{") > before.count("}")
    if inside and not _IMMEDIATE.search(before):
        return ""
    return match["target"]
