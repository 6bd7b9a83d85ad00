"""Nothing that a file may hold ends in a traceback; nothing that is killed leaves half a file."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from portal import yaml_source
from portal.glossary import Term
from portal.health import dumps, read_health
from portal.links.state import open_state
from portal.markup import citations, figures, numbered, questions, raw_html
from portal.notebooks.source import parse
from portal.pages import ChapterMeta, read_meta, read_source, split
from portal.problems import ContentError, Problem
from portal.registering import answers_of_form
from portal.resources import Resource
from portal.rules import chinese, english, passages, structure, terms
from portal.rules.exceptions import Exceptions
from portal.rules.lexicon import Lexicon
from portal.translations import difference, parity
from small import DATA, EN, ZH
from support import ROOT

# Text made of what the readers look for, so that it gets far into them.
PIECES = st.sampled_from(
    ["---\n", "title: x\n", "# 一 { #a }\n", "## ", "```", "````md\n", "~~~\n", "$$", "$", "**",
     "`", "- [x] ", "    - 對\n", "### ? { #q-a .question .single }\n", "![圖](a.svg \"說\")",
     "[a](resource:b)", "[a](term:", "<!-- resources -->\n", "<script>", "|a|b|\n|-|-|\n",
     "\\tag{1}", "±", "{ #", "}", "&", "*a",
     "!!python/object:os.system x", "\t", "\r\n", "\ufeff", "\x00", "\u2028", "：", "，",
     "- id: a\n", "  url: https://a.test/\n", "{", "[", "2026-99-99", "0x", "1e999",
     '"\\ud800"']
)  # fmt: skip
TEXT = st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=30).map("".join)
FUZZ = settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PATH = Path("docs/zh-TW/foundations/one.md")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["kind", "schema", "runs", "resources", "links", "url", "verdict", "state"]
            )
            | st.text(max_size=5),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)


def allowed(function: Callable[[], object]) -> None:
    """It may refuse, with file and line for each fault, and nothing else."""
    problems: Sequence[Problem] = ()
    try:
        function()
    except ContentError as error:
        problems = error.problems
    assert all(problem.line >= 1 and problem.path.name in str(problem) for problem in problems)


@FUZZ
@given(TEXT)
def test_any_page_is_read_or_refused(text: str) -> None:
    def read() -> None:
        source = split(text, PATH)
        read_meta(source, ChapterMeta)

    allowed(read)
    source = split(f"---\ntitle: x\n---\n{text}", PATH)
    lexicon, exceptions = Lexicon({}), Exceptions()
    list(citations.find(source.body))
    list(questions.check(source.body, PATH, 1))
    list(figures.check(source.body, PATH, 1))
    list(numbered.check(source))
    list(parity.check(source, source))
    list(difference.changes(source.body, text))
    raw_html.escaped(source.body)
    for rule in (structure.headings, structure.frame, structure.unregistered, structure.unresolved):
        list(rule(source))
    list(structure.alternatives(source, "en"))
    list(terms.undefined(source, {}))
    list(chinese.typography(chinese.corrections(source), PATH))
    for passage in passages.of_page(source, "zh-TW"):
        list(structure.literal(passage))
        list(english.spelling(passage, exceptions))
        list(chinese.simplified(passage, exceptions))
        list(chinese.mainland(passage, lexicon, exceptions))
        english.mended(passage.text, passage, exceptions)


@FUZZ
@given(TEXT)
def test_raw_html_never_comes_out_as_a_script(text: str) -> None:
    clean, _ = raw_html.cleaned(text)
    assert "<script" not in clean.lower()
    _, faults = raw_html.cleaned(clean)
    assert faults == []


@FUZZ
@given(TEXT)
def test_any_yaml_is_read_or_refused(text: str) -> None:
    for kind in (TypeAdapter(list[Resource]), TypeAdapter(list[Term]), TypeAdapter(Exceptions)):
        allowed(lambda kind=kind: yaml_source.load(text, PATH, kind))  # type: ignore[misc]
    allowed(lambda: list(yaml_source.strings(text, PATH)))
    answers_of_form(text)


@settings(parent=FUZZ, max_examples=60)
@given(TEXT)
def test_any_notebook_is_read_or_refused(text: str) -> None:
    allowed(lambda: parse(text, Path("notebooks/models/x.md"), "models/x"))


@FUZZ
@given(JSON | TEXT)
def test_any_state_is_read(tmp_path: Path, content: object) -> None:
    path = tmp_path / "state.json"
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    health = read_health(path)
    dumps(health)
    state = open_state(path)
    assert isinstance(state.records, dict)


ODD = {
    "empty": b"",
    "long": b"---\ntitle: x\n---\n# x { #one }\n" + "一段很長的文字，\n".encode() * 2_000,
    "binary": bytes(range(256)) * 50,
    "UTF-16": "---\ntitle: 一\n---\n# 一\n".encode("utf-16"),
    "Big5": "---\ntitle: 一\n---\n# 一\n".encode("big5"),
    "NUL": b"---\ntitle: x\n---\n\x00\n",
    "only a fence": b"---\ntitle: x\n---\n```\n",
    "deep": b"---\ntitle: " + b"[" * 5000 + b"\n---\n",
}


def check(tiny: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts/check_content.py"), "--root", str(tiny)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.parametrize("content", ODD.values(), ids=ODD)
@pytest.mark.parametrize("file", [EN, DATA, "docs/data/glossary.yml"])
def test_an_odd_file_is_named(tiny: Path, file: str, content: bytes) -> None:
    (tiny / file).write_bytes(content)
    result = check(tiny)
    assert "Traceback" not in result.stderr, result.stderr
    assert result.returncode == 1
    assert Path(file).name in result.stdout or "paper" in result.stdout


@pytest.mark.parametrize(
    ("name", "make"),
    [
        pytest.param("loop", lambda path: path.symlink_to(path.name), id="a link to itself"),
        pytest.param("dangling", lambda path: path.symlink_to("nowhere"), id="a link to nothing"),
        pytest.param("folder", lambda path: path.mkdir(), id="a folder with the name of a page"),
    ],
)
def test_an_odd_thing_in_place_of_a_page_is_named(
    tiny: Path, name: str, make: Callable[[Path], None]
) -> None:
    path = tiny / EN
    path.unlink()
    make(path)
    result = check(tiny)
    assert "Traceback" not in result.stderr, result.stderr
    assert result.returncode == 1
    assert "one.md" in result.stdout


def test_windows_line_ends_and_byte_order_marks_change_nothing(tiny: Path) -> None:
    before = read_source(tiny / ZH)
    plain = check(tiny).stdout
    for file in (ZH, EN, DATA):
        content = (tiny / file).read_bytes().replace(b"\n", b"\r\n")
        (tiny / file).write_bytes(b"\xef\xbb\xbf" + content)
    assert read_source(tiny / ZH).digest == before.digest
    assert check(tiny).stdout == plain


KILLED = {
    "accept": ["scripts/check_content.py", "--accept", EN],
    "fix": ["scripts/check_content.py", "--fix"],
    "add": [
        "scripts/add_resource.py", "--url", "https://b.test/", "--title-zh", "乙", "--title-en",
        "B", "--kind", "article", "--language", "en", "--level", "beginner", "--access", "free",
        "--page", "foundations/one", "--role", "further", "--note-zh", "好。", "--note-en", "Good.",
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", KILLED)
def test_a_killed_command_leaves_whole_files(tiny: Path, name: str) -> None:
    chooser = random.Random(name)
    page = tiny / ZH
    page.write_text(page.read_text("utf-8") + "\n用GPU訓練。\n", encoding="utf-8")
    files = [tiny / file for file in (ZH, EN, DATA)]
    before = [file.read_bytes() for file in files]
    command = [sys.executable, *KILLED[name], "--root", str(tiny)]
    command = [str(tiny / EN) if part == EN else part for part in command]
    begun = time.perf_counter()
    subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    whole = time.perf_counter() - begun
    after = [file.read_bytes() for file in files]
    assert after != before, "it has something to write"
    for _ in range(6):
        for file, content in zip(files, before, strict=True):
            file.write_bytes(content)
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(whole * chooser.uniform(0.3, 1.0))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        for file, old, new in zip(files, before, after, strict=True):
            assert file.read_bytes() in (old, new)
