"""What search engines read of a page: JSON-LD with the vocabulary of schema.org."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from portal.pages import TRACKS, Chapter
from portal.site import Portal
from portal.words import WORDS

CONTEXT = "https://schema.org"
LICENCE = "https://creativecommons.org/licenses/by-sa/4.0/"

Address = Callable[[str], str]  # page id → absolute address in the language


def home(portal: Portal, language: str, name: str, description: str, url: Address) -> Any:
    """The site, and each track as a course of its chapters.

    Args:
        portal: the facts.
        language: code of the language.
        name: of the site, which is also the provider of the courses.
        description: of the site.
        url: absolute address of a page.

    Source: https://schema.org/Course
    """
    site = {
        "@type": "WebSite",
        "@id": url("index"),
        "name": name,
        "description": description,
        "url": url("index"),
        "inLanguage": language,
        "license": LICENCE,
    }
    courses = [_course(portal, track, language, name, url) for track in TRACKS]
    return {"@context": CONTEXT, "@graph": [site, *courses]}


def chapter(
    portal: Portal,
    page: Chapter,
    language: str,
    description: str,
    changed: date | None,
    url: Address,
) -> Any:
    """A chapter as a learning resource, part of its track.

    Source: https://schema.org/LearningResource
    """
    words = WORDS[language]
    known = [portal.chapters[name].title(language) for name in page.meta.prerequisites]
    resource: dict[str, Any] = {
        "@context": CONTEXT,
        **_learning_resource(page.title(language), description, language, url(page.id)),
        "learningResourceType": "chapter",
        "educationalLevel": words[page.meta.level.value],
        "timeRequired": f"PT{round(page.meta.hours * 60)}M",
        "isPartOf": {"@type": "Course", "@id": track_id(page.track, url)},
    }
    if known:
        resource["competencyRequired"] = known
    if changed:
        resource["dateModified"] = changed.isoformat()
    return resource


def notebook(
    portal: Portal, topic: str, language: str, description: str, changed: date | None, url: Address
) -> Any:
    """An executed notebook as a learning resource, part of its chapter."""
    title = portal.notebooks[topic].source.meta.title[language]
    resource: dict[str, Any] = {
        "@context": CONTEXT,
        **_learning_resource(title, description, language, url(f"notebooks/{topic}")),
        "learningResourceType": "notebook",
    }
    part_of = portal.chapter_of(topic)
    if part_of and part_of.built:
        resource["isPartOf"] = {"@type": "LearningResource", "@id": url(part_of.id)}
    if changed:
        resource["dateModified"] = changed.isoformat()
    return resource


def script(data: Any) -> str:
    """The text of a JSON-LD block; nothing in it can end the block."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def track_id(track: str, url: Address) -> str:
    """The identifier of a track's course: its list on the home page."""
    return f"{url('index')}#track-{track}"


def _course(portal: Portal, track: str, language: str, provider: str, url: Address) -> Any:
    words = WORDS[language]
    members = [c for c in portal.chapters.values() if c.track == track]
    titles = [c.title(language) for c in members]
    separator = "、" if language == "zh-TW" else ", "
    minutes = round(sum(c.meta.hours for c in members) * 60)
    return {
        "@type": "Course",
        "@id": track_id(track, url),
        "name": words[track],
        "description": words["track_covers"].format(separator.join(titles)),
        "url": track_id(track, url),
        "inLanguage": language,
        "license": LICENCE,
        "isAccessibleForFree": True,
        "provider": {"@type": "Organization", "name": provider, "url": url("index")},
        "offers": {"@type": "Offer", "category": "Free"},
        "hasCourseInstance": {
            "@type": "CourseInstance",
            "courseMode": "online",
            "courseWorkload": f"PT{minutes}M",
        },
        "hasPart": [
            {"@type": "LearningResource", "@id": url(c.id), "name": c.title(language)}
            for c in members
            if c.built
        ],
    }


def _learning_resource(name: str, description: str, language: str, url: str) -> dict[str, Any]:
    return {
        "@type": "LearningResource",
        "@id": url,
        "name": name,
        "description": description,
        "url": url,
        "inLanguage": language,
        "license": LICENCE,
        "isAccessibleForFree": True,
    }
