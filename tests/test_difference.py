"""What changed in a page since its translation followed it."""

from __future__ import annotations

import datetime as dt
import subprocess
from pathlib import Path

import pytest

from portal.pages import Source, digest, split
from portal.translations import difference, staleness

ZH = "---\ntitle: 甲\n---\n{}"


def pairs(old: str, new: str) -> list[tuple[str | None, str | None]]:
    return [
        (c.old.text if c.old else None, c.new.text if c.new else None)
        for c in difference.changes(old, new)
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("a\nb\n\n\nc", [("a\nb", 1), ("c", 5)], id="blank lines part them"),
        pytest.param(
            "```py\nx\n\ny\n```\n\nz", [("```py\nx\n\ny\n```", 1), ("z", 7)], id="code is one"
        ),
        pytest.param("````md\n```\n\n```\n````", [("````md\n```\n\n```\n````", 1)], id="nested"),
        pytest.param("```\nnever closed\n\nx", [("```\nnever closed\n\nx", 1)], id="open fence"),
        pytest.param("", [], id="empty"),
    ],
)
def test_paragraphs(body: str, expected: list[tuple[str, int]]) -> None:
    assert [tuple(p) for p in difference.paragraphs(body)] == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("a\n\nb", "a\n\nb", [], id="same"),
        pytest.param("一句話。", "一句話，再一句。", [("一句話。", "一句話，再一句。")], id="edit"),
        pytest.param("a\n\nc", "a\n\nb\n\nc", [(None, "b")], id="added"),
        pytest.param("a\n\nb\n\nc", "a\n\nc", [("b", None)], id="removed"),
        pytest.param("abc\n\nz", "xyz\n\nz", [(None, "xyz"), ("abc", None)], id="another thing"),
        pytest.param(
            "one two\n\nthree four",
            "zzz\n\none two!\n\nthree four!",
            [(None, "zzz"), ("one two", "one two!"), ("three four", "three four!")],
            id="added before two that changed",
        ),
    ],
)
def test_changes(old: str, new: str, expected: list[tuple[str | None, str | None]]) -> None:
    assert pairs(old, new) == expected


def commit(folder: Path, path: Path, body: str, day: str) -> None:
    path.write_text(ZH.format(body), encoding="utf-8")
    environment = {
        "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@example.org", "GIT_COMMITTER_DATE": f"{day}T12:00:00Z",
        "GIT_CONFIG_GLOBAL": "/dev/null", "PATH": "/usr/bin:/bin", "HOME": str(folder),
    }  # fmt: skip
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run(["git", *command], cwd=folder, env=environment, check=True)


def test_the_history_tells_since_when(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    for body, day in (("一", "2026-01-01"), ("二", "2026-02-01"), ("三", "2026-03-01")):
        commit(tmp_path, page, body, day)
    for body, changed in (("一", dt.date(2026, 2, 1)), ("二", dt.date(2026, 3, 1)), ("三", None)):
        found = difference.followed(page, digest(body))
        assert found is not None
        assert (found.body, found.changed) == (body, changed)
    assert difference.followed(page, "0" * 12) is None


def test_without_a_history_the_difference_is_unknown(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(ZH.format("一"), encoding="utf-8")
    assert difference.followed(page, digest("一")) is None
    assert difference.of(split(page.read_text("utf-8"), page), "0" * 12) == (None, [])


def page(language: str, body: str, recorded: str | None = None) -> Source:
    front = "title: x\n" + (f'source_digest: "{recorded}"\n' if recorded else "")
    return Source(Path(language), front, body, 5)


@pytest.mark.parametrize(
    ("zh", "en", "follower", "messages"),
    [
        pytest.param(page("zh", "一"), page("en", "1", digest("一")), "en", 0, id="en follows"),
        pytest.param(page("zh", "一", digest("1")), page("en", "1"), "zh", 0, id="zh follows"),
        pytest.param(page("zh", "一", digest("0")), page("en", "1"), "zh", 1, id="zh is behind"),
        pytest.param(page("zh", "一"), page("en", "1"), "en", 1, id="no digest: en must"),
        pytest.param(
            page("zh", "一", digest("1")), page("en", "1", digest("一")), "en", 1, id="both"
        ),
    ],
)
def test_who_follows_whom(zh: Source, en: Source, follower: str, messages: int) -> None:
    assert staleness.pair(zh, en).follower.path.name == follower
    assert len(list(staleness.check(zh, en))) == messages
