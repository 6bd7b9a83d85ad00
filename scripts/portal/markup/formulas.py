"""Formulas: KaTeX renders them while the site is built, so that no page ships a renderer."""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from html import unescape
from pathlib import Path

import quickjs

_KATEX = Path(__file__).parents[1] / "vendor" / "katex.min.js"
# What pymdownx.arithmatex writes with `generic: true`.
_INLINE = re.compile(
    r'<span class="arithmatex">\\\((.*?)\\\)</span>(?P<mark>[，。、；：！？）」』])?', re.DOTALL
)
_DISPLAY = re.compile(r'<div class="arithmatex">\s*\\\[(.*?)\\\]\s*</div>', re.DOTALL)
_VISIBLE = re.compile(r'<span class="katex-html" aria-hidden="true">')
_SPAN = re.compile(r"<(/?)span\b")
_TAG = re.compile(r"<[^>]*>")
_SHORT = 24  # characters of TeX that fit into a line of a phone
_CJK = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
_TEXT = re.compile(r"\\text(?:bf|it|rm)?\{[^{}]*\}")


class FormulaError(ValueError):
    """KaTeX cannot render a formula."""

    def __init__(self, tex: str, reason: str) -> None:
        super().__init__(f"formula {tex.strip()!r}: {reason}")
        self.tex = tex


def has_formulas(html: str) -> bool:
    """Whether the page needs KaTeX's stylesheet."""
    return 'class="katex' in html


def characters(html: str) -> set[str]:
    """What the rendered formulas of a page show, for the fonts; the MathML is not painted."""
    shown: set[str] = set()
    for start in _VISIBLE.finditer(html):
        depth = 1
        for tag in _SPAN.finditer(html, start.end()):
            depth += -1 if tag[1] else 1
            if depth == 0:
                shown.update(unescape(_TAG.sub("", html[start.end() : tag.start()])))
                break
    return shown


def render(html: str) -> str:
    """Replace the formulas in a page's HTML by KaTeX's HTML and MathML.

    Raises:
        FormulaError: a formula is not valid, or prose between two dollar signs became one.
    """
    html = _DISPLAY.sub(
        lambda match: (
            # Wide ones scroll, by keyboard too.
            f'<div class="formula" tabindex="0">{to_html(unescape(match[1]), display=True)}</div>'
        ),
        html,
    )
    return _INLINE.sub(_inline, html)


def _inline(match: re.Match[str]) -> str:
    formula = to_html(unescape(match[1]), display=False)
    mark = match["mark"] or ""
    if mark and len(match[1]) <= _SHORT:
        # Browsers break a line after a formula, even before 。; a long one must be able to.
        return f'<span class="nowrap">{formula}{mark}</span>'
    return formula + mark


@lru_cache(maxsize=4096)
def to_html(tex: str, *, display: bool) -> str:
    r"""Render one formula.

    Args:
        tex: LaTeX without delimiters.
        display: on its own line, with `\tag` allowed.

    Raises:
        FormulaError: with KaTeX's reason.

    Source: https://katex.org/docs/api
    """
    if _CJK.search(_TEXT.sub("", tex)):
        raise FormulaError(tex, r"Chinese text inside – for money write \$, for words \text{…}")
    options = json.dumps({"displayMode": display, "throwOnError": True, "strict": "ignore"})
    try:
        return str(_context().eval(f"katex.renderToString({json.dumps(tex)}, {options})"))
    except quickjs.JSException as error:
        reason = str(error).splitlines()[0].removeprefix("ParseError: ")
        raise FormulaError(tex, reason) from error


@cache
def _context() -> quickjs.Context:
    context = quickjs.Context()
    context.eval(_KATEX.read_text(encoding="utf-8"))
    return context
