"""Bring many notebooks up to date: decide, run in parallel, store, report."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from portal.files import write_atomically
from portal.notebooks import store
from portal.notebooks.digest import canonical, helper_files, imported
from portal.notebooks.execute import ExecutionError, Job, Result, execute
from portal.notebooks.library import check_figures
from portal.notebooks.source import FOLDER, Source, topics
from portal.notebooks.status import Status, status
from portal.problems import ContentError, Problem

MAX_OUTPUT_BYTES = 1_500_000  # of one stored notebook


class Action(StrEnum):
    """What was done for a notebook."""

    KEPT = "kept"
    REFRESHED = "refreshed"  # prose only
    EXECUTED = "executed"
    FAILED = "failed"


@dataclass(frozen=True)
class Outcome:
    """The end of one notebook's turn."""

    topic: str
    action: Action
    message: str = ""
    traceback: str = ""
    seconds: float = 0.0
    peak_memory_mb: int = 0


@dataclass(frozen=True)
class Progress:
    """Sent while notebooks run."""

    topic: str
    done: int  # cells
    total: int


def select(root: Path, wanted: Sequence[str]) -> list[str]:
    """The topics meant by the arguments of a command: all when there are none.

    Args:
        root: the project.
        wanted: `<track>/<topic>`, `<topic>`, or the path of a source.

    Raises:
        ContentError: a name that no notebook has.
    """
    known = topics(root)
    if not wanted:
        return known
    chosen, problems = set(), []
    for name in wanted:
        short = name.removeprefix("./").removeprefix(f"{FOLDER}/").removesuffix(".md")
        short = short.removesuffix(".ipynb")
        found = [topic for topic in known if short in (topic, topic.partition("/")[2])]
        chosen.update(found)
        if not found:
            problems.append(Problem(Path(name), 1, f"no such notebook – one of {', '.join(known)}"))
    if problems:
        raise ContentError(problems)
    return sorted(chosen)


def refresh(root: Path, state: Status) -> None:
    """Write the current prose into a stored notebook whose outputs are current."""
    outputs = {name: kept for name, (_, kept) in store.stored_outputs(state.source).items()}
    check_figures(state.source, outputs)
    content = store.dumps(store.document(root, state.source, outputs, state.inputs))
    write_atomically(store.notebook_path(state.source.path), content)


def run_one(
    root: Path,
    state: Status,
    python: Path,
    *,
    locked: bool = True,
    on_cell: Callable[[int], None] = lambda done: None,
) -> Outcome:
    """Execute one notebook and store what it gave; on any fault nothing stored is touched.

    Args:
        root: the project.
        state: the notebook, from `status`.
        python: interpreter of the notebook environment.
        locked: whether the installed versions must be those of the lock.
        on_cell: called with the number of cells that are done.
    """
    source = state.source
    try:
        result = execute(job_of(root, state, locked=locked), python, on_cell)
        check_figures(source, result.outputs)
        content = store.dumps(store.document(root, source, result.outputs, state.inputs))
        if len(content) > MAX_OUTPUT_BYTES:
            message = f"stored form has {len(content):,} bytes – keep it below {MAX_OUTPUT_BYTES:,}"
            raise ContentError([Problem(source.path, 1, message)])
    except ExecutionError as error:
        return Outcome(state.topic, Action.FAILED, where(root, source, error), error.traceback)
    except ContentError as error:
        return Outcome(state.topic, Action.FAILED, str(error))
    write_atomically(store.notebook_path(source.path), content)
    record = record_of(state, result)
    text = record.model_dump_json(indent=1) + "\n"
    write_atomically(store.record_path(source.path), text.encode())
    return Outcome(
        state.topic,
        Action.EXECUTED,
        seconds=result.seconds,
        peak_memory_mb=result.peak_memory_mb,
    )


def run_many(
    root: Path,
    states: Iterable[Status],
    python: Callable[[str], Path],
    *,
    jobs: int,
    locked: bool = True,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> list[Outcome]:
    """Execute notebooks side by side, each in one thread of arithmetic.

    Args:
        root: the project.
        states: the notebooks to execute.
        python: environment → its interpreter.
        jobs: how many at once.
        locked: see `run_one`.
        on_progress: called from several threads.
    """

    def one(state: Status) -> Outcome:
        total = len(state.source.code)
        on_progress(Progress(state.topic, 0, total))
        return run_one(
            root,
            state,
            python(state.source.meta.environment),
            locked=locked,
            on_cell=lambda done: on_progress(Progress(state.topic, done, total)),
        )

    pool = ThreadPoolExecutor(max_workers=jobs)
    try:
        futures = [pool.submit(one, state) for state in states]
        outcomes = [future.result() for future in as_completed(futures)]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return sorted(outcomes, key=lambda outcome: outcome.topic)


def check(root: Path, wanted: Sequence[str]) -> tuple[list[Status], list[Problem]]:
    """The state of each notebook, and the faults of those that cannot be read."""
    states: list[Status] = []
    problems: list[Problem] = []
    for topic in wanted:
        try:
            states.append(status(root, topic))
        except ContentError as error:
            problems.extend(error.problems)
    return states, problems


def job_of(root: Path, state: Status, *, locked: bool) -> Job:
    """What the worker needs to know of a notebook."""
    source = state.source
    folder = (root / FOLDER).resolve()
    files = {path.name: str(path) for path in helper_files(root, imported(source))}
    for name in source.meta.inputs:
        path = (source.path.parent / name).resolve()
        files[path.relative_to(folder).as_posix()] = str(path)
    return Job(
        cells=[(cell.id, cell.text, cell.tags) for cell in source.code],
        folder=state.topic.partition("/")[0],
        files=files,
        distributions={
            canonical(name): version if locked else ""
            for name, version in state.inputs.distributions.items()
        },
    )


def record_of(state: Status, result: Result) -> store.RunRecord:
    """The run record of a result."""
    document = {
        cell.id: (cell.text, list(result.outputs.get(cell.id, []))) for cell in state.source.code
    }
    return store.RunRecord(
        digest=state.inputs.digest,
        outputs=store.outputs_digest(document),
        date=time.strftime("%Y-%m-%d", time.gmtime()),
        seconds=result.seconds,
        peak_memory_mb=result.peak_memory_mb,
        machine=store.Machine(
            system=platform.system(), arch=platform.machine(), cores=os.cpu_count() or 1
        ),
        python=result.python,
        distributions=dict(result.distributions),
        network=result.network,
        code=state.inputs.code,
        files=dict(state.inputs.files),
    )


def where(root: Path, source: Source, error: ExecutionError) -> str:
    """`file:line: code cell n of m (id): what happened`."""
    path = source.path.relative_to(root) if source.path.is_relative_to(root) else source.path
    if error.cell is None:
        return f"{path}:1: {error}"
    cell = source.code[error.cell]
    line = cell.line + (error.line or 1) - 1
    return f"{path}:{line}: code cell {error.cell + 1} of {len(source.code)} ({cell.id}): {error}"
