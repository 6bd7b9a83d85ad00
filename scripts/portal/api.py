"""The facts of the portal as JSON files for programs: resources, roadmap and glossary.

The models below are the contract of version 1. A field may be added to it; to remove one, or to
change what one means, make a version 2 beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from portal.pages import Level, Status
from portal.resources import Access, Kind, Role
from portal.site import Portal

VERSION = "v1"
FOLDER = f"api/{VERSION}"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)


class Both(_Part):
    """The same text in both languages."""

    zh_tw: str = Field(alias="zh-TW")
    en: str


class Place(_Part):
    """A page that lists a resource."""

    page: str = Field(description="id of the page")
    role: Role
    order: int = Field(description="position among the resources of that role on the page")


class Retirement(_Part):
    """Why a resource is no longer recommended."""

    reason: Both
    replacement: str | None = Field(description="id of a resource, or an address")


class ResourceEntry(_Part):
    """One external work."""

    id: str = Field(description="stays the same when title or address change")
    url: str
    kind: Kind
    language: str = Field(description="en, zh-Hant, zh-Hans or multi")
    level: Level
    hours: float | None = Field(description="to work through it; null where nobody said")
    access: Access
    by: str | None = Field(description="author or publisher")
    title: Both
    note: Both
    listed: list[Place]
    retired: Retirement | None


class ChapterEntry(_Part):
    """One chapter of the roadmap."""

    id: str = Field(description="stays the same when the title changes")
    title: Both
    level: Level
    hours: float
    status: Status
    prerequisites: list[str] = Field(description="ids of chapters")
    notebooks: list[str] = Field(description="ids of notebooks")
    url: Both | None = Field(description="absolute addresses; null while planned")


class TrackEntry(_Part):
    """A track: chapters in the order to read them."""

    id: str
    title: Both
    chapters: list[ChapterEntry]


class TermEntry(_Part):
    """One term of the glossary."""

    id: str
    term: Both
    definition: Both | None
    also: list[str] = Field(description="accepted synonyms in Chinese")
    wrong: list[str] = Field(description="variants that are not used in Taiwan")
    url: Both = Field(description="absolute addresses of the entry")


class Resources(_Part):
    """All resources, retired ones too."""

    version: Literal["v1"]
    licence: Literal["CC-BY-SA-4.0"]
    resources: list[ResourceEntry]


class Roadmap(_Part):
    """All tracks with their chapters, planned ones too."""

    version: Literal["v1"]
    licence: Literal["CC-BY-SA-4.0"]
    tracks: list[TrackEntry]


class Glossary(_Part):
    """All terms."""

    version: Literal["v1"]
    licence: Literal["CC-BY-SA-4.0"]
    terms: list[TermEntry]


MODELS: Mapping[str, type[_Part]] = {
    "resources": Resources,
    "roadmap": Roadmap,
    "glossary": Glossary,
}


def files(
    portal: Portal,
    addresses: Mapping[str, Mapping[str, str]],
    tracks: Sequence[tuple[str, Mapping[str, str]]],
) -> Iterator[tuple[str, str]]:
    """Name and content of every file: the data, and a schema for each.

    Args:
        portal: the facts.
        addresses: absolute address of each built page, by language and page id.
        tracks: id of each track with its title by language.
    """
    head: dict[str, Any] = {"version": VERSION, "licence": "CC-BY-SA-4.0"}
    # Without their page terms have no address.
    terms = portal.glossary.values() if portal.has_page("glossary") else ()
    data: dict[str, _Part] = {
        "resources": Resources(**head, resources=[_resource(r) for r in portal.registry.values()]),
        "roadmap": Roadmap(
            **head,
            tracks=[
                TrackEntry(
                    id=track,
                    title=_both(title),
                    chapters=[
                        _chapter(c, addresses) for c in portal.chapters.values() if c.track == track
                    ],
                )
                for track, title in tracks
            ],
        ),
        "glossary": Glossary(**head, terms=[_term(term, addresses) for term in terms]),
    }
    for name, content in data.items():
        yield f"{name}.json", content.model_dump_json() + "\n"
        yield f"{name}.schema.json", schema(name)


def schema(name: str) -> str:
    """The JSON Schema of one of the files."""
    found = MODELS[name].model_json_schema(by_alias=True, mode="serialization")
    return json.dumps({"$schema": _DIALECT, **found}, ensure_ascii=False, indent=2) + "\n"


def _both(texts: Any) -> Both:
    return Both.model_validate({"zh-TW": texts["zh-TW"], "en": texts["en"]})


def _resource(resource: Any) -> ResourceEntry:
    retired = resource.retired
    return ResourceEntry(
        **{
            name: getattr(resource, name)
            for name in ("id", "url", "kind", "language", "level", "hours", "access", "by")
        },
        title=_both(resource.title),
        note=_both(resource.note),
        listed=[Place(page=p.page, role=p.role, order=p.order) for p in resource.chapters],
        retired=retired
        and Retirement(reason=_both(retired.reason), replacement=retired.replacement),
    )


def _chapter(chapter: Any, addresses: Mapping[str, Mapping[str, str]]) -> ChapterEntry:
    meta = chapter.meta
    urls = {language: pages.get(chapter.id) for language, pages in addresses.items()}
    return ChapterEntry(
        id=chapter.id,
        title=_both(chapter.titles),
        level=meta.level,
        hours=meta.hours,
        status=meta.status,
        prerequisites=meta.prerequisites,
        notebooks=meta.notebooks,
        url=_both(urls) if all(urls.values()) else None,
    )


def _term(term: Any, addresses: Mapping[str, Mapping[str, str]]) -> TermEntry:
    return TermEntry(
        id=term.id,
        term=_both({"zh-TW": term.zh, "en": term.en}),
        definition=term.definition and _both(term.definition),
        also=term.also,
        wrong=term.wrong,
        url=_both(
            {lang: f"{pages['glossary']}#term-{term.id}" for lang, pages in addresses.items()}
        ),
    )
