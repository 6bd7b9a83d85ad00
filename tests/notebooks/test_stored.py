"""The notebooks of this portal are executed, current and complete."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from portal.notebooks import store
from portal.notebooks.convert import to_markdown
from portal.notebooks.library import download_ipynb, load
from portal.notebooks.source import LANGUAGES, Prose, topics
from portal.notebooks.status import status

ROOT = Path(__file__).parents[2]
TOPICS = topics(ROOT)


@pytest.mark.parametrize("topic", TOPICS)
def test_outputs_are_current(topic: str) -> None:
    found = status(ROOT, topic)
    assert not found.needs_run, f"{found.reason} – run scripts/run_notebooks.py {topic}"


@pytest.mark.parametrize("topic", TOPICS)
def test_the_stored_form_is_a_valid_small_notebook(topic: str) -> None:
    content = (ROOT / "notebooks" / f"{topic}.ipynb").read_bytes()
    notebook = json.loads(content)
    nbformat.validate(notebook)
    assert len(content) < 1_500_000
    assert not re.search(rb"0x7f[0-9a-f]{6,}|/tmp/|/home/|\\u001b", content)
    assert all(cell.get("execution_count") is None for cell in notebook["cells"])


@pytest.mark.parametrize("topic", TOPICS)
def test_it_is_short_checked_and_ends_with_exercises(topic: str) -> None:
    notebook = load(ROOT, topic)
    assert notebook.record.seconds < 300
    assert notebook.source.meta.network == "none"
    assert any("assert " in cell.text for cell in notebook.source.code)
    prose = [cell for cell in notebook.source.cells if isinstance(cell, Prose)]
    assert {cell.language for cell in prose[-2:]} == set(LANGUAGES)
    assert {cell.anchor for cell in prose[-2:]} == {"exercises"}


@pytest.mark.parametrize("topic", TOPICS)
def test_both_languages_convert_and_share_their_figures(topic: str, tmp_path: Path) -> None:
    notebook = load(ROOT, topic)
    pages = [to_markdown(notebook, language, "assets") for language in LANGUAGES]
    assert pages[0].images == pages[1].images
    assert pages[0].markdown.count("``` { .python") == len(notebook.source.code)
    for language in LANGUAGES:
        nbformat.validate(json.loads(download_ipynb(notebook, language)))


def test_the_check_is_quick_and_needs_no_kernel() -> None:
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts/run_notebooks.py"), "--check", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(done.stdout)
    assert [item["topic"] for item in report["notebooks"]] == TOPICS
    states = {item["state"] for item in report["notebooks"]}
    assert done.returncode == int(not states <= {"current", "text"})
    assert time.monotonic() - started < 10


def test_the_command_names_a_wrong_topic() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts/run_notebooks.py"), "no-such-topic"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("no-such-topic:1: no such notebook – one of ")
    assert store.SETUP_TAG not in done.stderr
