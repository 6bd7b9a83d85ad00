"""Checks links: every distinct address once, every place told."""

from __future__ import annotations

import os
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urldefrag

from portal.links import classify as judge
from portal.links.adapters import Adapter, Door, plan_for
from portal.links.config import Settings
from portal.links.errand import Again, Errand
from portal.links.fetch import Fetcher
from portal.links.model import (
    CheckResult,
    Failure,
    Hyperlink,
    Judgement,
    Observation,
    Place,
    Verdict,
    Visit,
)
from portal.links.rules import is_wall
from portal.links.schedule import Scheduler, Wait
from portal.links.urls import InvalidUrlError, fragment_of, host_of, origin, requestable

_ENOUGH = 2  # connection attempts that tell that a host accepts none
_ENOUGH_LIMITS = 3  # answers in a row that ask for a longer wait than is allowed
_OFFLINE_HOSTS = 3  # hosts without name or route that tell that there is no network


@dataclass(slots=True)
class Target:
    """One distinct address (without fragment) and the links that mean it."""

    base: str
    links: dict[str, list[Place]] = field(default_factory=dict)  # by address as written
    headers: dict[str, str] = field(default_factory=dict)  # for revalidation

    @property
    def fragments(self) -> frozenset[str]:
        """All fragments that are looked for."""
        return frozenset(filter(None, map(fragment_of, self.links)))


def targets_of(links: Iterable[Hyperlink]) -> tuple[dict[str, Target], list[CheckResult]]:
    """Group links by what is asked; addresses that cannot be asked are judged at once."""
    targets: dict[str, Target] = {}
    invalid: dict[str, CheckResult] = {}
    for link in links:
        try:
            base = urldefrag(requestable(link.url))[0]
        except InvalidUrlError as error:
            result = invalid.setdefault(link.url, _invalid(link.url, str(error)))
            if link.place not in result.places:
                result.places = [*result.places, link.place]
            continue
        target = targets.setdefault(base, Target(base))
        places = target.links.setdefault(link.url, [])
        if link.place not in places:
            places.append(link.place)
    return targets, list(invalid.values())


def _invalid(url: str, detail: str) -> CheckResult:
    verdict, hint = judge.FAILURES[Failure.INVALID_URL]
    return CheckResult(url, verdict, Failure.INVALID_URL, detail, hint, url, None, [])


class Task:
    """A target on its way: first the side doors of its site, then the page."""

    def __init__(
        self, target: Target, settings: Settings, environ: Mapping[str, str] = os.environ
    ) -> None:
        self.target = target
        self._settings = settings
        self.adapter: Adapter | None = None
        self.doors: list[Door] = []
        self.door: Door | None = None
        self.requests = 0
        self.seconds = 0.0
        if settings.adapters and (plan := plan_for(target.base)) is not None:
            self.adapter = plan[0]
            self.doors = [
                door
                for door in plan[1]
                if not door.needs_token or environ.get(settings.host(host_of(door.url)).token_env)
            ]
        self.errand = self._next_errand()

    @property
    def origin(self) -> str:
        """The host that is asked next."""
        return self.errand.origin

    @property
    def looks_for_anchors(self) -> bool:
        """Whether anchors of this page can be seen without a browser."""
        return self.adapter is None or self.adapter.fragments == "page"

    def _next_errand(self) -> Errand:
        while self.doors:
            self.door = self.doors.pop(0)
            try:
                url = requestable(self.door.url)
            except InvalidUrlError:
                continue
            return Errand(url, frozenset(), self._settings, headers=self.door.headers)
        self.door = None
        return Errand(self.target.base, self._fragments, self._settings, is_wall,
                      self.target.headers)  # fmt: skip

    @property
    def _fragments(self) -> frozenset[str]:
        return self.target.fragments if self.looks_for_anchors else frozenset()

    def finish(self, visit: Visit) -> list[CheckResult] | None:
        """The results of an answer; None when another door is to be tried."""
        self.requests += visit.requests
        self.seconds += visit.seconds
        if self.door is not None and self.adapter is not None:
            told = self.door.judge(visit, self.adapter.id)
            if told is None:
                self.errand = self._next_errand()
                return None
            return [self._result(url, visit, told) for url in self.target.links]
        return [
            self._result(url, visit, judge.classify(visit, self._fragment(url)))
            for url in self.target.links
        ]

    def _fragment(self, url: str) -> str:
        return fragment_of(url) if self.looks_for_anchors else ""

    def _result(self, url: str, visit: Visit, told: Judgement) -> CheckResult:
        final = told.final_url or (self.target.base if self.door else visit.final_url)
        fragment = visit.chosen_fragment or fragment_of(url)
        if fragment and "#" not in final:
            final = f"{final}#{fragment}"
        suggestion = ""
        if told.verdict is Verdict.MOVED:
            suggestion = judge.moved_to(visit)
            if fragment and "#" not in suggestion:
                suggestion = f"{suggestion}#{fragment}"
        return CheckResult(
            url, told.verdict, str(told.rule), told.evidence, told.hint, final,
            visit.last.status, self.target.links[url], visit.hops, visit.attempts, self.seconds,
            suggestion=suggestion, etag=visit.last.headers.get("etag", ""),
            modified=visit.last.headers.get("last-modified", ""),
            failure=str(visit.last.failure or ""),
        )  # fmt: skip


class Checker:
    """One run over many targets."""

    def __init__(
        self,
        settings: Settings,
        done: Callable[[CheckResult], None],
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        """
        Args:
            done: called with each result, from one thread at a time.
        """
        self.settings = settings
        self._environ = environ
        self.fetcher = Fetcher(settings, environ)
        self._done = done
        self._lock = threading.Lock()
        self._silent: Counter[str] = Counter()  # connections in a row that were not accepted
        self._limits: Counter[str] = Counter()
        self._answered: set[str] = set()
        self.seconds_by_host: defaultdict[str, float] = defaultdict(float)
        self.scheduler: Scheduler[Task] = Scheduler(self._step, settings.host, settings.workers)

    def start(self, targets: Iterable[Target]) -> None:
        """Begin; `scheduler.finished` is set at the end."""
        self.scheduler.start(Task(target, self.settings, self._environ) for target in targets)

    def run(self, targets: Iterable[Target]) -> None:
        """Check all targets and wait for the end."""
        self.start(targets)
        self.scheduler.finished.wait()
        if self.scheduler.error is not None:
            raise self.scheduler.error

    def stop(self) -> None:
        """End at once; what was not finished gets no result."""
        self.scheduler.stop()
        self.fetcher.stop()

    def _step(self, task: Task) -> Wait | None:
        errand = task.errand
        name = errand.origin
        seen = self._known(name, errand) or self.fetcher.get(errand.ask(), errand.left)
        if seen.failure is Failure.STOPPED:
            return None
        self._remember(name, seen)
        outcome = errand.take(seen)
        if isinstance(outcome, Again):
            return Wait(outcome.delay, outcome.pause_host)
        self._count_limit(name, outcome)
        results = task.finish(outcome)
        if results is None:
            return Wait()
        with self._lock:
            for result in results:
                self._done(result)
        return None

    def _known(self, name: str, errand: Errand) -> Observation | None:
        """What is already known of a host, so that it need not be asked again."""
        with self._lock:
            if name in self._answered:
                return None
            if self._silent[name] >= _ENOUGH:
                why = "the host accepts no connection (tried before)"
                return Observation(errand.current, failure=Failure.TIMEOUT, detail=why)
        return None

    def _remember(self, name: str, seen: Observation) -> None:
        with self._lock:
            self.seconds_by_host[name] += seen.seconds
            if seen.status is not None:
                self._answered.add(name)
                self._silent.pop(name, None)
            elif seen.failure is Failure.TIMEOUT and "accept a connection" in seen.detail:
                self._silent[name] += 1

    def _count_limit(self, name: str, visit: Visit) -> None:
        with self._lock:
            if visit.gave_up_waiting:
                self._limits[name] += 1
            else:
                self._limits.pop(name, None)


def without_network(results: Iterable[CheckResult]) -> str:
    """Why nothing could be asked at all; empty when something answered.

    A missing network is one fault, not one for each link.
    """
    lost: set[str] = set()
    proxy = 0
    for result in results:
        if result.failure == Failure.PROXY:
            proxy += 1
        elif result.failure in {Failure.DNS, Failure.UNREACHABLE, Failure.NO_SUCH_HOST}:
            host = origin(result.url)
            if not host.endswith((".invalid", ".test", ".example", ".localhost")):
                lost.add(host)
        elif result.rule != Failure.INVALID_URL and result.rule != Failure.REFUSED_ADDRESS:
            return ""
    if proxy:
        return "the proxy fails; no link could be checked through it"
    if len(lost) >= _OFFLINE_HOSTS:
        return "there is no network: no host could be found"
    return ""


def excuse(results: Iterable[CheckResult], why: str) -> None:
    """Say once that nothing could be asked, and blame no link for it."""
    for result in results:
        if result.verdict is Verdict.BROKEN and result.rule != Failure.INVALID_URL:
            result.verdict = Verdict.UNVERIFIABLE
            result.hint = why


def every(targets: Mapping[str, Target]) -> Iterator[Target]:
    """Targets in an order that spreads the load over hosts."""
    queues: dict[str, list[Target]] = {}
    for target in targets.values():
        queues.setdefault(origin(target.base), []).append(target)
    waiting = sorted(queues.values(), key=len, reverse=True)
    index = 0
    while waiting:
        for queue in waiting:
            yield queue[index]
        index += 1
        waiting = [queue for queue in waiting if len(queue) > index]
