"""Finds every external link of files and folders."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from portal.links.html_links import Found, links_in_html
from portal.links.markdown_links import Renderer
from portal.links.marks import Lines, mark
from portal.links.mkdocs_config import MarkdownConfig, load_mkdocs, markdown_config
from portal.links.model import Hyperlink, Place
from portal.links.notebook_links import notebook_links
from portal.links.yaml_links import mkdocs_links, registry_links

MARKDOWN = {".md", ".markdown", ".mdown", ".mkd", ".mkdn"}
HTML = {".html", ".htm", ".xhtml"}
NOTEBOOK = {".ipynb"}
YAML = {".yml", ".yaml"}
_SKIPPED_FOLDERS = {"node_modules", "__pycache__", "site-packages", "venv", "site"}
MAX_FILE = 50_000_000  # bytes; a larger one is data, not text

Spot = tuple[str, int]  # an address and its offset in the file, or -1


@dataclass(slots=True)
class Collection:
    """What was found, and what could not be read."""

    links: list[Hyperlink] = field(default_factory=list)
    files: int = 0
    warnings: list[str] = field(default_factory=list)


def files_of(paths: Sequence[Path]) -> Iterator[Path]:
    """The files to read below the given files and folders, sorted, each once."""
    seen: set[Path] = set()
    for path in paths:
        for file in [path] if path.is_file() else _walk(path):
            resolved = file.resolve()
            if resolved not in seen:
                seen.add(resolved)
                yield file


def _walk(folder: Path) -> Iterator[Path]:
    known = MARKDOWN | HTML | NOTEBOOK | YAML
    for top, folders, names in os.walk(folder):
        here = Path(top)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and name not in _SKIPPED_FOLDERS
            and not (here / name / "pyvenv.cfg").exists()
        )
        for name in sorted(names):
            if Path(name).suffix.lower() in known:
                yield here / name


class Collector:
    """Reads files; remembers one renderer for each mkdocs.yml."""

    def __init__(self, base: Path, fallback: Path | None = None) -> None:
        """
        Args:
            base: what reported paths are relative to.
            fallback: the mkdocs.yml whose extensions are used where no other is above a file.
        """
        self._base = base.resolve()
        self._fallback = fallback
        self._renderers: dict[Path | None, Renderer] = {}
        self._configs: dict[Path, Path | None] = {}
        self.result = Collection()

    def collect(
        self, paths: Sequence[Path], stop: Callable[[], bool] = lambda: False
    ) -> Collection:
        """All links of files and folders, in the order of the files.

        Args:
            stop: asked before each file; true ends the reading.
        """
        for path in files_of(paths):
            if stop():
                break
            self.result.links += self.read(path)
            self.result.files += 1
        return self.result

    def read(self, path: Path) -> list[Hyperlink]:
        """The links of one file."""
        try:
            if path.stat().st_size > MAX_FILE:
                self._warn(path, f"larger than {MAX_FILE // 1_000_000} MB; not read")
                return []
            text = path.read_bytes().decode("utf-8", errors="replace")
        except OSError as error:
            self._warn(path, f"cannot be read: {error.strerror or error}")
            return []
        bom = text.startswith("\ufeff")
        text = text[1:] if bom else text
        try:
            spots = list(self._spots(path, text))
        except Exception as error:  # an extension or parser may raise anything on odd input
            self._warn(path, f"not understood ({type(error).__name__}: {error}); not read")
            return []
        return list(self._placed(path, text, spots))

    def _spots(self, path: Path, text: str) -> Iterator[Spot]:
        suffix = path.suffix.lower()
        if suffix in MARKDOWN:
            even, back = _even_lines(text)
            for found, offset in self._renderer(path).links(even):
                yield found.url, back(offset)
        elif suffix in HTML:
            yield from _marked(text, links_in_html)
        elif suffix in NOTEBOOK:
            render = self._renderer(path).rendered
            yield from _marked(text, lambda t: notebook_links(t, render))
        elif path.name in {"mkdocs.yml", "mkdocs.yaml"}:
            yield from mkdocs_links(text)
        elif suffix in YAML:
            yield from registry_links(text)

    def _placed(self, path: Path, text: str, spots: Iterable[Spot]) -> Iterator[Hyperlink]:
        lines = Lines(text)
        file = self._name(path)
        seen: set[tuple[str, Place]] = set()
        last = 0
        for url, offset in spots:
            if offset < 0:  # written by an extension: look for it, else stay near
                offset = _look_for(text, url, last)
            line, col = lines.at(max(offset, last if offset < 0 else 0))
            place = Place(file, line, col)
            if (url, place) not in seen:
                seen.add((url, place))
                last = max(last, offset)
                yield Hyperlink(url, place, offset)

    def _renderer(self, path: Path) -> Renderer:
        config = self._config_above(path.resolve().parent) or self._fallback
        if config not in self._renderers:
            renderer = Renderer(markdown_config(config) if config else MarkdownConfig())
            self._renderers[config] = renderer
            for name in renderer.missing:
                self.result.warnings.append(f"{config}: Markdown extension {name!r} is not usable")
        return self._renderers[config]

    def _config_above(self, folder: Path) -> Path | None:
        if folder not in self._configs:
            here = next(
                (f for n in ("mkdocs.yml", "mkdocs.yaml") if (f := folder / n).is_file()), None
            )
            parent = folder.parent
            self._configs[folder] = here or (
                self._config_above(parent) if parent != folder else None
            )
        return self._configs[folder]

    def _name(self, path: Path) -> str:
        try:
            return path.resolve().relative_to(self._base).as_posix()
        except ValueError:
            return path.as_posix()

    def _warn(self, path: Path, message: str) -> None:
        self.result.warnings.append(f"{self._name(path)}: {message}")


def _marked(text: str, read: Callable[[str], Iterable[Found]]) -> Iterator[Spot]:
    marked = mark(text)
    for found in read(marked.text):
        yield found.url, -1 if found.mark is None else marked.offsets[found.mark]


def _even_lines(text: str) -> tuple[str, Callable[[int], int]]:
    """The text with `\\n` line ends, and the way back from its offsets."""
    if "\r" not in text:
        return text, lambda offset: offset
    dropped = [m.start() for m in re.finditer(r"\r(?=\n)", text)]

    def back(offset: int) -> int:
        if offset < 0:
            return offset
        for position in dropped:
            if position > offset:
                break
            offset += 1
        return offset

    return re.sub(r"\r\n?", "\n", text), back


def _look_for(text: str, url: str, start: int) -> int:
    for needle in (url, re.sub(r"^(https?:)?//", "", url)):
        for begin in (start, 0):
            if (position := text.find(needle, begin)) >= 0:
                return position
    return -1


def portal_paths(root: Path) -> list[Path]:
    """What 'the whole portal' means: the folder of mkdocs.yml, minus what is generated."""
    names = [
        str(load_mkdocs(root / "mkdocs.yml").get("docs_dir", "docs")),
        "notebooks",
        "overrides",
    ]
    folders = [root / name for name in names if (root / name).is_dir()]
    files = sorted(p for p in root.glob("*.md") if p.is_file())
    config = root / "mkdocs.yml"
    return [*folders, *files, *([config] if config.is_file() else [])]
