"""Prose of today paired with stored outputs, in one language."""

from __future__ import annotations

import ast
import json

import nbformat
import pytest

from notebooks.project import BODY, TOPIC, Project, printed, shown
from portal.notebooks.library import download_ipynb, load, localise
from portal.problems import ContentError

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


def faults(project: Project) -> list[str]:
    """`line: message` of what keeps the notebook from loading."""
    with pytest.raises(ContentError) as caught:
        load(project.root, TOPIC)
    return [f"{problem.line}: {problem.message}" for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("language", "title", "text"),
    [("zh-TW", "# 加總", "把兩個數字加起來。"), ("en", "# Sums", "Add two numbers.")],
)
def test_one_language(stored: Project, language: str, title: str, text: str) -> None:
    notebook = localise(load(stored.root, TOPIC), language)
    heading, prose, code = notebook.cells
    assert heading.source == title
    assert prose.source.endswith(text)
    assert code.outputs[0].text == "3\n"


def test_prose_of_today_with_outputs_of_yesterday(stored: Project) -> None:
    stored.source(BODY.replace("Add two numbers.", "Sum two numbers."))
    notebook = localise(load(stored.root, TOPIC), "en")
    assert notebook.cells[1].source.endswith("Sum two numbers.")
    assert notebook.cells[2].outputs[0].text == "3\n"


def test_unknown_language(stored: Project) -> None:
    with pytest.raises(ValueError, match="language is 'de'; use one of zh-TW, en"):
        localise(load(stored.root, TOPIC), "de")


def test_the_download_is_a_valid_notebook_with_outputs(stored: Project) -> None:
    notebook = json.loads(download_ipynb(load(stored.root, TOPIC), "zh-TW"))
    nbformat.validate(notebook)
    assert "Add two numbers" not in json.dumps(notebook)
    assert notebook["cells"][-1]["outputs"][0]["text"] == ["3\n"]
    assert "version" not in notebook["metadata"]["language_info"]


def test_a_reader_elsewhere_gets_what_the_code_needs(project: Project) -> None:
    project.write("notebooks/helper.py", '"""It\'s a helper."""\nimport sklearn\n')
    project.source(BODY.replace("print(1", "import numpy\nimport helper\nprint(1"))
    project.store({"add": [printed("3\n")]})
    cells = json.loads(download_ipynb(load(project.root, TOPIC), "en"))["cells"]
    setup = "".join(cells[1]["source"])
    ast.parse(setup)
    assert cells[1]["metadata"]["tags"] == ["portal-setup"]
    assert '"numpy": "numpy==2.4.6"' in setup
    assert '"sklearn": "scikit-learn==1.9.1"' in setup
    assert "It's a helper." in setup


def test_without_imports_there_is_no_setup_cell(stored: Project) -> None:
    cells = json.loads(download_ipynb(load(stored.root, TOPIC), "en"))["cells"]
    assert [cell["id"] for cell in cells] == ["title", "prose-en-1", "add"]


def test_figures_tell_viewers_what_they_show(project: Project) -> None:
    project.source(BODY.replace(":id: add", "---\nid: add\nalt: {zh-TW: 圖, en: A}\n---"))
    project.store({"add": [shown("image/svg+xml", SVG)]})
    output = localise(load(project.root, TOPIC), "zh-TW").cells[2].outputs[0]
    assert output.metadata == {"image/svg+xml": {"alt": "圖"}}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            BODY.replace("1 + 2", "1 + 3"),
            "cell add has changed since its execution – run scripts/run_notebooks.py",
            id="code changed",
        ),
        pytest.param(
            BODY + "\n```{code-cell} ipython3\n:id: more\n4\n```\n",
            "no stored output of cell more",
            id="cell added",
        ),
        pytest.param(
            BODY.replace(":id: add", ":id: sum"), "no stored output of cell sum", id="cell renamed"
        ),
        pytest.param(
            BODY.replace(":id: add", "---\nid: add\nalt: {zh-TW: 圖, en: A}\n---"),
            "cell add shows 0 figures and has 1 alt texts",
            id="alternative text without figure",
        ),
    ],
)
def test_refuses_to_pair(stored: Project, body: str, expected: str) -> None:
    path = stored.source(body)
    lines = path.read_text().splitlines()
    messages = faults(stored)
    assert any(expected in message for message in messages)
    assert lines[int(messages[-1].split(":")[0]) - 1].startswith(("print", "4"))


def test_a_figure_without_alternative_text_is_refused(project: Project) -> None:
    project.store({"add": [shown("image/svg+xml", SVG)]})
    assert "cell add shows 1 figures and has 0 alt texts" in faults(project)[0]


def test_a_notebook_that_was_not_executed_says_how(project: Project) -> None:
    assert faults(project) == [f"1: has no sum.ipynb – run scripts/run_notebooks.py {TOPIC}"]
