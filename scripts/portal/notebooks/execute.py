"""Run the code of one notebook in a kernel of its own, away from the network.

Two processes share this file. The command calls `execute`, which starts this file again with
the Python of the notebook environment inside an empty network namespace (`main`); there nbclient
drives the kernel. What travels between them is JSON: the job on stdin, progress on stdout, the
result in a file. Nothing else of the portal starts a kernel.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

HERE = Path(__file__).resolve().parent
PROGRESS = "@@cell "  # begins a line of progress on the worker's stdout
CELL_SECONDS = 600  # a cell that takes longer has hung

Proof = Literal["namespace", "socket-block"]

_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_CELL_LINE = re.compile(r"Cell In\[\d+\], line (\d+)")

# The same everywhere and for every run: one thread, one hash seed, nothing fetched, no colours.
KERNEL_ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "KERAS_BACKEND": "torch",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "MKL_NUM_THREADS": "1",
    "NO_COLOR": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONNOUSERSITE": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_OFFLINE": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "TZ": "UTC",
    "YOLO_OFFLINE": "true",
}


@dataclass(frozen=True)
class Job:
    """One notebook to run.

    `cells` holds id, code and tags of each code cell; `files` what the code reads (helper
    modules, inputs): path from the notebooks folder → path on disk; `folder` is the notebook's
    own folder below it; `distributions` name → version that must be installed, or "" for any.
    """

    cells: Sequence[tuple[str, str, Sequence[str]]]
    folder: str
    files: Mapping[str, str]
    distributions: Mapping[str, str]


@dataclass(frozen=True)
class Result:
    """What a run gave."""

    outputs: Mapping[str, list[dict[str, Any]]]  # cell id → normalised outputs
    seconds: float
    peak_memory_mb: int
    python: str
    distributions: Mapping[str, str]
    network: Proof


class ExecutionError(Exception):
    """A notebook did not run to its end.

    Args:
        message: one line for the report.
        cell: index of the code cell from 0, or None where no cell is to blame.
        line: line of the cell from 1, or None where unknown.
        traceback: as the kernel gave it, without colours.
    """

    def __init__(
        self, message: str, cell: int | None = None, line: int | None = None, traceback: str = ""
    ) -> None:
        super().__init__(message)
        self.cell, self.line, self.traceback = cell, line, traceback


def execute(job: Job, python: Path, on_cell: Callable[[int], None] = lambda done: None) -> Result:
    """Run a notebook.

    Args:
        job: what to run.
        python: the interpreter of an environment with nbclient and ipykernel.
        on_cell: called with the number of cells that are done.

    Raises:
        ExecutionError: a cell failed, or the environment is not the one that is locked.
    """
    proof: Proof = "namespace" if namespaces_work() else "socket-block"
    with tempfile.TemporaryDirectory(prefix="portal-notebook-") as folder:
        home = Path(folder)
        _lay_out(job, home)
        result_path = home / "result.json"
        command = ["unshare", "-rn"] if proof == "namespace" else []
        command += [str(python), str(HERE / "execute.py")]
        with subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=_environment(home, proof),
            start_new_session=True,
        ) as process:
            try:
                errors = _talk(process, _request(job, home, proof), on_cell)
            except BaseException:
                _kill(process)
                raise
        if not result_path.is_file():
            tail = "\n".join(errors.strip().splitlines()[-15:])
            message = f"the worker ended with status {process.returncode}"
            raise ExecutionError(message, traceback=tail)
        answer = json.loads(result_path.read_text(encoding="utf-8"))
    if "error" in answer:
        raise ExecutionError(**answer["error"])
    return Result(**answer, network=proof)


def namespaces_work() -> bool:
    """Whether this process may run a command in a network namespace of its own."""
    if not shutil.which("unshare"):
        return False
    done = subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False, timeout=30)
    return done.returncode == 0


def _lay_out(job: Job, home: Path) -> None:
    """Copy what the job declares, and nothing else, to where its code will look for it."""
    for name in ("work/" + job.folder, "tmp", "home", "ipython", "jupyter"):
        (home / name).mkdir(parents=True, exist_ok=True)
    for name, origin in job.files.items():
        helper = name.endswith(".py") and "/" not in name
        target = home / "work" / (f"{job.folder}/{name}" if helper else name)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(origin, target)


def _environment(home: Path, proof: Proof) -> dict[str, str]:
    """Variables of worker and kernel: no key or proxy of this machine reaches them."""
    variables = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    variables |= KERNEL_ENVIRONMENT
    variables |= {
        "HOME": str(home / "home"),
        "HF_HOME": str(home / "home/hf"),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "jupyter"),
        "JUPYTER_DATA_DIR": str(home / "jupyter"),
        "JUPYTER_RUNTIME_DIR": str(home / "jupyter"),
        "MPLCONFIGDIR": str(home / "home/matplotlib"),
        "TMPDIR": str(home / "tmp"),
        "YOLO_CONFIG_DIR": str(home / "home"),
    }
    if proof == "socket-block":
        variables["PYTHONPATH"] = str(HERE / "socket_block")
    return variables


def _request(job: Job, home: Path, proof: Proof) -> str:
    return json.dumps(
        {
            "cells": list(job.cells),
            "distributions": dict(job.distributions),
            "home": str(home),
            "folder": job.folder,
            "namespace": proof == "namespace",
        }
    )


def _talk(process: subprocess.Popen[str], request: str, on_cell: Callable[[int], None]) -> str:
    """Send the job, follow the progress to the end, and return what went to stderr."""
    assert process.stdin
    assert process.stdout
    assert process.stderr
    errors: list[str] = []
    stderr = process.stderr
    reader = threading.Thread(target=lambda: errors.append(stderr.read()), daemon=True)
    reader.start()
    with process.stdin as stdin:
        stdin.write(request)
    for line in process.stdout:
        if line.startswith(PROGRESS):
            on_cell(int(line.removeprefix(PROGRESS)))
    process.wait()
    reader.join(timeout=5)
    return "".join(errors)


def _kill(process: subprocess.Popen[str]) -> None:
    """End the worker; its kernel sees the parent go and ends too."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (AttributeError, ProcessLookupError):  # Windows has no groups
        process.kill()


# What follows runs in the worker: in the notebook environment, inside the namespace.


def main() -> int:
    """Run the job given on stdin and leave its result in `result.json`."""
    request = json.load(sys.stdin)
    _end_with_parent(Path(request["home"]))
    if request["namespace"]:
        _raise_loopback()
    try:
        answer = _run(request)
    except ExecutionError as error:
        fields = {"cell": error.cell, "line": error.line, "traceback": error.traceback}
        answer = {"error": {"message": str(error), **fields}}
    part = Path(request["home"]) / "result.part"
    part.write_text(json.dumps(answer), encoding="utf-8")
    part.replace(Path(request["home"]) / "result.json")
    return 0


def _run(request: Mapping[str, Any]) -> dict[str, Any]:
    sys.path.insert(0, str(HERE.parents[1]))  # the folder of `portal`
    from portal.notebooks.normalise import UnshowableOutputError, normalise

    versions = _installed(request["distributions"])
    work = Path(request["home"]) / "work" / request["folder"]
    started = time.monotonic()
    notebook = _execute_cells(request["cells"], work)
    seconds = time.monotonic() - started
    paths = {
        str(work): ".",
        str(Path(request["home"]) / "tmp"): "<tmp>",
        request["home"]: "<tmp>",
        sys.prefix: "<environment>",
        sys.base_prefix: "<python>",
    }
    outputs = {}
    for index, cell in enumerate(notebook.cells):
        try:
            outputs[cell.id] = normalise(cell.outputs, paths)
        except UnshowableOutputError as error:
            message = f"output of type {error} cannot be shown – print text or draw a figure"
            raise ExecutionError(message, index) from error
    return {
        "outputs": outputs,
        "seconds": round(seconds, 1),
        "peak_memory_mb": _peak_memory_mb(),
        "python": platform.python_version(),
        "distributions": versions,
    }


def _installed(wanted: Mapping[str, str]) -> dict[str, str]:
    """Name → installed version of the distributions that the notebook imports."""
    from importlib.metadata import PackageNotFoundError, version

    found, wrong = {}, []
    for name, locked in wanted.items():
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            wrong.append(f"{name} is not installed")
            continue
        if locked and found[name].partition("+")[0] != locked:
            wrong.append(f"{name} is {found[name]}, locked is {locked}")
    if wrong:
        raise ExecutionError(f"the notebook environment differs: {'; '.join(wrong)}")
    return found


def _execute_cells(cells: Sequence[tuple[str, str, Sequence[str]]], work: Path) -> Any:
    """Run code cells from top to bottom and return the notebook with their outputs."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    notebook = nbformat.from_dict(_bare_notebook(cells))
    position = 0

    def starting(cell: Any, cell_index: int) -> None:
        nonlocal position
        position = cell_index

    def done(cell: Any, cell_index: int, **_: Any) -> None:
        print(PROGRESS + str(cell_index + 1), flush=True)

    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(work)}},
        on_cell_start=starting,
        on_cell_executed=done,
    )
    try:
        client.execute()
    except CellExecutionError as error:
        frames = [line for o in notebook.cells[position].outputs for line in o.get("traceback", [])]
        text = _ANSI.sub("", "\n".join(frames))
        line = _CELL_LINE.search(text)
        message = f"{error.ename}: {error.evalue}".rstrip(": ")
        raise ExecutionError(message, position, int(line[1]) if line else None, text) from error
    except CellTimeoutError as error:
        raise ExecutionError(f"took more than {CELL_SECONDS} s", position) from error
    except DeadKernelError as error:
        message = "the kernel died (out of memory, or a crash in compiled code)"
        raise ExecutionError(message, position) from error
    return notebook


def _bare_notebook(cells: Sequence[tuple[str, str, Sequence[str]]]) -> dict[str, Any]:
    code_cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": name,
            "metadata": {"tags": list(tags)},
            "outputs": [],
            "source": code,
        }
        for name, code, tags in cells
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel}
    return {"cells": code_cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _peak_memory_mb() -> int:
    """Largest resident size of a child process that has ended: the kernel. In 2²⁰ bytes."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10))


def _raise_loopback() -> None:
    """Bring up 127.0.0.1 in a new namespace; kernel and client talk over it.

    Raises:
        ExecutionError: another interface exists, so this is no namespace of its own.
    """
    import fcntl
    import socket

    names = [name for _, name in socket.if_nameindex()]
    if names != ["lo"]:
        raise ExecutionError(f"network interfaces {names} where only lo may be")
    set_flags, up_and_running = 0x8914, 0x41  # SIOCSIFFLAGS, IFF_UP | IFF_RUNNING
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, set_flags, struct.pack("16sH14s", b"lo", up_and_running, b""))


def _end_with_parent(home: Path) -> None:
    """End this process, and with it the kernel, when the command is gone; tidy up for it."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        shutil.rmtree(home, ignore_errors=True)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    raise SystemExit(main())
