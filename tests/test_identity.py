"""Ids of progress: none is lost, and a renamed one leads to what it is called now."""

from __future__ import annotations

import pytest

from portal import identity
from portal.checks import read_config
from portal.problems import ContentError
from portal.site import read_portal
from support import ROOT, Write

KNOWN = frozenset({"chapter:models/new", "question:models/new#q-one", "resource:kept"})


def messages(write: Write, ledger: str, aliases: str = "") -> list[str]:
    root = write({identity.LEDGER: ledger, identity.ALIASES: aliases or "# none\n"})
    found = identity.check(root, KNOWN, identity.read_aliases(root))
    return [f"{p.path.name}:{p.line}: {p.message}" for p in found]


@pytest.mark.parametrize(
    ("ledger", "aliases"),
    [
        pytest.param("chapter:models/new\nresource:kept\n", "", id="nothing changed"),
        pytest.param("", "", id="nothing published"),
        pytest.param(
            "chapter:models/old\n", "chapter:models/old: chapter:models/new\n", id="renamed"
        ),
        pytest.param(
            "chapter:models/old\nquestion:models/old#q-one\n",
            "chapter:models/old: chapter:models/new\n",
            id="questions follow their chapter",
        ),
        pytest.param("resource:gone\n", "resource:gone: null\n", id="gone for good"),
    ],
)
def test_accepts(write: Write, ledger: str, aliases: str) -> None:
    assert messages(write, ledger, aliases) == []


@pytest.mark.parametrize(
    ("ledger", "aliases", "message"),
    [
        pytest.param(
            "# ids\nchapter:models/old\n",
            "",
            "published-ids.txt:2: 'chapter:models/old' is gone",
            id="renamed without an alias",
        ),
        pytest.param(
            "question:models/old#q-two\n",
            "chapter:models/old: chapter:models/new\n",
            "published-ids.txt:1: 'question:models/old#q-two' is gone",
            id="a question did not follow its chapter",
        ),
        pytest.param(
            "",
            "resource:kept: null\n",
            "aliases.yml:1: 'resource:kept' still exists",
            id="alias of what exists",
        ),
        pytest.param(
            "",
            "chapter:a: chapter:b\nchapter:b: chapter:models/new\n",
            "aliases.yml:1: alias to unknown id 'chapter:b'",
            id="alias of an alias",
        ),
    ],
)
def test_refuses_with_line_and_remedy(
    write: Write, ledger: str, aliases: str, message: str
) -> None:
    assert any(said.startswith(message) for said in messages(write, ledger, aliases))


def test_an_id_of_no_kind_is_refused(write: Write) -> None:
    root = write({identity.ALIASES: "models/old: chapter:models/new\n"})
    with pytest.raises(ContentError, match=r"aliases\.yml:1"):
        identity.read_aliases(root)


def test_the_ledger_only_grows(write: Write) -> None:
    root = write({identity.LEDGER: "resource:gone\n"})
    identity.record(root, KNOWN)
    identity.record(root, KNOWN)
    lines = (root / identity.LEDGER).read_text(encoding="utf-8").splitlines()
    assert lines[1:] == sorted([*KNOWN, "resource:gone"])


def test_every_chapter_of_the_site_is_recorded() -> None:
    portal = read_portal(ROOT, *read_config(ROOT / "mkdocs.yml"))
    recorded = (ROOT / identity.LEDGER).read_text(encoding="utf-8").splitlines()
    missing = {f"chapter:{name}" for name in portal.chapters} - set(recorded)
    assert not missing, "run scripts/check_content.py --accept on a translated page"
