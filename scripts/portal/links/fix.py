"""Rewrites addresses that have moved for good, and strips tracking parameters.

Only the address changes; every other byte of a file stays.
"""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from portal.files import write_atomically
from portal.links.model import CheckResult, Hyperlink, Verdict

# Parameters that only tell where a reader came from.
_TRACKING = re.compile(
    r"^(utm_\w+|fbclid|gclid|gclsrc|dclid|msclkid|yclid|twclid|ttclid|igshid|igsh|mc_cid|mc_eid|"
    r"_hsenc|_hsmi|mkt_tok|spm|scm|share_source|share_medium|vd_source|ref_src|ref_url|si|feature|"
    r"trk|trackingid|s_cid|ncid|wt_mc|cmpid|oly_enc_id|vero_id|_ga|_gl)$",
    re.IGNORECASE,
)
# `si` and `feature` mean something elsewhere.
_VIDEO = ("youtube.com", "youtu.be")
_ONLY_ON = {"si": (*_VIDEO, "spotify.com"), "feature": _VIDEO}


@dataclass(frozen=True, slots=True)
class Edit:
    """One replacement in one file."""

    path: Path
    offset: int  # characters, without byte-order mark
    old: str
    new: str


def without_tracking(url: str) -> str:
    """The address without tracking parameters; all else byte for byte."""
    parts = urlsplit(url)
    if not parts.query:
        return url
    kept = [item for item in parts.query.split("&") if not _tracks(item, parts.hostname or "")]
    if len(kept) == len(parts.query.split("&")):
        return url
    return urlunsplit(parts._replace(query="&".join(kept)))


def _tracks(item: str, host: str) -> bool:
    name = item.partition("=")[0]
    if not _TRACKING.match(name):
        return False
    hosts = _ONLY_ON.get(name.lower())
    return hosts is None or host.endswith(hosts)


def better_address(result: CheckResult) -> str:
    """What a link should be rewritten to; the same when nothing is to be done."""
    if result.verdict is Verdict.MOVED and result.suggestion:
        return without_tracking(result.suggestion)
    if result.verdict is Verdict.WORKING:
        return without_tracking(result.url)
    return result.url


def plan(results: Iterable[CheckResult], links: Iterable[Hyperlink], base: Path) -> Iterator[Edit]:
    """The replacements that results ask for, at the places where addresses stand literally."""
    better = {
        result.url: new for result in results if (new := better_address(result)) != result.url
    }
    for link in links:
        if link.offset >= 0 and link.url in better:
            yield Edit(base / link.place.file, link.offset, link.url, better[link.url])


def apply_edits(text: str, edits: Sequence[Edit]) -> str:
    """The text with all edits that still fit; an address that is written otherwise stays."""
    for edit in sorted(edits, key=lambda e: -e.offset):
        for old, escape in _spellings(edit.old):
            if text.startswith(old, edit.offset):
                end = edit.offset + len(old)
                text = text[: edit.offset] + escape(_safe(edit.new)) + text[end:]
                break
    return text


def _spellings(url: str) -> Iterator[tuple[str, Callable[[str], str]]]:
    """How an address may be written in Markdown or YAML, in HTML, in JSON and in a table."""
    yield url, lambda new: new
    yield url.replace("&", "&amp;"), lambda new: new.replace("&", "&amp;")
    yield url.replace("/", "\\/"), lambda new: new.replace("/", "\\/")
    yield url.replace("|", "\\|"), lambda new: new


def _safe(url: str) -> str:
    """Without characters that end an address in Markdown, YAML or a table."""
    for character, escaped in ((" ", "%20"), ("|", "%7C"), ("<", "%3C"), (">", "%3E"),
                               ('"', "%22"), ("\\", "%5C"), ("`", "%60")):  # fmt: skip
        url = url.replace(character, escaped)
    if url.count("(") != url.count(")"):
        url = url.replace("(", "%28").replace(")", "%29")
    return url


def remember_former(text: str, edit: Edit) -> str:
    """Add a replaced address to `formerly` of its registry entry, so that it stays known.

    Args:
        text: the registry file, with the edit applied.
    """
    match = re.compile(r"^(\s*)(- )?url: *[\"']?" + re.escape(edit.new), re.MULTILINE).search(text)
    if match is None:
        return text
    indent = match[1] + ("  " if match[2] else "")
    line_end = text.find("\n", match.end())
    line_end = len(text) if line_end < 0 else line_end
    entry_end = re.compile(r"^\s*- id:|^\S", re.MULTILINE).search(text, line_end + 1)
    entry = text[line_end : entry_end.start() if entry_end else len(text)]
    listed = re.search(r"^\s*formerly: *\[", entry, re.MULTILINE)
    if listed:
        position = line_end + listed.end()
        return f"{text[:position]}{edit.old}, {text[position:]}"
    if re.search(r"^\s*formerly:", entry, re.MULTILINE):
        return text
    newline = "\r\n" if text[:line_end].endswith("\r") else "\n"
    at = line_end - (1 if newline == "\r\n" else 0)
    return f"{text[:at]}{newline}{indent}formerly: [{edit.old}]{text[at:]}"


def changed_files(edits: Iterable[Edit]) -> Iterator[tuple[Path, str, str]]:
    """Each file with its text before and after."""
    by_file: dict[Path, list[Edit]] = {}
    for edit in edits:
        by_file.setdefault(edit.path, []).append(edit)
    for path, group in sorted(by_file.items()):
        try:
            before = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        mark = "\ufeff" if before.startswith("\ufeff") else ""
        after = mark + apply_edits(before.removeprefix("\ufeff"), group)
        if path.suffix in {".yml", ".yaml"} and path.name != "mkdocs.yml":
            for edit in group:
                after = remember_former(after, edit)
        if after != before:
            yield path, before, after


def offer(
    results: Iterable[CheckResult], links: Iterable[Hyperlink], base: Path, *, yes: bool
) -> int:
    """Show what would change, ask, and write.

    Returns:
        The number of files written.
    """
    changes = list(changed_files(plan(results, links, base)))
    for path, before, after in changes:
        name = path.relative_to(base).as_posix() if path.is_relative_to(base) else str(path)
        sys.stdout.writelines(
            line if line.endswith("\n") else f"{line}\n"
            for line in difflib.unified_diff(
                before.splitlines(keepends=True), after.splitlines(keepends=True), name, name, n=1
            )
        )
    if not changes:
        print("nothing to rewrite")
        return 0
    if not yes and not _agreed(len(changes)):
        return 0
    for path, _, after in changes:
        write_atomically(path, after)
    print(f"{len(changes)} files rewritten")
    return len(changes)


def _agreed(count: int) -> bool:
    if not sys.stdin.isatty():
        print("not written: no terminal to ask on; say --yes")
        return False
    return input(f"rewrite {count} files? [y/N] ").strip().lower() in {"y", "yes", "是"}
