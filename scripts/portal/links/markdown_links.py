"""External links of Markdown, as the site renders it."""

from __future__ import annotations

import logging
import re
from typing import Any

import markdown
import yaml

from portal.links.html_links import Found, links_in_html
from portal.links.marks import mark
from portal.links.mkdocs_config import MarkdownConfig, TolerantLoader

# Front matter as `mkdocs.utils.meta` reads it: YAML between dashes, or `key: value` lines.
_YAML_FRONT_MATTER = re.compile(r"\A-{3}[ \t]*\n(.*?\n)(?:\.{3}|-{3})[ \t]*\n", re.DOTALL)
_META_LINE = re.compile(r"[ ]{0,3}(?!https?:)[A-Za-z0-9_-]+:\s*.*", re.IGNORECASE)
_META_MORE = re.compile(r"(?:[ ]{4}|\t)")
# MyST (jupytext): `+++` parts cells, a directive in braces opens a fence.
_CELL_BREAK = re.compile(r"^\+\+\+.*$", re.MULTILINE)
_CODE_DIRECTIVE = re.compile(
    r"^([ \t]*)(`{3,}|~{3,})\{(code-cell|code|code-block|sourcecode|math|mermaid|raw)\}.*$",
    re.MULTILINE,
)
_MYST = re.compile(r"^(?:kernelspec|jupytext|mystnb):|^[ \t]*`{3,}\{code-cell\}", re.MULTILINE)

logging.getLogger("MARKDOWN").setLevel(logging.ERROR)


def body_start(text: str) -> int:
    """Where the Markdown begins, after what MkDocs takes for front matter."""
    if match := _YAML_FRONT_MATTER.match(text):
        return match.end() if _is_mapping(match[1]) else 0
    position, any_key = 0, False
    for line in text.splitlines(keepends=True):
        if not line.strip():
            return position
        if _META_LINE.match(line):
            any_key = True
        elif not (any_key and _META_MORE.match(line)):
            return position
        position += len(line)
    return position


def _is_mapping(text: str) -> bool:
    try:
        return isinstance(yaml.load(text, Loader=TolerantLoader), dict)
    except (yaml.YAMLError, ValueError, RecursionError):
        return False


class Renderer:
    """Renders Markdown with one set of extensions; made once, used for every file."""

    def __init__(self, config: MarkdownConfig) -> None:
        self.missing: list[str] = []  # extensions that are not installed
        self._converter = self._build(config)

    def _build(self, config: MarkdownConfig) -> markdown.Markdown:
        usable: list[str] = []
        for name in config.extensions:
            options: dict[str, Any] = {name: dict(config.options.get(name, {}))}
            try:
                markdown.Markdown(extensions=[name], extension_configs=options)
            except Exception:  # an extension may raise anything while it is set up
                self.missing.append(name)
                continue
            usable.append(name)
        chosen = {name: dict(config.options.get(name, {})) for name in usable}
        return markdown.Markdown(extensions=usable, extension_configs=chosen)

    def links(self, text: str) -> list[tuple[Found, int]]:
        """External links of a Markdown text without line ends other than `\\n`.

        Returns:
            Each link with the offset of its address in the text, or -1.
        """
        start = body_start(text)
        marked = mark(text[start:])
        found = self.rendered(marked.text)
        return [
            (link, -1 if link.mark is None else start + marked.offsets[link.mark]) for link in found
        ]

    def rendered(self, body: str) -> list[Found]:
        """External links of a numbered Markdown text."""
        if not re.search(r"//|www\.", body):
            return []
        return links_in_html(self._converter.reset().convert(plain_fences(body)))


def plain_fences(body: str) -> str:
    """MyST cells as ordinary fences, so that code is not read as prose."""
    if not _MYST.search(body):
        return body
    return _CODE_DIRECTIVE.sub(r"\1\2text", _CELL_BREAK.sub("", body))
