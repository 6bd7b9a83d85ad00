"""Pages that are not what their status says, walls, and anchors."""

from __future__ import annotations

from links.faultweb import GOOD, TEXT, Exchange, Fault, page, status, then

ZH = "<p>好的錯誤頁面會幫助讀者。" * 90
FREE = '<script type="application/ld+json">{"isAccessibleForFree": "False"}</script>'
LONG = "<p>" + TEXT * 12 + "</p>"
NAV = "<nav>" + "".join(f"<a href=/s{n}>Section {n} of the site</a> " for n in range(60)) + "</nav>"
FOOT = "<footer>" + "Imprint, terms and all the other small print of this site. " * 20 + "</footer>"


def html(title: str, body: str, head: str = "") -> str:
    return (
        f"<!doctype html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    )


def framed(title: str, body: str) -> str:
    """With the navigation and footer of a large site."""
    return html(title, f"{NAV}<main>{body}</main>{FOOT}")


def said(encoding: str, text: str, declare: str = "") -> bytes:
    return html("x", text, declare).encode(encoding)


DISGUISE = [
    Fault("g-404-en", "broken", "not found, in English",
          page(html("Page not found", "<h1>Page not found</h1><p>Sorry, nothing is here."))),
    Fault("g-404-title", "broken", "only the title says it",
          page(html("404 Not Found | Example", "<p>Back to the <a href=/>front page</a>."))),
    Fault("g-404-number", "broken", "a large number",
          page(html("Example", "<h1>404</h1><p>Oops!"))),
    Fault("g-404-framed", "broken", "with the frame of a large site",
          page(framed("Example", "<h1>Oops! That page can’t be found.</h1><p>Try a search."))),
    Fault("g-404-sentence", "broken", "in a sentence",
          page(html("Example", "<p>Sorry, the page you are looking for could not be found.</p>"))),
    Fault("g-404-exist", "broken", "does not exist",
          page(framed("Shop", "<p>The page you requested does not exist or has been moved.</p>"))),
    Fault("g-404-tw", "broken", "not found, in Taiwan",
          page(html("找不到網頁 - 範例網站", "<h1>找不到網頁</h1><p>您要找的網頁不存在。"))),
    Fault("g-404-tw-sentence", "broken", "in a sentence, in Taiwan",
          page(framed("範例", "<p>很抱歉，您所瀏覽的頁面不存在或已被移除。</p>"))),
    Fault("g-404-tw-short", "broken", "in short, in Taiwan",
          page(html("範例", "<h2>查無此頁</h2>"))),
    Fault("g-404-cn", "broken", "not found, in China",
          page(html("页面不存在", "<p>抱歉，您访问的页面不存在，3秒后返回首页</p>"))),
    Fault("g-404-cn-lost", "broken", "walked away, in China",
          page(framed("示例", "<h1>页面走丢了</h1><p>返回首页</p>"))),
    Fault("g-404-gbk", "broken", "not found, in GBK",
          page(said("gbk", "<h1>抱歉，您访问的页面不存在</h1>"), kind="text/html; charset=gb2312")),
    Fault("g-404-big5", "broken", "not found, in Big5, by meta",
          page(said("big5", "<h1>找不到網頁</h1>", '<meta charset="big5">'), kind="text/html")),
    Fault("g-404-json", "broken", "not found, as JSON",
          page('{"error": "Not Found"}', kind="application/json")),
    Fault("g-404-text", "broken", "not found, as text",
          page("404 page not found\n", kind="text/plain")),
    Fault("g-410-text", "broken", "deleted by its author",
          page(html("Blog", "<h1>This post has been deleted</h1><p>by its author."))),
    Fault("g-video-en", "broken", "a removed video",
          page(html("Tube",
                "<h1>Video unavailable</h1><p>This video has been removed by the uploader"))),
    Fault("g-video-tw", "broken", "a removed video", page(html("影音", "<p>這部影片已遭移除</p>"))),
    Fault("g-post-cn", "broken", "a removed post",
          page(html("公众号", "<p>该内容已被发布者删除</p>"))),
    Fault("g-account", "broken", "a suspended account",
          page(html("Social", "<h1>This account has been suspended</h1>"))),
    Fault("g-parked", "broken", "a parked domain",
          page(html("example.org", "<h1>This domain is for sale</h1><p>Make an offer today."))),
    Fault("g-parked-cn", "broken", "a domain on sale, in China",
          page(html("域名", "<p>此域名正在出售</p>"))),
    Fault("g-parked-script", "broken", "a parking script",
          page(html("x", "<div></div><script src='https://www.sedoparking.com/a.js'></script>"))),
    Fault("g-nginx", "broken", "a server without site",
          page(html("Welcome to nginx!", "<h1>Welcome to nginx!</h1><p>If you see this page…"))),
    Fault("g-suspended", "broken", "a hoster's notice",
          page(html("Account Suspended",
                "<h1>Account Suspended</h1><p>Contact your hosting provider"))),
    Fault("g-database", "broken", "no database, with 200",
          page(html("Error", "<h1>Error establishing a database connection</h1>"))),
    Fault("g-empty", "broken", "no byte", page("")),
    Fault("g-empty-html", "broken", "no content", page(html("", ""))),
    Fault("g-blank", "broken", "only space", page("   \n\n  ")),
    Fault("g-empty-text", "broken", "no text", page("", kind="text/plain")),
    Fault("g-about-404", "working", "a long article about 404",
          page(html("404 Not Found: causes and cures", f"<h1>What a 404 means</h1>{LONG}"))),
    Fault("g-about-404-title", "working", "an encyclopedia on 404",
          page(html("HTTP 404 - Encyclopedia", f"<h1>HTTP 404</h1><p>Page not found is…{LONG}"))),
    Fault("g-about-404-tw", "working", "a long article, in Taiwan",
          page(html("如何設計 404 找不到網頁", f"<h1>設計 404 頁面</h1>{ZH}"))),
    Fault("g-about-parking", "working", "a long article on domains",
          page(html("Is this domain for sale? A guide", f"<h1>Buying domains</h1>{LONG}"))),
    Fault("g-about-removed", "working", "a long story of a removed video",
          page(html("The story", f"<h1>Why this video was removed</h1>{LONG}"))),
    Fault("g-about-captcha", "working", "a long article on robots",
          page(html("Are you a robot?", f"<h1>A history of the captcha</h1>{LONG}"))),
    Fault("g-short", "working", "a short page", page(html("Note", "<p>Be right back at 5.</p>"))),
    Fault("g-image-page", "working", "only a picture", page(html("Art", "<img src=/a.png>"))),
    Fault("g-app", "working", "drawn by script",
          page(html("App", '<div id="root"></div><script src=/app.js></script>'))),
    Fault("g-frames", "working", "a frameset",
          page("<html><frameset cols=50%><frame src=/to/a></frameset></html>")),
]  # fmt: skip

CHALLENGE = html("Just a moment...", "<h1>example.com</h1><p>Verifying you are human.",
                 "<script>window._cf_chl_opt={cvId:'3'}</script>")  # fmt: skip

WALLS = [
    Fault("w-cf-403", "blocked", "Cloudflare",
          status("403 Forbidden", CHALLENGE, Server="cloudflare")),
    Fault("w-cf-503", "blocked", "Cloudflare, older", status("503 Unavailable", CHALLENGE)),
    Fault("w-cf-429", "blocked", "a challenge as 429", status("429 Too Many", CHALLENGE)),
    Fault("w-cf-200", "blocked", "a challenge with 200", page(CHALLENGE)),
    Fault("w-cf-header", "blocked", "a challenge by header",
          status("503 Unavailable", "<p>x", cf_mitigated="challenge")),
    Fault("w-cf-1020", "blocked", "Cloudflare's firewall",
          status("403 Forbidden", html("Access denied", "<h1>Error 1020</h1>"))),
    Fault("w-aws", "blocked", "AWS", status("202 Accepted", "", x_amzn_waf_action="challenge")),
    Fault("w-aws-405", "blocked", "AWS, captcha",
          status("405 Not Allowed", "<p>x", x_amzn_waf_action="captcha")),
    Fault("w-datadome", "blocked", "DataDome",
          status("403 Forbidden", "<script src='https://geo.captcha-delivery.com/c.js'></script>")),
    Fault("w-incapsula", "blocked", "Imperva, with 200",
          page(html("", "<iframe src='/_Incapsula_Resource?x=1'>Request unsuccessful. "
                        "Incapsula incident ID: 1</iframe>"))),
    Fault("w-sucuri", "blocked", "Sucuri",
          status("403 Forbidden",
                html("Sucuri WebSite Firewall - Access Denied", "<h1>Denied</h1>"))),
    Fault("w-robot", "blocked", "are you a robot, with 200",
          page(html("Robot Check", "<p>Enter the characters you see below"))),
    Fault("w-traffic", "blocked", "unusual traffic",
          page(html("Sorry", "<p>Our systems have detected unusual traffic from your network."))),
    Fault("w-cookies", "blocked", "wants cookies and scripts",
          page(html("x", "<p>Please enable JavaScript and cookies to continue"))),
    Fault("w-zhihu", "blocked", "安全验证",
          page(html("安全验证 - 知乎", "<p>系统监测到您的网络环境存在异常"))),
    Fault("w-human-tw", "blocked", "人機驗證",
          page(html("驗證", "<h1>請完成驗證</h1><p>確認您不是機器人"))),
    Fault("w-f5", "blocked", "a firewall with 200",
          page(html("Request Rejected", "The requested URL was rejected. Please consult with your "
                                        "administrator. Your support ID is: 1"))),
    Fault("w-modsec", "blocked", "a firewall with 406",
          status("406 Not Acceptable", "<h1>Not Acceptable!</h1><p>generated by Mod_Security.")),
    Fault("w-anubis", "blocked", "Anubis",
          page(html("Making sure you're not a bot!", "<p>Loading..."))),
    Fault("w-vercel", "blocked", "Vercel",
          status("429 Too Many", html("Vercel Security Checkpoint", "<p>We're verifying"),
                 x_vercel_mitigated="challenge")),
    Fault("w-region", "blocked", "not in your country",
          page(html("Media", "<h1>This content is not available in your country.</h1>"))),
    Fault("w-consent", "blocked", "consent first",
          page(html("Before you continue",
                "<h1>Before you continue</h1><form><button>Accept all"))),
    Fault("w-login-200", "login", "a login page in place",
          page(html("Sign in",
                "<h1>Sign in</h1><form><input name=u><input type=password></form>"))),
    Fault("w-login-tw", "login", "會員登入",
          page(html("會員登入", "<h1>會員登入</h1><form><input type=password></form>"))),
    Fault("w-login-text", "login", "please log in",
          page(html("Course", "<p>Please log in to continue"))),
    Fault("w-login-corner", "working", "a login in the corner of a page",
          page(html("News", f"<form><input type=password></form><h1>News</h1>{LONG}"))),
    Fault("w-paywall-ld", "paywall", "says so to search engines",
          page(html("Article", f"<h1>Article</h1><p>{TEXT}",
                    FREE))),
    Fault("w-paywall-text", "paywall", "subscribe to continue",
          page(html("Article", f"<h1>Article</h1><p>{TEXT}<p>Subscribe to continue reading"))),
    Fault("w-paywall-tw", "paywall", "訂閱後繼續閱讀",
          page(html("文章", f"<h1>文章</h1><p>{'好文。' * 50}<p>本文為付費內容，訂閱後繼續閱讀"))),
    Fault("w-member", "paywall", "Medium's members",
          page(html("Story", "<p>Member-only story</p><h1>Story</h1><p>The first lines."))),
    Fault("w-newsletter", "working", "only a newsletter",
          page(html("Blog", f"<h1>Post</h1><p>{TEXT}</p><p>Subscribe to our newsletter!</p>"))),
    Fault("w-cookie-banner", "working", "a banner on a page",
          page(html("Blog", f"<div>We use cookies. <button>Accept</button></div>{LONG}"))),
    Fault("w-s3", "blocked", "a store that denies",
          page("<Error><Code>AccessDenied</Code></Error>", "403 Forbidden",
                kind="application/xml")),
    Fault("w-403-once", "blocked", "refusal is not asked twice", then(status("403 Forbidden"),
          page(GOOD))),
]  # fmt: skip


async def only_with_referer(exchange: Exchange) -> None:
    bad = "referer" in exchange.headers
    await exchange.reply(GOOD, "403 Forbidden" if bad else "200 OK")


IDS = (
    """<!doctype html><title>Anchors</title><h1 id="one">One</h1><a name="old"></a>
<h2 id="概述">概述</h2><h2 id="user-content-readme">R</h2><p id="sp ace">x<p id='single'>x
<p id=bare>x
<!-- <p id="commented"> --><script>var s = '<p id="scripted">'</script><p id="50%">x<p id="a.b:c">x
<template><p id="in-template"></template><h2 name="not-a">x</h2><svg><g id="drawn"/></svg>
"""
    + f"<p>{TEXT}" * 3
)


def anchor(name: str, expect: str, why: str, fragment: str, body: str | bytes = IDS,
           kind: str = "text/html; charset=utf-8") -> Fault:  # fmt: skip
    return Fault(f"a-{name}", expect, why, page(body, kind=kind), fragment=fragment)


ANCHORS = [
    anchor("id", "working", "an id", "one"),
    anchor("name", "working", "a name on a link", "old"),
    anchor("missing", "broken", "no such id", "two"),
    anchor("case", "broken", "another case is another id", "One"),
    anchor("cjk", "working", "a Chinese id", "概述"),
    anchor("cjk-escaped", "working", "a Chinese id, escaped", "%E6%A6%82%E8%BF%B0"),
    anchor("cjk-missing", "broken", "no such Chinese id", "結論"),
    anchor("github", "working", "GitHub's prefix", "readme"),
    anchor("space", "working", "an escaped space", "sp%20ace"),
    anchor("single", "working", "single quotes", "single"),
    anchor("bare", "working", "no quotes", "bare"),
    anchor("percent", "working", "a percent sign", "50%"),
    anchor("punctuation", "working", "dots and colons", "a.b:c"),
    anchor("svg", "working", "in a drawing", "drawn"),
    anchor("commented", "broken", "only in a comment", "commented"),
    anchor("scripted", "broken", "only in a script", "scripted"),
    anchor("not-a", "broken", "a name on a heading is no anchor", "not-a"),
    anchor("top", "working", "the top", "top"),
    anchor("top-case", "working", "the TOP", "TOP"),
    anchor("text", "working", "a text fragment", ":~:text=nothing%20like%20it"),
    anchor("id-text", "working", "an id and a text fragment", "one:~:text=x"),
    anchor("id-text-missing", "broken", "a missing id and a text", "two:~:text=x"),
    anchor("pdf", "working", "a page of a PDF", "page=3", b"%PDF-1.7", "application/pdf"),
    anchor("video", "working", "a moment of a film", "t=30", b"0000", "video/mp4"),
    anchor("text-file", "working", "a line of a text", "L10", TEXT, "text/plain"),
    anchor("app", "unverifiable", "drawn by script", "intro",
           html("App", '<div id="root"></div><script src=/app.js></script>')),
    anchor("app-noscript", "unverifiable", "drawn by script", "intro",
           html("App", '<noscript>You need to enable JavaScript to run this app.</noscript>'
                       '<div id="app"></div><script src=/app.js></script>')),
    anchor("route", "unverifiable", "a route of a script", "/guide/intro"),
    anchor("route-bang", "unverifiable", "an old route of a script", "!guide"),
    anchor("script-page", "broken", "a page with a script is not drawn by it", "two",
           html("A", f"<script src=/stats.js></script><h1 id=one>x</h1>{LONG}")),
    anchor("big5", "working", "a Chinese id in Big5", "概述", IDS.encode("big5", "replace"),
           "text/html; charset=big5"),
    anchor("gbk-meta", "working", "a Chinese id in GBK, by meta", "概述",
           ("<meta charset=gbk>" + IDS).encode("gbk", "replace"), "text/html"),
    anchor("utf16", "working", "UTF-16 with a mark", "概述", IDS.encode("utf-16"), "text/html"),
    anchor("bom", "working", "UTF-8 with a mark", "one", b"\xef\xbb\xbf" + IDS.encode(),
          "text/html"),
    anchor("bad-charset", "working", "an unknown charset", "one", IDS,
          "text/html; charset=nonsense"),
    anchor("latin", "working", "Latin-1", "caf%C3%A9", "<p>x<h2 id='café'>y".encode("latin-1"),
           "text/html; charset=iso-8859-1"),
    anchor("entity", "working", "an entity in the id", "a&b", "<h1>x</h1><p id='a&amp;b'>y"),
    anchor("late", "working", "after 3 MB", "end",
          "<h1>Long</h1>" + "<p>many words here</p>" * 150_000
           + "<p id=end>", "text/html"),
    anchor("xhtml", "working", "XHTML", "one", IDS, "application/xhtml+xml"),
    anchor("unclosed", "working", "careless HTML", "deep",
          "<ul><li><p><b id=deep>x<table><tr><td>y"),
    anchor("404", "broken", "a missing page with an anchor", "one",
           html("Page not found", "<h1 id=one>Page not found</h1>")),
    anchor("empty", "working", "an empty fragment", ""),
    Fault("a-referer", "working", "no Referer is sent", only_with_referer),
]  # fmt: skip
