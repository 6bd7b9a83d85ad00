"""Connections that end when their time is up, whatever the server does."""

from __future__ import annotations

import heapq
import http.client
import socket
import threading
import time
from types import TracebackType
from typing import Any, cast

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from portal.links.fetch_resolve import FetchError, Resolver
from portal.links.model import Failure
from portal.links.urls import refused_address

MAX_HEADER_BYTES = 262_144  # what Chrome accepts of one answer
MAX_INTERIM = 16  # 1xx answers before the real one
http.client._MAXHEADERS = 2000  # type: ignore[attr-defined]  # bounded by bytes instead


class Guard:
    """The deadline of one request; ends its connections when it passes."""

    def __init__(self, watchdog: Watchdog, seconds: float, *, allow_private: bool) -> None:
        self.deadline = time.monotonic() + seconds
        self.expired = False
        self.stopped = False
        self.allow_private = allow_private
        self.proxy: tuple[str, int] | None = None
        self.peer: list[str] = []
        self._watchdog = watchdog
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._over = False

    def __enter__(self) -> Guard:
        _current.guard = self
        self._watchdog.add(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _current.guard = None
        with self._lock:
            self._over = True
            sockets, self._sockets = self._sockets, []
        self._watchdog.remove(self)
        for sock in sockets:
            sock.close()

    @property
    def remaining(self) -> float:
        """Seconds left, at least a hair."""
        return max(0.001, self.deadline - time.monotonic())

    def hold(self, sock: socket.socket) -> None:
        """Let the watchdog end this connection; a duplicate handle survives TLS wrapping."""
        copy = sock.dup()
        with self._lock:
            self._sockets.append(copy)
            late = self.expired or self.stopped
        if late:
            self.kill()

    def kill(self) -> None:
        """Wake whoever reads or writes; from another thread."""
        with self._lock:
            if self._over:
                return
            for sock in self._sockets:
                try:
                    sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue


class _Current(threading.local):
    guard: Guard | None = None


_current = _Current()


class Watchdog:
    """One thread that ends every request whose time is up."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._heap: list[tuple[float, int, Guard]] = []
        self._live: set[Guard] = set()
        self._count = 0
        self._stopped = False
        self._thread = threading.Thread(target=self._run, daemon=True, name="deadlines")
        self._thread.start()

    def add(self, guard: Guard) -> None:
        """Watch a request."""
        with self._condition:
            self._count += 1
            self._live.add(guard)
            heapq.heappush(self._heap, (guard.deadline, self._count, guard))
            guard.stopped = self._stopped
            if self._heap[0][2] is guard:
                self._condition.notify()

    def remove(self, guard: Guard) -> None:
        """The request is over."""
        with self._condition:
            self._live.discard(guard)
            if len(self._heap) > 64 and len(self._heap) > 4 * len(self._live):
                self._heap = [entry for entry in self._heap if entry[2] in self._live]
                heapq.heapify(self._heap)

    def stop(self) -> None:
        """End every request now, and every later one at once."""
        with self._condition:
            self._stopped = True
            live = list(self._live)
        for guard in live:
            guard.stopped = True
            guard.kill()

    def _run(self) -> None:
        while True:
            with self._condition:
                while not self._heap or self._heap[0][0] > time.monotonic():
                    wait = self._heap[0][0] - time.monotonic() if self._heap else None
                    self._condition.wait(wait)
                guard = heapq.heappop(self._heap)[2]
                live = guard in self._live
            if live:
                guard.expired = True
                guard.kill()


def connect(host: str, port: int, resolver: Resolver) -> socket.socket:
    """Open a connection to a public address of a host, within the time of the request.

    The address that was judged is the one that is used: a name cannot change in between.

    Raises:
        FetchError: with the reason.
    """
    guard = _current.guard
    assert guard is not None
    through_proxy = guard.proxy == (host, port)
    try:
        addresses = resolver.resolve(host, guard.remaining)
    except FetchError as error:
        if through_proxy:
            raise FetchError(Failure.PROXY, f"the proxy {host} cannot be found") from error
        raise
    if not through_proxy:
        for _, address in addresses:
            if why := refused_address(address, allow_private=guard.allow_private):
                raise FetchError(Failure.REFUSED_ADDRESS, f"{host} is {why} ({address})")
    last: OSError | None = None
    for index, (family, address) in enumerate(addresses):
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(max(0.05, guard.remaining / (len(addresses) - index)))
            guard.hold(sock)
            sock.connect((address, port))
            sock.settimeout(guard.remaining + 1)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            sock.close()
            last = error
            continue
        guard.peer.append(address)
        return sock
    raise _connect_failure(host, port, last, through_proxy=through_proxy)


def _connect_failure(
    host: str, port: int, error: OSError | None, *, through_proxy: bool
) -> FetchError:
    if through_proxy:
        return FetchError(Failure.PROXY, f"the proxy {host}:{port} does not answer")
    if isinstance(error, ConnectionRefusedError):
        return FetchError(Failure.CONNECTION_REFUSED, f"{host} refuses connections on {port}")
    if isinstance(error, TimeoutError):
        return FetchError(Failure.TIMEOUT, f"{host} does not accept a connection")
    if isinstance(error, ConnectionError):
        return FetchError(Failure.RESET, f"{host} closed the connection")
    return FetchError(Failure.UNREACHABLE, f"{host} cannot be reached: {error}")


class _LimitedHeaders:
    """Reads header lines up to a total size, and drops lines that are no header, as
    browsers do."""

    def __init__(self, file: Any) -> None:
        self.file = file
        self._left = MAX_HEADER_BYTES
        self._first = True

    def readline(self, limit: int = -1) -> bytes:
        while True:
            line: bytes = self.file.readline(min(limit, self._left) if limit > 0 else self._left)
            self._left -= len(line)
            if self._left <= 0:
                raise FetchError(Failure.PROTOCOL, "the headers do not end")
            if self._first:
                self._first = not line.strip()  # a stray empty line before the status
                if self._first and line:
                    continue
                return line
            if not line:
                raise FetchError(Failure.PROTOCOL, "the answer breaks off in its headers")
            if not line.strip() or b":" in line or line[:1] in b" \t":
                return line

    def next_answer(self) -> None:
        self._first = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


class _Response(http.client.HTTPResponse):
    """Skips interim answers (RFC 9110, 15.2) and bounds the headers."""

    def begin(self) -> None:
        limited: Any = _LimitedHeaders(self.fp)
        self.fp = limited
        try:
            super().begin()
        finally:
            if self.fp is limited:
                self.fp = cast(_LimitedHeaders, limited).file

    def _read_status(self) -> tuple[str, int, str]:
        for _ in range(MAX_INTERIM):
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 100 <= status < 200 or status in {100, 101}:
                return version, status, reason
            while self.fp.readline(65_537).strip():
                continue
            self.fp.next_answer()  # type: ignore[attr-defined]
        raise FetchError(Failure.PROTOCOL, "interim answers do not end")


def connection_classes(resolver: Resolver) -> tuple[type[HTTPConnection], type[HTTPSConnection]]:
    """Connection classes that use this resolver."""

    class Plain(HTTPConnection):
        response_class = _Response

        def _new_conn(self) -> socket.socket:
            return connect(self._dns_host, int(self.port or 80), resolver)

    class Secure(HTTPSConnection):
        response_class = _Response

        def _new_conn(self) -> socket.socket:
            return connect(self._dns_host, int(self.port or 443), resolver)

    return Plain, Secure


def pool_classes(resolver: Resolver) -> dict[str, type[HTTPConnectionPool]]:
    """Pools of such connections, by scheme."""
    plain, secure = connection_classes(resolver)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = secure

    return {"http": PlainPool, "https": SecurePool}
