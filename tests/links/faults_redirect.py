"""Redirects of every kind, and servers that take their time."""

from __future__ import annotations

import asyncio

from links.faultweb import GOOD, TEXT, Exchange, Fault, Respond, page, redirect, status


def chain(length: int, code: int = 302) -> Respond:
    async def respond(exchange: Exchange) -> None:
        bare, _, query = exchange.path.partition("?n=")
        step = int(query or 0)
        if step >= length:
            await exchange.reply(GOOD)
        else:
            await exchange.reply(b"", f"{code} Found", {"Location": f"{bare}?n={step + 1}"})

    return respond


async def cookie_wall(exchange: Exchange) -> None:
    if "seen=1" in exchange.headers.get("cookie", ""):
        await exchange.reply(GOOD)
    else:
        await exchange.reply(b"", "302 Found", {"Location": exchange.path, "Set-Cookie": "seen=1"})


async def endless_cookies(exchange: Exchange) -> None:
    await exchange.reply(
        b"", "302 Found",
        {"Location": exchange.path, "Set-Cookie": f"n={exchange.count}"},
    )  # fmt: skip


async def leaks_cookie(exchange: Exchange) -> None:
    target = exchange.url("/sees-cookie", "127.0.11.1")
    await exchange.reply(b"", "302 Found", {"Location": target, "Set-Cookie": "secret=1"})


async def sees_cookie(exchange: Exchange) -> None:
    bad = "secret" in exchange.headers.get("cookie", "")
    await exchange.reply(GOOD, "500 Leaked" if bad else "200 OK")


async def to_other_host(exchange: Exchange) -> None:
    target = exchange.url("/to/page", "127.0.12.1")
    await exchange.reply(b"", "301 Moved", {"Location": target})


async def to_other_home(exchange: Exchange) -> None:
    await exchange.reply(b"", "301 Moved", {"Location": exchange.url("/", "127.0.12.1")})


async def protocol_relative(exchange: Exchange) -> None:
    target = exchange.url("/to/page").removeprefix("http:")
    await exchange.reply(b"", "302 Found", {"Location": target})


async def query_only(exchange: Exchange) -> None:
    if "lang" in exchange.path:
        await exchange.reply(GOOD)
    else:
        await exchange.reply(b"", "302 Found", {"Location": "?lang=zh"})


async def utf8_location(exchange: Exchange) -> None:
    await exchange.send(
        "HTTP/1.1 302 Found\r\nLocation: /to/頁面?問=答\r\nContent-Length: 0\r\n\r\n".encode()
    )


async def two_locations(exchange: Exchange) -> None:
    await exchange.send(
        b"HTTP/1.1 302 Found\r\nLocation: /to/a\r\nLocation: /to/a\r\nContent-Length: 0\r\n\r\n"
    )


async def permanent_then_temporary(exchange: Exchange) -> None:
    if "?2" in exchange.path:
        await exchange.reply(b"", "302 Found", {"Location": "/to/page"})
    else:
        await exchange.reply(b"", "301 Moved", {"Location": exchange.path + "?2"})


async def temporary_then_permanent(exchange: Exchange) -> None:
    if "?2" in exchange.path:
        await exchange.reply(b"", "301 Moved", {"Location": "/to/page"})
    else:
        await exchange.reply(b"", "302 Found", {"Location": exchange.path + "?2"})


async def hang_after_redirect(exchange: Exchange) -> None:
    if "?2" in exchange.path:
        await asyncio.sleep(60)
    await exchange.reply(b"", "302 Found", {"Location": exchange.path + "?2"})


def html(content: str) -> Respond:
    return page(content)


REFRESH = '<title>Moving</title><meta http-equiv="refresh" content="{}">'

REDIRECTS = [
    Fault("d301", "moved", "moved for good", redirect(301, "/to/new")),
    Fault("d308", "moved", "moved for good", redirect(308, "/to/new")),
    Fault("d302", "working", "for now elsewhere", redirect(302, "/to/new")),
    Fault("d303", "working", "see other", redirect(303, "/to/new")),
    Fault("d307", "working", "for now elsewhere", redirect(307, "/to/new")),
    Fault("d301-chain", "moved", "moved twice", chain(2, 301)),
    Fault("d302-chain", "working", "five hops", chain(5)),
    Fault("d302-15", "working", "fifteen hops, as browsers allow", chain(15)),
    Fault("d302-40", "broken", "forty hops, where browsers stop", chain(40)),
    Fault("d-301-302", "moved", "for good, then for now", permanent_then_temporary),
    Fault("d-302-301", "working", "for now, then for good", temporary_then_permanent),
    Fault("d-self", "broken", "to itself", redirect(302, "/d-self")),
    Fault("d-loop", "broken", "a loop of two", redirect(302, "/d-loop-2")),
    Fault("d-loop-2", "broken", "a loop of two", redirect(302, "/d-loop")),
    Fault("d-404", "broken", "to a missing page", redirect(302, "/nowhere")),
    Fault("d-500", "broken", "to a fault", redirect(301, "/s500")),
    Fault("d-403", "blocked", "to a refusal", redirect(302, "/s403")),
    Fault("d-401", "login", "to a question", redirect(302, "/s401")),
    Fault("d-relative", "working", "relative", redirect(302, "to/new")),
    Fault("d-query", "working", "a query only", query_only),
    Fault("d-dots", "working", "with dots", redirect(302, "/a/../to/./new")),
    Fault("d-utf8", "working", "bytes in Location", utf8_location),
    Fault("d-space", "working", "a space in Location", redirect(302, "/to/new page")),
    Fault("d-protocol", "working", "without scheme", protocol_relative),
    Fault("d-two", "working", "the same Location twice", two_locations),
    Fault("d-file", "broken", "to a local file", redirect(302, "file:///etc/passwd")),
    Fault("d-javascript", "broken", "to a script", redirect(302, "javascript:alert(1)")),
    Fault("d-data", "broken", "to data", redirect(302, "data:text/html,x")),
    Fault("d-ftp", "broken", "to FTP", redirect(302, "ftp://127.0.0.1/x")),
    Fault("d-mailto", "broken", "to mail", redirect(302, "mailto:a@b.example")),
    Fault("d-empty", "broken", "an empty Location", redirect(302, "")),
    Fault("d-nonsense", "broken", "no address", redirect(302, "http://[::bad")),
    Fault("d-nohost", "broken", "to no such host", redirect(301, "http://gone.invalid/x")),
    Fault("d-closed", "broken", "to a closed port", redirect(302, "http://127.0.0.1:1/x")),
    Fault("d-metadata", "broken", "into the cloud", redirect(302, "http://169.254.169.254/latest/")),
    Fault("d-other", "moved", "to another host, same depth", to_other_host),
    Fault("d-cookie", "working", "sets a cookie first", cookie_wall),
    Fault("d-cookies", "broken", "ever new cookies", endless_cookies),
    Fault("d-cookie-leak", "working", "cookies stay with their host", leaks_cookie),
    Fault("sees-cookie", "working", "cookies stay with their host", sees_cookie),
    Fault("d-fragment", "working", "anchor of the redirect exists", redirect(302, "/to/new#there")),
    Fault("d-fragment-kept", "working", "anchor carries over", redirect(302, "/to/new"),
          fragment="there"),
    Fault("d-fragment-lost", "broken", "anchor is missing after the redirect",
          redirect(302, "/to/new"), fragment="nowhere"),
    Fault("d-slash", "moved", "with a slash", redirect(301, "/d-slash/")),
    Fault("d-slash-end", "working", "with a slash", page(GOOD), at="/d-slash/"),
    Fault("d-body", "working", "a redirect with a body",
          status("302 Found", GOOD, Location="/to/new")),
    Fault("d-home", "broken", "a deep page sent to the front page",
          redirect(302, "/"), at="/old/articles/deep", rule="redirect-to-home"),
    Fault("d-home-301", "broken", "for good to the front page",
          redirect(301, "/"), at="/blog/2019/post.html", rule="redirect-to-home"),
    Fault("d-home-index", "broken", "to index.html", redirect(302, "/index.html"), at="/docs/x/y"),
    Fault("d-index-page", "working", "the front page itself", page(GOOD), at="/index.html"),
    Fault("d-home-lang", "broken", "to the front page of a language",
          redirect(302, "/zh-tw/"), at="/article/777"),
    Fault("d-home-lang-end", "working", "the front page", page(GOOD), at="/zh-tw/"),
    Fault("d-home-other", "broken", "to the front page of another site", to_other_home,
          at="/project/docs/start"),
    Fault("d-search", "broken", "to a search", redirect(302, "/search?q=old"), at="/page/old"),
    Fault("d-search-end", "working", "a search itself", page(GOOD), at="/search"),
    Fault("d-error-page", "broken", "to a page named 404",
          redirect(302, "/404.html"), at="/x/gone"),
    Fault("d-error-end", "working", "the page named 404 itself", page(GOOD), at="/404.html"),
    Fault("d-root-lang", "working", "the front page chooses a language",
          redirect(302, "/en/"), at="/index.php"),
    Fault("d-root-lang-end", "working", "the front page", page(GOOD), at="/en/"),
    Fault("d-login", "login", "to a login", redirect(302, "/login?next=/x"), at="/course/1"),
    Fault("d-login-end", "working", "a link to the login page means it",
          page("<h1>Log in</h1><form><input type=password></form>"), at="/login"),
    Fault("d-signin", "login", "to a sign-in", redirect(303, "/users/sign_in"), at="/project/9"),
    Fault("d-signin-end", "working", "the sign-in itself", page(GOOD), at="/users/sign_in"),
    Fault("d-sso", "login", "to single sign-on",
          redirect(302, "/oauth2/authorize?client_id=1&redirect_uri=x"),
          at="/private/doc"),
    Fault("d-sso-end", "login", "single sign-on asks", status("401 Unauthorized"),
          at="/oauth2/authorize"),
    Fault("d-consent", "blocked", "to a consent page",
          redirect(302, "/consent?return=/x"), at="/news/1"),
    Fault("d-consent-end", "working", "the page itself", page(GOOD), at="/consent"),
    Fault("m-refresh", "working", "meta refresh to a page", html(REFRESH.format("0; url=/to/new"))),
    Fault("m-refresh-404", "broken", "meta refresh to nothing",
          html(REFRESH.format("0;URL='/nowhere'"))),
    Fault("m-refresh-home", "broken", "meta refresh to the front page",
          html(REFRESH.format("0; url=/")), at="/old/page/3"),
    Fault("m-refresh-late", "working", "a page that reloads itself",
          html(REFRESH.format("300") + f"<p>{TEXT}")),
    Fault("m-refresh-self", "working", "a page that reloads itself at once",
          html(REFRESH.format("5; url=/m-refresh-self") + f"<p>{TEXT}")),
    Fault("m-refresh-noscript", "working", "only for those without scripts",
          html(f"<h1>A</h1><noscript>{REFRESH.format('0;url=/nowhere')}</noscript><p>{TEXT}")),
    Fault("m-refresh-comment", "working", "in a comment",
          html(f"<!-- {REFRESH.format('0;url=/nowhere')} --><h1>A</h1><p>{TEXT}")),
    Fault("m-refresh-header", "broken", "Refresh as header, to nothing",
          page("<p>Moving", headers={"Refresh": "0; url=/nowhere"})),
    Fault("m-refresh-loop", "broken", "two pages that refresh to each other",
          html(REFRESH.format("0; url=/m-refresh-loop-2"))),
    Fault("m-refresh-loop-2", "broken", "the other one",
          html(REFRESH.format("0; url=/m-refresh-loop"))),
    Fault("m-script", "working", "a script to a page",
          html("<script>location.href='/to/new'</script>")),
    Fault("m-script-home", "broken", "a script to the front page",
          html("<script>window.location.replace('/');</script>"), at="/articles/2018/x"),
    Fault("m-script-404", "broken", "a script to nothing",
          html('<p>Moved<script>window.location = "/nowhere";</script>')),
    Fault("m-script-maybe", "working", "a script that may redirect when asked",
          html(f"<h1>A</h1><p>{TEXT}<script>function go(){{location.href='/nowhere'}}</script>")),
]  # fmt: skip


async def hang(exchange: Exchange) -> None:
    await asyncio.sleep(60)


async def hang_after_headers(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99\r\n\r\n")
    await asyncio.sleep(60)


async def drip_headers(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\n")
    for index in range(300):
        await exchange.send(f"X-{index}: drip\r\n".encode())
        await asyncio.sleep(0.2)


async def drip_status(exchange: Exchange) -> None:
    for byte in b"HTTP/1.1 200 OK" * 20:
        await exchange.send(bytes([byte]))
        await asyncio.sleep(0.25)


async def endless_headers(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await exchange.send(b"X-More: " + b"x" * 1000 + b"\r\n")


async def drip_body(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<h1>Slow")
    for _ in range(300):
        await exchange.send(b".")
        await asyncio.sleep(0.2)


async def drip_text(exchange: Exchange) -> None:
    await exchange.send(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9999\r\n\r\n"
    )
    for _ in range(300):
        await exchange.send(b".")
        await asyncio.sleep(0.2)


async def endless_body(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<h1>Endless</h1>")
    while True:
        await exchange.send(b"<p>words and more words to read</p>" * 400)


async def endless_download(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n")
    while True:
        await exchange.send(b"\0" * 60_000)


async def huge_file(exchange: Exchange) -> None:
    await exchange.send(
        b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: 5000000000\r\n\r\n"
    )
    for _ in range(10_000):
        await exchange.send(b"\0" * 60_000)


async def event_stream(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
    for _ in range(300):
        await exchange.send(b"data: tick\n\n")
        await asyncio.sleep(0.2)


async def complete_but_open(exchange: Exchange) -> None:
    await exchange.send(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body>"
        + GOOD.encode() + b"</body></html>"
    )  # fmt: skip
    await asyncio.sleep(60)


async def slow_but_fine(exchange: Exchange) -> None:
    await asyncio.sleep(1.0)
    await exchange.reply(GOOD)


async def reset_then_hang(exchange: Exchange) -> None:
    if exchange.count > 1:
        await asyncio.sleep(60)


SLOW = [
    Fault("t-hang", "broken", "never answers", hang),
    Fault("t-hang-body", "broken", "no body after the headers", hang_after_headers),
    Fault("t-hang-hop", "broken", "hangs after a redirect", hang_after_redirect),
    Fault("t-drip-status", "broken", "the status letter by letter", drip_status),
    Fault("t-drip-headers", "broken", "headers without end, slowly", drip_headers),
    Fault("t-endless-headers", "broken", "headers without end, fast", endless_headers),
    Fault("t-drip-body", "broken", "a page letter by letter", drip_body),
    Fault("t-drip-text", "broken", "a text letter by letter", drip_text),
    Fault("t-endless-body", "working", "a page without end", endless_body),
    Fault("t-endless-file", "working", "a download without end", endless_download),
    Fault("t-huge", "working", "a film of 5 GB", huge_file),
    Fault("t-events", "working", "an event stream", event_stream),
    Fault("t-open", "working", "a whole page, then silence", complete_but_open),
    Fault("t-slow", "working", "slow but fine", slow_but_fine),
    Fault("t-reset-hang", "broken", "closes, then hangs", reset_then_hang),
]  # fmt: skip
