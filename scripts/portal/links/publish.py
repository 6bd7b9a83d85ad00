"""What a run found out of the registry's links, for the reader: `docs/data/link-health.json`."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from portal.files import write_atomically
from portal.health import Entry, Health, Run, dumps, read_health
from portal.links.model import Verdict
from portal.links.state import Record
from portal.links.urls import without_userinfo

_EVIDENCE = 300  # characters


def publish(
    path: Path,
    addresses: Mapping[str, str],
    records: Mapping[str, Record],
    copies: Mapping[str, str],
    whole: dt.date | None,
) -> None:
    """Bring the file up to date.

    Args:
        path: the file; a damaged one is written anew.
        addresses: id of each resource → its address.
        records: what is known of each address.
        copies: address → archive copy of what is gone.
        whole: the day of a run that asked for all; it adds a line to the history.

    Raises:
        OSError: it could not be written.
    """
    known = read_health(path)
    write_atomically(path, dumps(updated(known, addresses, records, copies, whole)))


def updated(
    known: Health,
    addresses: Mapping[str, str],
    records: Mapping[str, Record],
    copies: Mapping[str, str],
    whole: dt.date | None,
) -> Health:
    """The health after a run; arguments as for `publish`. Resources that are gone are dropped."""
    entries: dict[str, Entry] = {}
    for name, url in addresses.items():
        old = known.entries.get(name)
        old = old if old and old.url == url else None
        record = records.get(url)
        entry = _entry(url, record, old, copies.get(url)) if record else old
        if entry:
            entries[name] = entry
    runs = known.runs
    if whole:
        counts = Counter(entry.state for entry in entries.values())
        run = Run(day=whole, counts={verdict: counts[verdict] for verdict in Verdict})
        runs = (*(old for old in runs if old.day != whole), run)
    return Health(entries, runs)


def _entry(url: str, record: Record, old: Entry | None, copy: str | None) -> Entry:
    state, checked = Verdict(record.verdict), _day(record.checked)
    assert checked, "a record without a time is not read"
    if old and old.checked > checked:
        return old
    since = _day(record.since) or checked
    if old and old.state is state:
        since = min(since, old.since)  # the state may have been lost in between
    final = without_userinfo(record.final_url)
    archive = copy or (old.archive if old and old.state is state else None)
    return Entry(
        url=url,
        state=state,
        checked=checked,
        since=since,
        alive=_day(record.alive) or (old.alive if old else None),
        evidence=" ".join(record.evidence.split())[:_EVIDENCE],
        final_url=final if final.startswith(("http://", "https://")) and final != url else None,
        archive=archive if archive and not state.ok else None,
    )


def _day(time: str) -> dt.date | None:
    return dt.datetime.fromisoformat(time).date() if time else None
