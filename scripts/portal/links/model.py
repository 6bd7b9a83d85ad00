"""The nouns of the link checker: links, observations, verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Place(NamedTuple):
    """Where a link stands: lines and columns count from 1."""

    file: str
    line: int
    col: int


@dataclass(frozen=True, slots=True)
class Hyperlink:
    """One occurrence of an external address."""

    url: str  # as written, entities decoded
    place: Place
    offset: int = -1  # of the address in the text of the file; -1: not literally there


class Verdict(StrEnum):
    """What a careful reader would say of a link."""

    WORKING = "working"
    MOVED = "moved"  # permanently
    BROKEN = "broken"
    BLOCKED = "blocked"  # the server refuses robots
    LOGIN = "login"
    PAYWALL = "paywall"
    RATE_LIMITED = "rate-limited"
    UNVERIFIABLE = "unverifiable"

    @property
    def ok(self) -> bool:
        """Whether a reader arrives."""
        return self in {Verdict.WORKING, Verdict.MOVED}


class Failure(StrEnum):
    """Why a request brought no usable answer."""

    INVALID_URL = "invalid-url"
    REFUSED_ADDRESS = "refused-address"  # private or local; not asked
    NO_SUCH_HOST = "no-such-host"
    DNS = "dns"  # the name service gave no answer
    CONNECTION_REFUSED = "connection-refused"
    UNREACHABLE = "unreachable"
    RESET = "reset"
    TIMEOUT = "timeout"
    BODY_TIMEOUT = "body-timeout"
    TRUNCATED = "truncated"
    UNDECODABLE = "undecodable"
    PROTOCOL = "protocol"
    TLS_EXPIRED = "tls-expired"
    TLS_NOT_YET_VALID = "tls-not-yet-valid"
    TLS_SELF_SIGNED = "tls-self-signed"
    TLS_WRONG_HOST = "tls-wrong-host"
    TLS_INCOMPLETE_CHAIN = "tls-incomplete-chain"
    TLS_UNKNOWN_AUTHORITY = "tls-unknown-authority"
    TLS_OTHER = "tls-other"
    PROXY = "proxy"
    STOPPED = "stopped"  # the run ended first


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What was read of a page; enough to judge it without keeping it."""

    title: str = ""
    headings: tuple[str, ...] = ()  # the first h1 and h2
    text: str = ""  # start of the visible text outside navigation, a line for each block
    text_length: int = 0  # of all such text that is no link, in characters, as far as read
    all_text_length: int = 0
    found_fragments: frozenset[str] = frozenset()  # those of the wanted that exist
    meta: Mapping[str, str] = field(default_factory=dict)
    refresh: str | None = None  # target of an immediate meta refresh or script redirect
    refresh_kind: str = ""
    scripts: int = 0
    media: int = 0  # images, videos, frames
    forms: int = 0
    password_field: bool = False
    script_root: bool = False  # an empty mount point of a script application
    markers: str = ""  # start of the raw source, for walls that hide in scripts
    links: int = 0


@dataclass(frozen=True, slots=True)
class Observation:
    """One request and what came back: either a status or a failure."""

    url: str
    status: int | None = None
    reason: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)  # lower-case names
    page: PageFacts | None = None  # HTML only
    excerpt: str = ""  # start of a textual body that is not HTML
    body_bytes: int | None = None  # read; None: not read
    complete: bool = True  # the body was read to its end
    failure: Failure | None = None
    detail: str = ""
    seconds: float = 0.0
    location: str | None = None  # absolute, when this answer redirects

    @property
    def content_type(self) -> str:
        """Media type without parameters, lower case."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()


class HopKind(StrEnum):
    """How a reader is sent on."""

    PERMANENT = "permanent"
    TEMPORARY = "temporary"
    PAGE = "page"  # meta refresh or script


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a redirect chain."""

    url: str
    status: int
    kind: HopKind
    target: str


@dataclass(frozen=True, slots=True)
class Visit:
    """Everything observed for one address."""

    url: str  # as asked, without fragment
    hops: tuple[Hop, ...]
    last: Observation
    attempts: int = 1
    requests: int = 1
    problem: str = ""  # loop, too many redirects, a scheme that is not followed
    seconds: float = 0.0
    chosen_fragment: str = ""  # by a redirect; replaces that of the link
    unchanged: bool = False  # the server says so; it worked before
    gave_up_waiting: bool = False  # the server asked for a longer pause than is allowed

    @property
    def final_url(self) -> str:
        """Where the reader ends."""
        return self.last.url


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict and why."""

    verdict: Verdict
    rule: str
    evidence: str
    hint: str = ""
    final_url: str | None = None


@dataclass(slots=True)
class CheckResult:
    """The verdict on one address and every place where it stands."""

    url: str
    verdict: Verdict
    rule: str
    evidence: str
    hint: str
    final_url: str
    status: int | None
    places: Sequence[Place]
    hops: Sequence[Hop] = ()
    attempts: int = 0
    seconds: float = 0.0
    cached: bool = False
    suggestion: str = ""  # another address to use
    ignored: str = ""  # reason of an entry of the ignore list
    confirmed: bool = True  # False: broken, but not for long enough to fail the run
    etag: str = ""
    modified: str = ""
    failure: str = ""

    @property
    def ok(self) -> bool:
        """Whether a reader arrives."""
        return self.verdict.ok
