"""What the link checker reads of an `mkdocs.yml`: Markdown extensions and its own links.

Plugins and theme are not loaded: reading a link must not build a site.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

# MkDocs enables these whatever the file says.
BUILTIN = ("toc", "tables", "fenced_code")
# What a format function may come from; nothing else is imported.
_IMPORTABLE = ("pymdownx.", "markdown.")


@dataclass(frozen=True, slots=True)
class MarkdownConfig:
    """How Markdown is rendered."""

    extensions: tuple[str, ...] = BUILTIN
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    root: Path = Path()


class _Unknown:
    """A tagged value that has no meaning here."""


UNKNOWN = _Unknown()


class TolerantLoader(yaml.SafeLoader):
    """Reads any mkdocs.yml: `!ENV` is resolved, other tags become `UNKNOWN`."""


def _environment(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    if isinstance(node, yaml.SequenceNode):
        *names, default = loader.construct_sequence(node) or [None]
        names = names or [default]
    else:
        names, default = [loader.construct_scalar(node)], None  # type: ignore[arg-type]
    for name in names:
        if str(name) in os.environ:
            return os.environ[str(name)]
    return default


def _python_name(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    if not suffix.startswith(_IMPORTABLE):
        return UNKNOWN
    module, _, name = suffix.rpartition(".")
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError):
        return UNKNOWN


def _unknown(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    return UNKNOWN


TolerantLoader.add_constructor("!ENV", _environment)
TolerantLoader.add_multi_constructor("tag:yaml.org,2002:python/name:", _python_name)
TolerantLoader.add_multi_constructor("", _unknown)
TolerantLoader.add_multi_constructor("!", _unknown)
TolerantLoader.add_multi_constructor("tag:yaml.org,2002:python/", _unknown)


def load_mkdocs(path: Path) -> dict[str, Any]:
    """The settings of an mkdocs.yml, with what it inherits; empty when unreadable."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=TolerantLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError):
        return {}
    if not isinstance(data, dict):
        return {}
    parent = data.get("INHERIT")
    if isinstance(parent, str) and (path.parent / parent).resolve() != path.resolve():
        inherited = load_mkdocs(path.parent / parent)
        data = {**inherited, **data}
    return data


def markdown_config(path: Path) -> MarkdownConfig:
    """The Markdown extensions of an mkdocs.yml, made safe to run here."""
    data = load_mkdocs(path)
    names: list[str] = list(BUILTIN)
    options: dict[str, Mapping[str, Any]] = {}
    for name, given in _listed(data.get("markdown_extensions")):
        if name not in names:
            names.append(name)
        options[name] = _clean(given)
    return MarkdownConfig(tuple(names), _safe(options, path.parent), path.parent)


def _listed(section: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    items = section.items() if isinstance(section, dict) else None
    for item in items or (section if isinstance(section, list) else ()):
        if isinstance(item, str):
            yield item, {}
        elif isinstance(item, tuple):
            yield str(item[0]), item[1] if isinstance(item[1], dict) else {}
        elif isinstance(item, dict):
            for name, given in item.items():
                yield str(name), given if isinstance(given, dict) else {}


def _clean(value: Any) -> Any:
    """The value without what could not be resolved."""
    if isinstance(value, dict):
        return {k: _clean(v) for k, v in value.items() if v is not UNKNOWN}
    if isinstance(value, list):
        return [_clean(item) for item in value if item is not UNKNOWN]
    return value


def _safe(options: dict[str, Mapping[str, Any]], root: Path) -> dict[str, Mapping[str, Any]]:
    """Settings that would fetch, or write addresses that are not the author's, are replaced."""
    safe = dict(options)
    if "pymdownx.emoji" in safe:
        emoji = importlib.import_module("pymdownx.emoji")
        safe["pymdownx.emoji"] = {"emoji_generator": emoji.to_alt}
    if "pymdownx.highlight" in safe or "codehilite" in safe:
        for name in {"pymdownx.highlight", "codehilite"} & set(safe):
            safe[name] = {"use_pygments": False}  # colours are not read, and slow
    if "pymdownx.snippets" in safe:
        given = dict(safe["pymdownx.snippets"])
        base = given.get("base_path", ["."])
        paths = [base] if isinstance(base, str) else list(base)
        given["base_path"] = [str(root / str(item)) for item in paths]
        given["url_download"] = False
        given["check_paths"] = False
        safe["pymdownx.snippets"] = given
    return safe
