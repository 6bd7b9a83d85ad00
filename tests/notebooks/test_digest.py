"""What makes stored outputs stale, and what does not."""

from __future__ import annotations

import pytest

from notebooks.project import BODY, FRONT, LOCK, TOPIC, Project
from portal.notebooks.digest import inputs_of
from portal.notebooks.source import read_source
from portal.problems import ContentError

IMPORTS = BODY.replace("print(1 + 2)", "import numpy as np\nimport helper\nprint(1 + 2)")
INPUT = FRONT.replace("  network: none", "  network: none\n  inputs: [../data/table.csv]")
HELPER = "notebooks/helper.py"


def digest(project: Project) -> str:
    """The digest of the project's notebook as it stands."""
    return inputs_of(project.root, read_source(project.root, TOPIC)).digest


@pytest.fixture
def rich(project: Project) -> Project:
    """A notebook with an import, a helper that imports another, and an input."""
    project.write(HELPER, "import other\n")
    project.write("notebooks/other.py", "from sklearn import datasets\n")
    project.write("notebooks/data/table.csv", "a,b\n1,2\n")
    project.source(IMPORTS, INPUT)
    return project


CHANGES = [
    pytest.param("topic", IMPORTS.replace("1 + 2", "1 + 3"), True, id="code"),
    pytest.param("topic", IMPORTS.replace(":id: add", ":id: sum"), True, id="id of a cell"),
    pytest.param("topic", IMPORTS.replace("d\nimp", "d\n:tags: [timing]\nimp"), True, id="tag"),
    pytest.param("topic", IMPORTS.replace("Add two", "Sum two"), False, id="prose"),
    pytest.param("topic", IMPORTS.replace('"add"', '"plus"'), False, id="anchor"),
    pytest.param("topic", IMPORTS.replace("d\nimp", "d\n\nimp"), False, id="line below options"),
    pytest.param(HELPER, "import other\nx = 1\n", True, id="helper module"),
    pytest.param("notebooks/other.py", "import sklearn.svm\n", True, id="helper of a helper"),
    pytest.param("notebooks/unused.py", "x = 1\n", False, id="helper of no concern"),
    pytest.param("notebooks/data/table.csv", "a,b\n1,3\n", True, id="input"),
    pytest.param(
        "requirements/notebooks.lock", LOCK.replace("2.4.6", "2.5.0"), True, id="imported version"
    ),
    pytest.param(
        "requirements/notebooks.lock", LOCK.replace("1.9.1", "1.9.2"), True, id="helper's import"
    ),
    pytest.param(
        "requirements/notebooks.lock", LOCK.replace("3.11.2", "3.12.0"), False, id="other version"
    ),
    pytest.param("requirements/notebooks.lock", "# new\n" + LOCK, False, id="comment in the lock"),
    pytest.param("requirements/notebooks.lock", LOCK + "zipp==4.1.0\n", False, id="added package"),
]


@pytest.mark.parametrize(("name", "text", "stale"), CHANGES)
def test_digest_follows(rich: Project, name: str, text: str, stale: bool) -> None:
    before = digest(rich)
    if name == "topic":
        rich.source(text, INPUT)
    else:
        rich.write(name, text)
    assert (digest(rich) != before) is stale


def test_versions_come_from_the_lock(rich: Project) -> None:
    inputs = inputs_of(rich.root, read_source(rich.root, TOPIC))
    assert inputs.distributions == {"numpy": "2.4.6", "scikit-learn": "1.9.1"}
    assert set(inputs.files) == {"data/table.csv", "helper.py", "other.py"}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("import torch", "torch is not in requirements/notebooks.lock", id="unlocked"),
        pytest.param("1 +", "code does not parse", id="syntax error"),
    ],
)
def test_refuses(project: Project, code: str, expected: str) -> None:
    path = project.source(BODY.replace("print(1 + 2)", code))
    line = path.read_text().splitlines().index(code) + 1
    with pytest.raises(ContentError) as caught:
        digest(project)
    (problem,) = caught.value.problems
    assert problem.line == line
    assert problem.message.startswith(expected)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("../data/missing.csv", id="missing"),
        pytest.param("../../requirements/notebooks.lock", id="outside the notebooks"),
        pytest.param("/etc/hostname", id="absolute"),
    ],
)
def test_refuses_inputs(project: Project, name: str) -> None:
    project.source(BODY, FRONT.replace("  network", f"  inputs: [{name}]\n  network"))
    with pytest.raises(ContentError, match="is not a file under notebooks/"):
        digest(project)


def test_magics_and_relative_imports_are_left_alone(project: Project) -> None:
    project.code("%matplotlib inline\n!ls\nimport math", "%%bash\nimport nothing")
    assert inputs_of(project.root, read_source(project.root, TOPIC)).distributions == {}


def test_a_package_of_data_may_be_declared(project: Project) -> None:
    project.source(BODY, FRONT.replace("  network", "  distributions: [Scikit_Learn]\n  network"))
    inputs = inputs_of(project.root, read_source(project.root, TOPIC))
    assert inputs.distributions == {"scikit-learn": "1.9.1"}


def test_an_overlay_adds_to_the_lock(project: Project) -> None:
    front = FRONT.replace("  network", "  environment: notebooks-yolo\n  network")
    project.source(BODY.replace("print(1 + 2)", "import numpy, ultralytics"), front)
    inputs = inputs_of(project.root, read_source(project.root, TOPIC))
    assert inputs.distributions == {"numpy": "2.4.6", "ultralytics": "8.4.190"}
