"""Copies of dead pages in the Wayback Machine, as suggestions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote

from portal.links.config import Settings
from portal.links.fetch import Ask, Fetcher
from portal.links.model import CheckResult, Verdict
from portal.links.urls import host_of, refused_address

_ASK = "https://archive.org/wayback/available?url={}"
_SECONDS = 10.0
_MAX = 100  # suggestions in one run: more is a matter for a human


def suggest_copies(results: Iterable[CheckResult], settings: Settings) -> None:
    """Give each broken link the newest copy as suggestion, one request after the other."""
    fetcher = Fetcher(replace(settings, allow_private=False))
    for result in [r for r in results if _may_have_copy(r)][:_MAX]:
        seen = fetcher.get(Ask(_ASK.format(quote(result.url, safe=""))), _SECONDS)
        if seen.failure is not None:
            return
        if copy := newest_copy(seen.excerpt):
            result.suggestion = copy


def _may_have_copy(result: CheckResult) -> bool:
    host = host_of(result.url)
    local = host == "localhost" or refused_address(host, allow_private=False)
    return result.verdict is Verdict.BROKEN and not local and not host.endswith(".invalid")


def newest_copy(answer: str) -> str:
    """The address of the copy in an answer of the availability API; empty without one."""
    try:
        closest = json.loads(answer)["archived_snapshots"]["closest"]
        address = str(closest["url"]) if closest["available"] else ""
    except (ValueError, KeyError, TypeError):
        return ""
    return address.replace("http://", "https://", 1)
