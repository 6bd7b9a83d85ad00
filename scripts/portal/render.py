"""HTML of what is generated: lists of resources, roadmap, notebook cards, glossary."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jinja2
from markupsafe import Markup

from portal import anki, paths, plots, policy, roadmap
from portal.health import Run
from portal.links.model import Verdict
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
_AS_WRITTEN = re.compile(r"(<pre\b.*?</pre>|<script\b.*?</script>)", re.DOTALL)
_INDENT = re.compile(r"\n\s+")


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


def chapter_facts(
    html: str, portal: Portal, language: str, page: str, href: Href, *, minutes: int
) -> str:
    """Put level, hours, reading time, prerequisites and notebooks of a chapter below its title."""
    if page not in portal.chapters:
        return html
    chapter = portal.chapters[page]
    facts = _render(
        "chapter-facts.html",
        language,
        href,
        chapter=chapter,
        minutes=minutes,
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
    return _render("resource-list.html", language, href, portal=portal, groups=groups)


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
        following={
            name: [other for other in portal.chapters if graph.has_edge(name, other)]
            for name in portal.chapters
        },
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


def report_address(repo: str | None, title: str, url: str, source: str | None) -> str | None:
    """Where a fault of a page is reported, with the page already named; None without a repository.

    Args:
        repo: address of the repository.
        title: of the page.
        url: address of the page.
        source: address at which its file is edited.
    """
    if not repo:
        return None
    if not repo.startswith("https://github.com/"):
        return f"{repo}/issues"
    body = "\n".join(line for line in (url, source) if line) + "\n\n"
    return f"{repo}/issues/new?{urlencode({'title': f'{title}: ', 'body': body})}"


def glossary(portal: Portal, language: str, page: str, href: Href) -> str:
    """All terms."""
    return _render("glossary.html", language, href, terms=portal.glossary.values())


def lag(portal: Portal, language: str, page: str, href: Href, leader: str) -> str:
    """The banner of a page that does not follow the other language; empty where it does.

    Args:
        leader: address of the page in the other language.
    """
    found = portal.lags.get((page, language))
    if not found:
        return ""
    listed = "status" in portal.pages
    return _render("lag.html", language, href, lag=found, leader=leader, listed=listed)


def status_links(portal: Portal, language: str, page: str, href: Href) -> str:
    """What is known of the links: counts, history, and what is broken."""
    resources = [resource for resource in portal.registry.values() if not resource.retired]
    known = [(resource, portal.health.of(resource)) for resource in resources]
    found = Counter(entry.state.value if entry else "none" for _, entry in known)
    broken = [(r, entry) for r, entry in known if entry and entry.state is Verdict.BROKEN]
    return _render(
        "status-links.html",
        language,
        href,
        portal=portal,
        resources=resources,
        counts=[(state, found[state]) for state in (*Verdict, "none") if found[state]],
        broken=sorted(broken, key=lambda item: (item[1].since, item[0].id)),
        plot=_history_plot(portal.health.runs, WORDS[language]) if portal.health.runs else "",
    )


def _history_plot(runs: Sequence[Run], words: Mapping[str, str]) -> Markup:
    broken = [run.counts.get(Verdict.BROKEN, 0) for run in runs]
    opened = [sum(n for verdict, n in run.counts.items() if verdict.ok) for run in runs]
    unsure = [run.total - b - o for run, b, o in zip(runs, broken, opened, strict=True)]
    last = words["status_history_run"].format(
        day=runs[-1].day, ok=opened[-1], unsure=unsure[-1], broken=broken[-1]
    )
    series = [
        plots.Series(words["status_gone"], "plot__hatch", broken),
        plots.Series(words["status_unsure"], "plot__empty", unsure),
        plots.Series(words["status_ok"], "plot__fill", opened),
    ]
    text = words["status_history_text"].format(last)
    days = [run.day.isoformat() for run in runs]
    return plots.columns(days, series, words["status_history"], text)


def status_notebooks(portal: Portal, language: str, page: str, href: Href) -> str:
    """The certificates of all notebooks."""
    books = list(portal.notebooks.values())
    slowest = sorted(books, key=lambda book: -book.record.seconds)
    # Titles are 'subject: what it shows'; the subject is enough below a bar.
    names = [re.split("[:：]", book.source.meta.title[language])[0] for book in slowest]
    seconds = [(name, book.record.seconds) for name, book in zip(names, slowest, strict=True)]
    title = WORDS[language]["status_nb_bars"]
    return _render(
        "status-notebooks.html",
        language,
        href,
        notebooks=[(book, book.topic not in portal.outdated) for book in books],
        minutes=round(sum(book.record.seconds for book in books) / 60),
        plot=plots.bars(seconds, title, "") if books else "",
    )


def status_translations(portal: Portal, language: str, page: str, href: Href) -> str:
    """Which pages are behind, since when, and by what."""
    return _render(
        "status-translations.html",
        language,
        href,
        portal=portal,
        lags=list(portal.lags.values()),
        total=len(portal.pages),
        planned=len(portal.planned),
    )


def offline(portal: Portal, language: str, page: str, href: Href) -> str:
    """The button that keeps the whole site in the browser."""
    return _render("offline.html", language, href)


def content_security_policy(portal: Portal, language: str, page: str, href: Href) -> str:
    """The policy of the pages as a host sends it."""
    code = f"Content-Security-Policy: {policy.header()}"
    return f'<div class="highlight"><pre><code>{escape(code, quote=False)}</code></pre></div>'


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
    "status-links": status_links,
    "status-notebooks": status_notebooks,
    "status-translations": status_translations,
    "offline": offline,
    "policy": content_security_policy,
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


def without_indents(html: str) -> str:
    """Leave out blank lines and indents of templates, which a browser shows as one space."""
    parts = _AS_WRITTEN.split(html)
    parts[::2] = [_INDENT.sub("\n", part) for part in parts[::2]]
    return "".join(parts)
