"""Wiring between MkDocs and `portal`; whatever decides anything stands there.

MkDocs loads this file with `scripts/` on `sys.path`, and only then: all of `portal`
that the build needs is imported here. static-i18n runs the whole build once a language,
so every event below happens once for each.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import CombinedEvent, event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from portal import pages, render
from portal.build import Build, Language
from portal.markup.formulas import FormulaError
from portal.problems import ContentError

_builds: dict[int, Build] = {}  # one for each configuration: `serve` reads a new one a rebuild
_serving = False  # MkDocs puts its live-reload script into every page, which a policy would stop


@event_priority(100)  # before static-i18n reads the navigation
def on_config(config: MkDocsConfig) -> MkDocsConfig:
    build = _builds.get(id(config))
    if build is None:
        _builds.clear()
        try:
            build = _builds[id(config)] = Build.read(config, serving=_serving)
        except ContentError as error:
            raise PluginError(str(error)) from error
    config.nav = build.nav
    if not config.repo_url:  # no "edit this page" without a repository
        config.edit_uri = None
    return config


def on_startup(*, command: str, dirty: bool) -> None:
    global _serving
    _serving = command == "serve"


def _leave_out(files: Files, *, config: MkDocsConfig) -> Files:
    build = build_of(config)
    for file in build.planned_files(files) + build.unused_theme_files(files):
        files.remove(file)
    return files


@event_priority(-200)  # after static-i18n (-100), which would publish notebooks as raw JSON
def _add_generated(files: Files, *, config: MkDocsConfig) -> Files:
    language = language_of(config)
    language.share_assets(files)
    try:
        for file in language.generated_files(config):
            if known := files.get_file_from_path(file.src_uri):
                files.remove(known)
            files.append(file)
    except ContentError as error:
        raise PluginError(str(error)) from error
    language.note_addresses(files)
    language.conversions.note_files(files)
    return files


on_files = CombinedEvent(_leave_out, _add_generated)


def on_env(env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
    env.bytecode_cache = build_of(config).bytecode()  # MkDocs compiles all templates each time
    return env


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    try:
        language = language_of(config)
        return language.conversions.before(language.prepare(markdown, page), page)
    except ContentError as error:
        raise PluginError(str(error)) from error


def on_page_content(html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    try:
        language = language_of(config)
        converted = language.conversions.after(html, page, files)
        return language.finish(converted, page, config.site_name)
    except FormulaError as error:
        raise PluginError(language_of(config).locate(error, page)) from error
    except render.DirectiveError as error:
        raise PluginError(f"{page.file.src_path}: {error}") from error


def on_page_context(
    context: dict[str, Any], *, page: Page, config: MkDocsConfig, nav: Navigation
) -> dict[str, Any]:
    return context | language_of(config).context(page, config)


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    return render.without_indents(output)


def on_template_context(
    context: dict[str, Any], *, template_name: str, config: MkDocsConfig
) -> dict[str, Any]:
    build = build_of(config)
    return context | build.frame() | build.template_context(template_name, context["base_url"])


@event_priority(-50)  # before static-i18n (-100) starts the build of the next language
def on_post_build(*, config: MkDocsConfig) -> None:
    site = Path(config.site_dir)
    language = language_of(config)
    language.write_search_index(site)
    language.write_llms(site, config)
    language.write_web_manifest(site, config)
    language.write_cards(site)
    build_of(config).finish(site)


def build_of(config: MkDocsConfig) -> Build:
    """The state of the build that this configuration belongs to."""
    return _builds[id(config)]


def language_of(config: MkDocsConfig) -> Language:
    """The part of the build that is in the language being built now."""
    i18n: Any = config.plugins["i18n"]
    return build_of(config).language(i18n.current_language or pages.SOURCE_LANGUAGE)
