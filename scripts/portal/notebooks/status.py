"""Whether the stored outputs of a notebook are current. Starts nothing, needs no kernel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from portal import yaml_source
from portal.notebooks import store
from portal.notebooks.digest import Inputs, inputs_of
from portal.notebooks.source import Source, read_source


class State(StrEnum):
    """What stands between a source and its stored form."""

    CURRENT = "current"
    TEXT = "text"  # only prose or alternative text differs: no execution needed
    STALE = "stale"  # code, input, helper or a version has changed
    MISSING = "missing"  # never executed
    DAMAGED = "damaged"  # stored outputs are not those of the recorded run


@dataclass(frozen=True)
class Status:
    """The state of one notebook, with the reason in words."""

    topic: str
    state: State
    reason: str
    source: Source
    inputs: Inputs

    @property
    def needs_run(self) -> bool:
        """Whether only an execution can make it current."""
        return self.state not in {State.CURRENT, State.TEXT}


def status(root: Path, topic: str) -> Status:
    """Compare one notebook with what is stored of it.

    Args:
        root: the project.
        topic: `<track>/<topic>`.

    Raises:
        ContentError: the source itself is faulty, or a stored file is not ours.
    """
    source = read_source(root, topic)
    inputs = inputs_of(root, source)
    state, reason = _compare(root, source, inputs)
    return Status(topic, state, reason, source, inputs)


def _compare(root: Path, source: Source, inputs: Inputs) -> tuple[State, str]:
    notebook, record_file = store.notebook_path(source.path), store.record_path(source.path)
    if not notebook.is_file() or not record_file.is_file():
        return State.MISSING, "never executed"
    record = store.read_record(source)
    if record.digest != inputs.digest:
        return State.STALE, ", ".join(_changes(record, inputs)) or "the pipeline has changed"
    stored = store.stored_outputs(source)
    if store.outputs_digest(stored) != record.outputs:
        return State.DAMAGED, "outputs differ from those of the recorded run"
    outputs = {name: cell_outputs for name, (_, cell_outputs) in stored.items()}
    expected = store.dumps(store.document(root, source, outputs, inputs))
    if yaml_source.read_text(notebook) != expected.decode():
        return State.TEXT, "prose has changed"
    return State.CURRENT, ""


def _changes(record: store.RunRecord, inputs: Inputs) -> Iterator[str]:
    if record.code != inputs.code:
        yield "code has changed"
    yield from _differences(record.files, inputs.files, versions=False)
    yield from _differences(record.distributions, inputs.distributions, versions=True)


def _differences(
    old: Mapping[str, str], new: Mapping[str, str], *, versions: bool
) -> Iterator[str]:
    for name in sorted({*old, *new}):
        before, after = old.get(name), new.get(name)
        if before != after:
            words = f"{before or 'none'} → {after or 'none'}" if versions else "has changed"
            yield f"{name} {words}"
