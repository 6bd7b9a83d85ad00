"""Sends one request and says what came back. Never judges, never raises, never hangs."""

from __future__ import annotations

import http.client
import logging
import os
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3.exceptions as u3
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar
from urllib3.poolmanager import PoolManager
from urllib3.response import BaseHTTPResponse

from portal.links.config import USER_AGENT, Settings
from portal.links.fetch_resolve import FetchError, Resolver
from portal.links.fetch_socket import Guard, Watchdog, connect, pool_classes
from portal.links.fetch_tls import sent_certificates, tls_failure, trust_store
from portal.links.model import Failure, Observation, PageFacts
from portal.links.page import PageReader
from portal.links.urls import (
    absolute_location,
    host_of,
    refused_address,
    without_fragment,
    without_userinfo,
)

logging.getLogger("urllib3").setLevel(logging.CRITICAL)

REDIRECTS = {301, 302, 303, 307, 308}
_PIECE = 16_384
_PAGES = {"text/html", "application/xhtml+xml", "application/xhtml", ""}
_TEXT = ("text/", "application/json", "application/xml", "application/javascript")
_STREAMS = ("audio/", "video/", "image/", "text/event-stream", "multipart/x-mixed-replace")
_KEPT_HEADERS = {
    "content-type", "content-length", "content-encoding", "content-range", "location",
    "retry-after", "server", "etag", "last-modified", "www-authenticate", "cf-mitigated",
    "x-amzn-waf-action", "x-sucuri-id", "x-datadome", "x-robots-tag", "via", "x-iinfo",
    "proxy-authenticate", "x-ratelimit-remaining", "x-ratelimit-reset", "refresh", "link",
    "x-error-code", "x-error-message", "x-vercel-mitigated", "x-px-captcha", "cf-ray",
    "x-powered-by", "x-akamai-edgescape", "x-github-request-id",
}  # fmt: skip
_OPAQUE = {"br", "zstd", "compress", "x-compress", "dcb", "dcz", "aes128gcm"}  # not decoded here


@dataclass(slots=True)
class Ask:
    """One request to be sent."""

    url: str  # as `urls.requestable` makes it
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: RequestsCookieJar | None = None  # of this link only; answers add to it
    fragments: frozenset[str] = frozenset()
    whole: bool = True  # False: the start is enough


class _Adapter(HTTPAdapter):
    """Gives requests our connections and our trust store."""

    def __init__(self, resolver: Resolver, context: ssl.SSLContext) -> None:
        self._classes = pool_classes(resolver)
        self._context = context
        super().__init__(pool_connections=16, pool_maxsize=1, max_retries=0)

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **kwargs: object
    ) -> None:
        self.poolmanager = PoolManager(
            num_pools=connections, maxsize=maxsize, block=block, ssl_context=self._context
        )
        self.poolmanager.pool_classes_by_scheme = self._classes

    def proxy_manager_for(self, proxy: str, **kwargs: object) -> object:
        manager = super().proxy_manager_for(proxy, ssl_context=self._context, **kwargs)
        manager.pool_classes_by_scheme = self._classes
        return manager

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        parts = urlsplit(request.url or "")
        return {"scheme": parts.scheme, "host": parts.hostname, "port": parts.port}, {}

    def cert_verify(self, conn: object, url: object, verify: object, cert: object) -> None:
        """The context holds the authorities already."""


class Fetcher:
    """Sends requests; safe to use from many threads."""

    def __init__(self, settings: Settings, environ: Mapping[str, str] = os.environ) -> None:
        self._settings = settings
        self._environ = environ
        self.resolver = Resolver()
        self._watchdog = Watchdog()
        self._adapter = _Adapter(self.resolver, trust_store(environ))
        self._count = 0
        self._lock = threading.Lock()

    @property
    def sent(self) -> int:
        """Requests sent so far."""
        return self._count

    def stop(self) -> None:
        """End all requests at once; later ones fail at once."""
        self._watchdog.stop()

    def get(self, ask: Ask, seconds: float) -> Observation:
        """Send a GET and read the answer.

        Args:
            ask: what to send.
            seconds: total time for name, connection, TLS, headers and body.
        """
        started = time.monotonic()
        with self._lock:
            self._count += 1
        guard = Guard(self._watchdog, seconds, allow_private=self._settings.allow_private)
        with guard:
            try:
                seen = self._send(ask, guard)
            except FetchError as error:
                seen = Observation(ask.url, failure=error.failure, detail=error.detail)
            except (requests.RequestException, u3.HTTPError, OSError, ValueError,
                    http.client.HTTPException) as error:  # fmt: skip
                failure, detail = self._explain(error, ask, guard)
                seen = Observation(ask.url, failure=failure, detail=detail)
        if guard.stopped and seen.failure:
            seen = Observation(ask.url, failure=Failure.STOPPED, detail="the run was ended")
        elif guard.expired and seen.failure and seen.status is None:
            dns = seen.failure is Failure.DNS
            seen = Observation(
                ask.url,
                failure=Failure.DNS if dns else Failure.TIMEOUT,
                detail=seen.detail if dns else f"no answer within {seconds:.0f} s",
            )
        return replace(seen, seconds=time.monotonic() - started)

    def _send(self, ask: Ask, guard: Guard) -> Observation:
        request = self._prepared(ask)
        proxies = self._proxies(request.url or ask.url, guard)
        answer = self._adapter.send(
            request,
            stream=True,
            timeout=(guard.remaining + 1, guard.remaining + 1),
            verify=True,
            proxies=proxies,
        )
        raw: BaseHTTPResponse = answer.raw
        try:
            if guard.expired:
                raise TimeoutError
            if ask.cookies is not None:
                extract_cookies_to_jar(ask.cookies, request, raw)  # type: ignore[no-untyped-call]
            return self._read(ask, raw, guard)
        finally:
            raw.close()

    def _prepared(self, ask: Ask) -> requests.PreparedRequest:
        host = host_of(ask.url)
        headers = {
            "User-Agent": USER_AGENT,
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "zh-TW,zh;q=0.9,en-US;q=0.8,en;q=0.7",
            "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
            "Upgrade-Insecure-Requests": "1",
        }
        own = self._settings.host(host)
        if urlsplit(ask.url).scheme == "https" or self._settings.allow_private:
            headers.update(own.headers)
            if own.token_env and (token := self._environ.get(own.token_env)):
                headers["Authorization"] = f"Bearer {token}"
        headers.update(ask.headers)
        request = requests.Request("GET", without_fragment(ask.url), headers=headers)
        prepared = request.prepare()
        if ask.cookies is not None:
            prepared.prepare_cookies(ask.cookies)
        return prepared

    def _proxies(self, url: str, guard: Guard) -> dict[str, str]:
        found = requests.utils.get_environ_proxies(url)
        proxy = requests.utils.select_proxy(url, found)
        if not proxy:
            return {}
        if "://" not in proxy:
            proxy = "http://" + proxy
        parts = urlsplit(proxy)
        guard.proxy = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
        host = host_of(url)
        why = refused_address(host, allow_private=guard.allow_private)
        if not guard.allow_private and (host == "localhost" or host.endswith(".localhost")):
            why = "this machine"
        if why:
            raise FetchError(Failure.REFUSED_ADDRESS, f"{host} is {why}")
        return {urlsplit(url).scheme: proxy}

    def _read(self, ask: Ask, raw: BaseHTTPResponse, guard: Guard) -> Observation:
        headers = {
            name.lower(): value for name, value in raw.headers.items()
            if name.lower() in _KEPT_HEADERS and len(value) < 8192
        }  # fmt: skip
        headers["set-cookie"] = "yes" if "set-cookie" in raw.headers else ""
        location = None
        if raw.status in REDIRECTS and (given := raw.headers.get("location")) is not None:
            location = absolute_location(ask.url, given)
        seen = Observation(ask.url, raw.status, str(raw.reason or ""), headers, location=location)
        if raw.status == 407 and guard.proxy:
            return _failed(seen, Failure.PROXY, "the proxy asks for a password")
        if location is not None:
            return seen
        return self._body(ask, raw, guard, seen)

    def _body(
        self, ask: Ask, raw: BaseHTTPResponse, guard: Guard, seen: Observation
    ) -> Observation:
        encoding = seen.headers.get("content-encoding", "").strip().lower()
        readable = not any(part.strip() in _OPAQUE for part in encoding.split(","))
        kind = seen.content_type
        is_page = readable and (kind in _PAGES)
        limit = self._settings.max_other
        if is_page:
            fragment = bool(ask.fragments) and seen.status == 200
            limit = self._settings.max_page_fragment if fragment else self._settings.max_page
        reader = PageReader(seen.headers.get("content-type", ""), ask.fragments)
        start = b""
        count = 0
        complete = True
        failure: Failure | None = None
        detail = ""
        try:
            for piece in _pieces(raw, decode=readable):
                count += len(piece)
                if len(start) < 4096:
                    start += piece[: 4096 - len(start)]
                    if kind == "" and count == len(piece) and not _looks_like_html(piece):
                        is_page, limit = False, self._settings.max_other
                if is_page:
                    reader.feed(piece)
                enough = ask.fragments and reader.satisfied and count > self._settings.max_other
                if count >= limit or enough:
                    complete = False
                    break
            if guard.expired and complete:
                raise TimeoutError  # what looks like the end is our own closing
        except (OSError, u3.HTTPError, http.client.HTTPException, ValueError, EOFError) as error:
            complete = False
            failure, detail = _body_failure(error, guard, count, seen)
            if failure is Failure.BODY_TIMEOUT and (
                reader.closed or (count and kind.startswith(_STREAMS))
            ):
                failure, detail = None, ""
        page: PageFacts | None = reader.facts() if is_page and (count or kind) else None
        excerpt = ""
        if not is_page and readable and (kind.startswith(_TEXT) or not kind):
            excerpt = start[:2000].decode("utf-8", errors="replace")
        return replace(
            seen, page=page, excerpt=excerpt, body_bytes=count, complete=complete,
            failure=failure, detail=detail,
        )  # fmt: skip

    def _explain(self, error: Exception, ask: Ask, guard: Guard) -> tuple[Failure, str]:
        causes = list(_chain(error))
        for cause in causes:
            if isinstance(cause, FetchError):
                return cause.failure, cause.detail
        if guard.proxy and any(isinstance(c, u3.ProxyError) for c in causes):
            return Failure.PROXY, _proxy_detail(causes)
        for cause in causes:
            if isinstance(cause, ssl.SSLError):
                return tls_failure(cause, lambda: self._chain_length(ask, guard))
        return _plain_failure(causes)

    def _chain_length(self, ask: Ask, guard: Guard) -> int:
        parts = urlsplit(ask.url)
        host = parts.hostname or ""
        if guard.proxy:
            return 0
        try:
            with connect(host, parts.port or 443, self.resolver) as sock:
                return sent_certificates(sock, host)
        except (FetchError, OSError):
            return 0


def _pieces(raw: BaseHTTPResponse, *, decode: bool) -> Iterator[bytes]:
    while True:
        piece = raw.read1(_PIECE, decode_content=decode)
        if not piece:
            return
        yield piece


def _looks_like_html(start: bytes) -> bool:
    head = start[:1024].lstrip().lower()
    return head.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<!--", b"<title",
                            b"<script", b"<meta", b"<h1", b"<p>", b"<div"))  # fmt: skip


def _body_failure(
    error: Exception, guard: Guard, count: int, seen: Observation
) -> tuple[Failure, str]:
    if guard.expired or isinstance(error, TimeoutError):
        return Failure.BODY_TIMEOUT, f"the body did not end in time ({count} bytes came)"
    for cause in _chain(error):
        if isinstance(cause, TimeoutError | u3.ReadTimeoutError):
            return Failure.BODY_TIMEOUT, f"the body did not end in time ({count} bytes came)"
        if isinstance(cause, u3.DecodeError):
            encoding = seen.headers.get("content-encoding", "")
            return Failure.UNDECODABLE, f"the body is not {encoding or 'readable'}"
    expected = seen.headers.get("content-length")
    of = f" of {expected}" if expected else ""
    return Failure.TRUNCATED, f"the body broke off after {count}{of} bytes"


def _plain_failure(causes: list[BaseException]) -> tuple[Failure, str]:
    for cause in causes:
        if isinstance(cause, ConnectionRefusedError):
            return Failure.CONNECTION_REFUSED, "the server refuses the connection"
        if isinstance(cause, TimeoutError | u3.TimeoutError):
            return Failure.TIMEOUT, "no answer in time"
        if isinstance(cause, http.client.RemoteDisconnected):
            return Failure.RESET, "the server closed the connection without an answer"
        if isinstance(cause, ConnectionError) and not isinstance(cause, requests.RequestException):
            return Failure.RESET, "the server reset the connection"
    for cause in causes:
        if isinstance(cause, requests.exceptions.InvalidURL | u3.LocationParseError):
            return Failure.INVALID_URL, without_userinfo(str(cause))
        if isinstance(cause, http.client.HTTPException):
            return Failure.PROTOCOL, f"the answer is not HTTP ({type(cause).__name__}: {cause})"[
                :200
            ]
    return Failure.PROTOCOL, f"{type(causes[0]).__name__}: {causes[0]}"[:200]


def _proxy_detail(causes: list[BaseException]) -> str:
    last = str(causes[-1])
    return f"the proxy fails ({last[:120]})"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and everything that it wraps."""
    queue: list[object] = [error]
    seen: set[int] = set()
    while queue:
        item = queue.pop(0)
        if not isinstance(item, BaseException) or id(item) in seen:
            continue
        seen.add(id(item))
        yield item
        queue += [*item.args, getattr(item, "reason", None), item.__cause__, item.__context__]


def _failed(seen: Observation, failure: Failure, detail: str) -> Observation:
    return replace(seen, failure=failure, detail=detail)
