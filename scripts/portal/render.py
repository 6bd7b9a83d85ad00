"""HTML of what is generated: lists of resources, roadmap, notebook cards, glossary."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from portal import anki, paths, roadmap
from portal.pages import TRACKS, Chapter
from portal.resources import Access, Kind, Role
from portal.site import Portal
from portal.words import WORDS

Href = Callable[[str], str]  # page id → address relative to the page being rendered

_DIRECTIVE = re.compile(r"<!-- (?P<name>[a-z-]+)(?:: (?P<argument>[\w/-]+))? -->")
_CHANGED = re.compile(
    r"<blockquote>(\s*<p><strong>(?:\d{4} 年以來的改變|Changed since \d{4})</strong>)"
)
_ID = re.compile(r'\sid="([^"]+)"')
_H1_END = "</h1>"


class DirectiveError(ValueError):
    """A page asks for something that cannot be rendered."""


def directives(html: str, portal: Portal, language: str, page: str, href: Href) -> str:
    """Replace `<!-- resources -->` and its kind by what they ask for.

    Raises:
        DirectiveError: an unknown name or argument.
    """

    def replace(match: re.Match[str]) -> str:
        name = match["name"]
        if name not in _RENDERERS:
            return match[0]
        return _RENDERERS[name](portal, language, match["argument"] or page, href)

    return _DIRECTIVE.sub(replace, html)


def anchors(html: str) -> set[str]:
    """The ids that links may point to."""
    return set(_ID.findall(html))


def changed_remarks(html: str) -> str:
    """Mark the quotations that say what changed since a year."""
    return _CHANGED.sub(r'<blockquote class="changed">\1', html)


def chapter_facts(html: str, portal: Portal, language: str, page: str, href: Href) -> str:
    """Put level, hours, prerequisites and notebooks of a chapter below its title."""
    if page not in portal.chapters:
        return html
    chapter = portal.chapters[page]
    facts = _render(
        "chapter-facts.html",
        language,
        href,
        chapter=chapter,
        prerequisites=[portal.chapters[name] for name in chapter.meta.prerequisites],
        notebooks=[portal.notebooks[name] for name in chapter.meta.notebooks],
    )
    return under_title(html, facts)


def tick(portal: Portal, language: str, page: str, href: Href) -> str:
    """The box that says a chapter or notebook is done; scripts make it work.

    Returns:
        HTML for the end of the page; empty for pages of other kinds.
    """
    topic = page.removeprefix("notebooks/")
    is_notebook = topic != page and topic in portal.notebooks
    if not is_notebook and page not in portal.chapters:
        return ""
    kind = "notebook" if is_notebook else "chapter"
    progress = href("progress") if portal.has_page("progress") else None
    return _render("tick.html", language, href, kind=kind, name=topic, progress=progress)


def under_title(html: str, addition: str) -> str:
    """Put HTML right below the title of a page."""
    return html.replace(_H1_END, _H1_END + addition, 1)


def resource_list(portal: Portal, language: str, page: str, href: Href) -> str:
    """The resources of a page, by role, in the order to take them."""
    listed = portal.registry.listed_on(page)
    if not listed:
        raise DirectiveError(f"no resource is listed on {page!r}")
    groups = [(role, [r for found, r in listed if found is role]) for role in Role]
    return _render("resource-list.html", language, href, groups=groups)


def catalogue(portal: Portal, language: str, page: str, href: Href) -> str:
    """Every resource of the registry, and below them the retired ones."""
    shown = [resource for resource in portal.registry.values() if not resource.retired]
    retired = [resource for resource in portal.registry.values() if resource.retired]
    shown.sort(key=lambda resource: resource.title[language].casefold())
    return _render(
        "catalogue.html",
        language,
        href,
        portal=portal,
        resources=shown,
        retired=retired,
        kinds=[kind for kind in Kind if any(r.kind is kind for r in shown)],
        accesses=list(Access),
    )


def roadmap_map(portal: Portal, language: str, page: str, href: Href) -> str:
    """The tracks with their chapters in order: drawn as a map, and as a plain list."""
    graph = roadmap.graph_of(portal.chapters)
    return _render(
        "roadmap.html",
        language,
        href,
        tracks=[(track, _chapters(portal, track)) for track in TRACKS],
        chapters=portal.chapters,
        columns=list(roadmap.columns(portal.chapters, language)),
        following={name: list(graph.successors(name)) for name in portal.chapters},
        map_width=roadmap.WIDTH,
    )


def progress(portal: Portal, language: str, page: str, href: Href) -> str:
    """What can be ticked and answered, chapter by chapter, for the script to fill in."""
    built = [chapter for chapter in portal.chapters.values() if chapter.built]
    ids = {chapter.id: _ids(portal, chapter) for chapter in built}
    totals = {"chapter": len(built)} | {
        kind: len({name for found in ids.values() for name in found[kind]})
        for kind in ("question", "notebook", "resource")
    }
    return _render(
        "progress.html",
        language,
        href,
        totals=totals,
        total_hours=sum(chapter.meta.hours for chapter in built),
        tracks=[
            (track, [(c, ids[c.id]) for c in built if c.track == track])
            for track in TRACKS
            if any(c.track == track for c in built)
        ],
    )


def path_finder(portal: Portal, language: str, page: str, href: Href) -> str:
    """The form of the path finder with its data, and the way to each named goal."""
    chapters = portal.chapters
    return _render(
        "path.html",
        language,
        href,
        goals=portal.goals,
        tracks=[(track, _chapters(portal, track)) for track in TRACKS],
        ways=[(goal, paths.way(chapters, goal.chapters)) for goal in portal.goals],
        data={
            "goals": [
                {"id": goal.id, "title": goal.title[language], "chapters": goal.chapters}
                for goal in portal.goals
            ],
            "chapters": [
                {
                    "id": chapter.id,
                    "title": chapter.title(language),
                    "href": href(chapter.id) if chapter.built else None,
                    "hours": chapter.meta.hours,
                    "needs": chapter.meta.prerequisites,
                    "resources": [
                        {
                            "title": resource.title[language],
                            "url": resource.url,
                            "language": resource.language,
                        }
                        for role, resource in portal.registry.listed_on(chapter.id)
                        if role is Role.PRIMARY
                    ],
                }
                for chapter in chapters.values()
            ],
        },
    )


def anki_link(portal: Portal, language: str, page: str, href: Href) -> str:
    """The button that downloads the questions for Anki."""
    count = sum(len(found) for found in portal.questions.values())
    return _render("anki.html", language, href, file=anki.address(language), count=count)


def notebook_card(portal: Portal, language: str, page: str, href: Href) -> str:
    """One notebook with what it costs to run and where to get it."""
    if page not in portal.notebooks:
        raise DirectiveError(f"unknown notebook {page!r}")
    return _render("notebook-card.html", language, href, notebook=portal.notebooks[page])


def notebook_index(portal: Portal, language: str, page: str, href: Href) -> str:
    """All notebooks as a table."""
    return _render("notebook-index.html", language, href, portal=portal)


def notebook_facts(portal: Portal, language: str, page: str, href: Href, repo: str | None) -> str:
    """The certificate of a notebook, for the top of its page."""
    notebook = portal.notebooks[page]
    return _render(
        "notebook-facts.html",
        language,
        href,
        notebook=notebook,
        chapter=portal.chapter_of(page),
        file=f"../{page.rsplit('/', 1)[-1]}.ipynb",
        repo=repo,
        colab=colab_address(repo, page),
    )


def colab_address(repo: str | None, notebook: str) -> str | None:
    """Where Colab opens the committed notebook; None outside GitHub."""
    match = re.match(r"https://github\.com/([^/]+/[^/]+)$", repo or "")
    if not match:
        return None
    base = "https://colab.research.google.com/github"
    return f"{base}/{match[1]}/blob/main/notebooks/{notebook}.ipynb"


def glossary(portal: Portal, language: str, page: str, href: Href) -> str:
    """All terms."""
    return _render("glossary.html", language, href, terms=portal.glossary.values())


_RENDERERS: Mapping[str, Callable[[Portal, str, str, Href], str]] = {
    "resources": resource_list,
    "catalogue": catalogue,
    "roadmap": roadmap_map,
    "progress": progress,
    "anki": anki_link,
    "path": path_finder,
    "notebook-card": notebook_card,
    "notebook-index": notebook_index,
    "glossary": glossary,
}


def _ids(portal: Portal, chapter: Chapter) -> dict[str, list[str]]:
    """What belongs to a chapter, by kind, as progress names it."""
    return {
        "question": [f"{chapter.id}#{question.id}" for question in portal.questions[chapter.id]],
        "notebook": [name for name in chapter.meta.notebooks if name in portal.notebooks],
        "resource": [resource.id for _, resource in portal.registry.listed_on(chapter.id)],
    }


def _chapters(portal: Portal, track: str) -> list[Chapter]:
    return [chapter for chapter in portal.chapters.values() if chapter.track == track]


def _render(template: str, language: str, href: Href, **context: Any) -> str:
    words = WORDS[language]

    def word(key: str, *values: Any, **named: Any) -> str:
        return words[key].format(*values, **named)

    return str(
        _environment()
        .get_template(template)
        .render(language=language, href=href, word=word, hours=hours, **context)
    )


def hours(value: float) -> str:
    """Hours without a needless decimal."""
    return f"{value:g}"


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["track_of"] = lambda page: (
        page.split("/")[0] if page.split("/")[0] in TRACKS else "general"
    )
    return environment
