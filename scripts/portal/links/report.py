"""The report: JSON for machines, a table for people, a summary for a pull request."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TextIO

from portal.files import write_atomically
from portal.links.model import CheckResult, Hop, HopKind, Place, Verdict
from portal.links.urls import display, without_userinfo

SCHEMA = 1

# Worst first: what a contributor has to act on stands on top.
ORDER = (
    Verdict.BROKEN, Verdict.RATE_LIMITED, Verdict.UNVERIFIABLE, Verdict.BLOCKED, Verdict.LOGIN,
    Verdict.PAYWALL, Verdict.MOVED, Verdict.WORKING,
)  # fmt: skip


@dataclass(slots=True)
class Report:
    """Everything a run found out."""

    results: list[CheckResult] = field(default_factory=list)
    started: str = ""  # ISO 8601, UTC
    seconds: float = 0.0
    requests: int = 0
    files: int = 0
    complete: bool = True  # False: the run was ended early
    unchecked: int = 0  # addresses left over then
    notes: list[str] = field(default_factory=list)  # said once: no network, unreadable files

    def counts(self) -> Mapping[str, int]:
        """Addresses by verdict, all verdicts named."""
        found = Counter(result.verdict.value for result in self.results)
        return {verdict.value: found.get(verdict.value, 0) for verdict in ORDER}

    def failing(self, fail_on: Iterable[Verdict]) -> list[CheckResult]:
        """Results that make the run fail."""
        verdicts = set(fail_on)
        return [
            result
            for result in self.results
            if result.verdict in verdicts and not result.ignored and result.confirmed
        ]


def as_json(report: Report) -> dict[str, Any]:
    """The report as plain data; the schema is `report.schema.json`."""
    return {
        "schema": SCHEMA,
        "started": report.started,
        "seconds": round(report.seconds, 3),
        "requests": report.requests,
        "files": report.files,
        "complete": report.complete,
        "unchecked": report.unchecked,
        "counts": dict(report.counts()),
        "notes": report.notes,
        "links": [_link(result) for result in sorted(report.results, key=_first_place)],
    }


def _first_place(result: CheckResult) -> tuple[str, int, int, str]:
    place = min(result.places, default=Place("", 0, 0))
    return (*place, result.url)


def _link(result: CheckResult) -> dict[str, Any]:
    data: dict[str, Any] = {
        "url": result.url,
        "verdict": result.verdict.value,
        "ok": result.ok,
        "final_url": without_userinfo(result.final_url),
        "status": result.status,
        "rule": result.rule,
        "evidence": result.evidence,
        "hint": result.hint,
        "attempts": result.attempts,
        "seconds": round(result.seconds, 3),
        "hops": [
            {"url": without_userinfo(h.url), "status": h.status, "kind": h.kind.value,
             "target": without_userinfo(h.target)}
            for h in result.hops
        ],
        "places": [place._asdict() for place in result.places],
    }  # fmt: skip
    for name in ("suggestion", "ignored", "failure"):
        if value := getattr(result, name):
            data[name] = value
    if result.cached:
        data["cached"] = True
    if not result.confirmed:
        data["confirmed"] = False
    return data


def from_json(data: Mapping[str, Any]) -> Report:
    """Read a report back.

    Raises:
        ValueError: not a report of this version.
    """
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise ValueError(f"not a report of version {SCHEMA}")
    try:
        return Report(
            results=[_result(item) for item in data["links"]],
            started=data["started"], seconds=data["seconds"], requests=data["requests"],
            files=data["files"], complete=data["complete"], unchecked=data["unchecked"],
            notes=list(data["notes"]),
        )  # fmt: skip
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a complete report: {error}") from error


def _result(item: Mapping[str, Any]) -> CheckResult:
    return CheckResult(
        url=item["url"], verdict=Verdict(item["verdict"]), rule=item["rule"],
        evidence=item["evidence"], hint=item["hint"], final_url=item["final_url"],
        status=item["status"], places=[Place(**place) for place in item["places"]],
        hops=[Hop(h["url"], h["status"], HopKind(h["kind"]), h["target"]) for h in item["hops"]],
        attempts=item["attempts"], seconds=item["seconds"], cached=item.get("cached", False),
        suggestion=item.get("suggestion", ""), ignored=item.get("ignored", ""),
        confirmed=item.get("confirmed", True), failure=item.get("failure", ""),
    )  # fmt: skip


def write_json(report: Report, path: Path) -> None:
    """Write the JSON report."""
    write_atomically(path, _json_pieces(report))


def _json_pieces(report: Report) -> Iterator[str]:
    """The JSON text link by link: a long report is never in memory as a whole."""
    head = as_json(replace(report, results=[])) | {"counts": dict(report.counts())}
    text = json.dumps(head, ensure_ascii=False, indent=1)
    yield text.removesuffix("[]\n}")
    separator = "[\n"
    for result in sorted(report.results, key=_first_place):
        link = json.dumps(_link(result), ensure_ascii=False)
        yield separator + link.encode("utf-8", "replace").decode("utf-8")
        separator = ",\n"
    yield "[]\n}\n" if separator == "[\n" else "\n]\n}\n"


def print_table(
    report: Report, out: TextIO, *, show: Sequence[Verdict], colour: bool = False
) -> None:
    """Results grouped by file, worst first; then the counts."""
    by_file: dict[str, list[tuple[Place, CheckResult]]] = {}
    for result in report.results:
        if result.verdict in show:
            for place in result.places:
                by_file.setdefault(place.file, []).append((place, result))
    for file in sorted(by_file):
        print(_paint(file, "1", colour), file=out)
        entries = sorted(by_file[file], key=lambda e: (ORDER.index(e[1].verdict), e[0], e[1].url))
        for place, result in entries:
            print(*_entry(place, result, colour), sep="\n", file=out)
        print(file=out)
    for note in report.notes:
        print(f"note: {note}", file=out)
    print(headline(report), file=out)


_COLOURS = {Verdict.BROKEN: "31", Verdict.MOVED: "36", Verdict.WORKING: "32"}


def _entry(place: Place, result: CheckResult, colour: bool) -> Iterable[str]:
    label = _paint(f"{result.verdict.value:<12}", _COLOURS.get(result.verdict, "33"), colour)
    where = f"{place.line}:{place.col}"
    yield f"  {where:>8}  {label}  {display(result.url)}"
    said = _one_line(result.evidence)
    extra = f" (ignored: {result.ignored})" if result.ignored else ""
    extra += "" if result.confirmed else " (not failing yet: seen too few times)"
    yield f"{'':12}{said}{extra}"
    if result.suggestion and result.suggestion != result.url:
        yield f"{'':12}→ {display(result.suggestion, 120)}"
    elif result.hint:
        yield f"{'':12}→ {result.hint}"


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]


def _paint(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text


def headline(report: Report) -> str:
    """One line that says how the run went."""
    counts = [f"{count} {name}" for name, count in report.counts().items() if count]
    places = sum(len(result.places) for result in report.results)
    text = (
        f"{len(report.results)} addresses in {places} places of {report.files} files: "
        f"{', '.join(counts) or 'nothing to check'}; {report.seconds:.1f} s"
    )
    if not report.complete:
        text += f"; ended early, {report.unchecked} addresses not checked"
    return text


def markdown_summary(report: Report, limit: int = 200) -> str:
    """A summary for a pull request or a workflow run."""
    lines = ["## Links", "", "| verdict | addresses |", "|---|---:|"]
    lines += [f"| {name} | {count} |" for name, count in report.counts().items() if count]
    shown = [
        (place, result)
        for verdict in ORDER[:-1]
        for result in report.results
        if result.verdict is verdict
        for place in list(result.places)[:1]
    ]
    if shown:
        lines += ["", "| where | verdict | address | evidence |", "|---|---|---|---|"]
    for place, result in shown[:limit]:
        cells = (f"{place.file}:{place.line}", result.verdict.value,
                 f"`{display(result.url, 120)}`", _one_line(result.evidence))  # fmt: skip
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    if len(shown) > limit:
        lines.append(f"\n… and {len(shown) - limit} more.")
    lines += ["", headline(report)]
    lines += [f"\nNote: {note}" for note in report.notes]
    return "\n".join(lines) + "\n"
