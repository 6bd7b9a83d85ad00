"""The roadmap as a drawing: a column for each track, a row for each chapter, in path order.

A chapter's prerequisites in its own track are lines in the gutter on the left, one lane for
each chapter that leads further down; those in another track are numbers behind an arrow.
Rows never overlap, at any width: labels are wrapped to the room beside the gutter.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx

from portal.pages import TRACKS, Chapter
from portal.words import WORDS

WIDTH = 320.0  # of a column, in pixels on a phone; wider screens scale it
FONT = 13.0  # pixels, of a title
SMALL = 11.0  # pixels, of the facts below it
RADIUS = 8.0  # of a station
_LINE, _SMALL_LINE, _GAP = 18.0, 15.0, 13.0  # height of a line of title, of facts; between rows
_LANE = 7.0  # distance of two lanes
# Widths of bold characters in em, as the widest of the usual system fonts has them.
_WIDE, _CAPITAL, _NARROW, _LATIN = 1.04, 0.82, 0.4, 0.7


@dataclass(frozen=True)
class Station:
    """A chapter on the map."""

    chapter: Chapter
    lines: Sequence[str]  # its number (track and place: 1.4) and title, wrapped
    facts: Sequence[str]  # what stands below it, wrapped
    y: float  # centre of its circle
    height: float  # of its row


@dataclass(frozen=True)
class Edge:
    """A line from a prerequisite to a chapter of the same track."""

    start: str
    end: str
    path: str  # SVG path data


@dataclass(frozen=True)
class Column:
    """A track on the map."""

    track: str
    stations: Sequence[Station]
    edges: Sequence[Edge]
    x: float  # of the stations
    text_x: float
    height: float


def graph_of(chapters: Mapping[str, Chapter]) -> nx.DiGraph[str]:
    """Prerequisite → chapter, without the edges that follow from others."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(chapters)
    graph.add_edges_from(
        (needed, chapter.id)
        for chapter in chapters.values()
        for needed in chapter.meta.prerequisites
    )
    reduced: nx.DiGraph[str] = nx.transitive_reduction(graph)
    return reduced


def columns(chapters: Mapping[str, Chapter], language: str) -> Iterator[Column]:
    """Lay out each track.

    Args:
        chapters: all chapters, in the order of the navigation.
        language: the language of the titles.
    """
    graph = graph_of(chapters)
    numbers = _numbers(chapters)
    for track in TRACKS:
        members = [chapter for chapter in chapters.values() if chapter.track == track]
        if members:
            yield _column(track, members, graph, numbers, language)


def _numbers(chapters: Mapping[str, Chapter]) -> dict[str, str]:
    found: dict[str, str] = {}
    for place, track in enumerate(TRACKS, 1):
        members = [name for name, chapter in chapters.items() if chapter.track == track]
        found |= {name: f"{place}.{number}" for number, name in enumerate(members, 1)}
    return found


def _column(
    track: str,
    members: Sequence[Chapter],
    graph: nx.DiGraph[str],
    numbers: Mapping[str, str],
    language: str,
) -> Column:
    rows = {chapter.id: row for row, chapter in enumerate(members)}
    # networkx goes through sets: the order must not depend on the process.
    inner = sorted(
        ((a, b) for a, b in graph.edges if a in rows and b in rows),
        key=lambda edge: (rows[edge[0]], rows[edge[1]]),
    )
    lanes = _lanes(inner, rows)
    x = RADIUS + 3 + _LANE * (max(lanes.values(), default=-1) + 1)
    text_x = x + RADIUS + 8
    stations: list[Station] = []
    top = 2.0
    for chapter in members:
        label = f"{numbers[chapter.id]} {chapter.title(language)}"
        lines = wrap(label, (WIDTH - text_x) / FONT)
        foreign = [numbers[name] for name in chapter.meta.prerequisites if name not in rows]
        facts = _joined(_facts(chapter, foreign, language), (WIDTH - text_x) / SMALL)
        height = _LINE * len(lines) + _SMALL_LINE * len(facts)
        stations.append(Station(chapter, lines, facts, top + RADIUS + 2, height))
        top += height + _GAP
    heights = {station.chapter.id: station.y for station in stations}
    edges = [Edge(a, b, _path(a, b, rows, heights, lanes, x)) for a, b in inner]
    return Column(track, stations, edges, x, text_x, top)


def _facts(chapter: Chapter, foreign: Sequence[str], language: str) -> Iterator[str]:
    words = WORDS[language]
    yield words[chapter.meta.level.value]
    yield words["hours"].format(f"{chapter.meta.hours:g}")
    if not chapter.built:
        yield words["planned"]
    if chapter.meta.notebooks:
        yield words["map_notebooks"].format(len(chapter.meta.notebooks))
    if foreign:
        yield "← " + words["comma"].join(foreign)


def _joined(parts: Iterable[str], room: float) -> list[str]:
    """Parts with a dot between, on as many lines as they need; `room` is in em."""
    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]} · {part}" if lines else part
        if lines and width(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines


def _lanes(edges: Sequence[tuple[str, str]], rows: Mapping[str, int]) -> dict[str, int]:
    """A lane of the gutter for each chapter that leads past the next row; 0 is the innermost.

    Two that run side by side for a while need two lanes: a colouring of an interval graph,
    where taking short ones first keeps them close to the stations.
    """
    spans: dict[str, tuple[int, int]] = {}
    for start, end in edges:
        if rows[end] != rows[start] + 1:
            low, high = sorted((rows[start], rows[end]))
            old = spans.get(start, (low, high))
            spans[start] = (min(low, old[0]), max(high, old[1]))
    overlaps: nx.Graph[str] = nx.Graph()
    overlaps.add_nodes_from(spans)
    names = list(spans)
    overlaps.add_edges_from(
        (a, b)
        for i, a in enumerate(names)
        for b in names[i + 1 :]
        if spans[a][0] <= spans[b][1] and spans[b][0] <= spans[a][1]
    )
    order = sorted(names, key=lambda name: (spans[name][1] - spans[name][0], spans[name]))
    coloured: dict[str, int] = nx.greedy_color(overlaps, strategy=lambda graph, colours: order)
    return coloured


def _path(
    start: str,
    end: str,
    rows: Mapping[str, int],
    heights: Mapping[str, float],
    lanes: Mapping[str, int],
    x: float,
) -> str:
    top, bottom = heights[start], heights[end]
    if rows[end] == rows[start] + 1:
        return f"M{x:g} {top + RADIUS:g}V{bottom - RADIUS:g}"
    lane = x - RADIUS - 3 - _LANE * lanes[start]
    bend = 4 if bottom > top else -4
    return (
        f"M{x - RADIUS:g} {top:g}H{lane + 4:g}Q{lane:g} {top:g} {lane:g} {top + bend:g}"
        f"V{bottom - bend:g}Q{lane:g} {bottom:g} {lane + 4:g} {bottom:g}H{x - RADIUS:g}"
    )


def wrap(text: str, room: float) -> list[str]:
    """Break a title into lines that fit, at spaces or between Chinese characters.

    Args:
        text: the title.
        room: width of a line, in em.
    """
    lines = [""]
    for part in _unbreakable(text):
        if lines[-1] and width(lines[-1] + part.rstrip()) > room:
            lines.append("")
        lines[-1] += part if lines[-1] else part.lstrip()
    return [line.rstrip() for line in lines]


def width(text: str) -> float:
    """How wide a text is at most in the usual system fonts, in em."""
    return sum(_em(character) for character in text)


def _em(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WFA":
        return _WIDE
    if character in " .,:;'ijl()|":
        return _NARROW
    return _CAPITAL if character.isupper() or character in "mw" else _LATIN


def _unbreakable(text: str) -> Iterator[str]:
    """Words with the space behind them, and single Chinese characters with their punctuation."""
    part = ""
    for character in text:
        wide = unicodedata.east_asian_width(character) in "WF"
        closing = character in "，。：；、）」"
        opened = part.endswith(("（", "「"))
        if part and not closing and not opened and (wide or _ends_word(part)):
            yield part
            part = ""
        part += character
    if part:
        yield part


def _ends_word(part: str) -> bool:
    return part[-1] == " " or unicodedata.east_asian_width(part[-1]) in "WF"
