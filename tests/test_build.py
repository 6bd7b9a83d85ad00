"""The real site, built once: what holds on every page."""

from __future__ import annotations

import json
import re
from collections import Counter
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import nbformat
from bs4 import BeautifulSoup, Tag

import built
from portal import pages as portal_pages
from portal.site import Portal
from support import REPO_URL, ROOT, SITE_URL

# Bytes of HTML, compressed: what a page itself may weigh. The catalogue and the glossary may
# weigh 130 kB with all they bring (tests/browser/test_budgets.py), of which 24 kB are the frame.
BUDGETS = {"chapter": 45_000, "notebook": 25_000, "catalogue": 106_000, "other": 40_000}


def text_outside_code(soup: BeautifulSoup) -> str:
    copy = BeautifulSoup(str(soup.select_one("article") or soup.body), "html.parser")
    for element in copy.select("pre, code, math, annotation, script, style, .katex"):
        element.decompose()
    return copy.get_text()


def test_every_page_is_in_both_languages(site: Path) -> None:
    found = {
        language: {
            path.relative_to(site / ("en" if language == "en" else "")).as_posix()
            for path in built.pages(site)
            if built.language_of(site, path) == language
        }
        for language in built.LANGUAGES
    }
    assert found["zh-TW"] == found["en"]
    assert len(found["en"]) >= 20


def test_planned_chapters_are_named_but_not_built(site: Path, portal: Portal) -> None:
    assert portal.planned, "when nothing is planned any more, delete this test"
    home = built.soup(site / "index.html").get_text()
    for name in portal.planned:
        assert not (site / name).exists()
        assert not (site / "en" / name).exists()
        assert portal.chapters[name].title("zh-TW") in home


def test_the_home_page_lists_every_chapter_in_order(site: Path, portal: Portal) -> None:
    for language, path in (("zh-TW", "index.html"), ("en", "en/index.html")):
        items = built.soup(site / path).select("[data-chapter]")
        listed = [str(item["data-chapter"]) for item in items]
        assert Counter(listed) == Counter(list(portal.chapters))
        for track in portal_pages.TRACKS:
            order = [c.id for c in portal.chapters.values() if c.track == track]
            assert [name for name in listed if name.startswith(f"{track}/")] == order
        for item in items:
            chapter = portal.chapters[str(item["data-chapter"])]
            assert chapter.title(language) in item.get_text()
            assert bool(item.select_one(".roadmap__title a")) is chapter.built


def test_no_notebook_is_published_as_a_page_of_json(site: Path, portal: Portal) -> None:
    for path in built.pages(site):
        assert '"cell_type"' not in built.soup(path).get_text()
    for root in (site, site / "en"):
        for topic in portal.notebooks:
            nbformat.validate(nbformat.read(root / "notebooks" / f"{topic}.ipynb", as_version=4))


def test_no_markdown_is_left_in_the_text(site: Path) -> None:
    for path in built.pages(site):
        text = text_outside_code(built.soup(path))
        assert "**" not in text, path
        assert not re.search(r"\{:?\s*[#.][a-z][\w-]*\s*\}", text), path
        assert not re.search(r"\]\((?:resource|chapter|notebook|term):", text), path
        assert "arithmatex" not in path.read_text(encoding="utf-8"), path


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    loading = "script[src], img[src], iframe, source, video, audio, object, embed, link[href]"
    navigation = {"canonical", "alternate", "alternate ", "prev", "next", "license", "edit"}
    for path in built.html_files(site):
        for element in built.soup(path).select(loading):
            rel: Any = element.get("rel") or []
            if element.name == "link" and set([rel] if isinstance(rel, str) else rel) & navigation:
                continue
            address = str(element.get("src") or element.get("href") or "")
            assert not urlsplit(address).netloc, f"{path}: {address}"
    for sheet in site.rglob("*.css"):
        for address in re.findall(r"url\(([^)]*)\)|@import", sheet.read_text(encoding="utf-8")):
            assert not re.match(r"[\"']?(?:https?:)?//", address), f"{sheet}: {address}"


def test_every_internal_link_and_anchor_leads_somewhere(site: Path) -> None:
    ids: dict[Path, set[str]] = {}
    broken: list[str] = []
    for path in built.html_files(site):
        for attribute in ("href", "src"):
            for url in built.links(site, path, attribute):
                if not built.is_internal(url):
                    continue
                target = built.file_at(site, url)
                if target is None or not target.exists():
                    broken.append(f"{path.relative_to(site)}: {url}")
                    continue
                fragment = urlsplit(url).fragment
                if fragment and target.suffix == ".html":
                    if target not in ids:
                        ids[target] = {str(e["id"]) for e in built.soup(target).select("[id]")}
                    if fragment not in ids[target]:
                        broken.append(f"{path.relative_to(site)}: {url} (no such anchor)")
    assert broken == []


def test_links_stay_below_the_sub_path(site: Path) -> None:
    origin = SITE_URL.removesuffix(urlsplit(SITE_URL).path)
    for path in built.html_files(site):
        for url in built.links(site, path, "href"):
            if url.startswith(origin):
                assert url.startswith(SITE_URL), f"{path}: {url}"
            assert "127.0.0.1" not in url or "code" in str(path), f"{path}: {url}"


def test_both_languages_have_the_same_anchors(site: Path) -> None:
    for path in built.pages(site):
        if built.language_of(site, path) == "en":
            continue
        other = site / "en" / path.relative_to(site)
        anchors = [
            [str(e.get("id")) for e in built.soup(page).select("article :is(h1, h2, h3)")]
            for page in (path, other)
        ]
        assert anchors[0] == anchors[1], path
        assert not any(re.fullmatch(r"_\d+|None", anchor) for anchor in anchors[0]), path


def test_alternates_are_absolute_and_reciprocal(site: Path) -> None:
    found: dict[str, dict[str, str]] = {}
    for path in built.pages(site):
        head = built.soup(path).head
        assert head is not None
        canonical = head.select_one("link[rel=canonical]")
        assert canonical is not None
        assert canonical["href"] == built.url_of(site, path)
        found[str(canonical["href"])] = {
            str(link["hreflang"]): str(link["href"]) for link in head.select("link[hreflang]")
        }
    for url, alternates in found.items():
        assert set(alternates) == {"zh-TW", "en", "x-default"}, url
        assert alternates["x-default"] == alternates["zh-TW"], url
        assert url in alternates.values(), url
        for other in alternates.values():
            assert found[other] == alternates, url


def test_the_theme_finds_no_alternate_to_fetch_a_sitemap_from(site: Path) -> None:
    for path in built.pages(site):
        assert not re.search(r'<link[^>]*rel="alternate"', path.read_text(encoding="utf-8")), path


def test_language_and_title(site: Path) -> None:
    titles: Counter[tuple[str, str]] = Counter()
    for path in built.pages(site):
        page = built.soup(path)
        assert page.html is not None
        assert page.title is not None
        language = built.language_of(site, path)
        assert page.html["lang"] == language
        titles[language, page.title.get_text()] += 1
        assert len(page.select("h1")) == 1, path
        description = page.select_one("meta[name=description]")
        assert description is not None, path
        assert description["content"], path
    assert [title for title, count in titles.items() if count > 1] == []


def test_images_have_size_and_alternative_text(site: Path) -> None:
    for path in built.pages(site):
        for image in built.soup(path).select("article img"):
            assert image.get("alt"), f"{path}: {image}"
            assert image.get("width"), f"{path}: {image}"
            assert image.get("height"), f"{path}: {image}"


def test_the_not_found_page_speaks_both_languages(site: Path) -> None:
    page = built.soup(site / "404.html")
    assert {"zh-TW", "en"} <= {str(element["lang"]) for element in page.select("[lang]")}
    homes = set(built.links(site, site / "404.html", "href"))
    assert {SITE_URL, SITE_URL + "en/"} <= homes


def test_sitemap_lists_every_page_with_its_translation(site: Path) -> None:
    spaces = {
        "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
        "x": "http://www.w3.org/1999/xhtml",
    }
    root = ElementTree.parse(site / "sitemap.xml").getroot()
    listed = {}
    for entry in root.findall("s:url", spaces):
        location = entry.findtext("s:loc", namespaces=spaces)
        listed[location] = {link.get("hreflang") for link in entry.findall("x:link", spaces)}
    assert set(listed) == {built.url_of(site, path) for path in built.pages(site)}
    for languages in listed.values():
        assert {"zh-TW", "en"} <= languages


def test_each_language_has_its_own_search_index(site: Path) -> None:
    for language, root in (("zh-TW", site), ("en", site / "en")):
        index = json.loads((root / "search" / "index.json").read_text(encoding="utf-8"))
        entries = index["documents"]
        assert ["微調", "fine-tuning"] in index["synonyms"]
        assert len(entries) > 50
        for entry in entries:
            target = root / entry["url"].split("#")[0] / "index.html"
            assert target.exists(), entry["url"]
            assert built.language_of(site, target) == language
        assert [entry["id"] for entry in entries] == list(range(len(entries)))
    assert not list(site.rglob("search_index.json"))


def test_edit_links_open_the_file_of_the_page(site: Path) -> None:
    for path in built.pages(site):
        for link in built.soup(path).select("a[rel~=edit]"):
            address = str(link["href"])
            name = address.removeprefix(f"{REPO_URL}/edit/main/")
            assert (ROOT / name).is_file(), address


def test_every_notebook_page_offers_download_colab_and_source(site: Path, portal: Portal) -> None:
    for topic in portal.notebooks:
        for root in (site, site / "en"):
            path = root / "notebooks" / topic / "index.html"
            hrefs = set(built.links(site, path, "href"))
            own = f"{REPO_URL}/blob/main/notebooks/{topic}.md"
            colab = "https://colab.research.google.com/github/example/portal"
            assert own in hrefs
            assert f"{colab}/blob/main/notebooks/{topic}.ipynb" in hrefs
            assert any(url.endswith(f"notebooks/{topic}.ipynb") for url in hrefs)


def test_every_resource_is_shown_in_both_languages(site: Path, portal: Portal) -> None:
    for root in (site, site / "en"):
        hrefs = set(built.links(site, root / "resources" / "index.html", "href"))
        shown = {unescape(url) for url in hrefs}
        for resource in portal.registry.values():
            assert (resource.url in shown) or resource.retired, resource.id


def test_no_address_is_shown_as_verified(site: Path) -> None:
    """No run on the live web has been recorded."""
    assert not (ROOT / "docs/data/link-health.json").exists()
    for path in built.pages(site):
        assert "已驗證連結" not in path.read_text(encoding="utf-8")


def kind_of(path: Path, site: Path, portal: Portal) -> str:
    name = path.parent.relative_to(site).as_posix().removeprefix("en/")
    if name in portal.chapters:
        return "chapter"
    if name.removeprefix("notebooks/") in portal.notebooks:
        return "notebook"
    return "catalogue" if name in ("resources", "glossary") else "other"


def test_pages_are_light(site: Path, portal: Portal) -> None:
    heavy = {
        path.relative_to(site).as_posix(): size
        for path in built.pages(site)
        if (size := built.compressed(path)) > BUDGETS[kind_of(path, site, portal)]
    }
    assert heavy == {}


def test_assets_are_published_once(site: Path) -> None:
    assert not (site / "en" / "assets").exists()
    assert not list(site.rglob("data/resources")), "data files are not published"


def test_formulas_bring_their_stylesheet_and_only_they(site: Path) -> None:
    for path in built.pages(site):
        page = built.soup(path)
        base = built.url_of(site, path)
        links = page.select("link[rel=stylesheet]")
        files = [built.file_at(site, urljoin(base, str(link["href"]))) for link in links]
        css = "".join(file.read_text(encoding="utf-8") for file in files if file)
        assert ("KaTeX_Main" in css) is bool(page.select(".katex")), path


def test_questions_can_be_answered_without_scripts(site: Path) -> None:
    for path in built.pages(site):
        for question in built.soup(path).select("section.question"):
            assert question.select_one("details > summary"), path
            explanations = question.select(".question__explanation")
            assert explanations, path
            for explanation in explanations:
                assert isinstance(explanation, Tag)
                assert len(explanation.select("p")) >= 2, f"{path}: {question.get('id')}"
