"""The course of one address: redirects, retries and waiting, without touching the network.

The scheduler asks for the next request, sends it, and hands back what came; the errand says
what to do next. So every decision here can be tested with made-up answers.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from requests.cookies import RequestsCookieJar

from portal.links.config import Settings
from portal.links.fetch import Ask
from portal.links.model import Failure, Hop, HopKind, Observation, Visit
from portal.links.page import refresh_target
from portal.links.urls import (
    InvalidUrlError,
    absolute_location,
    fragment_of,
    key_of,
    origin,
    requestable,
    without_fragment,
    without_userinfo,
)

PERMANENT = {301, 308}
# What may pass by itself.
_PASSING_STATUS = {408, 421, 425, 429, 500, 502, 503, 504, 507, 509, 520, 521, 522, 523, 524,
                   525, 527, 529, 530, 598, 599}  # fmt: skip
_PASSING_FAILURE = {Failure.RESET, Failure.TRUNCATED, Failure.UNDECODABLE, Failure.DNS,
                    Failure.CONNECTION_REFUSED, Failure.PROTOCOL}  # fmt: skip
_ONCE = {Failure.CONNECTION_REFUSED, Failure.PROTOCOL, Failure.DNS, 421, 425, 501}
_PAUSING = {429, 503}
_MIN_LEFT = 0.3  # seconds; with less no further request is worth sending


@dataclass(frozen=True, slots=True)
class Again:
    """Ask again, or ask the next hop, after a while."""

    delay: float = 0.0  # seconds
    pause_host: float = 0.0  # seconds for which the whole host is left alone


@dataclass(slots=True)
class Errand:
    """One address on its way to an answer."""

    url: str  # as requestable makes it, without fragment
    fragments: frozenset[str]
    settings: Settings
    stay: Callable[[Observation], bool] = lambda seen: False  # a wall: do not follow its refresh
    headers: Mapping[str, str] = field(default_factory=dict)
    jitter: Callable[[], float] = random.random
    current: str = ""
    spent: float = 0.0  # seconds of asking
    requests: int = 0
    tries: int = 0  # of the current hop
    retried: int = 0
    paused: float = 0.0
    hops: list[Hop] = field(default_factory=list)
    cookies: RequestsCookieJar = field(default_factory=RequestsCookieJar)
    problem: str = ""
    chosen_fragment: str = ""  # by a redirect
    given_up: str = ""  # why a rate limit is not waited for
    _seen: set[tuple[str, str]] = field(default_factory=set)
    _wanted: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.current = self.url
        self._wanted = self.fragments
        self._seen.add(self._state(self.url))

    @property
    def origin(self) -> str:
        """The host that is asked next."""
        return origin(self.current)

    @property
    def left(self) -> float:
        """Seconds of asking that are left."""
        return max(0.05, self.settings.timeout - self.spent)

    def ask(self) -> Ask:
        """The next request."""
        headers = dict(self.headers)
        if self.hops:
            headers = {k: v for k, v in headers.items() if not k.startswith("If-")}
        if self.tries:
            headers["Cache-Control"] = "no-cache"
        return Ask(self.current, headers, self.cookies, self._wanted)

    def take(self, seen: Observation) -> Visit | Again:
        """Decide what follows from an answer."""
        self.requests += 1
        self.tries += 1
        self.spent += seen.seconds
        if (again := self._retry(seen)) is not None:
            self.retried += 1
            return again
        target, kind = self._target(seen)
        if target is None or kind is None:
            return self._end(seen)
        return self._follow(seen, target, kind)

    @property
    def _revalidates(self) -> bool:
        return not self.hops and any(name.startswith("If-") for name in self.headers)

    def _retry(self, seen: Observation) -> Again | None:
        reason = seen.status if seen.failure is None else seen.failure
        if seen.status == 304:
            return None if self.tries > 1 or self._revalidates else Again(0.1)
        passing = reason in _PASSING_STATUS or reason in _PASSING_FAILURE
        if not passing or self.left <= _MIN_LEFT or (seen.status and self.stay(seen)):
            return None
        limit = 1 if reason in _ONCE else self.settings.retries
        asked = retry_after(seen)
        if seen.status in _PAUSING and asked is not None:
            if self.paused + asked > self.settings.retry_after_cap:
                self.given_up = f"asks to wait {asked:.0f} s"
                return None
            if self.tries > limit:
                return None
            self.paused += asked
            return Again(asked, pause_host=asked)
        if self.tries > limit:
            return None
        delay = self.settings.backoff * 2 ** (self.tries - 1) * (0.75 + 0.5 * self.jitter())
        return Again(delay, pause_host=delay if seen.status == 429 else 0.0)

    def _target(self, seen: Observation) -> tuple[str | None, HopKind | None]:
        if seen.failure is not None or seen.status is None:
            return None, None
        if seen.location is not None:
            kind = HopKind.PERMANENT if seen.status in PERMANENT else HopKind.TEMPORARY
            return seen.location, kind
        if not 200 <= seen.status < 300 or self.stay(seen):
            return None, None
        target = refresh_target(seen.headers.get("refresh", ""))
        if not target and seen.page is not None and seen.page.refresh:
            target = seen.page.refresh
        if not target:
            return None, None
        absolute = absolute_location(seen.url, target)
        try:
            same = key_of(without_fragment(requestable(absolute))) == key_of(seen.url)
        except InvalidUrlError:
            return None, None  # opens an app, or is made by a script
        return (None, None) if same else (absolute, HopKind.PAGE)

    def _follow(self, seen: Observation, target: str, kind: HopKind) -> Visit | Again:
        shown = without_userinfo(target)
        self.hops.append(Hop(seen.url, seen.status or 0, kind, shown))
        try:
            following = requestable(target)
        except InvalidUrlError as error:
            self.problem = f"redirects to {shown!r}: {error}"
            return self._end(seen)
        if len(self.hops) > self.settings.max_redirects:
            self.problem = f"more than {self.settings.max_redirects} redirects"
            return self._end(seen)
        if chosen := fragment_of(target):  # replaces ours (RFC 9110, 10.2.2)
            self.chosen_fragment = chosen
            self._wanted = frozenset({chosen})
        state = self._state(without_fragment(following))
        if state in self._seen:
            self.problem = f"redirects in a loop, back to {without_fragment(shown)}"
            return self._end(seen)
        self._seen.add(state)
        self.current = without_fragment(following)
        self.tries = 0
        if self.left <= 0.06:
            return self._end(
                Observation(self.current, failure=Failure.TIMEOUT, detail="no time was left")
            )
        return Again()

    def _state(self, url: str) -> tuple[str, str]:
        cookies = ";".join(sorted(f"{c.domain}{c.path}{c.name}={c.value}" for c in self.cookies))
        return url, cookies

    def _end(self, seen: Observation) -> Visit:
        return Visit(
            url=self.url,
            hops=tuple(self.hops),
            last=seen,
            attempts=self.retried + 1,
            requests=self.requests,
            problem=self.problem or self.given_up,
            seconds=self.spent,
            chosen_fragment=self.chosen_fragment,
            gave_up_waiting=bool(self.given_up),
            unchanged=seen.status == 304 and self._revalidates,
        )


def retry_after(seen: Observation, now: dt.datetime | None = None) -> float | None:
    """Seconds that the server asks to wait (RFC 9110, 10.2.3): a number or an HTTP date."""
    value = seen.headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return max(0.0, (moment - (now or dt.datetime.now(dt.UTC))).total_seconds())
