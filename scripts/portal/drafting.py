"""A new chapter: both pages from the frame, and its line in the navigation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from portal import yaml_source
from portal.files import write_atomically
from portal.pages import TRACKS, Level
from portal.problems import ContentError, Problem
from portal.rules.structure import FRAME

# The frame's headings in each language; `ideas` stands for the author's own.
HEADINGS: Mapping[str, Mapping[str, str]] = {
    "zh-TW": {
        "outcomes": "學完之後你能", "ideas": "想法", "do-it": "動手做", "pitfalls": "常見陷阱",
        "check-yourself": "自我檢查", "resources": "學習資源", "next": "下一步",
    },
    "en": {
        "outcomes": "You will be able to", "ideas": "Ideas", "do-it": "Do it",
        "pitfalls": "Pitfalls", "check-yourself": "Check yourself", "resources": "Resources",
        "next": "Next",
    },
}  # fmt: skip
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def draft(
    root: Path, chapter: str, titles: Mapping[str, str], level: Level, hours: float, after: str
) -> list[Path]:
    """Write the two pages of a planned chapter and name it in the navigation.

    Args:
        root: the project.
        chapter: its id, `<track>/<name>`.
        titles: in both languages.
        level: what a reader must know.
        hours: of reading, notebook and first resources.
        after: id of the chapter it follows; empty: at the end of its track.

    Returns:
        the files that were written.

    Raises:
        ContentError: a bad id, a page that exists, or no place in the navigation; then nothing
            is written.
    """
    track, _, name = chapter.partition("/")
    paths = {language: root / "docs" / language / f"{chapter}.md" for language in HEADINGS}
    config = root / "mkdocs.yml"
    if track not in TRACKS or not _ID.fullmatch(name):
        message = f"{chapter!r} is no id – use {'|'.join(TRACKS)}/name-in-lower-case"
        raise ContentError([Problem(config, 1, message)])
    existing = [path for path in paths.values() if path.exists()]
    if existing:
        raise ContentError([Problem(existing[0], 1, "exists already – edit it")])
    nav = named_in_nav(yaml_source.read_text(config), config, chapter, after)
    front = {
        "zh-TW": f"title: {_text(titles['zh-TW'])}\ntitle_en: {_text(titles['en'])}\n"
        f"level: {level.value}\nhours: {hours:g}\nprerequisites: []\nnotebooks: []\n"
        "status: planned\n",
        "en": f'title: {_text(titles["en"])}\nsource_digest: "000000000000"\n',
    }
    for language, path in paths.items():
        write_atomically(path, page(front[language], titles[language], name, language))
    write_atomically(config, nav)
    return [*paths.values(), config]


def page(front: str, title: str, anchor: str, language: str) -> str:
    """A page with the headings of the frame and nothing else."""
    words = HEADINGS[language]
    parts = [f"---\n{front}---", f"# {title} {{ #{anchor} }}"]
    for name in (FRAME[0], "ideas", *FRAME[1:]):
        parts.append(f"## {words[name]} {{ #{name} }}")
        if name == "resources":
            parts.append("<!-- resources -->")
    return "\n\n".join(parts) + "\n"


def named_in_nav(text: str, path: Path, chapter: str, after: str) -> str:
    """mkdocs.yml with the chapter in its navigation.

    Raises:
        ContentError: the place is not found.
    """
    track = chapter.split("/")[0]
    lines = text.splitlines(keepends=True)
    pattern = re.compile(rf"^(?P<indent>\s+- )(?P<id>{track}/[\w-]+)\.md\s*$")
    places = [(i, m) for i, line in enumerate(lines) if (m := pattern.match(line))]
    if after:
        places = [(i, match) for i, match in places if match["id"] == after]
    if not places:
        message = f"the navigation does not name {after or track + '/…'} – name a chapter of it"
        raise ContentError([Problem(path, 1, message)])
    at, match = places[-1]
    lines.insert(at + 1, f"{match['indent']}{chapter}.md\n")
    return "".join(lines)


def _text(title: str) -> str:
    """A title as YAML: quoted where a plain one would mean something else."""
    plain = re.fullmatch(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`][^:#\n]*", title)
    return title if plain else '"' + title.replace("\\", "\\\\").replace('"', '\\"') + '"'
