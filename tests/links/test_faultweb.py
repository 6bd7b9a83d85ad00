"""Every behaviour of the web of faults gets the verdict that a careful reader would give."""

from __future__ import annotations

import pytest

from links.faults_net import NAMES, TLS
from links.webrun import FAULTS, Judged

_NETWORK = ["tls-plain", "net-mute", "net-mute-tls", "net-slam", "net-slam-tls", "net-drip-tls"]
ALL = [f.name for f in [*FAULTS, *NAMES]] + [*TLS, *_NETWORK]


def test_there_are_many_behaviours_and_each_has_a_name() -> None:
    assert len(ALL) == len(set(ALL))
    assert len(ALL) >= 250


@pytest.mark.parametrize("name", ALL)
def test_verdict(judged: Judged, name: str) -> None:
    fault, result = judged.faults[name], judged.results[name]
    found = f"{result.verdict} by {result.rule}: {result.evidence}"
    assert result.verdict == fault.expect, f"{fault.why}: expected {fault.expect}, found {found}"
    assert result.evidence
    if fault.rule:
        assert result.rule == fault.rule, found
