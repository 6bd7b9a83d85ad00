"""Stylesheets as they are sent: only rules that some page can match, in few files."""

from __future__ import annotations

import hashlib
import os
import posixpath
import re
from collections.abc import Iterable, Iterator, Set
from functools import partial
from pathlib import Path
from typing import Any

import tinycss2

from portal.files import write_atomically

SHEETS = "assets/stylesheets"
_THEIRS = "main.*.css"
_SHEET = re.compile(r'<link rel="stylesheet" href="(?P<href>[^"]+)">')
_URL = re.compile(r"url\((?!data:|[\"']data:)[\"']?(?P<url>[^)\"']+)[\"']?\)")
_CHARSET = re.compile(r'^@charset "[^"]*";')
_CLASS_ATTRIBUTE = re.compile(r'\sclass="([^"]*)"')
_WORD = re.compile(r"[\w-]+")
_CLASS = re.compile(r"\.(-?[a-zA-Z_][\w-]*)")
_ALTERNATIVES = re.compile(r":(?:not|is|where|has)\([^()]*(?:\([^()]*\)[^()]*)*\)")
_REFERENCE = re.compile(r"var\(\s*(--[\w-]+)")


def prune_site(site: Path) -> None:
    """Cut Material's stylesheet in a built site, and take the white space out of our own.

    A class counts as used when a page has it or a script names it, so that a new convention in
    the content brings its rules back with the next build.

    Raises:
        OSError: a file could not be read or written.
    """
    pages = (path.read_text(encoding="utf-8") for path in site.rglob("*.html"))
    scripts = (path.read_text(encoding="utf-8") for path in site.rglob("assets/**/*.js"))
    used = classes(pages, scripts)
    folder = site / SHEETS
    others = []
    for path in folder.glob("*.css"):
        if not path.match(_THEIRS):
            others.append(compact(path.read_text(encoding="utf-8")))
            write_atomically(path, others[-1])
    for path in folder.glob(_THEIRS):
        write_atomically(path, prune(path.read_text(encoding="utf-8"), used, others))


def bundle_site(site: Path) -> None:
    """Send the stylesheets of a page as two: what every page has, and what this one has besides.

    The first is the same file on all pages, the second on all pages with the same components,
    so a browser fetches each once.

    Raises:
        OSError: a file could not be read or written.
    """
    linked = {}
    for page in site.rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        links = list(_SHEET.finditer(html))
        if links:
            linked[page] = (html, links)
    sheets = [[_path(site, link["href"]) for link in links] for _, links in linked.values()]
    first = sheets[0] if sheets else []
    shared = [path for path in first if all(path in others for others in sheets)]
    for (page, (html, links)), paths in zip(linked.items(), sheets, strict=True):
        own = [path for path in paths if path not in shared]
        bundles = [_bundle(site, group) for group in (shared, own) if group]
        start = links[0]["href"].partition("assets/")[0]
        tags = [f'<link rel="stylesheet" href="{start}{SHEETS}/{path.name}">' for path in bundles]
        for link in reversed(links):
            tag = "\n".join(tags) if link is links[0] else ""
            html = html[: link.start()] + tag + html[link.end() :]
        write_atomically(page, html)
    for path in {path for paths in sheets for path in paths}:
        path.unlink()


def classes(pages: Iterable[str], scripts: Iterable[str]) -> set[str]:
    """Classes in the HTML of pages, and every word of the scripts, which may set one."""
    found: set[str] = set()
    for html in pages:
        for value in _CLASS_ATTRIBUTE.findall(html):
            found.update(value.split())
    for script in scripts:
        found.update(_WORD.findall(script))
    return found


def prune(css: str, used: Set[str], others: Iterable[str] = ()) -> str:
    """Leave out selectors with a class that is not used, and variables that nothing reads.

    Args:
        css: the stylesheet to cut.
        used: classes that occur.
        others: stylesheets that may read its variables.
    """
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    kept = "".join(_rules(rules, used))
    read = {name for text in (kept, *others) for name in _REFERENCE.findall(text)}
    rules = tinycss2.parse_stylesheet(kept, skip_comments=True, skip_whitespace=True)
    return "".join(_without_variables(rules, read))


def compact(css: str) -> str:
    """Leave out comments, and white space that separates nothing."""
    return str(tinycss2.serialize(_compact(tinycss2.parse_component_value_list(css))))


def matches_something(selector: str, used: Set[str]) -> bool:
    """Whether a page could match; inside :is() and its like one alternative would be enough."""
    required = _CLASS.findall(_ALTERNATIVES.sub("", selector))
    return "[dir=rtl]" not in selector and all(name in used for name in required)


def _path(site: Path, href: str) -> Path:
    """The file of a stylesheet, however a page names it: all are below assets/."""
    return site / "assets" / href.partition("assets/")[2]


def _bundle(site: Path, paths: Iterable[Path]) -> Path:
    """Write stylesheets as one, named by its content."""
    parts = []
    for path in paths:
        css = _CHARSET.sub("", path.read_text(encoding="utf-8"))
        folder = os.path.relpath(path.parent, site / SHEETS)
        parts.append(_URL.sub(partial(_from, folder), css))
    text = "\n".join(parts)
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    target = site / SHEETS / f"site.{digest}.css"
    if not target.exists():
        write_atomically(target, text)
    return target


def _from(folder: str, match: re.Match[str]) -> str:
    return f"url({posixpath.join(folder, match['url'])})"


def _compact(tokens: Iterable[Any]) -> list[Any]:
    kept: list[Any] = []
    for token in tokens:
        if token.type == "comment":
            continue
        if token.type == "whitespace":
            if kept and not _separates(kept[-1]):
                token.value = " "
                kept.append(token)
            continue
        if kept and kept[-1].type == "whitespace" and _separates(token):
            kept.pop()
        if token.type == "{} block":
            token.content = _compact(token.content)
        kept.append(token)
    return kept[:-1] if kept and kept[-1].type == "whitespace" else kept


def _separates(token: Any) -> bool:
    """Whether white space beside a token means nothing, as beside a space."""
    return token.type in {"whitespace", "{} block"} or token == ";"


def _rules(rules: Iterable[Any], used: Set[str]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [s for s in _selectors(rule.prelude) if matches_something(s, used)]
            if selectors:
                yield f"{','.join(selectors)}{{{tinycss2.serialize(rule.content)}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in {"media", "supports"}:
            inner = "".join(_rules(_inside(rule), used))
            if inner:
                yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}"
        else:
            yield rule.serialize()


def _without_variables(rules: Iterable[Any], read: Set[str]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            content = "".join(_declarations(rule.content, read))
            if content:
                yield f"{tinycss2.serialize(rule.prelude)}{{{content}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in {"media", "supports"}:
            inner = "".join(_without_variables(_inside(rule), read))
            yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}"
        else:
            yield rule.serialize()


def _declarations(content: Any, read: Set[str]) -> Iterator[str]:
    for item in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if item.type == "declaration" and item.name.startswith("--") and item.name not in read:
            continue
        text = item.serialize()
        yield text if text.endswith((";", "}")) else f"{text};"


def _inside(rule: Any) -> Any:
    return tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)


def _selectors(prelude: Iterable[Any]) -> list[str]:
    """The selectors of a list, split at its commas; those in parentheses stand in one token."""
    parts: list[list[Any]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [tinycss2.serialize(part).strip() for part in parts]
