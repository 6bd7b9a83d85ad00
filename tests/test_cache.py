"""What is kept is found again only while everything it depends on is the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.cache import Cache, digest, files_digest


def test_made_once_while_nothing_changes(tmp_path: Path) -> None:
    made: list[int] = []

    def make() -> dict[str, int]:
        made.append(1)
        return {"a": len(made)}

    cache = Cache(tmp_path)
    assert [cache.get("k", ["x"], make) for _ in range(3)] == [{"a": 1}] * 3
    assert Cache(tmp_path).get("k", ["x"], make) == {"a": 1}, "another process"
    assert cache.get("k", ["y"], make) == {"a": 2}
    assert cache.get("other", ["x"], make) == {"a": 3}


@pytest.mark.parametrize("damage", [b"", b"\x80", b"nonsense", b"\x80\x05K\x01"])
def test_a_damaged_result_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    cache = Cache(tmp_path)
    cache.get("k", ["x"], lambda: "right")
    (file,) = (tmp_path / "k").iterdir()
    file.write_bytes(damage)
    assert cache.get("k", ["x"], lambda: "right") == "right"


def test_what_is_raised_is_not_kept(tmp_path: Path) -> None:
    def fail() -> str:
        raise ValueError

    cache = Cache(tmp_path)
    with pytest.raises(ValueError):
        cache.get("k", ["x"], fail)
    assert cache.get("k", ["x"], lambda: "made") == "made"


def test_without_a_folder_nothing_is_kept(tmp_path: Path) -> None:
    numbers = iter(range(2))
    assert [Cache(None).get("k", ["x"], lambda: next(numbers)) for _ in range(2)] == [0, 1]


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert Cache(file / "below").get("k", ["x"], lambda: 1) == 1


def test_where_a_part_ends_is_part_of_the_digest() -> None:
    assert digest(["ab", "c"]) != digest(["a", "bc"])
    assert digest(["a"]) == digest([b"a"])


def test_files_are_told_apart_by_name_and_content(tmp_path: Path) -> None:
    seen = set()
    for name, text in (("a", "1"), ("a", "22"), ("b", "22")):
        (tmp_path / name).write_text(text, encoding="utf-8")
        seen.add(files_digest(tmp_path))
    assert len(seen) == 3
