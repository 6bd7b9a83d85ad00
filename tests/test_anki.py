"""The file for Anki: what Anki's manual says of its text format, and every question of the site."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from portal import anki
from portal.checks import read_config
from portal.site import read_portal
from support import ROOT, SITE_URL

HTML = """<section class="question" id="q-a" data-kind="single"><div class="question__prompt">
<p>What does <span class="arithmatex">\\(x^2\\)</span> cost?</p>
<div class="highlight"><pre><code>if x:
    "yes"	# tab</code></pre></div></div><p class="question__kind">one answer</p>
<ol class="question__choices"><li>1</li><li><a href="../b/#c" class="term">2</a></li></ol>
<details><ol class="question__explanations"><li class="question__explanation">
<p>1 <span class="question__verdict">wrong</span></p><p>No.</p></li></ol></details></section>"""


def rows(text: str) -> tuple[dict[str, str], list[list[str]]]:
    """Headers and records, read as Anki's manual describes them."""
    lines = text.split("\n")
    headers = [line[1:].split(":", 1) for line in lines if line.startswith("#")]
    records = list(csv.reader(lines[len(headers) :], delimiter="\t"))
    return dict(headers), [record for record in records if record]


def test_a_card() -> None:
    address = f"{SITE_URL}foundations/a/"
    (card,) = anki.cards(HTML, "foundations/a", "en", address=address, deck="D", tags="t")
    headers, (record,) = rows(anki.render([card]))
    assert headers["separator"] == "tab"
    assert headers["html"] == "true"
    assert [headers[f"{name} column"] for name in ("guid", "deck", "tags")] == ["1", "2", "3"]
    assert headers["columns"].split("\t") == ["guid", "deck", "tags", "Front", "Back"]
    guid, deck, tags, front, back = record
    assert (guid, deck, tags) == ("ai-engineer-portal/foundations/a#q-a:en", "D", "t single")
    assert "\\(x^2\\)" in front, "Anki sets formulas itself"
    assert f'href="{SITE_URL}foundations/b/#c"' in front
    assert '<pre><code>if x:<br/>    "yes"\t# tab</code></pre>' in front
    assert "<b>wrong</b>" in back
    assert "class=" not in front + back


@pytest.mark.parametrize("language", ["zh-TW", "en"])
def test_every_question_of_the_chapters_is_there_once(site: Path, language: str) -> None:
    portal = read_portal(ROOT, *read_config(ROOT / "mkdocs.yml"))
    text = (site / anki.address(language)).read_text(encoding="utf-8")
    _, records = rows(text)
    assert all(len(record) == 5 and all(record) for record in records)
    wanted = [
        f"{anki.GUID}{page}#{question.id}:{language}"
        for page, found in portal.questions.items()
        for question in found
    ]
    assert [record[0] for record in records] == wanted
    assert all(record[1].count("::") == 2 for record in records)
    assert "arithmatex" not in text
    assert "katex" not in text
