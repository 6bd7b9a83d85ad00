"""From what was observed to a verdict. Pure: no network, no clock, no state."""

from __future__ import annotations

from urllib.parse import urlsplit

from portal.links import rules
from portal.links.landing import is_login, judge_landing
from portal.links.model import (
    Failure,
    HopKind,
    Judgement,
    Observation,
    PageFacts,
    Verdict,
    Visit,
)
from portal.links.urls import host_of, without_fragment

_HINT_GONE = "look for the page on the site, or in the Wayback Machine"
_HINT_LATER = "check again later; if it stays, replace the link"

# What each failure means for a reader, and what to do.
FAILURES: dict[Failure, tuple[Verdict, str]] = {
    Failure.INVALID_URL: (Verdict.BROKEN, "correct the address"),
    Failure.REFUSED_ADDRESS: (Verdict.UNVERIFIABLE, "an address of a private network is not "
                              "asked; write it as code if it is an example"),
    Failure.NO_SUCH_HOST: (Verdict.BROKEN, "the domain is gone; look for the page elsewhere"),
    Failure.DNS: (Verdict.BROKEN, _HINT_LATER),
    Failure.CONNECTION_REFUSED: (Verdict.BROKEN, _HINT_LATER),
    Failure.UNREACHABLE: (Verdict.BROKEN, _HINT_LATER),
    Failure.RESET: (Verdict.BROKEN, _HINT_LATER),
    Failure.TIMEOUT: (Verdict.BROKEN, _HINT_LATER),
    Failure.BODY_TIMEOUT: (Verdict.BROKEN, _HINT_LATER),
    Failure.TRUNCATED: (Verdict.BROKEN, _HINT_LATER),
    Failure.UNDECODABLE: (Verdict.BROKEN, "browsers show an error too; tell the site"),
    Failure.PROTOCOL: (Verdict.BROKEN, "browsers show an error too; tell the site"),
    Failure.TLS_EXPIRED: (Verdict.BROKEN, "the certificate has expired: browsers warn; wait "
                          "for its renewal or replace the link"),
    Failure.TLS_NOT_YET_VALID: (Verdict.BROKEN, "the certificate is not valid yet: browsers "
                                "warn; check the clock, else tell the site"),
    Failure.TLS_SELF_SIGNED: (Verdict.BROKEN, "the certificate is self-signed: browsers warn; "
                              "replace the link"),
    Failure.TLS_WRONG_HOST: (Verdict.BROKEN, "the certificate is for another host: browsers "
                             "warn; correct the host name"),
    Failure.TLS_INCOMPLETE_CHAIN: (Verdict.BROKEN, "the server leaves out the intermediate "
                                   "certificate: many browsers and all tools stop; tell the site"),
    Failure.TLS_UNKNOWN_AUTHORITY: (Verdict.BROKEN, "browsers do not know the authority that "
                                    "signed the certificate; replace the link"),
    Failure.TLS_OTHER: (Verdict.BROKEN, "browsers cannot connect; tell the site"),
    Failure.PROXY: (Verdict.UNVERIFIABLE, "correct HTTP_PROXY, HTTPS_PROXY or NO_PROXY"),
    Failure.STOPPED: (Verdict.UNVERIFIABLE, "the run was ended first; run it again"),
}  # fmt: skip

# Statuses that are not simply broken.
STATUSES: dict[int, tuple[Verdict, str]] = {
    401: (Verdict.LOGIN, "an account is needed; say so in the note of the resource"),
    402: (Verdict.PAYWALL, "it costs money; say so in the note of the resource"),
    403: (Verdict.BLOCKED, "open it in a browser; the server refuses robots"),
    407: (Verdict.UNVERIFIABLE, "a proxy asks for a password"),
    429: (Verdict.RATE_LIMITED, "ask less often: set slots and gap for this host"),
    440: (Verdict.LOGIN, "an account is needed; say so in the note of the resource"),
    451: (Verdict.BLOCKED, "withheld for legal reasons; say so in the note of the resource"),
    511: (Verdict.UNVERIFIABLE, "this network wants a login first"),
    999: (Verdict.BLOCKED, "open it in a browser; the server refuses robots"),
}
_CHALLENGES = frozenset({Verdict.BLOCKED})
_SCRIPTED_MAX_TEXT = 250  # characters; a page drawn by script has hardly any of its own


def classify(visit: Visit, fragment: str = "") -> Judgement:
    """Judge one link.

    Args:
        visit: what was observed.
        fragment: of the link, as written, without `#`.
    """
    seen = visit.last
    if visit.gave_up_waiting:
        return Judgement(Verdict.RATE_LIMITED, "retry-after", f"{_status(seen)}; {visit.problem}",
                         "check again later, or ask this host less often")  # fmt: skip
    if visit.problem:
        return Judgement(Verdict.BROKEN, "redirect", visit.problem,
                         "browsers stop here too; look for the right address")  # fmt: skip
    if seen.status is not None and seen.status >= 400:
        return _refused(visit)
    if seen.failure is not None:
        return _failed(visit, seen.failure)
    if visit.unchanged:
        return Judgement(Verdict.WORKING, "unchanged", f"{_status(seen)} since it last worked")
    if seen.status is None or not 200 <= seen.status < 300:
        return _odd_status(seen)
    if (landing := judge_landing(visit.url, seen.url)) is not None:
        return Judgement(landing.verdict, landing.rule,
                         f"leads to {landing.what}: {seen.url}", landing.hint)  # fmt: skip
    if (told := _page_rule(visit)) is not None:
        return told
    if _is_empty(seen):
        return Judgement(Verdict.BROKEN, "empty", f"{_status(seen)}, but the page is empty",
                         _HINT_LATER)  # fmt: skip
    if (missing := _fragment(visit, fragment)) is not None:
        return missing
    return _alive(visit)


def _refused(visit: Visit) -> Judgement:
    seen = visit.last
    status = seen.status or 0
    if status in {401, 402, 407, 451, 511, 999}:
        verdict, hint = STATUSES[status]
        return Judgement(verdict, f"status-{status}", _status(seen), hint)
    if (match := rules.first_match(seen, _CHALLENGES)) is not None:
        rule, said = match
        return Judgement(rule.verdict, rule.id, f"{_status(seen)}; “{said}”", rule.hint)
    if status in STATUSES:
        verdict, hint = STATUSES[status]
        return Judgement(verdict, f"status-{status}", _status(seen), hint)
    hint = _HINT_LATER if status >= 500 else _HINT_GONE
    tried = f", {visit.attempts} times" if visit.attempts > 1 else ""
    return Judgement(Verdict.BROKEN, f"status-{status}", _status(seen) + tried, hint)


def _failed(visit: Visit, failure: Failure) -> Judgement:
    verdict, hint = FAILURES[failure]
    if failure is Failure.REFUSED_ADDRESS and visit.hops:
        said = f"redirects into a private network: {visit.last.detail}"
        return Judgement(Verdict.BROKEN, failure, said, "no reader gets there; replace the link")
    return Judgement(verdict, failure, visit.last.detail or failure.value, hint)


def _odd_status(seen: Observation) -> Judgement:
    status = seen.status or 0
    if status == 300 and seen.body_bytes:
        return Judgement(Verdict.WORKING, "status-300", f"{_status(seen)}: a list of choices")
    if 300 <= status < 400:
        why = {304: "though nothing was cached", 305: "which browsers no longer follow"}
        return Judgement(Verdict.BROKEN, f"status-{status}",
                         f"{_status(seen)}, {why.get(status, 'but without an address to go to')}",
                         "browsers show an empty page; tell the site")  # fmt: skip
    return Judgement(Verdict.BROKEN, f"status-{status}", _status(seen), _HINT_LATER)


def _page_rule(visit: Visit) -> Judgement | None:
    match = rules.first_match(visit.last)
    if match is None:
        return None
    rule, said = match
    if rule.verdict is Verdict.LOGIN and is_login(visit.url):
        return None  # a link to a login page is a link to a login page
    return Judgement(rule.verdict, rule.id, f"{_status(visit.last)}, but “{said}”", rule.hint)


def _is_empty(seen: Observation) -> bool:
    """Nothing to see: no byte, or a page without text, picture and script."""
    if seen.status in {204, 205} or seen.body_bytes == 0:
        return True
    page = seen.page
    if page is None:
        read = seen.content_type.startswith("text/") and not seen.headers.get("content-encoding")
        blank = not seen.excerpt.strip() and (seen.body_bytes or 0) < 2000
        return read and blank and seen.complete
    nothing = not (page.all_text_length or page.text_length or page.media or page.scripts
                   or page.forms or page.links)  # fmt: skip
    return nothing and seen.complete


def _fragment(visit: Visit, fragment: str) -> Judgement | None:
    """Whether the place on the page exists; None when it does or need not be looked for."""
    seen, page = visit.last, visit.last.page
    if not fragment or page is None:
        return None
    wanted = visit.chosen_fragment or fragment
    if wanted.lower() == "top" or wanted in page.found_fragments:
        return None
    if wanted.startswith(("/", "!")):
        return Judgement(Verdict.UNVERIFIABLE, "script-route",
                         f"“#{wanted}” is read by a script of the page",
                         "open it in a browser")  # fmt: skip
    if not seen.complete and not page.found_fragments:
        return Judgement(Verdict.UNVERIFIABLE, "page-too-long",
                         f"the page was not read to its end, “#{wanted}” was not seen",
                         "open it in a browser")  # fmt: skip
    if is_drawn_by_script(page):
        return Judgement(Verdict.UNVERIFIABLE, "drawn-by-script",
                         f"the page is drawn by a script; “#{wanted}” cannot be seen without it",
                         "open it in a browser")  # fmt: skip
    return Judgement(Verdict.BROKEN, "missing-fragment",
                     f"{_status(seen)}, but the page has no anchor “#{wanted}”",
                     "find the new anchor on the page, or link to the page")  # fmt: skip


def is_drawn_by_script(page: PageFacts) -> bool:
    """Whether a browser would see a page that is not in the source."""
    if not page.scripts:
        return False
    if page.all_text_length <= _SCRIPTED_MAX_TEXT:
        return True
    return page.script_root and page.all_text_length <= 4 * _SCRIPTED_MAX_TEXT


def _alive(visit: Visit) -> Judgement:
    seen = visit.last
    if not visit.hops:
        return Judgement(Verdict.WORKING, "ok", _status(seen))
    steps = " → ".join(f"{hop.status}" for hop in visit.hops)
    if visit.hops[0].kind is HopKind.PERMANENT:
        target = moved_to(visit)
        return Judgement(Verdict.MOVED, "moved", f"{steps} → {_status(seen)}",
                         f"link to {target}", final_url=seen.url)  # fmt: skip
    return Judgement(Verdict.WORKING, "redirected", f"{steps} → {_status(seen)}")


def moved_to(visit: Visit) -> str:
    """The address that permanent redirects give; what comes after may change again."""
    target = visit.url
    for hop in visit.hops:
        if hop.kind is not HopKind.PERMANENT:
            break
        target = hop.target
    return target


def _status(seen: Observation) -> str:
    if seen.status is None:
        return seen.detail
    return f"{seen.status} {seen.reason}".strip()


def same_page(first: str, second: str) -> bool:
    """Whether two addresses differ in nothing a reader would notice."""
    a, b = urlsplit(without_fragment(first)), urlsplit(without_fragment(second))
    return (host_of(first), a.path.rstrip("/"), a.query) == (
        host_of(second), b.path.rstrip("/"), b.query)  # fmt: skip
