"""The resource registry: every external work, written once, shown in both languages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, model_validator

from portal import yaml_source
from portal.pages import Level, PageId
from portal.problems import ContentError, Problem, line_matching

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$")]
ResourceId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")]


class Kind(StrEnum):
    """What a resource is."""

    ARTICLE = "article"
    BOOK = "book"
    CODE = "code"
    COMMUNITY = "community"
    COURSE = "course"
    DATASET = "dataset"
    DOCS = "docs"
    IMAGE = "image"
    LEADERBOARD = "leaderboard"
    MODEL = "model"
    NOTEBOOK = "notebook"
    PAPER = "paper"
    SHORT_COURSE = "short-course"
    TOOL = "tool"
    VIDEO = "video"


class Access(StrEnum):
    """What stands between the reader and the resource."""

    FREE = "free"
    LOGIN = "login"
    PAID = "paid"


class Role(StrEnum):
    """How a chapter lists a resource, in the order of display."""

    PRIMARY = "primary"
    FURTHER = "further"
    REFERENCE = "reference"


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Bilingual(_Closed):
    """The same text in both languages."""

    zh_tw: Text = Field(alias="zh-TW")
    en: Text

    def __getitem__(self, language: str) -> str:
        return self.zh_tw if language == "zh-TW" else self.en


class Listing(_Closed):
    """Where a resource is listed: on which page, how, and after which others."""

    page: PageId
    role: Role
    order: int = Field(ge=0)


class Retired(_Closed):
    """Why a resource is no longer shown, and what to take in its place."""

    reason: Bilingual
    replacement: str | None = None  # the id of a resource or an address


class Resource(_Closed):
    """One external work. Docs: contributing/resources."""

    id: ResourceId
    url: Url
    formerly: list[Url] = []
    keeps_address: Text | None = None
    kind: Kind
    language: Literal["en", "zh-Hant", "zh-Hans", "multi"]
    level: Level
    hours: float | None = Field(default=None, gt=0)
    access: Access
    by: Text | None = None
    title: Bilingual
    note: Bilingual
    chapters: list[Listing] = []
    retired: Retired | None = None

    @model_validator(mode="after")
    def _is_listed(self) -> Resource:
        if not self.retired and not self.chapters:
            raise ValueError("listed nowhere; name a page under 'chapters' or retire it")
        return self

    def listing(self, page: str) -> Listing | None:
        """How the page with this id lists the resource."""
        return next((item for item in self.chapters if item.page == page), None)


class Registry(Mapping[str, Resource]):
    """All resources by id, in the order of the files."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._by_id = {resource.id: resource for resource in resources}

    def __getitem__(self, name: str) -> Resource:
        return self._by_id[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def listed_on(self, page: str) -> list[tuple[Role, Resource]]:
        """The resources of a page, by role and order; retired ones are left out."""
        roles = list(Role)
        found = [
            (roles.index(item.role), item.order, resource)
            for resource in self.values()
            if not resource.retired and (item := resource.listing(page))
        ]
        found.sort(key=lambda entry: entry[:2])
        return [(roles[role], resource) for role, _, resource in found]


def read_registry(folder: Path, pages: Collection[str]) -> Registry:
    """Read and validate all files of the registry.

    Args:
        folder: `docs/data/resources`.
        pages: the ids of all pages, planned ones too.

    Raises:
        ContentError: with file and line of every fault.
    """
    resources: list[Resource] = []
    problems: list[Problem] = []
    places: dict[str, Path] = {}
    kind = TypeAdapter(list[Resource])
    for path in sorted(folder.glob("*.yml")):
        try:
            entries = yaml_source.load(yaml_source.read_text(path), path, kind)
        except ContentError as error:
            problems += error.problems
            continue
        problems += _check_entries(entries, path, places, pages)
        resources += entries
    registry = Registry(resources)
    problems += _check_replacements(registry, places)
    problems += _check_addresses(registry, places)
    if problems:
        raise ContentError(problems)
    return registry


def _check_entries(
    entries: Iterable[Resource], path: Path, places: dict[str, Path], pages: Collection[str]
) -> Iterator[Problem]:
    for entry in entries:
        if entry.id in places:
            message = f"resource {entry.id!r} is also in {places[entry.id].name} – keep one"
            yield Problem(path, _line(path, entry.id), message)
        places[entry.id] = path
        for item in entry.chapters:
            if item.page not in pages:
                message = f"resource {entry.id!r} is listed on unknown page {item.page!r}"
                yield Problem(path, _line(path, entry.id), f"{message} – use the id of a page")


def _check_replacements(registry: Registry, places: Mapping[str, Path]) -> Iterator[Problem]:
    for entry in registry.values():
        target = entry.retired.replacement if entry.retired else None
        if not target or target.startswith(("http://", "https://")):
            continue
        if target not in registry or registry[target].retired:
            path = places[entry.id]
            message = f"{entry.id!r} is replaced by {target!r}, which is unknown or retired"
            remedy = "name a resource that is shown, or an address"
            yield Problem(path, _line(path, entry.id), f"{message} – {remedy}")


def _check_addresses(registry: Registry, places: Mapping[str, Path]) -> Iterator[Problem]:
    """No two shown resources have the same address."""
    seen: dict[str, str] = {}
    for entry in registry.values():
        if entry.retired:
            continue
        first = seen.setdefault(entry.url.rstrip("/").lower(), entry.id)
        if first != entry.id:
            path = places[entry.id]
            message = f"{entry.id!r} has the same address as {first!r} – retire one of them"
            yield Problem(path, _line(path, entry.id), message)


def _line(path: Path, name: str) -> int:
    return line_matching(yaml_source.read_text(path), rf"^\s*-?\s*id:\s*[\"']?{name}[\"']?\s*$")
