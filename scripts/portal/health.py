"""What is known of the links of the registry: `docs/data/link-health.json`.

The file is written by `portal.links.publish` after a run on the live web and read here. Reading
never fails: a damaged file or entry counts as absent, and `faults` says so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from portal import yaml_source
from portal.links.model import Verdict
from portal.problems import ContentError, Problem
from portal.resources import Resource, Url

FILE = "docs/data/link-health.json"
KIND, SCHEMA = "portal link health", 1
RUNS = 104  # kept: two years of weekly ones

M = TypeVar("M", bound=BaseModel)
Evidence = Annotated[str, StringConstraints(max_length=300)]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Entry(_Closed):
    """What the newest run that asked found of one resource."""

    url: Url  # that was asked; an entry of another address says nothing
    state: Verdict
    checked: date
    since: date  # of the present state
    alive: date | None = None  # last day on which a reader arrived
    evidence: Evidence = ""
    final_url: Url | None = None  # where a reader ends, if elsewhere
    archive: Url | None = None  # a copy of what is gone

    @property
    def days(self) -> int:
        """Days from the first to the newest run that found the present state."""
        return (self.checked - self.since).days


class Run(_Closed):
    """One run over the whole portal."""

    day: date
    counts: Mapping[Verdict, int]  # resources by state

    @property
    def total(self) -> int:
        """Resources asked for."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Health:
    """Everything known; empty until a run on the live web has been made."""

    entries: Mapping[str, Entry] = field(default_factory=dict)  # id of a resource → what is known
    runs: tuple[Run, ...] = ()  # oldest first
    faults: tuple[Problem, ...] = ()  # of the file; what they name is not in `entries`

    def of(self, resource: Resource) -> Entry | None:
        """What is known of a resource at its present address; None: not yet verified."""
        entry = self.entries.get(resource.id)
        return entry if entry and entry.url == resource.url else None


def read_health(path: Path) -> Health:
    """Read the file; one that is missing, damaged or foreign counts as empty."""
    if not path.exists():
        return Health()
    try:
        data = json.loads(yaml_source.read_text(path))
    except ContentError as error:
        return Health(faults=tuple(error.problems))
    except (ValueError, RecursionError) as error:
        return Health(faults=(_fault(path, f"is no JSON: {error}"),))
    if not isinstance(data, dict) or (data.get("kind"), data.get("schema")) != (KIND, SCHEMA):
        return Health(faults=(_fault(path, f"is not of kind {KIND!r}, version {SCHEMA}"),))
    faults: list[Problem] = []
    runs = data.get("runs")
    resources = data.get("resources")
    found = [
        _parsed(Run, item, f"run {number}", path, faults)
        for number, item in enumerate(runs if isinstance(runs, list) else [], 1)
    ]
    entries = {
        name: _parsed(Entry, item, f"entry {name!r}", path, faults)
        for name, item in (resources if isinstance(resources, dict) else {}).items()
    }
    return Health(
        {name: entry for name, entry in entries.items() if entry},
        tuple(sorted((run for run in found if run), key=lambda run: run.day)),
        tuple(faults),
    )


def dumps(health: Health) -> str:
    """The file: one line for each run and each resource, so that a difference is short."""
    runs = [_line(run) for run in health.runs[-RUNS:]]
    entries = [
        f"{json.dumps(name)}: {_line(entry)}" for name, entry in sorted(health.entries.items())
    ]
    return (
        f'{{"kind": {json.dumps(KIND)}, "schema": {SCHEMA},\n'
        f'"runs": [{_lines(runs)}],\n"resources": {{{_lines(entries)}}}}}\n'
    )


def _lines(items: list[str]) -> str:
    return "\n" + ",\n".join(items) + "\n" if items else ""


def _line(model: BaseModel) -> str:
    data = model.model_dump(mode="json", exclude_none=True)
    return json.dumps({name: value for name, value in data.items() if value != ""})


def _parsed(kind: type[M], item: Any, name: str, path: Path, faults: list[Problem]) -> M | None:
    try:
        return kind.model_validate_json(json.dumps(item))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        faults.append(_fault(path, f"{name} is left out: {where} {first['msg'].lower()}"))
        return None


def _fault(path: Path, what: str) -> Problem:
    return Problem(path, 1, f"{what} – delete the file; the next check of the links writes it anew")
