"""What prose of a notebook may contain: CommonMark that cannot run script in any viewer.

The site's Markdown and CommonMark disagree on what is HTML and what is code. So whatever
either could take for a tag is refused, and code is only trusted where both see code.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from portal.problems import Problem

# Elements, without attributes, that GitHub, Jupyter and the site show alike.
HTML_ALLOWED = ("br", "details", "kbd", "sub", "summary", "sup")
# Schemes of links; the last four are resolved by the site only.
SCHEMES = frozenset({"", "http", "https", "mailto", "resource", "chapter", "term", "notebook"})

_ALLOWED = re.compile(rf"</?(?:{'|'.join(HTML_ALLOWED)})\s*/?>|<!--[^<>]*-->")
_TAG = re.compile(r"<[A-Za-z/!?][^<>]*>?")
_ATTRIBUTE_LIST = re.compile(r"\{:?\s[^}\n]*\b(on[a-z]+|style|srcdoc)\s*=", re.IGNORECASE)
_SKIPPED = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028\u2029\ufeff]")
_CJK_PUNCTUATION = "「」『』（）《》〈〉，。：；！？、…"
_BROKEN_BOLD = re.compile(
    rf"\*\*(?:[{_CJK_PUNCTUATION}][^*\n]*|[^*\n]*[{_CJK_PUNCTUATION}])\*\*"
    rf"(?=[^\s{_CJK_PUNCTUATION}*])"
)


def check_prose(text: str, path: Path, first_line: int) -> Iterator[Problem]:
    """Faults of one prose cell.

    Args:
        text: CommonMark.
        path: the file it stands in.
        first_line: line of the file (from 1) where the text begins.
    """
    for token in _parser().parse(text):
        line = first_line + (token.map[0] if token.map else 0)
        messages: list[str] = []
        if token.type == "code_block":
            messages.append("indented code is not code in every viewer – use a fence")
        elif token.type == "html_block" or (token.type == "fence" and token.level > 0):
            messages += _tags(token.content)
        elif token.type == "inline":
            children = token.children or []
            messages += _tags(_outside_code(children))
            messages += _addresses(children)
            if _ATTRIBUTE_LIST.search(_outside_code(children)):
                messages.append("attribute list that could run script – remove it")
            if _BROKEN_BOLD.search(_outside_code(children)):
                messages.append("** touches CJK punctuation – put the punctuation outside")
        yield from (Problem(path, line, message) for message in messages)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table").disable("text_join")
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser


def _outside_code(children: Sequence[Token]) -> str:
    """Inline text without code spans, addresses and character references."""
    return "".join(
        "\n" if child.type in {"softbreak", "hardbreak"} else child.content
        for child in children
        if child.type not in {"code_inline", "image"} and child.info not in {"entity", "auto"}
    )


def _tags(text: str) -> Iterator[str]:
    found = _TAG.search(_ALLOWED.sub("", text))
    if found:
        tag = found[0].split("\n")[0][:60]
        yield f"HTML {tag} in prose – use Markdown; only {', '.join(HTML_ALLOWED)} stay, bare"


def _addresses(children: Sequence[Token]) -> Iterator[str]:
    for child in children:
        address = child.attrGet("src" if child.type == "image" else "href")
        if isinstance(address, str) and _scheme(address) not in SCHEMES:
            yield f"link to {_scheme(address)}: – use an https address"
        yield from _addresses(child.children or [])


def _scheme(address: str) -> str:
    """The scheme that the laxest browser would see: it skips spaces and control characters."""
    plain = _SKIPPED.sub("", unquote(html.unescape(address)))
    scheme, colon, _ = plain.partition(":")
    return scheme.lower() if colon and not set(scheme) & set("/?#") else ""
