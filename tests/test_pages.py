"""Front matter, prose without code, and the graph of chapters."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal import pages
from portal.problems import ContentError
from support import CHAPTER, TRANSLATION, Write

LANGUAGES = ("zh-TW", "en")
ONE = "foundations/one"
TWO = "foundations/two"


def chapter(**changes: str) -> str:
    text = CHAPTER.format(body="內文")
    for key, value in changes.items():
        lines = [
            f"{key}: {value}" if line.startswith(f"{key}:") else line for line in text.split("\n")
        ]
        text = "\n".join(lines)
    return text


def portal(write: Write, zh: dict[str, str], en: dict[str, str]) -> Path:
    files = {f"docs/zh-TW/{name}.md": text for name, text in zh.items()}
    files |= {f"docs/en/{name}.md": text for name, text in en.items()}
    return write(files) / "docs"


def read(docs: Path, *order: str) -> list[pages.Chapter]:
    return pages.read_chapters(docs, LANGUAGES, order)


EN = TRANSLATION.format(body="text")


def test_chapters_come_in_the_order_of_the_navigation(write: Write) -> None:
    docs = portal(write, {ONE: chapter(), TWO: chapter()}, {ONE: EN, TWO: EN})
    assert [c.id for c in read(docs, TWO, ONE)] == [TWO, ONE]
    assert read(docs, TWO, ONE)[0].title("en") == "Chapter one"


def test_a_planned_chapter_needs_no_translation(write: Write) -> None:
    planned = chapter(status="planned\ntitle_en: Chapter one")
    (only,) = read(portal(write, {ONE: planned}, {}), ONE)
    assert not only.built
    assert only.title("en") == "Chapter one"


@pytest.mark.parametrize(
    ("zh", "en", "order", "message"),
    [
        pytest.param(
            {ONE: chapter(level="hard")},
            {ONE: EN},
            [ONE],
            r"one\.md:3: level is 'hard'",
            id="level",
        ),
        pytest.param(
            {ONE: chapter(hours="long")},
            {ONE: EN},
            [ONE],
            r"one\.md:4: hours is 'long'",
            id="hours",
        ),
        pytest.param(
            {ONE: chapter(status="done")}, {ONE: EN}, [ONE], r"one\.md:7: status", id="status"
        ),
        pytest.param(
            {ONE: chapter(level="beginner\ntags: [a]")},
            {ONE: EN},
            [ONE],
            r"one\.md:4: unknown key 'tags'",
            id="unknown key",
        ),
        pytest.param({ONE: chapter()}, {}, [ONE], "no page in en", id="not translated"),
        pytest.param({}, {ONE: EN}, [], "no page in zh-TW", id="translation without a source"),
        pytest.param(
            {ONE: chapter()},
            {ONE: EN.replace("source_digest", "digest")},
            [ONE],
            "unknown key 'digest'",
            id="a key that translations do not have",
        ),
        pytest.param({ONE: chapter()}, {ONE: EN}, [], "not in the navigation", id="orphan"),
        pytest.param(
            {ONE: chapter()}, {ONE: EN}, [ONE, TWO], "the navigation names", id="nav without page"
        ),
        pytest.param(
            {ONE: chapter(prerequisites="[foundations/nine]")},
            {ONE: EN},
            [ONE],
            r"one\.md:5: unknown prerequisite 'foundations/nine'",
            id="unknown prerequisite",
        ),
        pytest.param(
            {ONE: chapter(prerequisites=f"[{TWO}]"), TWO: chapter(prerequisites=f"[{ONE}]")},
            {ONE: EN, TWO: EN},
            [ONE, TWO],
            r"two\.md:5: prerequisites form a cycle|one\.md:5: prerequisites form a cycle",
            id="cycle",
        ),
        pytest.param(
            {ONE: chapter(prerequisites=f"[{ONE}]")}, {ONE: EN}, [ONE], "cycle", id="needs itself"
        ),
        pytest.param(
            {ONE: chapter(status="planned")}, {}, [ONE], "title_en", id="planned without English"
        ),
        pytest.param(
            {ONE: chapter(status="written\ntitle_en: One")},
            {ONE: EN},
            [ONE],
            "'title_en' is for planned",
            id="English title in two places",
        ),
        pytest.param({ONE: "# no front matter\n"}, {ONE: EN}, [ONE], "no front matter", id="none"),
    ],
)
def test_faults_name_file_line_and_remedy(
    write: Write, zh: dict[str, str], en: dict[str, str], order: list[str], message: str
) -> None:
    with pytest.raises(ContentError, match=message):
        read(portal(write, zh, en), *order)


def test_all_faults_are_shown_at_once(write: Write) -> None:
    docs = portal(write, {ONE: chapter(level="x"), TWO: chapter(hours="y")}, {ONE: EN, TWO: EN})
    with pytest.raises(ContentError) as caught:
        read(docs, ONE, TWO)
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("a `b` c", ["a     c"], id="code span is blanked"),
        pytest.param("a ``b ` c`` d", ["a" + " " * 11 + "d"], id="code span with a backtick"),
        pytest.param("a\n```\nb\n```\nc", ["a", "c"], id="fence"),
        pytest.param("````\n```\nb\n```\n````\nc", ["c"], id="fence in a longer fence"),
        pytest.param("~~~ python\nb\n~~~\nc", ["c"], id="tilde fence"),
        pytest.param(
            "!!! note\n    ```\n    b\n    ```\n    c", ["!!! note", "    c"], id="indented"
        ),
        pytest.param("a <!-- b --> c", ["a            c"], id="comment"),
    ],
)
def test_prose_is_what_stands_outside_code(body: str, expected: list[str]) -> None:
    assert [line for _, line in pages.prose_lines(body)] == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("a\nb\n", "a  \nb", True, id="white space at line ends does not count"),
        pytest.param("a\nb\n", "a\n\nb\n", False, id="a new paragraph counts"),
        pytest.param("a", "A", False, id="case counts"),
    ],
)
def test_digest(one: str, other: str, same: bool) -> None:
    assert (pages.digest(one) == pages.digest(other)) is same
