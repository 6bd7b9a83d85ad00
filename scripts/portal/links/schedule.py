"""Decides when each request may be sent: many workers, few requests a host, nobody sleeps.

Waiting work lies in queues with the time at which it is ready; workers take what is ready.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from portal.links.config import HostSettings

_WINDOW = 1500  # jobs taken from the source ahead of being sent
_IDLE_HOSTS = 20_000  # forgotten when more are known


class Job(Protocol):
    """Something with a next request."""

    @property
    def origin(self) -> str:
        """The host that is asked next."""


J = TypeVar("J", bound=Job)


@dataclass(frozen=True, slots=True)
class Wait:
    """What a step wants: another step, later."""

    delay: float = 0.0  # seconds
    pause_host: float = 0.0  # seconds


@dataclass(slots=True)
class _Host(Generic[J]):
    settings: HostSettings
    queue: deque[J] = field(default_factory=deque)
    later: list[tuple[float, int, J]] = field(default_factory=list)  # a heap
    in_flight: int = 0
    next_start: float = 0.0  # no request before this moment
    listed: float | None = None  # since when it stands in the heap of hosts

    def ready_at(self) -> float | None:
        """When the next request may start; None: nothing waits or all slots are taken."""
        if self.in_flight >= self.settings.slots:
            return None
        if self.queue:
            return self.next_start
        if self.later:
            return max(self.next_start, self.later[0][0])
        return None

    def is_idle(self, now: float) -> bool:
        """Nothing is known of it that is still needed."""
        busy = self.queue or self.later or self.in_flight or self.listed is not None
        return not busy and self.next_start < now

    def pop(self, now: float) -> J:
        """The next job; one that was begun goes first."""
        if self.later and (not self.queue or self.later[0][0] <= now):
            return heapq.heappop(self.later)[2]
        return self.queue.popleft()


class Scheduler(Generic[J]):
    """Runs jobs step by step on worker threads."""

    def __init__(
        self,
        step: Callable[[J], Wait | None],
        host_settings: Callable[[str], HostSettings],
        workers: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """
        Args:
            step: sends one request of a job; None when the job is done.
            host_settings: slots and gap of a host.
            workers: at most so many requests are in flight.
        """
        self._step = step
        self._host_settings = host_settings
        self._max_workers = max(1, workers)
        self._clock = clock
        self._condition = threading.Condition()
        self._hosts: dict[str, _Host[J]] = {}
        self._order: list[tuple[float, int, str]] = []  # hosts by the time they are ready
        self._ticket = itertools.count()
        self._open = 0  # jobs taken from the source and not done
        self._waiting_workers = 0
        self._workers = 0
        self._source: Iterator[J] = iter(())
        self._exhausted = True
        self._stopped = False
        self.finished = threading.Event()
        self.error: BaseException | None = None

    def start(self, jobs: Iterable[J]) -> None:
        """Begin; `finished` is set at the end."""
        with self._condition:
            self._source = iter(jobs)
            self._exhausted = False
            self._refill()
            self._end_if_done()

    def stop(self) -> None:
        """Give nothing more to do; steps under way end by themselves."""
        with self._condition:
            self._stopped = True
            self._condition.notify_all()
            self.finished.set()

    def pause(self, origin: str, seconds: float) -> None:
        """Leave a host alone for a while."""
        with self._condition:
            host = self._host(origin)
            host.next_start = max(host.next_start, self._clock() + seconds)

    @property
    def in_flight(self) -> int:
        """Steps under way."""
        with self._condition:
            return sum(host.in_flight for host in self._hosts.values())

    def busiest(self, count: int) -> list[tuple[str, int]]:
        """Hosts with most work left."""
        with self._condition:
            left = [
                (name, len(h.queue) + len(h.later) + h.in_flight) for name, h in self._hosts.items()
            ]
        return sorted((item for item in left if item[1]), key=lambda item: -item[1])[:count]

    def _refill(self) -> None:
        """Take jobs from the source; the caller holds the lock."""
        while not self._exhausted and self._open < _WINDOW and not self._stopped:
            try:
                job = next(self._source)
            except StopIteration:
                self._exhausted = True
                return
            self._open += 1
            name = job.origin
            self._host(name).queue.append(job)
            self._list(name)

    def _host(self, name: str) -> _Host[J]:
        host = self._hosts.get(name)
        if host is None:
            if len(self._hosts) > _IDLE_HOSTS:  # long runs stay small
                now = self._clock()
                for other in [n for n, h in self._hosts.items() if h.is_idle(now)]:
                    del self._hosts[other]
            host = self._hosts[name] = _Host(self._host_settings(name))
        return host

    def _list(self, name: str) -> None:
        """Put a host into the order of readiness, once, and see that somebody looks."""
        host = self._hosts[name]
        when = host.ready_at()
        if when is None or (host.listed is not None and host.listed <= when):
            return
        host.listed = when  # an older, later entry is skipped when its turn comes
        heapq.heappush(self._order, (when, next(self._ticket), name))
        if self._waiting_workers:
            self._condition.notify()
        elif self._workers < self._max_workers:
            self._workers += 1
            threading.Thread(target=self._work, daemon=True, name="link worker").start()

    def _take(self) -> tuple[str, J] | None:
        """Wait for a request that may start; None at the end."""
        with self._condition:
            while not self._stopped:
                now = self._clock()
                if self._order and self._order[0][0] <= now:
                    listed, _, name = heapq.heappop(self._order)
                    host = self._hosts[name]
                    if host.listed != listed:
                        continue
                    host.listed = None
                    when = host.ready_at()
                    if when is None:
                        continue
                    if when > now:
                        self._list(name)
                        continue
                    job = host.pop(now)
                    host.in_flight += 1
                    host.next_start = max(host.next_start, now + host.settings.gap)
                    self._list(name)
                    return name, job
                if self._exhausted and not self._open:
                    return None
                wait = self._order[0][0] - now if self._order else None
                self._waiting_workers += 1
                self._condition.wait(wait)
                self._waiting_workers -= 1
            return None

    def _work(self) -> None:
        try:
            while (taken := self._take()) is not None:
                name, job = taken
                wait = self._step(job)
                self._settle(name, job, wait)
        except BaseException as error:  # a fault of ours: end the run, show it in the main thread
            self.error = error
            self.stop()

    def _settle(self, name: str, job: J, wait: Wait | None) -> None:
        with self._condition:
            host = self._hosts[name]
            host.in_flight -= 1
            now = self._clock()
            if wait is None:
                self._open -= 1
                self._refill()
            else:
                if wait.pause_host:
                    host.next_start = max(host.next_start, now + wait.pause_host)
                target = job.origin
                entry = (now + wait.delay, next(self._ticket), job)
                heapq.heappush(self._host(target).later, entry)
                self._list(target)
            self._list(name)
            self._end_if_done()

    def _end_if_done(self) -> None:
        if self._exhausted and not self._open:
            self._condition.notify_all()
            self.finished.set()
