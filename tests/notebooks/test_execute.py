"""Execution in a real kernel, started with the Python that runs the tests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from notebooks.project import BODY, FRONT, TOPIC, Project
from portal.notebooks import execute as module
from portal.notebooks import store
from portal.notebooks.execute import ExecutionError, Job, Result, execute, namespaces_work
from portal.notebooks.runner import Action, job_of, run_one, select
from portal.notebooks.source import read_source
from portal.notebooks.status import State, status
from portal.problems import ContentError

ROOT = Path(__file__).parents[2]
PYTHON = Path(sys.executable)
QUICKSTART = "foundations/python-quickstart"


def run(*cells: str, tags: Sequence[str] = ()) -> Result:
    """Run cells called c0, c1, … with the same tags."""
    job = Job([(f"c{n}", code, tags) for n, code in enumerate(cells)], "foundations", {}, {})
    return execute(job, PYTHON)


def text(result: Result, cell: str = "c0") -> str:
    """What a cell printed."""
    return "".join(output.get("text", "") for output in result.outputs[cell])


def test_a_stored_notebook_gives_the_same_outputs_here() -> None:
    state = status(ROOT, QUICKSTART)
    result = execute(job_of(ROOT, state, locked=True), PYTHON)
    stored = {name: outputs for name, (_, outputs) in store.stored_outputs(state.source).items()}
    assert result.outputs == stored
    again = store.dumps(store.document(ROOT, state.source, result.outputs, state.inputs))
    assert again == store.notebook_path(state.source.path).read_bytes()
    assert result.peak_memory_mb > 10


def test_a_failure_names_line_and_cell_and_leaves_what_was_stored(stored: Project) -> None:
    files = sorted((stored.root / "notebooks/foundations").iterdir())
    path = stored.source(BODY.replace("print(1 + 2)", "a = 1 + 2\n\nassert a == 4, 'wrong sum'"))
    kept = {file: file.read_bytes() for file in files if file != path}
    outcome = run_one(stored.root, status(stored.root, TOPIC), PYTHON)
    line = path.read_text().splitlines().index("assert a == 4, 'wrong sum'") + 1
    assert outcome.action is Action.FAILED
    assert outcome.message == (
        f"notebooks/{TOPIC}.md:{line}: code cell 1 of 1 (add): AssertionError: wrong sum"
    )
    assert "assert a == 4" in outcome.traceback
    assert "\x1b" not in outcome.traceback
    assert {file: file.read_bytes() for file in files if file != path} == kept


def test_a_success_is_stored_and_current(project: Project) -> None:
    outcome = run_one(project.root, status(project.root, TOPIC), PYTHON)
    assert outcome.action is Action.EXECUTED
    assert status(project.root, TOPIC).state is State.CURRENT
    first = (project.root / f"notebooks/{TOPIC}.ipynb").read_bytes()
    run_one(project.root, status(project.root, TOPIC), PYTHON)
    assert (project.root / f"notebooks/{TOPIC}.ipynb").read_bytes() == first


def test_a_figure_without_alternative_text_fails(project: Project) -> None:
    code = "class P:\n    def _repr_svg_(self):\n        return '<svg/>'\nP()"
    project.source(BODY.replace("print(1 + 2)", code))
    outcome = run_one(project.root, status(project.root, TOPIC), PYTHON)
    assert outcome.action is Action.FAILED
    assert "shows 1 figures and has 0 alt texts" in outcome.message
    assert not store.notebook_path(read_source(project.root, TOPIC).path).exists()


NETWORK = """
import socket
for address in [("192.0.2.1", 80), ("2001:db8::1", 80)]:
    try:
        socket.create_connection(address, timeout=5)
        print("connected")
    except OSError:
        print("refused")
try:
    print(socket.getaddrinfo("example.org", 80))
except OSError:
    print("unknown")
with socket.create_server(("127.0.0.1", 0)) as server:
    socket.create_connection(server.getsockname(), timeout=5).close()
    print("loopback")
"""


@pytest.mark.parametrize("proof", ["namespace", "socket-block"])
def test_the_kernel_has_no_network(proof: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if proof == "namespace" and not namespaces_work():
        pytest.skip("no network namespaces for this user")
    monkeypatch.setattr(module, "namespaces_work", lambda: proof == "namespace")
    result = run(NETWORK)
    assert text(result) == "refused\nrefused\nunknown\nloopback\n"
    assert result.network == proof


def test_nothing_of_this_machine_reaches_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    monkeypatch.setenv("HTTPS_PROXY", "http://a.test")
    code = "import os, sys\nprint(sorted(k for k in os.environ if 'PROXY' in k or 'KEY' in k))"
    result = run(code, "print(os.getcwd(), os.environ['HOME'], hash('a') == hash('a'))")
    assert text(result) == "[]\n"
    assert text(result, "c1") == ". <tmp>/home True\n"


def test_the_code_finds_what_is_declared_and_nothing_else(project: Project) -> None:
    project.write("notebooks/helper.py", "def double(x):\n    return 2 * x\n")
    project.write("notebooks/data/table.csv", "21\n")
    project.write("notebooks/data/other.csv", "0\n")
    code = (
        "import helper\nfrom pathlib import Path\n"
        "print(helper.double(int(Path('../data/table.csv').read_text())))\n"
        "print(Path('../data/other.csv').exists())"
    )
    front = FRONT.replace("  network", "  inputs: [../data/table.csv]\n  network")
    project.source(BODY.replace("print(1 + 2)", code), front)
    result = execute(job_of(project.root, status(project.root, TOPIC), locked=True), PYTHON)
    assert text(result, "add") == "42\nFalse\n"


def test_an_expected_exception_goes_on() -> None:
    result = run("1 / 0", "print('on')", tags=["raises-exception"])
    assert result.outputs["c0"][0]["traceback"] == ["ZeroDivisionError: division by zero"]
    assert text(result, "c1") == "on\n"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        pytest.param("import os\nos._exit(3)", "the kernel died", id="crash"),
        pytest.param("raise SystemExit(1)", "SystemExit: 1", id="exit"),
        pytest.param("def f(:\n  pass", "SyntaxError", id="syntax"),
        pytest.param(
            "from IPython.display import Javascript, display\ndisplay(Javascript('1'))",
            None,
            id="script beside its text",
        ),
        pytest.param(
            "get_ipython().display_pub.publish({'application/json': {}})",
            "output of type application/json cannot be shown",
            id="nothing to show",
        ),
    ],
)
def test_faults_name_the_cell(code: str, message: str | None) -> None:
    if message is None:
        result = run(code)
        assert set(result.outputs["c0"][0]["data"]) == {"text/plain"}
        return
    with pytest.raises(ExecutionError) as caught:
        run("x = 1", code)
    assert message in str(caught.value)
    assert caught.value.cell == 1


def test_another_version_than_the_locked_one_is_refused() -> None:
    job = Job([("a", "1", ())], "foundations", {}, {"nbformat": "0.1", "no-such-package": "1"})
    with pytest.raises(ExecutionError) as caught:
        execute(job, PYTHON)
    assert "locked is 0.1" in str(caught.value)
    assert "no-such-package is not installed" in str(caught.value)


def test_progress_counts_cells() -> None:
    seen: list[int] = []
    execute(Job([("a", "1", ()), ("b", "2", ())], "foundations", {}, {}), PYTHON, seen.append)
    assert seen == [1, 2]


def test_a_killed_command_leaves_no_process_and_no_files(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    cell = f"import os, time\nopen({str(pid_file)!r}, 'w').write(str(os.getpid()))\ntime.sleep(99)"
    program = (
        "from pathlib import Path\nfrom portal.notebooks.execute import Job, execute\n"
        f"execute(Job([('a', {cell!r}, ())], 'foundations', {{}}, {{}}), Path({str(PYTHON)!r}))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "scripts"), "TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", program], env=environment) as command:
        assert _wait(lambda: pid_file.is_file() and pid_file.read_text() != "")
        kernel = int(pid_file.read_text())
        command.send_signal(signal.SIGKILL)
        command.wait()
    assert _wait(lambda: not Path(f"/proc/{kernel}").exists())
    assert _wait(lambda: not list(tmp_path.glob("portal-notebook-*")))


def _wait(condition: object, seconds: float = 20) -> bool:
    """Whether a condition comes true in time."""
    assert callable(condition)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("sum", id="topic alone"),
        pytest.param("foundations/sum", id="with its track"),
        pytest.param("notebooks/foundations/sum.md", id="path of the source"),
        pytest.param("./notebooks/foundations/sum.ipynb", id="path of the stored form"),
    ],
)
def test_select(project: Project, name: str) -> None:
    assert select(project.root, [name]) == [TOPIC]


def test_select_refuses_unknown_names(project: Project) -> None:
    with pytest.raises(ContentError, match="no such notebook – one of foundations/sum"):
        select(project.root, ["summ"])
