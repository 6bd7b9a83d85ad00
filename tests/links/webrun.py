"""One run over the whole web of faults."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from links.faults_net import Authorities, add_listeners
from links.faults_page import ANCHORS, DISGUISE, WALLS
from links.faults_redirect import REDIRECTS, SLOW
from links.faults_status import LIMITS, PROTOCOL, STATUSES
from links.faultweb import Fault, FaultWeb
from portal.links.check import Checker, targets_of
from portal.links.config import Settings
from portal.links.model import CheckResult, Hyperlink, Place

FAULTS = [*STATUSES, *LIMITS, *PROTOCOL, *REDIRECTS, *SLOW, *DISGUISE, *WALLS, *ANCHORS]


@dataclass
class Judged:
    """One run over the whole web."""

    web: FaultWeb
    faults: dict[str, Fault]
    results: dict[str, CheckResult]  # by the name of the fault
    authority: Path
    sent: int


@contextmanager
def judge_web(folder: Path) -> Iterator[Judged]:
    """Serve the web, judge all of it in one run, and keep serving."""
    web = FaultWeb(FAULTS)
    web.start()
    cas = Authorities()
    authority = folder / "ca.pem"
    cas.trusted.cert_pem.write_to_path(str(authority))
    faults = [*FAULTS, *add_listeners(web, cas)]
    addresses = {fault.name: web.address(fault) for fault in faults}
    place = Place("web.md", 1, 1)
    targets, results = targets_of(Hyperlink(url, place) for url in addresses.values())
    environ = {**os.environ, "SSL_CERT_FILE": str(authority)}
    settings = Settings(timeout=3.0, allow_private=True, workers=48, backoff=0.1)
    checker = Checker(settings, results.append, environ)
    checker.run(targets.values())
    by_url = {result.url: result for result in results}
    yield Judged(
        web,
        {fault.name: fault for fault in faults},
        {name: by_url[url] for name, url in addresses.items()},
        authority,
        checker.fetcher.sent,
    )
    web.stop()
