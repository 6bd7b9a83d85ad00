"""What helps an author: adding a resource, beginning a chapter, seeing what changed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from portal import registering
from portal.drafting import draft
from portal.pages import Level, read_source
from portal.problems import ContentError
from portal.resources import Registry
from small import DATA, EN, ZH, build
from support import ROOT

ANSWERS = {
    "url": "https://guide.test/", "title-zh": "指南", "title-en": "A guide: part 1",
    "kind": "article", "language": "en", "level": "beginner", "access": "free",
    "page": "foundations/one", "role": "further", "note-zh": "先看第一節。",
    "note-en": "Read #1 first: it is short.",
}  # fmt: skip


def run(*command: str, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        input=text,
    )


def test_an_entry_goes_after_its_neighbours_and_comments_stay(portal: Path) -> None:
    data = portal / DATA
    before = data.read_text(encoding="utf-8")
    other = before.replace("id: paper", "id: other").replace("paper.test", "other.test")
    other = other.replace("foundations/one", "index")
    data.write_text(f"# The file.\n\n{before}\n# The next part.\n\n{other}", encoding="utf-8")
    path, text = registering.add(portal, ANSWERS)
    assert path == data
    content = data.read_text(encoding="utf-8")
    assert content == f"# The file.\n\n{before}\n{text}\n# The next part.\n\n{other}"
    entry = yaml.safe_load(content)[1]
    assert entry["id"] == "a-guide-part-1"
    assert entry["note"]["en"] == ANSWERS["note-en"]
    assert entry["chapters"] == [{"page": "foundations/one", "role": "further", "order": 20}]
    again, _ = registering.add(portal, {**ANSWERS, "url": "https://another.test/"})
    assert [item["id"] for item in yaml.safe_load(again.read_text("utf-8"))][:3] == [
        "paper", "a-guide-part-1", "a-guide-part-1-2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"url": ""}, "no answer for url", id="missing"),
        pytest.param({"url": "ftp://x"}, "url is 'ftp://x'", id="no web address"),
        pytest.param({"url": "https://paper.test"}, "has the same address as 'paper'", id="twice"),
        pytest.param({"page": "foundations/none"}, "unknown page 'foundations/none'", id="page"),
        pytest.param({"kind": "poem"}, "kind is 'poem'", id="kind"),
        pytest.param({"id": "paper"}, "resource 'paper'", id="id in use"),
        pytest.param({"kind": "paper\n  access: paid"}, "access", id="YAML in an answer"),
    ],
)
def test_a_wrong_answer_writes_nothing(portal: Path, change: dict[str, str], message: str) -> None:
    before = (portal / DATA).read_bytes()
    with pytest.raises(ContentError, match=re.escape(message)):
        registering.add(portal, ANSWERS | change)
    assert (portal / DATA).read_bytes() == before


def issue(answers: dict[str, str]) -> str:
    """The text that GitHub makes of the form with these answers."""
    form = yaml.safe_load(
        (ROOT / ".github/ISSUE_TEMPLATE/2-suggest-resource.yml").read_text("utf-8")
    )
    parts = []
    for item in form["body"]:
        answer = answers.get(item["id"], "") or "_No response_"
        parts.append(f"### {item['attributes']['label']}\n\n{answer}")
    return "\r\n\r\n".join(parts)


def test_the_answers_of_the_issue_form_become_an_entry(portal: Path) -> None:
    assert registering.answers_of_form(issue(ANSWERS)) == ANSWERS
    result = run(
        "scripts/add_resource.py", "--issue", "-", "--root", str(portal), text=issue(ANSWERS)
    )
    assert result.returncode == 0, result.stderr
    assert "id: a-guide-part-1" in (portal / DATA).read_text(encoding="utf-8")
    assert build(portal).returncode == 0


@pytest.mark.parametrize(
    "text", ["", "###", "### \n\n### Kind", "no form at all", "\x00### Kind\nx"]
)
def test_an_issue_that_is_no_form_is_refused(portal: Path, text: str) -> None:
    result = run("scripts/add_resource.py", "--issue", "-", "--root", str(portal), text=text)
    assert result.returncode == 1
    assert "no answer for" in result.stderr
    assert "Traceback" not in result.stderr


def test_an_id_is_made_of_the_title() -> None:
    assert registering.identifier("Émile’s 2nd GPT!", Registry([])) == "emiles-2nd-gpt"
    assert registering.identifier("指南", Registry([])) == "resource"


def test_a_new_chapter_is_planned_and_becomes_whole(portal: Path) -> None:
    titles = {"zh-TW": "第二章", "en": "Two: the second"}
    made = draft(portal, "foundations/two", titles, Level.ADVANCED, 2.5, "foundations/one")
    assert [path.name for path in made] == ["two.md", "two.md", "mkdocs.yml"]
    nav = (portal / "mkdocs.yml").read_text(encoding="utf-8")
    assert "      - foundations/one.md\n      - foundations/two.md\n" in nav
    result = build(portal)
    assert result.returncode == 0, result.stderr
    assert not list((portal / "site").rglob("two")), "planned: named, not built"
    bodies = [read_source(path).body for path in made if path.suffix == ".md"]
    headings = [re.findall(r"\{ #([\w-]+) \}", body) for body in bodies]
    assert headings[0] == headings[1]
    page = made[0]
    text = page.read_text("utf-8").replace("planned", "written")
    page.write_text(re.sub("title_en: .*\n", "", text), encoding="utf-8")
    check = run("scripts/check_content.py", "--root", str(portal), str(page)).stdout
    assert "0 questions" in check, "the check says what is still missing"
    assert "the frame of a chapter" not in check


@pytest.mark.parametrize(
    ("chapter", "after", "message"),
    [
        pytest.param("foundations/one", "", "exists already", id="exists"),
        pytest.param("elsewhere/two", "", "is no id", id="no track"),
        pytest.param("foundations/Two", "", "is no id", id="capitals"),
        pytest.param("foundations/../x", "", "is no id", id="leaves the folder"),
        pytest.param("foundations/two", "foundations/none", "does not name", id="after nothing"),
        pytest.param("models/two", "", "does not name models/", id="a track without chapters"),
    ],
)
def test_a_chapter_that_cannot_be_made_leaves_no_trace(
    portal: Path, chapter: str, after: str, message: str
) -> None:
    before = (portal / "mkdocs.yml").read_bytes()
    with pytest.raises(ContentError, match=re.escape(message)):
        draft(portal, chapter, {"zh-TW": "二", "en": "Two"}, Level.BEGINNER, 1, after)
    assert (portal / "mkdocs.yml").read_bytes() == before
    assert not list(portal.rglob("[tT]wo.md"))


def test_a_translator_sees_what_changed(portal: Path) -> None:
    environment = {
        "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@example.org", "GIT_CONFIG_GLOBAL": "/dev/null",
        "PATH": "/usr/bin:/bin", "GIT_COMMITTER_DATE": "2026-01-01T12:00:00Z",
    }  # fmt: skip
    page = str(portal / EN)
    for step in range(2):
        if step == 0:
            run("scripts/check_content.py", "--root", str(portal), "--accept", page)
        else:
            source = portal / ZH
            source.write_text(source.read_text("utf-8") + "\n新的一段。\n", encoding="utf-8")
        for command in (["init", "-q"], ["add", "docs"], ["commit", "-qm", "x"]):
            subprocess.run(["git", *command], cwd=portal, env=environment, check=True)
    result = run("scripts/translation_diff.py", "--root", str(portal), page)
    assert result.returncode == 1
    assert "changed on 2026-01-01" in result.stdout
    assert "+ 新的一段。" in result.stdout
    assert "- " not in result.stdout, "nothing was removed"
    run("scripts/check_content.py", "--root", str(portal), "--accept", page)
    assert run("scripts/translation_diff.py", "--root", str(portal), page).returncode == 0
