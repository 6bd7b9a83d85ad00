"""Joins what the shards of a CI matrix found out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from portal.links.model import CheckResult
from portal.links.report import ORDER, Report, from_json
from portal.links.state import State, read_records


def merge_reports(paths: Sequence[Path]) -> Report:
    """One report of all: the same as one run would have written.

    Raises:
        ValueError: a file is not a report; it is named.
        OSError: a file cannot be read.
    """
    whole = Report()
    found: dict[str, CheckResult] = {}
    for path in paths:
        try:
            part = from_json(json.loads(path.read_text(encoding="utf-8")))
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
        for result in part.results:
            _join(found, result)
        whole.started = min(filter(None, (whole.started, part.started)), default="")
        whole.seconds = max(whole.seconds, part.seconds)
        whole.requests += part.requests
        whole.files = max(whole.files, part.files)
        whole.complete = whole.complete and part.complete
        whole.unchecked += part.unchecked
        whole.notes += [note for note in part.notes if note not in whole.notes]
    whole.results = list(found.values())
    return whole


def _join(found: dict[str, CheckResult], result: CheckResult) -> None:
    """The worse of two verdicts on one address counts; all its places are kept."""
    other = found.get(result.url)
    if other is None:
        found[result.url] = result
        return
    worse = min(other, result, key=lambda r: ORDER.index(r.verdict))
    worse.places = sorted({*other.places, *result.places})
    found[result.url] = worse


def merge_states(paths: Sequence[Path], target: Path) -> None:
    """Join states; of each address the newest record is kept.

    Raises:
        ValueError: a file is not a state; it is named.
        OSError: a file cannot be read or written.
    """
    whole = State(target)
    for path in [target, *paths]:
        if path is target and not path.exists():
            continue
        try:
            records = read_records(path)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
        for url, record in records.items():
            known = whole.records.get(url)
            if known is None or record.checked >= known.checked:
                whole.records[url] = record
    whole.save()
