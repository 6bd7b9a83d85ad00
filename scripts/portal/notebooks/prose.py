"""What prose of a notebook may contain: CommonMark that cannot run script in any viewer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from portal.problems import Problem

# Elements without attributes that GitHub, Jupyter and the site show alike.
HTML_ALLOWED = frozenset({"br", "details", "kbd", "sub", "summary", "sup"})
# Schemes of links; the last four are resolved by the site only.
SCHEMES = frozenset({"", "http", "https", "mailto", "resource", "chapter", "term", "notebook"})

_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9-]*)(\s[^>]*)?/?>")
_ATTRIBUTE_LIST = re.compile(r"\{:?\s[^}\n]*\b(on[a-z]+|style|srcdoc)\s*=", re.IGNORECASE)
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_CJK_PUNCTUATION = "「」『』（）《》〈〉，。：；！？、…"
_BROKEN_BOLD = re.compile(
    rf"\*\*(?:[{_CJK_PUNCTUATION}][^*\n]*|[^*\n]*[{_CJK_PUNCTUATION}])\*\*(?=[^\s{_CJK_PUNCTUATION}*])"
)


def check_prose(text: str, path: Path, first_line: int) -> Iterator[Problem]:
    """Faults of one prose cell.

    Args:
        text: CommonMark.
        path: the file it stands in.
        first_line: line of the file (from 1) where the text begins.
    """
    for token in MarkdownIt("commonmark", {"linkify": False}).enable("table").parse(text):
        line = first_line + (token.map[0] if token.map else 0)
        if token.type == "html_block":
            yield from _check_html(token.content, path, line)
        for child in token.children or ():
            if child.type == "html_inline":
                yield from _check_html(child.content, path, line)
            yield from _check_address(child, path, line)
        if token.type == "inline":
            plain = _CODE_SPAN.sub("", token.content)
            if _ATTRIBUTE_LIST.search(plain):
                yield Problem(path, line, "attribute list that could run script – remove it")
            if _BROKEN_BOLD.search(plain):
                message = "** touches CJK punctuation, so it stays – put the punctuation outside"
                yield Problem(path, line, message)


def _check_html(html: str, path: Path, line: int) -> Iterator[Problem]:
    if html.startswith("<!--"):
        return
    tags = list(_TAG.finditer(html))
    bad = sorted({f"<{tag[1]}>" for tag in tags if tag[1].lower() not in HTML_ALLOWED})
    if not tags:
        bad = [html.split("\n", 1)[0][:40]]
    if bad:
        allowed = ", ".join(sorted(HTML_ALLOWED))
        message = f"HTML {' '.join(bad)} in prose – use Markdown; only {allowed} are kept"
        yield Problem(path, line, message)
    elif any(tag[2] and tag[2].strip() for tag in tags):
        yield Problem(path, line, f"attributes on {html[:40]!r} – remove them")


def _check_address(token: Token, path: Path, line: int) -> Iterator[Problem]:
    address = token.attrGet("href") if token.type == "link_open" else token.attrGet("src")
    if not isinstance(address, str):
        return
    try:
        scheme = urlsplit(address).scheme.lower()
    except ValueError:
        scheme = "invalid"
    if scheme not in SCHEMES:
        yield Problem(path, line, f"link to {scheme}: – use an https address")
