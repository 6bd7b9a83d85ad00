"""Many workers, few requests a host, and nobody sleeps."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from portal.links.config import HostSettings
from portal.links.schedule import Scheduler, Wait


@dataclass
class Job:
    origin: str
    waits: list[Wait] = field(default_factory=list)


class Watched:
    """Counts what is in flight."""

    def __init__(self, seconds: float = 0.01) -> None:
        self.seconds = seconds
        self.lock = threading.Lock()
        self.now: Counter[str] = Counter()
        self.peak: Counter[str] = Counter()
        self.starts: list[tuple[str, float]] = []
        self.done = 0

    def step(self, job: Job) -> Wait | None:
        with self.lock:
            self.now[job.origin] += 1
            self.peak[job.origin] = max(self.peak[job.origin], self.now[job.origin])
            self.starts.append((job.origin, time.monotonic()))
        time.sleep(self.seconds)
        with self.lock:
            self.now[job.origin] -= 1
            if job.waits:
                return job.waits.pop(0)
            self.done += 1
        return None


def run(watched: Watched, jobs: Iterator[Job], slots: int = 2, gap: float = 0.0,
        workers: int = 16) -> float:  # fmt: skip
    scheduler = Scheduler(watched.step, lambda _: HostSettings(slots, gap), workers)
    began = time.monotonic()
    scheduler.start(jobs)
    assert scheduler.finished.wait(30)
    assert scheduler.error is None
    return time.monotonic() - began


def test_slots_hold_and_all_is_done() -> None:
    watched = Watched()
    run(watched, (Job(f"h{n % 7}") for n in range(200)), slots=3)
    assert watched.done == 200
    assert max(watched.peak.values()) <= 3


def test_the_gap_holds() -> None:
    watched = Watched(0.0)
    run(watched, (Job("h") for _ in range(8)), slots=4, gap=0.05)
    starts = [moment for _, moment in watched.starts]
    assert min(b - a for a, b in itertools.pairwise(starts)) >= 0.045


def test_a_slow_host_does_not_hold_up_the_others() -> None:
    watched = Watched()
    jobs = [Job("slow", [Wait(0.5)]), *(Job(f"h{n}") for n in range(50))]
    run(watched, iter(jobs), workers=4)
    last_fast = max(moment for name, moment in watched.starts if name != "slow")
    slow = [moment for name, moment in watched.starts if name == "slow"]
    assert last_fast < slow[-1]
    assert slow[1] - slow[0] >= 0.5


def test_a_pause_holds_the_whole_host() -> None:
    watched = Watched()
    run(watched, iter([Job("h", [Wait(0.4, pause_host=0.4)]), *(Job("h") for _ in range(5))]),
        slots=1)  # fmt: skip
    starts = [moment for _, moment in watched.starts]
    assert starts[1] - starts[0] >= 0.4


def test_waiting_work_needs_no_worker() -> None:
    watched = Watched()
    seconds = run(watched, (Job(f"h{n}", [Wait(0.3)]) for n in range(40)), workers=2)
    assert seconds < 1.5


def test_the_source_is_read_as_it_is_needed() -> None:
    taken = 0

    def jobs() -> Iterator[Job]:
        nonlocal taken
        for number in range(6000):
            taken += 1
            assert taken - watched.done < 3000
            yield Job(f"h{number % 500}")

    watched = Watched(0.0)
    run(watched, jobs(), slots=4)
    assert watched.done == 6000


def test_a_fault_of_ours_ends_the_run_and_is_shown() -> None:
    def step(job: Job) -> Wait | None:
        raise ValueError("ours")

    scheduler = Scheduler(step, lambda _: HostSettings(), 4)
    scheduler.start(iter([Job("h")]))
    assert scheduler.finished.wait(5)
    with pytest.raises(ValueError, match="ours"):
        raise scheduler.error or AssertionError
