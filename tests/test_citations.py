"""Links by id become ordinary links; unknown ids stop the build."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.markup import citations
from portal.markup.citations import Targets
from portal.pages import Chapter, ChapterMeta
from portal.resources import Registry, Resource


def resource(name: str, **changes: object) -> Resource:
    fields: dict[str, object] = {
        "id": name,
        "url": f"https://{name}.test/(x)",
        "kind": "paper",
        "language": "en",
        "level": "beginner",
        "access": "free",
        "title": {"zh-TW": "論文", "en": "Paper"},
        "note": {"zh-TW": "讀。", "en": "Read."},
        "chapters": [{"page": "models/rag", "role": "primary", "order": 1}],
    }
    return Resource.model_validate(fields | changes)


def chapter(name: str, status: str) -> Chapter:
    meta = ChapterMeta.model_validate(
        {"title": "章", "level": "beginner", "hours": 1, "status": status}
    )
    return Chapter(name, meta, {"zh-TW": "章", "en": "Chapter"}, Path(f"{name}.md"))


TARGETS = Targets(
    "en",
    Registry(
        [
            resource("bert"),
            resource(
                "old", retired={"reason": {"zh-TW": "失效", "en": "gone"}, "replacement": "bert"}
            ),
        ]
    ),
    {
        name: chapter(name, status)
        for name, status in {"a/done": "written", "a/later": "planned"}.items()
    },
    {"a/book": "The book"},
    {"token"},
)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            "[BERT](resource:bert)",
            "[BERT](<https://bert.test/(x)>){ .resource-link }",
            id="resource",
        ),
        pytest.param(
            "[](resource:bert)",
            "[Paper](<https://bert.test/(x)>){ .resource-link }",
            id="own title",
        ),
        pytest.param("see [it](chapter:a/done).", "see [it](../a/done.md).", id="chapter"),
        pytest.param(
            "see [](chapter:a/done)", "see [Chapter](../a/done.md)", id="title of a chapter"
        ),
        pytest.param("see [it](chapter:a/done#x)", "see [it](../a/done.md#x)", id="anchor"),
        pytest.param("see [it](chapter:a/later).", "see it.", id="planned chapter is no link"),
        pytest.param("[nb](notebook:a/book)", "<!-- notebook-card: a/book -->", id="card"),
        pytest.param("in [nb](notebook:a/book)", "in [nb](../notebooks/a/book.md)", id="inline"),
        pytest.param("[tok](term:token)", "[tok](../glossary.md#term-token){ .term }", id="term"),
        pytest.param("[a [b]](chapter:a/later)", "a [b]", id="brackets in the text"),
        pytest.param("`[x](resource:none)`", "`[x](resource:none)`", id="code is left alone"),
        pytest.param("![x](resource:none)", "![x](resource:none)", id="image is none"),
        pytest.param("[a](chapter:a/later) [b](chapter:a/later)", "a b", id="two in a line"),
    ],
)
def test_renders(body: str, expected: str) -> None:
    assert citations.render(body, TARGETS, "models/rag").rstrip("\n") == expected


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("\n[x](resource:none)", "page.md:6: unknown resource 'none'"),
        ("[x](resource:old)", "retired – cite bert"),
        ("[x](chapter:a/none)", "unknown chapter"),
        ("[x](notebook:a/none)", "unknown notebook"),
        ("[x](term:none)", "unknown term"),
    ],
)
def test_faults(body: str, message: str) -> None:
    found = [str(p) for p in citations.check(body, TARGETS, Path("page.md"), first_line=5)]
    assert len(found) == 1
    assert message in found[0]
