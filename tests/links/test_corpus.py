"""Extraction equals what MkDocs renders: on real files of other people, and on made-up ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import markdown
import pytest
from bs4 import BeautifulSoup, Comment
from hypothesis import given, settings
from hypothesis import strategies as st
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.utils import meta

from portal.links.bare import bare_addresses
from portal.links.html_links import ATTRIBUTES, srcset_addresses
from portal.links.markdown_links import Renderer
from portal.links.mkdocs_config import markdown_config

ROOT = Path(__file__).resolve().parents[2]
CONFIG = markdown_config(ROOT / "mkdocs.yml")
RENDERER = Renderer(CONFIG)
SILENT = ["script", "style", "template", "textarea", "title", "code", "pre", "kbd", "samp", "var",
          "math", "svg", "select", "a", "tt", "noembed", "noframes", "xmp"]  # fmt: skip


def as_mkdocs_renders(text: str) -> set[str]:
    """The external addresses of a page, read from MkDocs' HTML by another parser."""
    config = MkDocsConfig()
    config.load_dict({"site_name": "x", "markdown_extensions": [
        {name: dict(CONFIG.options.get(name, {}))} for name in CONFIG.extensions
    ]})  # fmt: skip
    errors, _ = config.validate()
    assert not [error for error in errors if error[0] == "markdown_extensions"]
    body, _ = meta.get_data(text)
    html = markdown.markdown(
        body, extensions=config.markdown_extensions, extension_configs=config.mdx_configs or {}
    )
    return addresses_of(BeautifulSoup(html, "html.parser"))


def addresses_of(soup: BeautifulSoup) -> set[str]:
    found: set[str] = set()
    for comment in soup.find_all(string=lambda s: isinstance(s, Comment)):
        comment.extract()
    for tag in soup.find_all(["template", "textarea"]):
        tag.decompose()
    for element, names in ATTRIBUTES.items():
        for tag in soup.find_all(element):
            for name in names:
                value = str(tag.get(name) or "").strip()
                parts = srcset_addresses(value) if name == "srcset" else [value]
                found |= {p for p in parts if re.match(r"(https?:)?//.", p, re.IGNORECASE)}
    for tag in soup.find_all(SILENT):
        tag.replace_with("\n")
    for tag in soup.find_all(class_=["arithmatex", "highlight", "mermaid"]):
        tag.replace_with("\n")
    for tag in soup.find_all(["abbr", "wbr"]):
        tag.unwrap()
    soup.smooth()
    for string in soup.find_all(string=True):
        found |= {address for address, _ in bare_addresses(str(string))}
    return found


def ours(text: str) -> set[str]:
    return {found.url for found, _ in RENDERER.links(text)}


def readmes() -> Iterator[tuple[str, str]]:
    """Markdown descriptions of installed packages."""
    for package in distributions():
        data = package.metadata
        if data is None or "markdown" not in str(data["Description-Content-Type"]).lower():
            continue
        text = str(data.get_payload() or data["Description"] or "")  # type: ignore[attr-defined]
        if len(text) > 200:
            yield str(data["Name"]), text.replace("\r\n", "\n")


README = dict(readmes())


def test_the_corpus_is_large() -> None:
    assert len(README) >= 30


@pytest.mark.parametrize("name", sorted(README))
def test_readme(name: str) -> None:
    assert ours(README[name]) == as_mkdocs_renders(README[name])


@pytest.mark.parametrize("name", sorted(README))
def test_places_in_a_readme_are_exact(name: str) -> None:
    text = README[name]
    for found, offset in RENDERER.links(text):
        if offset >= 0:
            rest = text[offset : offset + 2 * len(found.url) + 20].replace("&amp;", "&")
            assert rest.startswith(found.url) or "\\" in rest


HOST = st.from_regex(r"[a-z]{1,8}\.example", fullmatch=True)
PATH = st.from_regex(r"(/[a-z0-9_.~-]{1,6}){0,3}(\?[a-z]=[a-z0-9]{1,3}(&[a-z]=[a-z0-9])?)?",
                     fullmatch=True)  # fmt: skip
URL = st.builds(lambda host, path: f"https://{host}{path.rstrip('.-_~')}", HOST, PATH)
SHOWN = st.sampled_from([
    "[t]({})", "<{}>", "![i]({})", "見 {}，後文", "（{}）", "({})", '<a href="{}">t</a>',
    "!!! note\n    [t]({})", "- a\n    - <{}>", "> [t]({})", "| a |\n|---|\n| <{}> |",
    "**[t]({})**",
    '=== "T"\n    <{}>', "Term\n:   <{}>", "1. [t]({} 'T')", "## [t]({}) {{ #h }}", "{}",
    "??? tip \"T\"\n    <{}>", "見{}。", "「{}」",
])  # fmt: skip
HIDDEN = st.sampled_from([
    "`{}`", "```\n{}\n```", "    {}", "<!-- {} -->", "\\[t\\]({})", "[x]: {}", "$\\url{{{}}}$",
    "~~~ python\nget('{}')\n~~~", "<script>'{}'</script>", "[t](chapter:a/b)", "text",
])  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.booleans(), SHOWN, HIDDEN, URL), max_size=6))
def test_shown_links_are_found_and_hidden_ones_are_not(
    blocks: list[tuple[bool, str, str, str]],
) -> None:
    text, expected = "# T\n\n", []
    for number, (show, shown, hidden, address) in enumerate(blocks):
        url = address.replace("https://", f"https://n{number}.")
        text += f"{(shown if show else hidden).format(url)}\n\ntext\n\n"
        if show:
            expected.append(url)
    links = RENDERER.links(text)
    assert sorted(found.url for found, _ in links) == sorted(expected)
    assert all(text.startswith(found.url, offset) for found, offset in links)
    assert ours(text) == as_mkdocs_renders(text)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab `*_[]()<>!|#:/-\n\\\"'&;。（）中文{}~=$h", max_size=120), URL)
def test_no_text_breaks_the_reading(noise: str, url: str) -> None:
    text = f"{noise}\n\n[t]({url})\n\n{noise}"
    assert ours(text) == as_mkdocs_renders(text)
