"""Questions: what is accepted, what is refused, and what a reader without scripts gets."""

from __future__ import annotations

from pathlib import Path

import markdown
import pytest

from portal.markup import questions
from portal.words import WORDS

SINGLE = """### 2 + 2? { #q-sum .question .single }

- [ ] 3
    - One short.
- [x] 4
    - Two pairs.
"""
ORDERING = """### Order? { #q-order .question .ordering }

1. first
    - It begins.
2. second
    - It follows.
"""
NUMERIC = """### How much? { #q-size .question .numeric }

Assume 32 layers.

- [x] 4 GiB ± 0.1
    - 2 × 32 × …
- [ ] 8 GiB
    - Counts keys twice.
"""


def messages(body: str) -> list[str]:
    return [str(problem) for problem in questions.check(body, Path("page.md"), first_line=10)]


@pytest.mark.parametrize("body", [SINGLE, ORDERING, NUMERIC, SINGLE + "\n" + NUMERIC])
def test_accepts(body: str) -> None:
    assert messages(body) == []


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        pytest.param(SINGLE.replace(".single", ""), 10, "needs one kind", id="no kind"),
        pytest.param(SINGLE.replace("#q-sum", ""), 10, "needs an id", id="no id"),
        pytest.param(SINGLE.replace("[x]", "[ ]"), 10, "0 choices are marked", id="none right"),
        pytest.param(SINGLE.replace("[ ]", "[x]"), 10, "2 choices are marked", id="two right"),
        pytest.param(SINGLE.replace("    - One short.\n", ""), 12, "no explanation", id="why?"),
        pytest.param(
            SINGLE.replace(".single", ".multiple").replace("[ ]", "[x]"),
            10,
            "leave at least one wrong",
            id="all right",
        ),
        pytest.param(NUMERIC.replace("8 GiB", "a lot"), 16, "is no number", id="not a number"),
        pytest.param(SINGLE + SINGLE, 16, "used twice", id="same id"),
        pytest.param(
            "### Why? { #q-why .question .single }\n\nBecause.\n", 10, "at least two", id="no list"
        ),
    ],
)
def test_refuses_with_line_and_remedy(body: str, line: int, message: str) -> None:
    assert any(said.startswith(f"page.md:{line}:") and message in said for said in messages(body))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("65,536", (65536.0, "", 0.0)),
        ("4 GiB ± 0.1", (4.0, "GiB", 0.1)),
        ("−0.5 ± 0.01", (-0.5, "", 0.01)),
        ("1.5e-3", (0.0015, "", 0.0)),
        ("some", None),
    ],
)
def test_numbers(text: str, number: tuple[float, str, float] | None) -> None:
    assert questions.parse_number(text) == number


def html(body: str) -> str:
    rendered = questions.render(body, dict(WORDS["en"]))
    return markdown.markdown(rendered, extensions=["md_in_html", "attr_list", "tables"])


def test_works_without_scripts() -> None:
    page = html(SINGLE)
    assert '<section class="question"' in page
    assert 'id="q-sum"' in page
    assert "<li>3</li>" in page
    assert "<summary>Answer and explanation</summary>" in page
    assert 'data-verdict="right"' in page
    assert "Two pairs." in page
    assert "[x]" not in page


def test_steps_are_not_shown_in_the_right_order() -> None:
    page = html(ORDERING)
    choices = page[page.index("question__choices") : page.index("<details")]
    assert choices.index("second") < choices.index("first")


def test_what_stands_around_a_question_stays() -> None:
    page = html(f"before\n\n{SINGLE}\n## after {{ #after }}\n\ntext\n")
    assert page.index("before") < page.index("question") < page.index("text")
    assert page.count("<section") == page.count("</section>") == 1


def test_a_question_ends_with_its_list() -> None:
    body = f"{SINGLE}\n```markdown\n- [x] 5\n    - Three.\n```\n"
    (question,) = questions.find(body)
    assert [choice.text for choice in question.choices] == ["3", "4"]
    assert "- [x] 5" in questions.render(body, dict(WORDS["en"]))


def test_code_that_looks_like_a_question_is_left_alone() -> None:
    body = f"```markdown\n{SINGLE}```\n"
    assert questions.find(body) == []
    assert questions.render(body, dict(WORDS["en"])) == body
