"""The path finder's algorithm and exports: the file that browsers run, run by QuickJS."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from portal import paths
from portal.checks import read_config
from portal.problems import ContentError
from portal.site import Portal, read_portal
from support import ROOT, Write

# a ← b ← d, a ← c ← d, e alone; in the order of the path.
CHAPTERS = [
    {"id": "a", "hours": 4, "needs": []},
    {"id": "b", "hours": 6, "needs": ["a"]},
    {"id": "c", "hours": 2, "needs": ["a"]},
    {"id": "d", "hours": 3, "needs": ["b", "c"]},
    {"id": "e", "hours": 9, "needs": []},
]


@pytest.fixture(scope="module")
def portal() -> Portal:
    return read_portal(ROOT, *read_config(ROOT / "mkdocs.yml"))


@pytest.mark.parametrize(
    ("known", "goals", "steps"),
    [
        pytest.param([], ["d"], ["a", "b", "c", "d"], id="everything it needs"),
        pytest.param([], ["a"], ["a"], id="nothing more"),
        pytest.param(["b"], ["d"], ["c", "d"], id="what a known chapter needs is known"),
        pytest.param(["d"], ["d"], [], id="known already"),
        pytest.param(["e"], ["c"], ["a", "c"], id="what is known elsewhere does not help"),
        pytest.param([], ["c", "e"], ["a", "c", "e"], id="two goals"),
        pytest.param([], [], [], id="no goal"),
        pytest.param(["gone"], ["gone", "a"], ["a"], id="ids that are no more"),
    ],
)
def test_the_shortest_way(known: list[str], goals: list[str], steps: list[str]) -> None:
    found = paths.call("plan", CHAPTERS, known, goals, 5)
    assert [step["id"] for step in found["steps"]] == steps


def test_a_chapter_that_the_path_lists_before_its_prerequisite_comes_after_it() -> None:
    found = paths.call("plan", CHAPTERS[::-1], [], ["d"], 5)
    assert [step["id"] for step in found["steps"]] == ["a", "c", "b", "d"]


@pytest.mark.parametrize(
    ("pace", "weeks"),
    [
        pytest.param(5, [(1, 1), (1, 2), (3, 3), (3, 3)], id="shared weeks"),
        pytest.param(4, [(1, 1), (2, 3), (3, 3), (4, 4)], id="a week that is just full"),
        pytest.param(100, [(1, 1)] * 4, id="all in one week"),
        pytest.param(1, [(1, 4), (5, 10), (11, 12), (13, 15)], id="an hour a week"),
    ],
)
def test_weeks(pace: int, weeks: list[tuple[int, int]]) -> None:
    found = paths.call("plan", CHAPTERS, [], ["d"], pace)
    assert [(step["from"], step["to"]) for step in found["steps"]] == weeks
    assert found["hours"] == 15
    assert found["weeks"] == weeks[-1][1]


@st.composite
def graphs(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Chapters whose prerequisites stand anywhere in the path, without cycles."""
    names = [f"c{number}" for number in range(draw(st.integers(1, 12)))]
    rank = draw(st.permutations(names))
    chapters = []
    for name in names:
        earlier = rank[: rank.index(name)]
        needs = draw(st.lists(st.sampled_from(earlier), unique=True)) if earlier else []
        chapters.append({"id": name, "hours": draw(st.integers(1, 20)), "needs": needs})
    return chapters


@given(graphs(), st.data())
def test_a_way_is_closed_minimal_and_in_order(chapters: list[dict[str, Any]], data: Any) -> None:
    names = [chapter["id"] for chapter in chapters]
    needs = {chapter["id"]: chapter["needs"] for chapter in chapters}
    known = data.draw(st.lists(st.sampled_from(names), unique=True))
    goal = data.draw(st.sampled_from(names))
    found = paths.call("plan", chapters, known, [goal], data.draw(st.integers(1, 30)))
    steps = [step["id"] for step in found["steps"]]
    mastered = set(known)
    while wider := {n for name in mastered for n in needs[name]} - mastered:
        mastered |= wider
    done = set(mastered)
    for name in steps:
        assert name not in done, "nothing twice, nothing that is known"
        assert set(needs[name]) <= done, "prerequisites first"
        done.add(name)
    assert goal in done
    for name in steps:  # without any one of them the goal is out of reach
        rest = [other for other in steps if other != name]
        reached = set(mastered)
        for other in rest:
            if set(needs[other]) <= reached:
                reached.add(other)
        assert goal not in reached
    ends = [step["to"] for step in found["steps"]]
    assert ends == sorted(ends)


def test_the_calendar_is_one_that_calendars_read() -> None:
    entries: list[dict[str, Any]] = [
        {
            "id": "foundations/a",
            "title": "線性代數，向量、矩陣；以及" + "很長" * 20 + "的標題, and more",
            "note": "10 h\\2; x, y\nz",
            "url": "https://portal.test/learn/a/",
            "from": 1,
            "to": 2,
        },
        {"id": "b", "title": "B", "note": "", "url": None, "from": 2, "to": 2},
    ]
    text: str = paths.call("calendar", "Goal", entries, "2026-12-28", "20261122T030000Z")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    calendar = Calendar.from_ical(text)
    first: Any
    second: Any
    first, second = calendar.walk("VEVENT")
    assert str(first["SUMMARY"]) == entries[0]["title"]
    assert str(first["DESCRIPTION"]) == entries[0]["note"]
    assert str(first["URL"]) == entries[0]["url"]
    assert (first["DTSTART"].dt, first["DTEND"].dt) == (date(2026, 12, 28), date(2027, 1, 11))
    assert (second["DTSTART"].dt, second["DTEND"].dt) == (date(2027, 1, 4), date(2027, 1, 11))
    assert first["UID"] != second["UID"]


def test_markdown_is_escaped() -> None:
    entries = [
        {
            "weeks": "Week 1",
            "title": "A [b] *c*",
            "url": "https://portal.test/a/",
            "note": "(4 h)",
            "resources": [{"title": "x_y", "url": "https://x.test/(z)"}],
        }
    ]
    text = paths.call("markdown", "Goal", "Two weeks.", entries)
    assert text.splitlines()[4:] == [
        r"- [ ] Week 1 [A \[b\] \*c\*](<https://portal.test/a/>) (4 h)",
        r"    - [ ] [x\_y](<https://x.test/(z)>)",
    ]


def test_goals_are_reached(portal: Portal) -> None:
    assert len(portal.goals) >= 4
    for goal in portal.goals:
        way = paths.way(portal.chapters, goal.chapters)
        seen: set[str] = set()
        for chapter in way:
            assert set(chapter.meta.prerequisites) <= seen
            seen.add(chapter.id)
        assert set(goal.chapters) <= seen


@pytest.mark.parametrize(
    ("chapters", "message"),
    [
        pytest.param("[models/none]", "names unknown chapter 'models/none'", id="unknown"),
        pytest.param("[]", "chapters", id="empty"),
    ],
)
def test_a_goal_that_leads_nowhere_is_refused(
    write: Write, portal: Portal, chapters: str, message: str
) -> None:
    texts = "title: {zh-TW: 甲, en: A}\n  note: {zh-TW: 乙, en: B}"
    root = write({paths.GOALS: f"- id: x\n  {texts}\n  chapters: {chapters}\n"})
    with pytest.raises(ContentError, match=rf"goals\.yml:\d+: .*{message}"):
        paths.read_goals(root, portal.chapters)
