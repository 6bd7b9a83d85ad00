"""What is known of the links: read without ever failing, brought up to date by a run."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from portal.health import RUNS, Entry, Health, Run, dumps, read_health
from portal.links.model import Verdict
from portal.links.publish import updated
from portal.links.state import Record

A, B = "https://a.test/", "https://b.test/"
OLD, NEW = dt.date(2026, 11, 1), dt.date(2026, 11, 8)


def entry(state: Verdict = Verdict.WORKING, day: dt.date = OLD, url: str = A) -> Entry:
    return Entry(url=url, state=state, checked=day, since=day, alive=day if state.ok else None)


def record(state: Verdict = Verdict.WORKING, day: dt.date = NEW, url: str = A) -> Record:
    time = f"{day}T03:04:05+00:00"
    alive = time if state.ok else ""
    return Record(state.value, time, alive=alive, since=time, evidence="404\n gone", final_url=url)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    health = Health({"a": entry()}, (Run(day=OLD, counts={Verdict.WORKING: 1}),))
    path = tmp_path / "health.json"
    path.write_text(dumps(health), encoding="utf-8")
    assert read_health(path) == health
    assert len(path.read_text(encoding="utf-8").splitlines()) == 7, "a line each"


GOOD = json.loads(dumps(Health({"a": entry()}, (Run(day=OLD, counts={}),))))


@pytest.mark.parametrize(
    ("content", "message", "kept"),
    [
        pytest.param(b"", "is no JSON", 0, id="empty"),
        pytest.param(b'{"kind": "por', "is no JSON", 0, id="cut off"),
        pytest.param(b"\x00\xff\xfe" * 9, "not UTF-8", 0, id="binary"),
        pytest.param(b"[" * 100_000, "is no JSON", 0, id="absurdly deep"),
        pytest.param(b"[]", "is not of kind", 0, id="a list"),
        pytest.param(b"null", "is not of kind", 0, id="nothing"),
        pytest.param({**GOOD, "schema": 2}, "is not of kind", 0, id="another version"),
        pytest.param({**GOOD, "runs": "none"}, None, 1, id="no history"),
        pytest.param({**GOOD, "resources": []}, None, 0, id="no entries"),
        pytest.param(
            {**GOOD, "resources": {"a": GOOD["resources"]["a"], "b": {"url": "javascript:x"}}},
            "entry 'b' is left out",
            1,
            id="one damaged entry costs only itself",
        ),
        pytest.param(
            {**GOOD, "resources": {"a": {**GOOD["resources"]["a"], "state": "fine"}}},
            "entry 'a' is left out",
            0,
            id="unknown state",
        ),
        pytest.param({**GOOD, "runs": [{"day": "never"}]}, "run 1 is left out", 1, id="bad run"),
    ],
)
def test_a_damaged_file_is_told_and_does_no_harm(
    tmp_path: Path, content: object, message: str | None, kept: int
) -> None:
    path = tmp_path / "health.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    health = read_health(path)
    assert len(health.entries) == kept
    said = [str(fault) for fault in health.faults]
    assert bool(said) is bool(message)
    assert all(message in line and "health.json:1:" in line for line in said if message)


def test_nothing_is_known_before_the_first_run(tmp_path: Path) -> None:
    assert read_health(tmp_path / "none.json") == Health()


@pytest.mark.parametrize(
    ("old", "new", "since", "alive"),
    [
        pytest.param(None, record(), NEW, NEW, id="first seen"),
        pytest.param(entry(), record(), OLD, NEW, id="still works"),
        pytest.param(entry(), record(Verdict.BROKEN), NEW, OLD, id="breaks: alive is kept"),
        pytest.param(
            entry(Verdict.BROKEN), record(Verdict.BROKEN), OLD, None, id="broken for long"
        ),
        pytest.param(entry(Verdict.BROKEN), record(), NEW, NEW, id="came back"),
        pytest.param(entry(url=B), record(), NEW, NEW, id="of another address: forgotten"),
        pytest.param(entry(), None, OLD, OLD, id="not asked this time"),
        pytest.param(entry(day=NEW), record(day=OLD), NEW, NEW, id="older than what is known"),
    ],
)
def test_a_run_brings_an_entry_up_to_date(
    old: Entry | None, new: Record | None, since: dt.date, alive: dt.date | None
) -> None:
    known = Health({"a": old} if old else {})
    found = updated(known, {"a": A}, {A: new} if new else {}, {}, None).entries["a"]
    assert (found.url, found.since, found.alive) == (A, since, alive)
    assert "\n" not in found.evidence


def test_resources_that_are_gone_are_dropped_and_copies_kept_while_broken() -> None:
    known = Health({"a": entry(), "gone": entry()})
    copy = "https://web.archive.org/web/2024/x"
    broken = updated(known, {"a": A}, {A: record(Verdict.BROKEN)}, {A: copy}, None)
    assert set(broken.entries) == {"a"}
    assert broken.entries["a"].archive == copy
    again = updated(broken, {"a": A}, {A: record(Verdict.BROKEN)}, {}, None)
    assert again.entries["a"].archive == copy, "not asked for again"
    assert updated(again, {"a": A}, {A: record()}, {}, None).entries["a"].archive is None


def test_only_a_whole_run_makes_history_one_line_a_day_and_not_for_ever(tmp_path: Path) -> None:
    health = updated(Health(), {"a": A}, {A: record()}, {}, None)
    assert health.runs == ()
    for number in range(RUNS + 5):
        day = OLD + dt.timedelta(weeks=number)
        health = updated(health, {"a": A}, {A: record()}, {}, day)
        health = updated(health, {"a": A}, {A: record()}, {}, day)
    assert len(health.runs) == RUNS + 5
    path = tmp_path / "health.json"
    path.write_text(dumps(health), encoding="utf-8")
    kept = read_health(path).runs
    assert len(kept) == RUNS
    assert kept[-1].day == health.runs[-1].day
    assert kept[-1].counts[Verdict.WORKING] == kept[-1].total == 1
