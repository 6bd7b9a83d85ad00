"""Whether stored outputs are current, and why not."""

from __future__ import annotations

import json

import pytest

from notebooks.project import BODY, LOCK, TOPIC, Project, printed, shown
from portal.files import write_atomically
from portal.notebooks import store
from portal.notebooks.source import read_source
from portal.notebooks.status import State, status
from portal.problems import ContentError

PICTURE = BODY.replace(":id: add", "---\nid: add\nalt: {zh-TW: 圖, en: Figure}\n---")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


def state(project: Project) -> tuple[State, str]:
    """State and reason of the project's notebook."""
    found = status(project.root, TOPIC)
    return found.state, found.reason


def test_never_executed(project: Project) -> None:
    assert state(project) == (State.MISSING, "never executed")


def test_current(stored: Project) -> None:
    assert state(stored) == (State.CURRENT, "")


def test_prose_needs_no_execution(stored: Project) -> None:
    stored.source(BODY.replace("Add two", "Sum two"))
    assert state(stored) == (State.TEXT, "prose has changed")


def test_alternative_text_needs_no_execution(project: Project) -> None:
    project.source(PICTURE)
    project.store({"add": [shown("image/svg+xml", SVG)]})
    assert state(project)[0] is State.CURRENT
    project.source(PICTURE.replace("Figure", "A figure"))
    assert state(project)[0] is State.TEXT


def test_code_needs_execution(stored: Project) -> None:
    stored.source(BODY.replace("1 + 2", "1 + 3"))
    assert state(stored) == (State.STALE, "code has changed")


def test_a_version_is_named(project: Project) -> None:
    project.source(BODY.replace("print(1", "import numpy\nprint(1"))
    project.store({"add": [printed("3\n")]})
    project.write("requirements/notebooks.lock", LOCK.replace("2.4.6", "2.5.0"))
    assert state(project) == (State.STALE, "numpy 2.4.6 → 2.5.0")


def test_outputs_changed_by_hand(stored: Project) -> None:
    path = stored.root / f"notebooks/{TOPIC}.ipynb"
    path.write_text(path.read_text().replace("3\\n", "4\\n"))
    assert state(stored) == (State.DAMAGED, "outputs differ from those of the recorded run")


def test_a_killed_run_that_wrote_one_of_two_files(stored: Project) -> None:
    stored.source(BODY.replace("1 + 2", "1 + 3"))
    before = (stored.root / f"notebooks/{TOPIC}.run.json").read_bytes()
    stored.store({"add": [printed("4\n")]})
    (stored.root / f"notebooks/{TOPIC}.run.json").write_bytes(before)
    assert state(stored)[0] is State.STALE


@pytest.mark.parametrize(
    ("suffix", "content"),
    [
        pytest.param(".ipynb", b"", id="empty"),
        pytest.param(".ipynb", b"{}", id="no cells"),
        pytest.param(".ipynb", b"[1, 2]", id="not an object"),
        pytest.param(".ipynb", b'{"cells": [{"cell_type": "code"}]}', id="cell without id"),
        pytest.param(".ipynb", b"\xff\xfe", id="not UTF-8"),
        pytest.param(".ipynb", b"[" * 100_000, id="absurd nesting"),
        pytest.param(".run.json", b"", id="empty record"),
        pytest.param(".run.json", b'{"digest": 1}', id="record of another form"),
        pytest.param(".run.json", b"\x00", id="binary record"),
    ],
)
def test_broken_files_are_named(stored: Project, suffix: str, content: bytes) -> None:
    path = stored.write(f"notebooks/{TOPIC}{suffix}", content)
    with pytest.raises(ContentError) as caught:
        status(stored.root, TOPIC)
    assert caught.value.problems[0].path == path


def test_the_record_names_no_machine(stored: Project) -> None:
    record = json.loads((stored.root / f"notebooks/{TOPIC}.run.json").read_text())
    assert set(record["machine"]) == {"system", "arch", "cores"}
    assert store.read_record(read_source(stored.root, TOPIC)).network == "namespace"


def test_writing_is_atomic(stored: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    path = stored.root / f"notebooks/{TOPIC}.ipynb"
    before = path.read_bytes()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pathlib.Path.replace", killed)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, b"half")
    assert path.read_bytes() == before
    assert sorted(p.name for p in path.parent.iterdir()) == ["sum.ipynb", "sum.md", "sum.run.json"]
