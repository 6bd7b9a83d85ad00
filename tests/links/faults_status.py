"""Statuses, rate limits and odd protocol."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from email.utils import formatdate
from time import time

from links.faultweb import GOOD, TEXT, Exchange, Fault, page, raw, status, then


def head(*lines: str) -> bytes:
    return "\r\n".join(["HTTP/1.1 200 OK", *lines, "", ""]).encode()


BODY = GOOD.encode()
LENGTH = f"Content-Length: {len(BODY)}"
HTML = "Content-Type: text/html"

STATUSES = [
    Fault("s200", "working", "a page", page(GOOD)),
    Fault("s201", "working", "created, with a page", status("201 Created", GOOD)),
    Fault("s202", "working", "accepted, with a page", status("202 Accepted", GOOD)),
    Fault("s203", "working", "from a cache", status("203 Non-Authoritative", GOOD)),
    Fault("s204", "broken", "nothing to see", raw(b"HTTP/1.1 204 No Content\r\n\r\n")),
    Fault("s205", "broken", "nothing to see", status("205 Reset Content", "")),
    Fault("s206", "working", "a part, unasked, but it is there", status("206 Partial", GOOD)),
    Fault("s226", "working", "IM used", status("226 IM Used", GOOD)),
    Fault("s300", "working", "a list of choices", status("300 Multiple Choices", GOOD)),
    Fault("s301-nowhere", "broken", "a redirect without address", status("301 Moved", "")),
    Fault("s304", "broken", "nothing was cached", raw(b"HTTP/1.1 304 Not Modified\r\n\r\n")),
    Fault("s304-once", "working", "304 at first, a page when asked for a fresh one",
          then(raw(b"HTTP/1.1 304 Not Modified\r\n\r\n"), page(GOOD))),
    Fault("s305", "broken", "use proxy: browsers do not",
          status("305 Use Proxy", "", Location="/to/x")),
    Fault("s306", "broken", "unused", status("306 Unused", "")),
    Fault("s310", "broken", "no such status", status("310 What", "")),
    Fault("s400", "broken", "bad request", status("400 Bad Request")),
    Fault("s401", "login", "asks who you are",
          status("401 Unauthorized", WWW_Authenticate="Basic")),
    Fault("s402", "paywall", "asks for money", status("402 Payment Required")),
    Fault("s403", "blocked", "refuses", status("403 Forbidden")),
    Fault("s404", "broken", "gone", status("404 Not Found")),
    Fault("s404-long", "broken", "gone, with a long page", status("404 Not Found", GOOD)),
    Fault("s404-empty", "broken", "gone, without a page", status("404 Not Found", "")),
    Fault("s405", "broken", "does not let you read",
          status("405 Method Not Allowed", Allow="POST")),
    Fault("s406", "broken", "not in your language", status("406 Not Acceptable")),
    Fault("s407", "unverifiable", "some proxy wants a password", status("407 Proxy Auth")),
    Fault("s408", "broken", "always too slow", status("408 Request Timeout")),
    Fault("s409", "broken", "conflict", status("409 Conflict")),
    Fault("s410", "broken", "gone for good", status("410 Gone")),
    Fault("s412", "broken", "precondition failed", status("412 Precondition Failed")),
    Fault("s414", "broken", "address too long", status("414 URI Too Long")),
    Fault("s416", "broken", "no such range", status("416 Range Not Satisfiable")),
    Fault("s418", "broken", "a teapot", status("418 I'm a teapot")),
    Fault("s421", "broken", "misdirected, always", status("421 Misdirected Request")),
    Fault("s421-once", "working", "misdirected at first",
          then(status("421 Misdirected Request"), page(GOOD))),
    Fault("s422", "broken", "unprocessable", status("422 Unprocessable")),
    Fault("s423", "broken", "locked", status("423 Locked")),
    Fault("s425", "broken", "too early, always", status("425 Too Early")),
    Fault("s426", "broken", "upgrade required", status("426 Upgrade Required", Upgrade="h2c")),
    Fault("s428", "broken", "precondition required", status("428 Precondition Required")),
    Fault("s431", "broken", "headers too large", status("431 Header Fields Too Large")),
    Fault("s440", "login", "login timed out (IIS)", status("440 Login Time-out")),
    Fault("s444", "broken", "nginx closes", status("444 No Response", "")),
    Fault("s451", "blocked", "for legal reasons", status("451 Unavailable For Legal Reasons")),
    Fault("s499", "broken", "unknown 4xx", status("499 Client Closed")),
    Fault("s500", "broken", "server error for ever", status("500 Internal Server Error")),
    Fault("s500-once", "working", "a passing server error",
          then(status("500 Internal Server Error"), page(GOOD))),
    Fault("s500-twice", "working", "two passing errors",
          then(status("500 Oops"), status("502 Oops"), page(GOOD))),
    Fault("s501", "broken", "not implemented", status("501 Not Implemented")),
    Fault("s502", "broken", "bad gateway", status("502 Bad Gateway")),
    Fault("s503", "broken", "unavailable for ever", status("503 Service Unavailable")),
    Fault("s503-once", "working", "unavailable for a moment",
          then(status("503 Service Unavailable"), page(GOOD))),
    Fault("s504", "broken", "gateway timeout", status("504 Gateway Timeout")),
    Fault("s505", "broken", "version", status("505 HTTP Version Not Supported")),
    Fault("s508", "broken", "loop detected", status("508 Loop Detected")),
    Fault("s509", "broken", "bandwidth used up", status("509 Bandwidth Limit Exceeded")),
    Fault("s511", "unverifiable", "a captive portal", status("511 Network Auth Required")),
    Fault("s520", "broken", "Cloudflare: unknown error", status("520 Unknown")),
    Fault("s521", "broken", "Cloudflare: origin is down", status("521 Down")),
    Fault("s522", "broken", "Cloudflare: origin is silent", status("522 Timed Out")),
    Fault("s523", "broken", "Cloudflare: origin unreachable", status("523 Unreachable")),
    Fault("s524", "broken", "Cloudflare: origin too slow", status("524 Slow")),
    Fault("s525", "broken", "Cloudflare: TLS to origin", status("525 TLS")),
    Fault("s526", "broken", "Cloudflare: certificate of origin", status("526 Certificate")),
    Fault("s527", "broken", "Cloudflare: railgun", status("527 Railgun")),
    Fault("s530", "broken", "Cloudflare: no such origin", status("530 Origin DNS")),
    Fault("s599", "broken", "unknown 5xx", status("599 Network")),
    Fault("s600", "broken", "no such class", status("600 What")),
    Fault("s999", "blocked", "LinkedIn's refusal", status("999 Request denied")),
    Fault("s100-only", "broken", "continue, and nothing more",
          raw(b"HTTP/1.1 100 Continue\r\n\r\n")),
    Fault("s101", "broken", "switches protocols unasked",
          raw(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n")),
]  # fmt: skip

http_date_soon = formatdate(time() + 2, usegmt=True)


LIMITS = [
    Fault("r429", "rate-limited", "asks too often, for ever",
          status("429 Too Many", Retry_After="0")),
    Fault("r429-once", "working", "asks for a second's patience",
          then(status("429 Too Many", Retry_After="1"), page(GOOD))),
    Fault("r429-silent", "rate-limited", "does not say how long", status("429 Too Many")),
    Fault("r429-hour", "rate-limited", "wants an hour", status("429 Too Many", Retry_After="3600")),
    Fault("r429-date", "working", "names the moment",
          then(status("429 Too Many", Retry_After=http_date_soon), page(GOOD))),
    Fault("r429-nonsense", "rate-limited", "Retry-After is nonsense",
          status("429 Too Many", Retry_After="soon")),
    Fault("r429-negative", "working", "Retry-After is negative",
          then(status("429 Too Many", Retry_After="-5"), page(GOOD))),
    Fault("r503-hour", "rate-limited", "unavailable, come back in an hour",
          status("503 Unavailable", Retry_After="3600")),
    Fault("r503-second", "working", "unavailable for a second",
          then(status("503 Unavailable", Retry_After="1"), page(GOOD))),
    Fault("r503-again", "broken", "always wants another moment",
          status("503 Unavailable", Retry_After="0")),
]  # fmt: skip


async def early_hints(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 103 Early Hints\r\nLink: </x.css>; rel=preload\r\n\r\n")
    await exchange.reply(GOOD)


async def many_interim(exchange: Exchange) -> None:
    for _ in range(200):
        await exchange.send(b"HTTP/1.1 102 Processing\r\n\r\n")


async def reset_once(exchange: Exchange) -> None:
    if exchange.count > 1:
        await exchange.reply(GOOD)


async def reset_middle(exchange: Exchange) -> None:
    await exchange.send(head("Content-Length: 5000", HTML) + b"<h1>Begin")
    exchange.writer.transport.abort()


async def hard_reset(exchange: Exchange) -> None:
    exchange.writer.transport.abort()


async def needs_host(exchange: Exchange) -> None:
    host = exchange.headers.get("host", "")
    good = host == f"{exchange.host}:{exchange.web.port}"
    await exchange.reply(GOOD if good else "no", "200 OK" if good else "400 Bad Host")


async def needs_agent(exchange: Exchange) -> None:
    agent = exchange.headers.get("user-agent", "")
    bad = any(w in agent.lower() for w in ("python", "curl", "bot", "spider", "crawl", "check"))
    good = agent.startswith("Mozilla/5.0") and not bad
    await exchange.reply(GOOD if good else "no", "200 OK" if good else "403 Forbidden")


async def needs_accept(exchange: Exchange) -> None:
    good = "text/html" in exchange.headers.get("accept", "")
    await exchange.reply(GOOD if good else "no", "200 OK" if good else "406 Not Acceptable")


async def needs_language(exchange: Exchange) -> None:
    good = "zh-TW" in exchange.headers.get("accept-language", "")
    await exchange.reply(GOOD if good else "no", "200 OK" if good else "404 Not Found")


async def no_range(exchange: Exchange) -> None:
    bad = "range" in exchange.headers
    await exchange.reply("no" if bad else GOOD, "416 Range" if bad else "200 OK")


async def get_only(exchange: Exchange) -> None:
    good = exchange.method == "GET"
    await exchange.reply(GOOD if good else "", "200 OK" if good else "405 Method Not Allowed")


async def head_hangs(exchange: Exchange) -> None:
    if exchange.method != "GET":
        await asyncio.sleep(60)
    await exchange.reply(GOOD)


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    body = b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in chunks)
    return head("Transfer-Encoding: chunked", HTML) + body + end


squeezed = gzip.compress(BODY)
bomb = gzip.compress(b"<h1>Bomb</h1><p>" + b"words " * 5_000_000)

PROTOCOL = [
    Fault("p10", "working", "HTTP/1.0",
          raw(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + BODY)),
    Fault("p-no-reason", "working", "no words after the status",
          raw(b"HTTP/1.1 200\r\nContent-Type: text/html\r\n\r\n" + BODY)),
    Fault("p-lf", "working", "line feeds only",
          raw(b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n" + BODY)),
    Fault("p-09", "broken", "no headers at all (HTTP/0.9)", raw(BODY)),
    Fault("p-garbage", "broken", "not HTTP", raw(b"\x00\x01SSH-2.0-OpenSSH\r\n")),
    Fault("p-silent-close", "broken", "closes without a word", raw(b"")),
    Fault("p-reset", "broken", "resets always", hard_reset),
    Fault("p-reset-once", "working", "closes at first", reset_once),
    Fault("p-reset-middle", "broken", "resets in the body", reset_middle),
    Fault("p-half-headers", "broken", "breaks off in the headers",
          raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/ht")),
    Fault("p-103", "working", "early hints come first", early_hints),
    Fault("p-102-forever", "broken", "only interim answers", many_interim),
    Fault("p-no-type", "working", "no content type",
          raw(b"HTTP/1.1 200 OK\r\n" + LENGTH.encode() + b"\r\n\r\n" + BODY)),
    Fault("p-bad-type", "working", "nonsense as content type", page(GOOD, kind="nonsense")),
    Fault("p-bad-header", "working", "a line that is no header",
          raw(head("this is no header", HTML, LENGTH) + BODY)),
    Fault("p-many-headers", "working", "150 headers",
          raw(head(*(f"X-{n}: {n}" for n in range(150)), HTML, LENGTH) + BODY)),
    Fault("p-long-header", "working", "a header of 20 000 characters",
          raw(head("X-Long: " + "x" * 20_000, HTML, LENGTH) + BODY)),
    Fault("p-huge-header", "broken", "a header that no browser takes",
          raw(head("X-Long: " + "x" * 900_000, HTML, LENGTH) + BODY)),
    Fault("p-latin-header", "working", "bytes in a header",
          raw(b"HTTP/1.1 200 OK\r\nX-Name: caf\xe9\r\nContent-Type: text/html\r\n\r\n" + BODY)),
    Fault("p-length-twice", "working", "the same length twice",
          raw(head(HTML, LENGTH, LENGTH) + BODY)),
    Fault("p-length-short", "working", "more body than announced",
          raw(head(HTML, f"Content-Length: {len(BODY) - 9}") + BODY)),
    Fault("p-length-long", "broken", "less body than announced",
          raw(head(HTML, "Content-Length: 90000") + BODY)),
    Fault("p-length-once", "working", "less body than announced, at first",
          then(raw(head(HTML, "Content-Length: 90000") + BODY), page(GOOD))),
    Fault("p-length-nonsense", "working", "the length is no number",
          raw(head(HTML, "Content-Length: many") + BODY)),
    Fault("p-chunked", "working", "in pieces", raw(chunked(BODY[:100], BODY[100:]))),
    Fault("p-chunked-trailer", "working", "with a trailer",
          raw(chunked(BODY, end=b"0\r\nX-Sum: 1\r\n\r\n"))),
    Fault("p-chunked-cut", "broken", "pieces break off", raw(chunked(BODY, end=b"ff\r\nabc"))),
    Fault("p-chunked-no-end", "broken", "the last piece is missing", raw(chunked(BODY, end=b""))),
    Fault("p-chunked-garbage", "broken", "a piece without size",
          raw(chunked(BODY, end=b"zz\r\nabc\r\n0\r\n\r\n"))),
    Fault("p-gzip", "working", "compressed", page(squeezed, headers={"Content-Encoding": "gzip"})),
    Fault("p-deflate", "working", "deflated",
          page(zlib.compress(BODY), headers={"Content-Encoding": "deflate"})),
    Fault("p-deflate-raw", "working", "deflated without wrapper, as some servers do",
          page(zlib.compress(BODY)[2:-4], headers={"Content-Encoding": "deflate"})),
    Fault("p-gzip-not", "broken", "says gzip, is not",
          page(GOOD, headers={"Content-Encoding": "gzip"})),
    Fault("p-gzip-broken", "broken", "gzip with damage",
          page(squeezed[:60] + b"\0\0\0\0" + squeezed[64:], headers={"Content-Encoding": "gzip"})),
    Fault("p-gzip-once", "working", "gzip with damage, at first",
          then(page(GOOD, headers={"Content-Encoding": "gzip"}), page(GOOD))),
    Fault("p-gzip-bomb", "working", "30 MB in 30 kB",
          page(bomb, headers={"Content-Encoding": "gzip"})),
    Fault("p-brotli", "working", "an encoding we did not ask for",
          page(b"\x0b\x02\x80<h1>\x03", headers={"Content-Encoding": "br"})),
    Fault("p-encoding-unknown", "working", "an encoding nobody knows",
          page(GOOD, headers={"Content-Encoding": "utf-8"})),
    Fault("p-identity", "working", "identity named",
          page(GOOD, headers={"Content-Encoding": "identity"})),
    Fault("p-host", "working", "looks at Host", needs_host),
    Fault("p-agent", "working", "wants a browser's name", needs_agent),
    Fault("p-accept", "working", "wants Accept", needs_accept),
    Fault("p-language", "working", "wants Accept-Language", needs_language),
    Fault("p-no-range", "working", "refuses ranges", no_range),
    Fault("p-get-only", "working", "knows only GET", get_only),
    Fault("p-head-hangs", "working", "hangs on HEAD", head_hangs),
    Fault("p-pdf", "working", "a PDF", page(b"%PDF-1.7 ...", kind="application/pdf")),
    Fault("p-json", "working", "data", page('{"name": "data"}', kind="application/json")),
    Fault("p-text", "working", "plain text", page(TEXT, kind="text/plain")),
    Fault("p-image", "working", "an image",
          page(b"\x89PNG\r\n\x1a\n" + b"0" * 99, kind="image/png")),
    Fault("p-download", "working", "a download",
          page(b"PK" + b"0" * 300_000, kind="application/zip")),
    Fault("p-empty-type", "working", "an empty type", page(GOOD, kind="")),
]  # fmt: skip
