"""The web of faults, run once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from links.webrun import Judged, judge_web


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judged]:
    """Every behaviour of the web, judged in one run."""
    with judge_web(tmp_path_factory.mktemp("links")) as result:
        yield result
