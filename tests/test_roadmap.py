"""The roadmap: lines that never cross a label, lanes that never share a place."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import roadmap
from portal.checks import read_config
from portal.site import Portal, read_portal
from support import ROOT


@pytest.fixture(scope="module")
def portal() -> Portal:
    return read_portal(ROOT, *read_config(ROOT / "mkdocs.yml"))


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        pytest.param("1.5 Python basics", 30, ["1.5 Python basics"], id="one line"),
        pytest.param("Long words here", 7.5, ["Long words", "here"], id="at spaces"),
        pytest.param("代理（Agent）", 4, ["代理", "（Agent）"], id="before an opening bracket"),
        pytest.param("甲乙，丙", 2.2, ["甲", "乙，", "丙"], id="no comma begins a line"),
        pytest.param("Mamba、RWKV", 5.5, ["Mamba、", "RWKV"], id="Latin behind a comma"),
    ],
)
def test_titles_are_wrapped(text: str, room: float, lines: list[str]) -> None:
    assert roadmap.wrap(text, room) == lines


@given(st.text("abW 中文，（）", min_size=1).filter(str.strip), st.floats(3, 30))
def test_wrapping_loses_nothing_but_space(text: str, room: float) -> None:
    lines = roadmap.wrap(text.strip(), room)
    assert "".join("".join(lines).split()) == "".join(text.split())


@pytest.mark.parametrize("language", ["zh-TW", "en"])
def test_rows_follow_the_path_and_do_not_overlap(portal: Portal, language: str) -> None:
    columns = list(roadmap.columns(portal.chapters, language))
    stations = [station for column in columns for station in column.stations]
    assert [station.chapter.id for station in stations] == list(portal.chapters)
    for column in columns:
        bottom = 0.0
        for station in column.stations:
            assert station.y - roadmap.RADIUS >= bottom
            bottom = station.y - roadmap.RADIUS - 2 + station.height
        assert bottom <= column.height


def test_every_prerequisite_is_a_line_a_number_or_follows_from_others(portal: Portal) -> None:
    columns = list(roadmap.columns(portal.chapters, "en"))
    drawn = {(edge.start, edge.end) for column in columns for edge in column.edges}
    graph = roadmap.graph_of(portal.chapters)
    for column in columns:
        for station in column.stations:
            chapter = station.chapter
            numbers = re.findall(r"← ([\d., ]+)", " ".join(station.facts))
            foreign = [n for n in chapter.meta.prerequisites if n.split("/")[0] != column.track]
            assert len(numbers[0].split(", ") if numbers else []) == len(foreign)
            for name in chapter.meta.prerequisites:
                assert (
                    (name, chapter.id) in drawn
                    or name in foreign
                    or not graph.has_edge(name, chapter.id)
                )


def test_two_lines_never_run_on_top_of_each_other(portal: Portal) -> None:
    """Those of one chapter share a lane, those of two that overlap never do."""
    for column in roadmap.columns(portal.chapters, "zh-TW"):
        runs: dict[str, list[tuple[float, float, float]]] = {}
        for edge in column.edges:
            match = re.search(r"Q([\d.]+) ([\d.]+) .*V([\d.]+)Q", edge.path)
            if match:
                lane, top, bottom = map(float, match.groups())
                assert 0 <= lane < column.x - roadmap.RADIUS
                runs.setdefault(edge.start, []).append((lane, min(top, bottom), max(top, bottom)))
        for one, other in combinations(runs.values(), 2):
            for a in one:
                for b in other:
                    assert a[0] != b[0] or a[2] < b[1] or b[2] < a[1]
