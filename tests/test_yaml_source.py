"""Bad data is reported with file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, TypeAdapter

from portal import yaml_source
from portal.problems import ContentError


class Thing(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    count: int = 0


KIND = TypeAdapter(list[Thing])


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        pytest.param("- name: a\n- nam: b\n", 2, "unknown key 'nam'", id="misspelt key"),
        pytest.param("- name: a\n- count: 1\n", 2, "key 'name' is missing", id="missing key"),
        pytest.param("- name: a\n  count: x\n", 2, "count is 'x'", id="wrong type"),
        pytest.param("- name: a\n  name: b\n", 2, "key 'name' is given twice", id="doubled key"),
        pytest.param("- name: a\n  b: [\n", 3, "not valid YAML", id="unclosed list"),
        pytest.param("- name: a: b\n", 1, "not valid YAML", id="colon without quotes"),
        pytest.param("name: a\n", 1, "the file is", id="mapping in place of list"),
        pytest.param("", 1, "the file is None", id="empty file"),
        pytest.param("- {name: a, when: 2026-13-45}\n", 1, "", id="a date that is none"),
    ],
)
def test_reports_the_line(text: str, line: int, message: str) -> None:
    with pytest.raises(ContentError) as caught:
        yaml_source.load(text, Path("things.yml"), KIND)
    lines = [(problem.line, problem.message) for problem in caught.value.problems]
    assert any(at == line and message in said for at, said in lines), lines


def test_counts_from_the_line_where_the_yaml_begins() -> None:
    with pytest.raises(ContentError, match=r"page\.md:5: unknown key"):
        yaml_source.load("- name: a\n- nam: b\n  name: c\n", Path("page.md"), KIND, first_line=4)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"\xff\xfe\x00", "not UTF-8", id="binary"),
        pytest.param("標題".encode("big5"), "not UTF-8", id="Big5"),
    ],
)
def test_says_when_a_file_is_not_utf8(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "page.md"
    path.write_bytes(data)
    with pytest.raises(ContentError, match=message):
        yaml_source.read_text(path)


def test_reads_a_byte_order_mark_and_windows_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_bytes(b"\xef\xbb\xbfa\r\nb\r\n")
    assert yaml_source.read_text(path) == "a\nb\n"


def test_says_when_a_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="cannot be read"):
        yaml_source.read_text(tmp_path / "nothing.md")
