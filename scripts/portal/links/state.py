"""What is remembered between runs: when a link last worked, and since when it does not.

The state is one JSON file, replaced whole. While a run goes on, each answer is added to a
journal beside it, so that a killed run does not ask the same again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, TextIO

from portal.files import write_atomically
from portal.links.check import Target
from portal.links.model import CheckResult, Verdict

SCHEMA = 1
KIND = "portal link state"
_CACHED = frozenset({Verdict.WORKING, Verdict.MOVED})


@dataclass(slots=True)
class Record:
    """What is known of one address. Times are ISO 8601, UTC."""

    verdict: str
    checked: str
    alive: str = ""  # last time it worked
    since: str = ""  # of the present verdict
    failures: int = 0  # runs in a row that found it broken
    rule: str = ""
    evidence: str = ""
    final_url: str = ""
    status: int | None = None
    suggestion: str = ""
    etag: str = ""
    modified: str = ""


@dataclass(slots=True)
class State:
    """The memory of the checker; without a path it remembers nothing after the run."""

    path: Path | None = None
    records: dict[str, Record] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    now: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
    _journal: TextIO | None = None
    _journal_failed: bool = False

    @property
    def journal_path(self) -> Path | None:
        """Where the answers of a run under way are kept."""
        return self.path and self.path.with_name(self.path.name + ".journal")

    def failures(self, url: str) -> int:
        """Runs in a row that found an address broken."""
        record = self.records.get(url)
        return record.failures if record else 0

    def take_fresh(self, targets: dict[str, Target], cache_days: float) -> list[CheckResult]:
        """Results of addresses that worked lately; they are taken out of `targets`.

        Others that once worked get validators, so that their server may answer 304.
        """
        known: list[CheckResult] = []
        for base in list(targets):
            target = targets[base]
            for url in list(target.links):
                record = self.records.get(url)
                if record is not None and self._is_fresh(url, record, cache_days):
                    known.append(_cached(url, record, target))
                    del target.links[url]
            if not target.links:
                del targets[base]
            elif len(target.links) == 1:
                url = next(iter(target.links))
                self._add_validators(target, self.records.get(url), url)
        return known

    def _is_fresh(self, url: str, record: Record, cache_days: float) -> bool:
        if record.verdict not in _CACHED:
            return False
        # The age differs by address, so that not all are asked on the same day.
        share = int.from_bytes(hashlib.sha256(url.encode("utf-8", "replace")).digest()[:2], "big")
        limit = cache_days * (0.75 + 0.5 * share / 65_535)
        try:
            age = self.now - dt.datetime.fromisoformat(record.checked)
        except (TypeError, ValueError):
            return False
        return dt.timedelta(0) <= age < dt.timedelta(days=limit)

    @staticmethod
    def _add_validators(target: Target, record: Record | None, url: str) -> None:
        if record is None or record.verdict != Verdict.WORKING or "#" in url:
            return
        if record.etag:
            target.headers["If-None-Match"] = record.etag
        if record.modified:
            target.headers["If-Modified-Since"] = record.modified

    def remember(self, result: CheckResult) -> None:
        """Note a result; it survives a crash from now on."""
        if self.path is None:
            return
        self.records[result.url] = self._record(result)
        if self._journal_failed:
            return
        try:
            if self._journal is None and self.journal_path is not None:
                self.journal_path.parent.mkdir(parents=True, exist_ok=True)
                self._journal = self.journal_path.open("a", encoding="utf-8", errors="replace")
            if self._journal is not None:
                line = {"url": result.url, **asdict(self.records[result.url])}
                self._journal.write(json.dumps(line, ensure_ascii=True) + "\n")
                self._journal.flush()
        except OSError as error:
            self._journal_failed = True
            self.notes.append(f"the journal could not be written: {error}")

    def _record(self, result: CheckResult) -> Record:
        now = self.now.isoformat(timespec="seconds")
        old = self.records.get(result.url)
        broken = result.verdict is Verdict.BROKEN
        same = old is not None and old.verdict == result.verdict.value
        direct = result.verdict is Verdict.WORKING and not result.hops
        unchanged = result.rule == "unchanged" and old is not None
        return Record(
            verdict=result.verdict.value,
            checked=now,
            alive=now if result.ok else (old.alive if old else ""),
            since=old.since if same and old else now,
            failures=(old.failures if old else 0) + 1 if broken else 0,
            rule=result.rule, evidence=result.evidence, final_url=result.final_url,
            status=result.status, suggestion=result.suggestion,
            etag=(old.etag if unchanged and old else result.etag) if direct else "",
            modified=(old.modified if unchanged and old else result.modified) if direct else "",
        )  # fmt: skip

    def save(self) -> None:
        """Write the state; then the journal is no longer needed.

        Raises:
            OSError: it could not be written; state and journal stay as they were.
        """
        if self.path is None:
            return
        links = {url: _compact(record) for url, record in sorted(self.records.items())}
        data = {"kind": KIND, "schema": SCHEMA, "links": links}
        write_atomically(self.path, json.dumps(data, ensure_ascii=True, indent=0) + "\n")
        if self._journal is not None:
            self._journal.close()
            self._journal = None
        if self.journal_path is not None:
            self.journal_path.unlink(missing_ok=True)


def _compact(record: Record) -> dict[str, Any]:
    return {name: value for name, value in asdict(record).items() if value not in ("", None, 0)}


def _cached(url: str, record: Record, target: Target) -> CheckResult:
    return CheckResult(
        url, Verdict(record.verdict), record.rule, f"{record.evidence} ({record.checked[:10]})",
        "", record.final_url or url, record.status, target.links[url], cached=True,
        suggestion=record.suggestion,
    )  # fmt: skip


def open_state(path: Path | None) -> State:
    """Read the state and what a killed run left; a damaged file is set aside, with a word."""
    state = State(path)
    if path is None:
        return state
    try:
        state.records = read_records(path)
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        state.notes.append(_set_aside(path, error))
    journal = state.journal_path
    if journal is not None and journal.exists():
        state.records |= _replayed(journal)
    return state


def read_records(path: Path) -> dict[str, Record]:
    """The records of a state file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is damaged, of another version, or something else.
    """
    data = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(data, dict) or data.get("kind") != KIND:
        raise ValueError("it is not a state of the link checker")
    if data.get("schema") != SCHEMA:
        raise ValueError(f"its version is {data.get('schema')!r}, not {SCHEMA}")
    links = data.get("links")
    if not isinstance(links, dict):
        raise ValueError("it has no links")
    return {str(url): parse_record(item) for url, item in links.items()}


def parse_record(item: Mapping[str, Any]) -> Record:
    """One record from its JSON form.

    Raises:
        ValueError: it is not one.
    """
    names = {f.name for f in fields(Record)}
    try:
        record = Record(**{key: value for key, value in item.items() if key in names})
        Verdict(record.verdict)
        dt.datetime.fromisoformat(record.checked)
    except (TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"a record is damaged: {error}") from error
    if not isinstance(record.failures, int):
        raise ValueError("a record is damaged: failures is no number")
    return record


def _replayed(journal: Path) -> dict[str, Record]:
    """What a run that was killed had found working; the rest it will ask again."""
    found: dict[str, Record] = {}
    try:
        text = journal.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return found
    for line in text.splitlines():
        try:
            item = json.loads(line)
            record = parse_record(item)
        except ValueError:
            continue  # the line that was being written
        if record.verdict in _CACHED:
            found[str(item.get("url"))] = record
    return found


def _set_aside(path: Path, error: Exception) -> str:
    stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%S")
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    try:
        path.rename(aside)
    except OSError as problem:
        return f"the state {path} cannot be read ({error}) nor set aside ({problem})"
    return f"the state {path} cannot be used ({error}); it is set aside as {aside.name}"
