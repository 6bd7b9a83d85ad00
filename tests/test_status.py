"""The states that a reader sees: beside the resources, on the status page, on a stale page."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

import built
from portal import plots
from portal.health import FILE, Entry, Health, Run, dumps
from portal.links.model import Verdict
from portal.pages import read_source
from small import EN, ZH, build

DAY, BEFORE = dt.date(2026, 11, 20), dt.date(2026, 11, 6)
URL = "https://paper.test/"


def built_page(tiny: Path, name: str) -> BeautifulSoup:
    text = (tiny / "site" / name / "index.html").read_text(encoding="utf-8")
    return BeautifulSoup(text, "html.parser")


def add_list(tiny: Path) -> None:
    for name in (ZH, EN):
        path = tiny / name
        path.write_text(path.read_text("utf-8") + "\n<!-- resources -->\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "state"),
    [
        pytest.param(None, "none", id="no run yet"),
        pytest.param("{ broken", "none", id="a corrupt file never stops the build"),
        pytest.param(
            dumps(Health({"paper": Entry(url=URL, state=Verdict.WORKING, checked=DAY, since=DAY)})),
            "working",
            id="working",
        ),
        pytest.param(
            dumps(
                Health(
                    {"paper": Entry(url=URL + "old", state=Verdict.WORKING, checked=DAY, since=DAY)}
                )
            ),
            "none",
            id="checked at an address it no longer has",
        ),
    ],
)
def test_the_state_stands_beside_the_resource(tiny: Path, content: str | None, state: str) -> None:
    add_list(tiny)
    if content is not None:
        (tiny / FILE).write_text(content, encoding="utf-8")
    result = build(tiny)
    assert result.returncode == 0, result.stderr
    for language, words in (("", "連結"), ("en/", "link")):
        shown = built_page(tiny, f"{language}foundations/one").select_one(".resource .health")
        assert shown is not None
        assert shown["data-state"] == state
        assert words in shown.get_text()
    if content == "{ broken":
        assert "is no JSON" in result.stderr


def test_the_status_page_lists_what_is_broken_and_since_when(tiny: Path) -> None:
    copy = "https://web.archive.org/web/2024/https://paper.test/"
    entry = Entry(
        url=URL, state=Verdict.BROKEN, checked=DAY, since=BEFORE, alive=dt.date(2026, 10, 30),
        evidence="404 <script>alert(1)</script>", archive=copy,
    )  # fmt: skip
    runs = tuple(Run(day=day, counts={Verdict.BROKEN: 1}) for day in (BEFORE, DAY))
    (tiny / FILE).write_text(dumps(Health({"paper": entry}, runs)), encoding="utf-8")
    result = build(tiny)
    assert result.returncode == 0, result.stderr
    for name, days, copy_name in (
        ("status", "已持續 14 天", "存檔副本"),
        ("en/status", "for 14 days", "archived copy"),
    ):
        page = built_page(tiny, name)
        item = page.select_one("#broken-paper")
        assert item is not None
        text = item.get_text()
        assert days in text
        assert "2026-10-30" in text
        assert "<script>alert(1)</script>" in text, "shown, not run"
        links = {a.get_text(): a["href"] for a in item.select("a")}
        assert links[copy_name] == copy
        plot = page.select_one(".plot svg[role=img]")
        assert plot is not None
        assert "2026-11-20" in str(plot["aria-label"])


def commit(tiny: Path, day: str) -> None:
    environment = {
        "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@example.org", "GIT_COMMITTER_DATE": f"{day}T12:00:00Z",
        "GIT_CONFIG_GLOBAL": "/dev/null", "PATH": "/usr/bin:/bin",
    }  # fmt: skip
    for command in (["init", "-q"], ["add", "docs"], ["commit", "-qm", "x"]):
        subprocess.run(["git", *command], cwd=tiny, env=environment, check=True)


def follow(tiny: Path, page: str, leader: str) -> None:
    path = tiny / page
    text = re.sub("source_digest: .*\n", "", path.read_text(encoding="utf-8"))
    digest = f'source_digest: "{read_source(tiny / leader).digest}"'
    path.write_text(text.replace("title:", f"{digest}\ntitle:", 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("leader", "follower", "address", "said"),
    [
        pytest.param(ZH, EN, "en/", "The Chinese page changed on 2026-02-01", id="en is behind"),
        pytest.param(EN, ZH, "", "英文頁在 2026-02-01 改過", id="zh-TW is behind"),
    ],
)
def test_a_stale_page_says_so_in_its_language(
    tiny: Path, leader: str, follower: str, address: str, said: str
) -> None:
    other = tiny / leader
    if leader == EN:
        other.write_text(
            re.sub("source_digest: .*\n", "", other.read_text("utf-8")), encoding="utf-8"
        )
    follow(tiny, follower, leader)
    for page in ("index", "status"):
        follow(tiny, f"docs/en/{page}.md", f"docs/zh-TW/{page}.md")
    commit(tiny, "2026-01-01")
    assert build(tiny).returncode == 0
    name = f"{address}foundations/one"
    assert built_page(tiny, name).select_one(".lag") is None, "it follows"
    other.write_text(other.read_text("utf-8") + "\n新的一段 new: 1 < 2 & 3.\n", encoding="utf-8")
    commit(tiny, "2026-02-01")
    result = build(tiny)
    assert result.returncode == 0, result.stderr
    banner = built_page(tiny, name).select_one("article .lag")
    assert banner is not None
    assert said in banner.get_text()
    link = banner.select_one("a")
    assert link is not None
    assert str(link["href"]).endswith("status/#changes-foundations-one")
    opposite = built_page(tiny, ("" if address else "en/") + "foundations/one")
    assert opposite.select_one(".lag") is None, "the page that leads is not stale"
    for status in ("status", "en/status"):
        changes = built_page(tiny, status).select_one("#changes-foundations-one")
        assert changes is not None
        assert [ins.get_text() for ins in changes.select("ins")] == ["新的一段 new: 1 < 2 & 3."]


def test_without_a_repository_the_banner_is_there_all_the_same(tiny: Path) -> None:
    shutil.rmtree(tiny / ".git", ignore_errors=True)
    result = build(tiny)
    assert result.returncode == 0, result.stderr
    banner = built_page(tiny, "en/foundations/one").select_one(".lag")
    assert banner is not None
    assert "does not follow it yet" in banner.get_text()


def test_the_real_status_page_has_every_notebook_and_invents_nothing(site: Path) -> None:
    for name in ("status", "en/status"):
        page = built.soup(site / name / "index.html")
        assert len(page.select(".status table")) >= 2
        rows = page.select(".status__name")
        cards = len(list((site / "notebooks").rglob("*.ipynb")))
        assert len(rows) == cards
        states = {str(item["data-state"]) for item in page.select(".status .health")}
        assert "broken" not in states, "no run was made, and every notebook is current"


def test_columns_stand_on_each_other() -> None:
    series = [plots.Series("a", "x", [1, 2]), plots.Series("b", "y", [3, 0])]
    svg = BeautifulSoup(plots.columns(["<one>", "two"], series, "T", "t"), "html.parser")
    x = [r for r in svg.select("rect.x") if float(str(r["height"])) != 12]
    y = [r for r in svg.select("rect.y") if float(str(r["height"])) != 12]
    assert len(x) == 2
    assert len(y) == 1, "a value of nought has no shape"
    first, above = x[0], y[0]
    bottom = float(str(above["y"])) + float(str(above["height"]))
    assert bottom == pytest.approx(float(str(first["y"])), abs=0.11)
    assert "<one>" in svg.get_text(), "escaped"


def test_a_plot_of_nothing_is_drawn() -> None:
    assert "<svg" in plots.columns([], [], "T", "t")
    assert "<svg" in plots.bars([("a", 0)], "T", "t")
