"""External links of the resource registry and of mkdocs.yml, each at its place."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from portal.links.bare import bare_addresses
from portal.links.html_links import links_in_html
from portal.links.mkdocs_config import TolerantLoader

Spot = tuple[str, int]
_URL = re.compile(r"https?://\S", re.IGNORECASE)
_MARKDOWN_TARGET = re.compile(r"\]\(<?(https?://[^\s)>]+)")
# Addresses of the past, and reasons: nobody is sent there.
_NOT_SHOWN = {"formerly", "keeps_address", "original_urls", "canonical_url"}
_SHOWN_TEXT = {"title", "note", "reason", "description", "summary"}
_ADDRESS_KEYS = {"url", "replacement", "link", "href", "homepage", "repo", "repository", "docs"}
# In mkdocs.yml: where an address is shown to the reader.
_MKDOCS_KEYS = {"repo_url", "nav", "extra", "copyright", "extra_css", "extra_javascript"}
_MKDOCS_EXTRA = {"social", "homepage", "alternate"}


def registry_links(text: str) -> Iterator[Spot]:
    """Links of a registry file: a list of entries, each with an address.

    Other YAML files yield nothing: an address in them is a setting, not a link.
    """
    try:
        node = yaml.compose(text, Loader=TolerantLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return
    for entry in _entries(node):
        if _value(entry, "url") is not None:
            yield from _entry(entry, text)


def _entries(node: yaml.Node | None) -> Iterator[yaml.MappingNode]:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            if isinstance(item, yaml.MappingNode):
                yield item
    elif isinstance(node, yaml.MappingNode):
        if _value(node, "url") is not None:
            yield node
        for _, value in node.value:
            if isinstance(value, yaml.SequenceNode | yaml.MappingNode):
                yield from _entries(value)


def _entry(entry: yaml.MappingNode, text: str) -> Iterator[Spot]:
    retired = _value(entry, "retired") is not None
    for key, value in entry.value:
        name = str(key.value)
        if name in _NOT_SHOWN or (name == "url" and retired):
            continue
        yield from _value_links(name, value, text)


def _value_links(name: str, value: yaml.Node, text: str) -> Iterator[Spot]:
    if isinstance(value, yaml.MappingNode):
        for key, inner in value.value:
            inner_name = str(key.value)
            if inner_name not in _NOT_SHOWN:
                shown = name if name in _SHOWN_TEXT else inner_name
                yield from _value_links(shown, inner, text)
    elif isinstance(value, yaml.SequenceNode):
        for item in value.value:
            yield from _value_links(name, item, text)
    elif isinstance(value, yaml.ScalarNode):
        if name in _ADDRESS_KEYS and _URL.match(value.value.strip()):
            yield value.value.strip(), _offset(value, text, value.value.strip())
        elif name in _SHOWN_TEXT:
            yield from _text_links(value, text)


def _text_links(value: yaml.ScalarNode, text: str) -> Iterator[Spot]:
    content = value.value
    targets = [m[1] for m in _MARKDOWN_TARGET.finditer(content)]
    rest = _MARKDOWN_TARGET.sub("](", content)
    for url in [*targets, *(address for address, _ in bare_addresses(rest))]:
        yield url, _offset(value, text, url)


def mkdocs_links(text: str) -> Iterator[Spot]:
    """Links that mkdocs.yml itself shows: repository, social, navigation, copyright, assets."""
    try:
        node = yaml.compose(text, Loader=TolerantLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return
    if not isinstance(node, yaml.MappingNode):
        return
    for key, value in node.value:
        if key.value not in _MKDOCS_KEYS:
            continue
        if key.value == "extra":
            for inner_key, inner in getattr(value, "value", ()):
                if inner_key.value in _MKDOCS_EXTRA:
                    yield from _scalars(inner, text)
        elif key.value == "copyright" and isinstance(value, yaml.ScalarNode):
            for found in links_in_html(value.value):
                yield found.url, _offset(value, text, found.url)
        else:
            yield from _scalars(value, text)


def _scalars(node: yaml.Node, text: str) -> Iterator[Spot]:
    if isinstance(node, yaml.ScalarNode):
        if re.match(r"(https?:)?//\S+$", node.value, re.IGNORECASE):
            yield node.value, _offset(node, text, node.value)
    elif isinstance(node, yaml.SequenceNode):
        if node.tag == "!ENV":
            yield from _environment(node, text)
            return
        for item in node.value:
            yield from _scalars(item, text)
    elif isinstance(node, yaml.MappingNode):
        for _, value in node.value:
            yield from _scalars(value, text)


def _environment(node: yaml.SequenceNode, text: str) -> Iterator[Spot]:
    loader = TolerantLoader("")
    try:
        value = loader.construct_object(node, deep=True)
    finally:
        loader.dispose()
    if isinstance(value, str) and _URL.match(value):
        position = text.find(value, node.start_mark.index, node.end_mark.index)
        yield value, position if position >= 0 else node.start_mark.index


def _offset(node: yaml.Node, text: str, url: str) -> int:
    """Where the address stands; the start of the value when it is not literally there."""
    start, end = node.start_mark.index, node.end_mark.index
    position = text.find(url, start, end)
    return position if position >= 0 else start


def _value(node: yaml.MappingNode, name: str) -> yaml.Node | None:
    return next((value for key, value in node.value if key.value == name), None)
