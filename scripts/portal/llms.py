"""llms.txt and llms-full.txt: the site for readers that are programs, as plain Markdown."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from portal.resources import Resource

_ATTRIBUTES = re.compile(r" ?\{ ?[#.][\w. #-]*\}")
_PAGE_LINK = re.compile(r"\]\((?![a-z]+:|<|#)(?P<path>[^)\s#]+)\.md(?P<anchor>#[^)\s]*)?\)")
_IMAGE = re.compile(r"^!\[(?P<alt>[^\]]*)\]\([^)]*\)$", re.MULTILINE)
_RESOURCES = "<!-- resources -->"
_DIRECTIVE = re.compile(r"^<!-- [a-z-]+(?:: [\w/-]+)? -->\n?", re.MULTILINE)


class Entry(NamedTuple):
    """A page in llms.txt."""

    title: str
    url: str
    description: str


def index(name: str, description: str, sections: Iterable[tuple[str, Sequence[Entry]]]) -> str:
    """llms.txt: what the site is and where everything stands.

    Source: https://llmstxt.org
    """
    lines = [f"# {name}", "", f"> {description}"]
    for title, entries in sections:
        if entries:
            lines += ["", f"## {title}", ""]
            lines += [
                f"- [{e.title}]({e.url})" + (f": {e.description}" if e.description else "")
                for e in entries
            ]
    return "\n".join(lines) + "\n"


def full(name: str, description: str, pages: Iterable[tuple[str, str]]) -> Iterator[str]:
    """llms-full.txt in pieces: the text of every chapter.

    Args:
        name: of the site.
        description: of the site.
        pages: address and Markdown of each chapter.
    """
    yield f"# {name}\n\n> {description}\n"
    for url, markdown in pages:
        yield f"\n---\n\n<{url}>\n\n{markdown.strip()}\n"


def plain(
    markdown: str,
    page: str,
    url: Callable[[str], str],
    resources: Iterable[Resource],
    language: str,
) -> str:
    """A page's Markdown without what only this site understands.

    Args:
        markdown: with citations rendered.
        page: id of the page.
        url: absolute address of a page by id.
        resources: what the page lists, in order.
        language: of the page.
    """
    listed = "\n".join(f"- [{r.title[language]}]({r.url}): {r.note[language]}" for r in resources)
    folder = posixpath.dirname(page)

    def absolute(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, match["path"]))
        try:
            return f"]({url(target)}{match['anchor'] or ''})"
        except KeyError:  # no such page: MkDocs says so when it converts the same text
            return match[0]

    text = markdown.replace(_RESOURCES, listed)
    text = _DIRECTIVE.sub("", _ATTRIBUTES.sub("", text))
    return _PAGE_LINK.sub(absolute, _IMAGE.sub(lambda match: f"[{match['alt']}]", text))
