"""Ids by which a reader's progress is kept, and what became of those that changed.

Progress lies in the reader's browser, so an id that was once published may be there for
ever. `docs/data/published-ids.txt` remembers each, and an id that vanishes from the site
must say in `docs/data/aliases.yml` what it is called now, or `null` where nothing follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter

from portal import yaml_source
from portal.files import write_atomically
from portal.problems import Problem, line_matching, line_of

LEDGER = "docs/data/published-ids.txt"
ALIASES = "docs/data/aliases.yml"

ItemId = Annotated[
    str, Field(pattern=r"^(chapter|notebook|resource|question):[a-z0-9/-]+(#q-.+)?$")
]
_HEADER = (
    "# Ids that readers' browsers may hold. Only added to, by scripts/check_content.py --accept.\n"
)


def item_ids(
    chapters: Iterable[str],
    notebooks: Iterable[str],
    resources: Iterable[str],
    questions: Mapping[str, Iterable[str]],
) -> frozenset[str]:
    """Everything that a reader can tick or answer.

    Args:
        chapters: ids of chapters.
        notebooks: topics of notebooks.
        resources: ids of resources, retired ones too.
        questions: ids of the questions of each chapter.
    """
    return frozenset(
        [
            *(f"chapter:{name}" for name in chapters),
            *(f"notebook:{name}" for name in notebooks),
            *(f"resource:{name}" for name in resources),
            *(f"question:{page}#{name}" for page, names in questions.items() for name in names),
        ]
    )


def read_aliases(root: Path) -> Mapping[str, str | None]:
    """Old id → the id that follows it, or None where nothing does.

    Raises:
        ContentError: the file is not what it should be.
    """
    path = root / ALIASES
    if not path.exists():
        return {}
    kind = TypeAdapter(dict[ItemId, ItemId | None] | None)
    return yaml_source.load(yaml_source.read_text(path), path, kind) or {}


def successor(name: str, aliases: Mapping[str, str | None]) -> str | None:
    """What an id is called today: itself, its alias, or None where nothing follows.

    The questions of a renamed chapter follow it without an alias of their own.
    """
    if name in aliases:
        return aliases[name]
    page, _, question = name.removeprefix("question:").partition("#")
    if question and (chapter := aliases.get(f"chapter:{page}", f"chapter:{page}")):
        return f"question:{chapter.removeprefix('chapter:')}#{question}"
    return None if question else name


def check(root: Path, known: Set[str], aliases: Mapping[str, str | None]) -> Iterator[Problem]:
    """No published id is lost, and every alias leads in one step to what is there."""
    ledger, path = root / LEDGER, root / ALIASES
    text = yaml_source.read_text(path) if path.exists() else ""
    for old, new in aliases.items():
        line = line_matching(text, rf"^[\"']?{old}[\"']?\s*:")
        if old in known:
            yield Problem(path, line, f"{old!r} still exists – remove the alias")
        if new is not None and new not in known:
            yield Problem(path, line, f"alias to unknown id {new!r} – name what it is called today")
    recorded = _recorded(ledger)
    for name in sorted(recorded - known - aliases.keys()):
        if successor(name, aliases) in known:
            continue
        line = line_of(yaml_source.read_text(ledger), name)
        message = f"{name!r} is gone, and with it what readers ticked – add it to {ALIASES}"
        yield Problem(ledger, line, message)


def record(root: Path, known: Set[str]) -> None:
    """Add the ids that are new to the ledger; none is ever taken out."""
    ledger = root / LEDGER
    recorded = _recorded(ledger)
    if not known <= recorded:
        lines = (f"{name}\n" for name in sorted(recorded | known))
        write_atomically(ledger, [_HEADER, *lines])


def _recorded(ledger: Path) -> frozenset[str]:
    if not ledger.exists():
        return frozenset()
    lines = yaml_source.read_text(ledger).splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
