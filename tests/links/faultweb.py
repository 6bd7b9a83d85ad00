"""A web of faults on loopback: each address behaves in its own wrong (or right) way.

Behaviours are declared in the `faults_*` modules; this module serves them.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

BLOCK = [f"127.0.{block}.1" for block in range(10, 34)]  # hosts that share the work


@dataclass(slots=True)
class Exchange:
    """One request and the means to answer it."""

    method: str
    path: str  # with query
    version: str
    headers: Mapping[str, str]  # lower-case names
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    web: FaultWeb
    host: str
    count: int  # requests for this path so far, this one included

    async def send(self, data: bytes) -> None:
        """Send raw bytes at once."""
        self.writer.write(data)
        await self.writer.drain()

    async def reply(
        self,
        body: bytes | str = b"",
        status: str = "200 OK",
        headers: Mapping[str, str] | None = None,
        kind: str = "text/html; charset=utf-8",
    ) -> None:
        """A correct HTTP/1.1 answer."""
        content = body.encode() if isinstance(body, str) else body
        fields = {"Content-Type": kind, "Content-Length": str(len(content)), **(headers or {})}
        lines = [f"HTTP/1.1 {status}", *(f"{k}: {v}" for k, v in fields.items() if v is not None)]
        await self.send("\r\n".join([*lines, "", ""]).encode("utf-8") + content)

    def url(self, path: str, host: str | None = None) -> str:
        """An address on this web."""
        return f"http://{host or self.host}:{self.web.port}{path}"


Respond = Callable[[Exchange], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Fault:
    """One behaviour of a server and what a careful reader would say of it."""

    name: str
    expect: str  # a verdict
    why: str
    respond: Respond | None = None  # None: `url` says it all
    at: str = ""  # the path asked, when it is not /<name>
    fragment: str = ""
    url: str = ""  # an address elsewhere; {port} and {tls} are filled in
    rule: str = ""  # the rule that is expected to decide, where that matters


class FaultWeb:
    """Serves behaviours; counts requests."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        self.port = 0
        self.tls_port = 0
        self.requests: Counter[str] = Counter()
        self.in_flight: Counter[str] = Counter()
        self.peak: Counter[str] = Counter()
        self.times: dict[str, list[float]] = defaultdict(list)
        self.log: list[tuple[str, str, dict[str, str]]] = []
        self._by_path: dict[str, Fault] = {}
        self._hosts: dict[str, str] = {}
        for index, fault in enumerate(faults):
            path = (fault.at or f"/{fault.name}").split("?")[0]
            if fault.respond is not None:
                self._by_path[path] = fault
            self._hosts[fault.name] = BLOCK[index % len(BLOCK)]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._servers: list[asyncio.AbstractServer] = []

    def address(self, fault: Fault) -> str:
        """The link that shows a behaviour."""
        if fault.url:
            url = fault.url.replace("{port}", str(self.port)).replace("{tls}", str(self.tls_port))
        else:
            url = f"http://{self._hosts[fault.name]}:{self.port}{fault.at or '/' + fault.name}"
        return f"{url}#{fault.fragment}" if fault.fragment else url

    def start(self) -> None:
        """Listen on all hosts of the web, on one port."""
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(20)

    async def _listen(self) -> None:
        first = await asyncio.start_server(self._serve, BLOCK[0], 0, limit=1 << 20)
        self.port = first.sockets[0].getsockname()[1]
        self._servers.append(first)
        for host in [*BLOCK[1:], "127.0.0.1", "::1"]:
            self._servers.append(await asyncio.start_server(self._serve, host, self.port))

    def listen_tls(self, context: ssl.SSLContext, host: str = "127.0.0.1") -> int:
        """One more listener, with TLS; returns its port."""

        async def listen() -> int:
            server = await asyncio.start_server(self._serve, host, 0, ssl=context)
            self._servers.append(server)
            port: int = server.sockets[0].getsockname()[1]
            return port

        return asyncio.run_coroutine_threadsafe(listen(), self._loop).result(20)

    def listen_raw(
        self, handle: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
    ) -> int:
        """A listener that does not speak HTTP; returns its port."""

        async def listen() -> int:
            server = await asyncio.start_server(handle, "127.0.0.1", 0)
            self._servers.append(server)
            port: int = server.sockets[0].getsockname()[1]
            return port

        return asyncio.run_coroutine_threadsafe(listen(), self._loop).result(20)

    def stop(self) -> None:
        """Close everything."""

        async def close() -> None:
            for server in self._servers:
                server.close()
            for task in asyncio.all_tasks():
                if task is not asyncio.current_task():
                    task.cancel()

        asyncio.run_coroutine_threadsafe(close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        self.in_flight[host] += 1
        self.peak[host] = max(self.peak[host], self.in_flight[host])
        try:
            await self._exchange(reader, writer, host)
        except (OSError, EOFError, asyncio.LimitOverrunError, ValueError, asyncio.CancelledError):
            pass  # the checker went away, or the web is being closed
        finally:
            self.in_flight[host] -= 1
            writer.close()

    async def _exchange(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str
    ) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        method, path, version = first.split(" ", 2)
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines if ":" in line)
        }
        self.times[host].append(asyncio.get_running_loop().time())
        self.requests[path] += 1
        self.log.append((host, path, headers))
        exchange = Exchange(method, path, version, headers, reader, writer, self, host,
                            self.requests[path])  # fmt: skip
        bare = path.split("?")[0]
        fault = self._by_path.get(path) or self._by_path.get(bare)
        if fault is None and bare.startswith("/to/"):
            await exchange.reply(GOOD)
        elif fault is None and bare == "/":
            await exchange.reply(HOME)
        elif fault is None or fault.respond is None:
            await exchange.reply("<h1>Not Found</h1>", "404 Not Found")
        else:
            await fault.respond(exchange)


TEXT = "A page with enough to read that nobody takes it for an error. " * 8
GOOD = f"<!doctype html><title>Good</title><h1 id='top-heading'>Good</h1><p id='there'>{TEXT}</p>"
HOME = f"<!doctype html><title>Home</title><h1>Welcome home</h1><p>{TEXT}</p>"


def page(
    body: str | bytes,
    status: str = "200 OK",
    headers: Mapping[str, str] | None = None,
    kind: str = "text/html; charset=utf-8",
) -> Respond:
    """A behaviour that always gives the same answer."""

    async def respond(exchange: Exchange) -> None:
        await exchange.reply(body, status, headers, kind)

    return respond


def raw(data: bytes) -> Respond:
    """A behaviour that sends exactly these bytes and closes."""

    async def respond(exchange: Exchange) -> None:
        await exchange.send(data)

    return respond


def status(line: str, body: str = "<h1>An answer</h1>", **headers: str) -> Respond:
    """An answer with a status; header names are written with underscores."""
    return page(body, line, {name.replace("_", "-"): value for name, value in headers.items()})


def redirect(code: int, location: str, **headers: str) -> Respond:
    """A redirect; {host} and {port} in the location are filled in."""

    async def respond(exchange: Exchange) -> None:
        target = location.replace("{host}", exchange.host).replace("{port}", str(exchange.web.port))
        fields = {"Location": target}
        fields |= {name.replace("_", "-"): value for name, value in headers.items()}
        await exchange.reply(b"", f"{code} Redirect", fields)

    return respond


@dataclass
class Script:
    """A sequence of answers to repeated requests; the last one stays."""

    answers: list[Respond] = field(default_factory=list)

    async def __call__(self, exchange: Exchange) -> None:
        await self.answers[min(exchange.count, len(self.answers)) - 1](exchange)


def then(*answers: Respond) -> Respond:
    """First this answer, then that."""
    return Script(list(answers))
