"""Sources: what is read, and what is refused with file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import jupytext
import pytest

from notebooks.project import BODY, FRONT, TOPIC, Project
from portal.notebooks.source import Code, Prose, parse, read_source, topics
from portal.problems import ContentError

FIRST = FRONT.count("\n") + 1  # line of the file where the body begins


def faults(body: str, front: str = FRONT) -> list[str]:
    """`line: message` of each fault of a source."""
    with pytest.raises(ContentError) as caught:
        parse(front + body, Path("topic.md"), TOPIC)
    return [f"{problem.line}: {problem.message}" for problem in caught.value.problems]


def test_reads_cells_with_language_id_and_line(project: Project) -> None:
    source = read_source(project.root, TOPIC)
    assert [(cell.id, cell.line) for cell in source.cells] == [
        ("prose-zh-tw-1", FIRST + 3),
        ("prose-en-1", FIRST + 9),
        ("add", FIRST + 15),
    ]
    chinese, english, code = source.cells
    assert isinstance(chinese, Prose)
    assert (chinese.language, chinese.anchor) == ("zh-TW", "add")
    assert isinstance(english, Prose)
    assert english.text == "## Add\n\nAdd two numbers."
    assert isinstance(code, Code)
    assert code.text == "print(1 + 2)"
    assert source.meta.title["zh-TW"] == "加總"


def test_topics_are_found_by_track(project: Project) -> None:
    project.source(BODY, topic="models/other")
    project.write("notebooks/README.md", "not a notebook")
    assert topics(project.root) == [TOPIC, "models/other"]


def test_jupytext_reads_the_same_source(project: Project) -> None:
    notebook = jupytext.read(project.root / f"notebooks/{TOPIC}.md")
    assert [cell.cell_type for cell in notebook.cells] == ["markdown", "markdown", "code"]
    assert notebook.metadata.kernelspec.name == "python3"


def test_ids_without_names_follow_the_code_not_the_position(project: Project) -> None:
    project.code("a = 1", "a = 1", "b = 2")
    first = [cell.id for cell in read_source(project.root, TOPIC).code]
    project.code("b = 2", "a = 1")
    second = [cell.id for cell in read_source(project.root, TOPIC).code]
    assert len(set(first)) == 3
    assert second == [first[2], first[0]]


def test_byte_order_mark_and_crlf_change_nothing(project: Project) -> None:
    plain = read_source(project.root, TOPIC)
    path = project.root / f"notebooks/{TOPIC}.md"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_source(project.root, TOPIC).cells == plain.cells


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            '+++ {"lang": "zh-TW"}\n\n甲\n\n```{code-cell} ipython3\n1\n```\n',
            [f"{FIRST + 2}: no en cell follows – add it next"],
            id="Chinese without English",
        ),
        pytest.param(
            '+++ {"lang": "en"}\n\nOnly English\n',
            [f"{FIRST + 2}: no zh-TW cell before it – add it first"],
            id="English without Chinese",
        ),
        pytest.param(
            BODY.replace('"en", "anchor": "add"', '"en", "anchor": "sum"'),
            [f"{FIRST + 9}: anchor is 'sum', its pair has 'add' – make them equal"],
            id="anchors differ",
        ),
        pytest.param(
            '+++ {"lang": "de"}\n\nHallo\n',
            [f"{FIRST}: cell option lang: Input should be 'zh-TW' or 'en'"],
            id="unknown language",
        ),
        pytest.param(
            BODY.replace(', "anchor": "add"', ""),
            [
                f"{FIRST + 3}: heading without anchor",
                f"{FIRST + 9}: heading without anchor",
            ],
            id="headings without anchor",
        ),
        pytest.param(
            BODY.replace("## Add", "# Add"),
            [f"{FIRST + 9}: h1 comes from the title – use ## or ###"],
            id="second h1",
        ),
        pytest.param(
            BODY.replace("Add two numbers.", "Add.\n\n### Again\n\nAdd."),
            [f"{FIRST + 9}: a heading must begin its cell – split the cell with +++"],
            id="heading in the middle of a cell",
        ),
        pytest.param(
            "```{code-cell} ipython3\n:tags: [hide-me]\n1\n```\n",
            [f"{FIRST + 2}: unknown tag 'hide-me' – use one of raises-exception, timing"],
            id="unknown tag",
        ),
        pytest.param(
            "```{code-cell} ipython3\n:id: a\n1\n```\n\n```{code-cell} ipython3\n:id: a\n2\n```\n",
            [f"{FIRST + 7}: id 'a' is used on line {FIRST + 2} – rename"],
            id="id twice",
        ),
        pytest.param(
            "```{code-cell} ipython3\n---\nalt: {en: A plot}\n---\n1\n```\n",
            [f"{FIRST}: cell option alt.Both.zh-TW: Field required"],
            id="alternative text in one language",
        ),
        pytest.param(
            '+++ {"lang": \n\n甲\n',
            [f"{FIRST}: Markdown cell 0 at line {FIRST} could not be read"],
            id="options that are not JSON",
        ),
        pytest.param(
            "```{raw-cell}\nraw\n```\n",
            [f"{FIRST + 1}: a raw cell is not shown – use a code cell"],
            id="raw cell",
        ),
    ],
)
def test_refuses(body: str, expected: list[str]) -> None:
    found = faults(body)
    assert len(found) >= len(expected)
    for message, wanted in zip(found, expected, strict=False):
        assert message.startswith(wanted)


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        pytest.param("", "1: no front matter", id="none"),
        pytest.param(
            FRONT.replace(", en: Sums", ""), "3: key 'portal.title.en' is missing", id="title once"
        ),
        pytest.param(
            FRONT.replace("network: none", "network: full"), "5: portal.network", id="network"
        ),
        pytest.param(
            FRONT.replace("  network", "  colour: red\n  network"),
            "5: unknown key 'portal.colour'",
            id="typo",
        ),
        pytest.param(FRONT.replace("加總", "[加"), "3: not valid YAML", id="broken YAML"),
    ],
)
def test_refuses_front_matter(front: str, expected: str) -> None:
    assert faults(BODY, front)[0].startswith(expected)
