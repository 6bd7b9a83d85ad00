"""Tables: each scrolls on its own where a screen is too narrow, by keyboard too."""

from __future__ import annotations

import re

_TABLE = re.compile(r"<table>(.*?)</table>", re.DOTALL)
_EMPTY_HEADING = re.compile(r"<th([^>]*)></th>")


def render(html: str, label: str) -> str:
    """Wrap the tables of a page's HTML that were written in Markdown.

    Args:
        html: the content of a page; tables with attributes are left alone.
        label: what assistive technology calls the wrapper.
    """

    def wrap(match: re.Match[str]) -> str:
        table = _EMPTY_HEADING.sub(r"<td\1></td>", match[1])  # a heading of nothing
        return (
            f'<div class="table-scroll" tabindex="0" role="group" aria-label="{label}">'
            f'<table class="table">{table}</table></div>'
        )

    return _TABLE.sub(wrap, html)
