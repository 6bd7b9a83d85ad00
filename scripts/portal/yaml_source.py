"""YAML that remembers its lines, so that a wrong value is reported where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from portal.problems import ContentError, Problem

# libyaml where PyYAML was built with it: ten times as fast on the registry.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

T = TypeVar("T")
Keys = tuple[str | int, ...]


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, without byte-order mark, with `\\n` line ends.

    Raises:
        ContentError: the file cannot be read or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContentError(
            [Problem(path, 1, f"not UTF-8 (byte {error.start}) – save the file as UTF-8")]
        ) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise ContentError([Problem(path, 1, f"cannot be read: {reason}")]) from error


def load(text: str, path: Path, kind: TypeAdapter[T], first_line: int = 1) -> T:
    """Parse YAML and validate it.

    Args:
        text: the YAML source.
        path: the file it stands in, for messages.
        kind: the expected type.
        first_line: the line of the file on which `text` begins.

    Raises:
        ContentError: with one problem for each fault, at the line of the value.
    """
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        data: Any = loader.construct_document(node) if node else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = first_line + (mark.line if mark else 0)
        reason = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise ContentError(
            [Problem(path, line, f"not valid YAML: {reason} – check quotes and indentation")]
        ) from error
    except (ValueError, RecursionError) as error:  # a date that does not exist, absurd nesting
        raise ContentError([Problem(path, first_line, f"not valid YAML: {error}")]) from error

    lines: dict[Keys, int] = {(): first_line}
    duplicates: list[Problem] = []
    for keys, line, duplicate in _walk(node, ()):
        lines[keys] = first_line + line
        if duplicate:
            message = f"key {keys[-1]!r} is given twice – keep one"
            duplicates.append(Problem(path, first_line + line, message))
    if duplicates:
        raise ContentError(duplicates)

    try:
        return kind.validate_python(data)
    except ValidationError as error:
        raise ContentError(
            Problem(path, _nearest(lines, item["loc"]), _message(dict(item)))
            for item in error.errors()
        ) from error


def strings(text: str, path: Path) -> Iterator[tuple[Keys, int, str]]:
    """Every text of a YAML file with the keys that lead to it and its line.

    Raises:
        ContentError: it is not valid YAML.
    """
    try:
        node = _Loader(text).get_single_node()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = 1 + (mark.line if mark else 0)
        message = "not valid YAML – check quotes and indentation"
        raise ContentError([Problem(path, line, message)]) from error
    yield from _strings(node, ())


def _strings(node: yaml.Node | None, keys: Keys) -> Iterator[tuple[Keys, int, str]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _strings(value, (*keys, str(getattr(key, "value", key))))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _strings(value, (*keys, index))
    elif isinstance(node, yaml.ScalarNode):
        yield keys, node.start_mark.line + 1, str(node.value)


def _walk(node: yaml.Node | None, keys: Keys) -> Iterator[tuple[Keys, int, bool]]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(getattr(key, "value", key))
            yield (*keys, name), key.start_mark.line, name in seen
            seen.add(name)
            yield from _walk(value, (*keys, name))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield (*keys, index), value.start_mark.line, False
            yield from _walk(value, (*keys, index))


def _nearest(lines: dict[Keys, int], keys: Keys) -> int:
    while keys not in lines:
        keys = keys[:-1]
    return lines[keys]


def _message(item: dict[str, Any]) -> str:
    where = ".".join(str(key) for key in item["loc"] if not isinstance(key, int)) or "the file"
    if item["type"] == "extra_forbidden":
        return f"unknown key {where!r} – remove it or correct its spelling"
    if item["type"] == "missing":
        return f"key {where!r} is missing – add it"
    value = repr(item["input"])
    shown = value if len(value) <= 60 else value[:57] + "…"
    reason = str(item["msg"]).removeprefix("Value error, ")
    return f"{where} is {shown}: {reason[:1].lower()}{reason[1:]}"
