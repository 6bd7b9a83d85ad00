"""The Content-Security-Policy of the pages."""

from __future__ import annotations

import re
from pathlib import Path

from built import html_files, soup
from portal import policy


def test_no_foreign_origin_and_no_unknown_script() -> None:
    directives = dict(part.split(" ", 1) for part in policy.policy().split("; "))
    assert directives["default-src"] == "'none'"
    for name, sources in directives.items():
        for source in sources.split():
            assert re.fullmatch(r"'(?:self|none|unsafe-inline|sha256-[\w+/=]{44})'|data:", source)
            assert source != "'unsafe-inline'" or name == "style-src"


def test_every_page_carries_it_before_anything_is_loaded(site: Path) -> None:
    for path in html_files(site):
        page = soup(path)
        meta = page.select("meta[http-equiv=Content-Security-Policy]")
        assert [str(tag["content"]) for tag in meta] == [policy.policy()], path
        assert not meta[0].find_all_previous(["script", "link", "style"]), path


def test_inline_scripts_are_the_hashed_one_or_data(site: Path) -> None:
    for path in html_files(site):
        page = soup(path)
        for script in page.select("script:not([src])"):
            if script.get("type") not in {"application/json", "application/ld+json"}:
                assert policy.hash_source(script.get_text()) in policy.policy(), path
        handlers = [
            name for tag in page.find_all(True) for name in tag.attrs if name.startswith("on")
        ]
        assert handlers == [], path
