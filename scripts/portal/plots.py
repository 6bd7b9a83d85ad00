"""Plots of the status page: SVG made while the site is built, in the colours of the page.

Fills are classes of the style sheet, so that both colour schemes fit; a hatch or an outline
tells the series apart without colour, and every number also stands in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from markupsafe import Markup

WIDTH = 360  # of the drawing, in its own units: the narrowest screen shows nearly all of it
_TEXT = 13  # height of letters
_LEFT, _TOP, _BOTTOM = 40, 12, 26


class Series(NamedTuple):
    """Values that belong together, and the class that fills their shapes."""

    name: str
    fill: str
    values: Sequence[float]


def columns(labels: Sequence[str], series: Sequence[Series], title: str, text: str) -> Markup:
    """Stacked columns, one for each label; the first series stands at the bottom.

    Args:
        labels: below the columns; where they are many, only the first and last are written.
        series: as many values each as there are labels.
        title: what the plot shows.
        text: the same in words, with its numbers.
    """
    height = 220
    top = max((sum(values) for values in zip(*(s.values for s in series), strict=True)), default=0)
    plot = height - _TOP - _BOTTOM - 22  # the key stands above
    scale = plot / top if top else 0
    step = (WIDTH - _LEFT - 8) / max(len(labels), 1)
    width = min(step * 0.8, 40)
    base = height - _BOTTOM
    shapes = [_key(series)]
    shapes += [
        f'<text x="{_LEFT - 6}" y="{base}" class="plot__axis" text-anchor="end">0</text>',
        f'<text x="{_LEFT - 6}" y="{base - plot + 5:.1f}" class="plot__axis" text-anchor="end">'
        f"{top:g}</text>",
        f'<line x1="{_LEFT}" x2="{WIDTH}" y1="{base}" y2="{base}" class="plot__line"/>',
    ]
    for index, label in enumerate(labels):
        middle = _LEFT + step * (index + 0.5)
        y = float(base)
        for item in series:
            tall = item.values[index] * scale
            y -= tall
            if tall:
                shapes.append(_bar(middle - width / 2, y, width, tall, item.fill))
        if len(labels) <= 3 or index in (0, len(labels) - 1):
            anchor = "start" if index == 0 and len(labels) > 3 else "middle"
            anchor = "end" if index == len(labels) - 1 and len(labels) > 3 else anchor
            shapes.append(
                f'<text x="{middle:.1f}" y="{height - 8}" class="plot__axis" '
                f'text-anchor="{anchor}">{escape(label)}</text>'
            )
    return _svg(height, shapes, title, text)


def bars(items: Sequence[tuple[str, float]], title: str, text: str) -> Markup:
    """Horizontal bars, each below its name and with its value.

    Args:
        items: name and value, in the order of display.
        title: what the plot shows.
        text: the same in words.
    """
    row = 38
    top = max((value for _, value in items), default=0)
    shapes = []
    for index, (name, value) in enumerate(items):
        y = index * row
        wide = (WIDTH - 50) * value / top if top else 0
        shapes.append(f'<text x="0" y="{y + 14}" class="plot__name">{escape(name)}</text>')
        shapes.append(_bar(0, y + 19, max(wide, 1), 11, "plot__fill"))
        shapes.append(
            f'<text x="{max(wide, 1) + 6:.1f}" y="{y + 29}" class="plot__axis">{value:.0f}</text>'
        )
    return _svg(row * len(items), shapes, title, text)


def _key(series: Sequence[Series]) -> str:
    parts = []
    x = float(_LEFT)
    for item in reversed(series):
        parts.append(_bar(x, 2, 12, 12, item.fill))
        parts.append(f'<text x="{x + 17:.1f}" y="13" class="plot__axis">{escape(item.name)}</text>')
        wide = sum(_TEXT if ord(letter) > 0x2E7F else _TEXT * 0.55 for letter in item.name)
        x += 17 + wide + 18
    return "".join(parts)


def _bar(x: float, y: float, width: float, height: float, fill: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" class="{fill}"/>'
    )


def _svg(height: int, shapes: Sequence[str], title: str, text: str) -> Markup:
    hatch = (
        '<defs><pattern id="plot-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect width="6" height="6" class="plot__ground"/>'
        '<rect width="3" height="6" class="plot__stroke"/></pattern></defs>'
    )
    label = escape(f"{title} {text}".strip())
    return Markup(
        f'<svg viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" '
        f'aria-label="{label}">{hatch}{"".join(shapes)}</svg>'
    )
