"""Addresses written as plain text: where they begin and, above all, where they end."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portal.links.marks import unmark

# Chinese, Japanese and Korean letters and the punctuation used with them end an address:
# no space is written between it and the sentence that goes on.
_CJK = (
    "\u00b7\u2010-\u2027\u2030-\u205e\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff"
    "\uf900-\ufaff\ufe10-\ufe1f\ufe30-\ufe6f\uff00-\uffef\U0001f000-\U0003ffff"
)
_STOP = r"\s<>\"`{}|\\^" + "\u00a0\u200b\ufeff«»"
_NO_HOST = r"/?#\[\]()'*,;!，。、；：！？（）「」『』【】《》〈〉“”‘’…"
_HOST = rf"(?:\[[0-9A-Fa-f:.%]+\](?::\d+)?|[^{_STOP}{_NO_HOST}]+)"
_BARE = re.compile(
    rf"(?<![A-Za-z0-9+.\-/])https?://(?:zq\d+qz\.)?{_HOST}(?:[/?#][^{_STOP}{_CJK}]*)?",
    re.IGNORECASE,
)
_CJK_CHARACTER = re.compile(f"[{_CJK}]")
_TRAILING = ".,;:!?'\"*_~&"
_PAIRS = {")": "(", "]": "["}


def trim(address: str) -> str:
    """Drop what belongs to the sentence: punctuation and brackets without a partner."""
    while address:
        last = address[-1]
        if last in _TRAILING or (
            last in _PAIRS and address.count(last) > address.count(_PAIRS[last])
        ):
            address = address[:-1]
        else:
            break
    return address


def _cut_at_extra_bracket(address: str) -> str:
    """End before a closing bracket that was never opened: `(see https://a.example/x)then`."""
    depth = 0
    for index, character in enumerate(address):
        if character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth < 0:
                return address[:index]
    return address


def bare_addresses(text: str) -> Iterator[tuple[str, int | None]]:
    """Each address in plain text, and its number when the text is numbered.

    An address shown as escaped link syntax, `[text](https://…)` or `<https://…>`, is an
    example of how to write a link and not a link.
    """
    for match in _BARE.finditer(text):
        before = text[max(0, match.start() - 2) : match.start()]
        if before.endswith("](") or before.endswith("<"):
            continue
        url, number = unmark(match[0])
        address = trim(_cut_at_extra_bracket(_host_end(url)))
        if has_host(address):
            yield address, number


def _host_end(address: str) -> str:
    """A host that mixes an ASCII name and Chinese text ends where the text begins.

    `https://a.example接著` is a.example; `https://例え.jp/` is a name of its own.
    """
    scheme, _, rest = address.partition("://")
    host = re.match(r"[^/?#]*", rest)
    name = host[0] if host else ""
    ascii_part = re.match(r"[A-Za-z0-9.\-:@\[\]%_]*", name)
    prefix = ascii_part[0] if ascii_part else ""
    if len(prefix) < len(name) and _CJK_CHARACTER.match(name[len(prefix)]):
        labels = prefix.split(".")
        # Cut only after a complete name: its last label must be able to be a top level.
        if len(labels) >= 2 and re.fullmatch(r"[A-Za-z]{2,}(:\d+)?|\d+(:\d+)?", labels[-1]):
            return f"{scheme}://{prefix}"
    return address


def has_host(address: str) -> bool:
    """Whether a host name stands after the slashes: it has a dot, a port, or is `localhost`."""
    host = re.sub(r"^\w+://", "", address)
    host = re.split(r"[/?#]", host, maxsplit=1)[0].rpartition("@")[2]
    if not re.search(r"\w", host):
        return False
    return (
        "." in host.strip(".") or ":" in host or host.lower() == "localhost" or "/" in address[8:]
    )
