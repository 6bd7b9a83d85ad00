"""The registry stops the build at what a reader would notice."""

from __future__ import annotations

import pytest

from portal.problems import ContentError
from portal.resources import Registry, Role, read_registry
from support import ROOT, Write

PAGES = {"foundations/one"}
ENTRY = """- id: {id}
  url: {url}
  kind: paper
  language: en
  level: beginner
  access: free
  title: {{zh-TW: 論文, en: Paper}}
  note: {{zh-TW: 先讀。, en: Read it first.}}
  chapters: [{{page: {page}, role: {role}, order: {order}}}]
"""


def entry(
    name: str = "paper-a",
    url: str = "https://a.test/",
    page: str = "foundations/one",
    role: str = "primary",
    order: int = 10,
) -> str:
    return ENTRY.format(id=name, url=url, page=page, role=role, order=order)


def read(write: Write, *texts: str) -> Registry:
    folder = write({f"{number}.yml": text for number, text in enumerate(texts)})
    return read_registry(folder, PAGES)


def test_lists_by_role_and_order(write: Write) -> None:
    registry = read(
        write,
        entry("c", "https://c.test", role="further"),
        entry("b", "https://b.test", order=20),
        entry("a", "https://a.test", order=10),
    )
    found = [(role, resource.id) for role, resource in registry.listed_on("foundations/one")]
    assert found == [(Role.PRIMARY, "a"), (Role.PRIMARY, "b"), (Role.FURTHER, "c")]


RETIRED = entry().replace("chapters:", "retired: {reason: {zh-TW: 已失效, en: gone}}\n  chapters:")


def test_a_retired_resource_is_not_listed(write: Write) -> None:
    assert read(write, RETIRED).listed_on("foundations/one") == []


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        pytest.param([entry(), entry()], r"1\.yml:1: resource 'paper-a' is also in 0", id="twice"),
        pytest.param([entry(), entry("b")], "same address as 'paper-a'", id="same address"),
        pytest.param([entry(page="x/y")], "unknown page 'x/y'", id="unknown page"),
        pytest.param([entry(role="best")], r"0\.yml:9: chapters\.role is 'best'", id="role"),
        pytest.param([entry(url="ftp://a.test")], r"0\.yml:2: url is", id="not a web address"),
        pytest.param([entry(url="https://a b")], r"0\.yml:2: url is", id="space in address"),
        pytest.param([entry("Paper A")], r"0\.yml:1: id is", id="id is no slug"),
        pytest.param([entry().replace("  kind: paper\n", "")], "key 'kind' is missing", id="kind"),
        pytest.param([entry().replace("paper\n", "papre\n")], "kind is 'papre'", id="typo in kind"),
        pytest.param([entry() + "  stars: 5\n"], "unknown key 'stars'", id="unknown key"),
        pytest.param([entry().replace(", en: Paper", "")], "title.en' is missing", id="one title"),
        pytest.param(
            [entry().replace("chapters: [", "chapters: [] #[")], "listed nowhere", id="nowhere"
        ),
        pytest.param(
            [RETIRED.replace("en: gone}", "en: gone}, replacement: nothing")],
            "replaced by 'nothing', which is unknown",
            id="unknown replacement",
        ),
    ],
)
def test_faults_name_file_line_and_remedy(write: Write, texts: list[str], message: str) -> None:
    with pytest.raises(ContentError, match=message):
        read(write, *texts)


def test_the_registry_of_the_portal_is_valid() -> None:
    docs = ROOT / "docs" / "zh-TW"
    ids = {p.relative_to(docs).with_suffix("").as_posix() for p in docs.rglob("*.md")}
    registry = read_registry(ROOT / "docs" / "data" / "resources", ids)
    retired = [resource.id for resource in registry.values() if resource.retired]
    assert len(registry) > 361
    assert 0 < len(retired) <= 40
