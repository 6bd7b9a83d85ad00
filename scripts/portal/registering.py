"""Adding an entry to the registry: from answers to YAML, at its place, comments kept."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import yaml

from portal import pages, yaml_source
from portal.files import write_atomically
from portal.problems import ContentError, Problem
from portal.resources import Registry, read_registry

FOLDER = "docs/data/resources"
# The headings of the issue form, by the English part of each label.
FORM = {
    "address": "url",
    "title in chinese": "title-zh",
    "title in english": "title-en",
    "kind": "kind",
    "language": "language",
    "level": "level",
    "access": "access",
    "author or organisation": "by",
    "which chapter lists it": "page",
    "role": "role",
    "why this one, in chinese": "note-zh",
    "why this one, in english": "note-en",
}
REQUIRED = [name for name in FORM.values() if name != "by"]
_HEADING = re.compile(r"^###[ \t]+(.+?)[ \t]*$", re.MULTILINE)
_UNANSWERED = "_No response_"


def answers_of_form(body: str) -> dict[str, str]:
    """The answers in the text of an issue that was opened with the form.

    Args:
        body: Markdown, each question a heading of level 3 and its answer below.
    """
    parts = _HEADING.split(body.replace("\r\n", "\n"))
    found: dict[str, str] = {}
    for label, answer in zip(parts[1::2], parts[2::2], strict=True):
        name = FORM.get(label.rpartition("·")[2].strip().lower())
        text = " ".join(answer.split())
        if name and text and text != _UNANSWERED:
            found.setdefault(name, text)
    return found


def entry(answers: Mapping[str, str], order: int) -> str:
    """The YAML of one entry.

    Args:
        answers: by the names of `FORM`, and `id`.
        order: of the listing.
    """
    lines = [f"- id: {answers['id']}", f"  url: {_scalar(answers['url'])}"]
    lines += [f"  {name}: {answers[name]}" for name in ("kind", "language", "level", "access")]
    if answers.get("by"):
        lines.append(f"  by: {_scalar(answers['by'])}")
    for name in ("title", "note"):
        lines += [f"  {name}:", f"    zh-TW: {_scalar(answers[f'{name}-zh'])}"]
        lines.append(f"    en: {_scalar(answers[f'{name}-en'])}")
    listing = f"{{page: {answers['page']}, role: {answers['role']}, order: {order}}}"
    return "\n".join([*lines, "  chapters:", f"    - {listing}"]) + "\n"


def add(root: Path, answers: Mapping[str, str]) -> tuple[Path, str]:
    """Add an entry where its page's other resources stand. Nothing is fetched.

    Args:
        root: the project.
        answers: by the names of `FORM`; `id` may be given too.

    Returns:
        the file that was changed, and what was added.

    Raises:
        ContentError: an answer is missing or wrong; then nothing is written.
    """
    folder = root / FOLDER
    missing = [name for name in REQUIRED if not answers.get(name)]
    if missing:
        raise ContentError([Problem(folder, 1, f"no answer for {', '.join(missing)} – give it")])
    page_ids = pages.page_ids(root / "docs")
    registry = read_registry(folder, page_ids)
    page = answers["page"]
    if page not in page_ids:
        message = f"unknown page {page!r} – use an id such as models/tokenization"
        raise ContentError([Problem(folder, 1, message)])
    given = {"id": identifier(answers["title-en"], registry), **answers}
    listed = [item for _, item in registry.listed_on(page)]
    orders = [item.order for found in listed if (item := found.listing(page))]
    text = entry(given, max(orders, default=0) + 10)
    path, content = _placed(folder, text, [item.id for item in listed])
    _validated(path, content, root, page_ids)
    write_atomically(path, content)
    return path, text


def identifier(title: str, registry: Registry) -> str:
    """An id made of a title that no entry has yet."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)[:6]
    base = "-".join(words) or "resource"
    if base not in registry:
        return base
    return next(name for n in range(2, 10_000) if (name := f"{base}-{n}") not in registry)


def _placed(folder: Path, text: str, neighbours: list[str]) -> tuple[Path, str]:
    """The file with most neighbours, the entry put in after the last of them."""
    wanted = set(neighbours)
    found: Counter[Path] = Counter()
    files = {path: yaml_source.read_text(path) for path in sorted(folder.glob("*.yml"))}
    for path, content in files.items():
        found[path] = sum(1 for name in _ids(content) if name in wanted)
    if not files:
        return folder / "general.yml", text
    path = max(files, key=lambda path: (found[path], path.name == "general.yml"))
    starts = list(re.finditer(r"^- id: *[\"']?([\w-]+)", files[path], re.MULTILINE))
    last = max((i for i, match in enumerate(starts) if match[1] in wanted), default=len(starts) - 1)
    content = files[path]
    end = _end_of_entry(content, starts[last].start()) if starts else len(content)
    head, tail = content[:end].rstrip("\n"), content[end:].lstrip("\n")
    parts = [head + "\n" if head else "", text, tail]
    return path, "\n".join(part for part in parts if part)


def _end_of_entry(content: str, start: int) -> int:
    """Where the entry that begins at `start` ends: before the next one, and before its remarks."""
    line_end = content.find("\n", start)
    for match in re.finditer(r"^(?=\S)", content[line_end + 1 :], re.MULTILINE):
        return line_end + 1 + match.start()
    return len(content)


def _ids(content: str) -> list[str]:
    return re.findall(r"^- id: *[\"']?([\w-]+)", content, re.MULTILINE)


def _validated(path: Path, content: str, root: Path, page_ids: set[str]) -> None:
    """The registry with the new content is without fault; read from a copy beside the tree."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for file in (root / FOLDER).glob("*.yml"):
            (copy / file.name).write_bytes(file.read_bytes())
        (copy / path.name).write_text(content, encoding="utf-8")
        try:
            read_registry(copy, page_ids)
        except ContentError as error:
            problems = (p._replace(path=root / FOLDER / p.path.name) for p in error.problems)
            raise ContentError(problems) from error


def _scalar(text: str) -> str:
    """A text as YAML on one line, quoted where it has to be."""
    dumped = yaml.safe_dump(text, allow_unicode=True, width=10**6, default_flow_style=True)
    return dumped.removesuffix("\n").removesuffix("...").rstrip("\n")
