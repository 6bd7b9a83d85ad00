"""The report for other tools: JUnit, SARIF 2.1.0, GitHub annotations."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from portal.links.model import CheckResult, Place, Verdict
from portal.links.report import Report

_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TOLD = {
    Verdict.BROKEN: "Broken link", Verdict.MOVED: "Moved permanently",
    Verdict.BLOCKED: "The server refuses robots", Verdict.LOGIN: "An account is needed",
    Verdict.PAYWALL: "It costs money", Verdict.RATE_LIMITED: "The server asks for patience",
    Verdict.UNVERIFIABLE: "It cannot be verified",
}  # fmt: skip


def junit(report: Report, fail_on: Sequence[Verdict]) -> str:
    """JUnit XML: one suite a file, one case a place."""
    by_file: dict[str, list[tuple[Place, CheckResult]]] = {}
    for result in report.results:
        for place in result.places:
            by_file.setdefault(place.file, []).append((place, result))
    failing = {id(result) for result in report.failing(fail_on)}
    root = ElementTree.Element("testsuites", name="links", time=f"{report.seconds:.3f}")
    for file, entries in sorted(by_file.items()):
        bad = sum(id(result) in failing for _, result in entries)
        skipped = sum(not r.ok and id(r) not in failing for _, r in entries)
        suite = ElementTree.SubElement(
            root, "testsuite", name=_clean(file), tests=str(len(entries)), failures=str(bad),
            errors="0", skipped=str(skipped),
        )  # fmt: skip
        for place, result in sorted(entries, key=lambda e: e[0]):
            case = ElementTree.SubElement(
                suite, "testcase", classname=_clean(file),
                name=_clean(f"{place.line}:{place.col} {result.url}"),
                time=f"{result.seconds:.3f}",
            )  # fmt: skip
            told = _clean(f"{result.verdict.value}: {result.evidence}")
            if id(result) in failing:
                failure = ElementTree.SubElement(
                    case, "failure", type=result.verdict.value, message=told
                )
                failure.text = _clean(result.hint)
            elif not result.ok:
                ElementTree.SubElement(case, "skipped", message=told)
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def sarif(report: Report, fail_on: Sequence[Verdict]) -> str:
    """SARIF 2.1.0: one result a place of each link that is not working."""
    failing = {id(result) for result in report.failing(fail_on)}
    results = [
        _sarif_result(result, place, failing=id(result) in failing)
        for result in report.results
        if result.verdict is not Verdict.WORKING
        for place in sorted(result.places)
    ]
    driver = {
        "name": "check_links",
        "rules": [
            {"id": verdict.value, "shortDescription": {"text": text}}
            for verdict, text in _TOLD.items()
        ],
    }
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
        "invocations": [{"executionSuccessful": report.complete}],
    }
    return json.dumps({"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]},
                      ensure_ascii=True, indent=1) + "\n"  # fmt: skip


def _sarif_result(result: CheckResult, place: Place, *, failing: bool) -> dict[str, Any]:
    key = f"{place.file}\0{result.url}".encode("utf-8", "replace")
    return {
        "ruleId": result.verdict.value,
        "level": "error" if failing else "note",
        "message": {"text": f"{result.url}: {result.evidence}. {result.hint}".strip()},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(place.file)},
                    "region": {"startLine": place.line, "startColumn": place.col},
                }
            }
        ],
        "partialFingerprints": {"link/v1": hashlib.sha256(key).hexdigest()},
    }


def github(report: Report, fail_on: Sequence[Verdict], limit: int = 50) -> Iterator[str]:
    """Workflow commands that annotate the lines; GitHub shows few, so the worst come first."""
    failing = {id(result) for result in report.failing(fail_on)}
    told = [r for r in report.results if id(r) in failing]
    told += [r for r in report.results if not r.ok and id(r) not in failing]
    count = 0
    for result in told:
        level = "error" if id(result) in failing else "warning"
        for place in sorted(result.places):
            count += 1
            if count > limit:
                return
            text = f"{result.url}: {result.evidence}. {result.hint}"
            where = f"file={_property(place.file)},line={place.line},col={place.col}"
            yield f"::{level} {where},title={result.verdict.value} link::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
