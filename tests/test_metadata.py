"""What programs read of the site: share metadata, JSON-LD, llms.txt, and the static API."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import imagesize
import jsonschema
import pytest

import built
from portal import api, history, llms, render, search, structured
from portal.site import Portal
from support import ROOT, SITE_URL

DATA = Path(__file__).parent / "data"
CHAPTER = "foundations/linear-algebra/index.html"


def linked_data(path: Path) -> list[Any]:
    blocks = built.soup(path).select("script[type='application/ld+json']")
    return [json.loads(block.get_text()) for block in blocks]


def test_share_metadata_is_complete_and_its_picture_exists(site: Path) -> None:
    for path in built.pages(site):
        page = built.soup(path)
        found = {str(m["property"]): str(m["content"]) for m in page.select("meta[property]")}
        assert found["og:url"] == built.url_of(site, path), path
        for name in ("og:title", "og:description", "og:site_name", "og:image:alt"):
            assert found[name].strip(), (path, name)
        picture = built.file_at(site, found["og:image"])
        assert picture is not None, path
        size = (int(found["og:image:width"]), int(found["og:image:height"]))
        assert imagesize.get(picture) == size == (1200, 630)
        assert page.select_one("meta[name='twitter:card']"), path


def test_linked_data_is_valid_on_every_page_that_has_it(site: Path, portal: Portal) -> None:
    schema = json.loads((DATA / "structured-data.schema.json").read_text(encoding="utf-8"))
    kinds: dict[str, int] = {}
    for path in built.pages(site):
        for data in linked_data(path):
            jsonschema.validate(data, schema)
            for item in data.get("@graph", [data]):
                kinds[item["@type"]] = kinds.get(item["@type"], 0) + 1
                assert item["url"].partition("#")[0] == built.url_of(site, path)
                assert item["inLanguage"] == built.language_of(site, path)
    written = sum(chapter.built for chapter in portal.chapters.values())
    assert kinds == {
        "WebSite": 2,
        "Course": 6,
        "LearningResource": 2 * (written + len(portal.notebooks)),
    }


def test_linked_data_points_to_what_exists(site: Path) -> None:
    for path in built.pages(site):
        for data in linked_data(path):
            for item in data.get("@graph", [data]):
                parts = [item.get("isPartOf"), *item.get("hasPart", [])]
                for part in filter(None, parts):
                    address, _, anchor = part["@id"].partition("#")
                    target = built.file_at(site, address)
                    assert target is not None, (path, address)
                    assert target.exists(), (path, address)
                    assert not anchor or built.soup(target).find(id=anchor), part["@id"]


def test_nothing_can_end_a_block_of_linked_data() -> None:
    data = {"name": "</script><script>alert(1)</script>"}
    text = structured.script(data)
    assert "<" not in text
    assert json.loads(text) == data


@pytest.mark.parametrize("name", api.MODELS)
def test_the_api_keeps_its_schema(site: Path, name: str) -> None:
    published = json.loads((site / api.FOLDER / f"{name}.schema.json").read_text(encoding="utf-8"))
    contract = json.loads((DATA / f"api-{api.VERSION}-{name}.schema.json").read_text("utf-8"))
    assert published == contract, "a field was changed – keep it, or make a new version"
    jsonschema.Draft202012Validator.check_schema(published)
    data = json.loads((site / api.FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    jsonschema.validate(data, published)


def test_the_api_has_everything(site: Path, portal: Portal) -> None:
    def read(name: str) -> Any:
        return json.loads((site / api.FOLDER / f"{name}.json").read_text(encoding="utf-8"))

    assert [r["id"] for r in read("resources")["resources"]] == list(portal.registry)
    assert [t["id"] for t in read("glossary")["terms"]] == list(portal.glossary)
    chapters = [chapter for track in read("roadmap")["tracks"] for chapter in track["chapters"]]
    assert {c["id"] for c in chapters} == set(portal.chapters)
    for chapter in chapters:
        assert (chapter["url"] is None) is (chapter["status"] == "planned")
        for url in (chapter["url"] or {}).values():
            target = built.file_at(site, url)
            assert target is not None, url
            assert target.exists(), url


@pytest.mark.parametrize("root", ["", "en/"])
def test_llms_txt_leads_to_every_chapter_and_notebook(
    site: Path, portal: Portal, root: str
) -> None:
    text = (site / root / "llms.txt").read_text(encoding="utf-8")
    assert text.startswith("# ")
    for chapter in portal.chapters.values():
        assert (f"({SITE_URL}{root}{chapter.id}/)" in text) is chapter.built
    for topic in portal.notebooks:
        assert f"({SITE_URL}{root}notebooks/{topic}/)" in text
    full = (site / root / "llms-full.txt").read_text(encoding="utf-8")
    for left in ("](resource:", "](chapter:", "{ #", "{ .", "<!-- resources"):
        assert left not in full


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        pytest.param("## A { #a }", "## A", id="anchor of a heading"),
        pytest.param("[b](../b.md#c)", "[b](https://x.test/b/#c)", id="link to a page"),
        pytest.param("[d](<https://d.test/>){ .r }", "[d](<https://d.test/>)", id="outside link"),
        pytest.param("<!-- notebook-card: a/b -->\nx", "x", id="what only the site renders"),
        pytest.param('![Chart](../c.svg "t")', "[Chart]", id="a picture by its words"),
        pytest.param("$\\frac{1}{2}$", "$\\frac{1}{2}$", id="formulas stay"),
    ],
)
def test_chapters_become_plain_markdown(markdown: str, expected: str) -> None:
    found = llms.plain(markdown, "t/a", lambda page: f"https://x.test/{page}/", [], "en")
    assert found == expected


def test_the_newest_commit_of_each_file_counts() -> None:
    log = "\x012026-03-02\n\na.md\nb.md\n\x012025-01-01\n\nb.md\nc.md\n"
    assert history.parse_log(log) == {
        "a.md": date(2026, 3, 2),
        "b.md": date(2026, 3, 2),
        "c.md": date(2025, 1, 1),
    }


def test_outside_git_no_date_is_claimed(tmp_path: Path) -> None:
    assert history.last_changes(tmp_path) == {}
    assert history.commit(tmp_path) is None


def test_pages_say_when_they_changed(site: Path) -> None:
    changes = history.last_changes(ROOT)
    for language, root in (("zh-TW", ""), ("en", "en/")):
        day = changes.get(f"docs/{language}/foundations/linear-algebra.md")
        shown = built.soup(site / root / CHAPTER).select_one(".page-tools time")
        assert (str(shown["datetime"]) if shown else None) == (day.isoformat() if day else None)


def test_a_problem_is_reported_with_page_and_file_named(site: Path) -> None:
    links = [str(a["href"]) for a in built.soup(site / CHAPTER).select(".page-tools a")]
    report = next(link for link in links if "/issues/new?" in link)
    assert "foundations%2Flinear-algebra%2F" in report
    assert "docs%2Fzh-TW%2Ffoundations%2Flinear-algebra.md" in report
    assert render.report_address(None, "t", "u", None) is None
    assert render.report_address("https://forge.test/a/b", "t", "u", None) == (
        "https://forge.test/a/b/issues"
    )


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        pytest.param("字" * 900, 3, id="characters"),
        pytest.param("word " * 540, 3, id="words"),
        pytest.param("字" * 300 + " word" * 180, 2, id="both"),
        pytest.param("一句話。", 0, id="hardly anything"),
    ],
)
def test_reading_time(text: str, minutes: int) -> None:
    assert search.minutes([text]) == minutes
