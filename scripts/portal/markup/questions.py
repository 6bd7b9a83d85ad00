"""Questions: a heading with classes and a list in which every choice is explained."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from pathlib import Path

from portal.pages import prose_lines
from portal.problems import Problem

_HEADING = re.compile(r"^#{1,6}\s")
_QUESTION = re.compile(r"^###\s+(?P<prompt>.*?)\s*\{\s*(?P<attributes>[^}]*\.question[^}]*)\}\s*$")
_CHOICE = re.compile(r"^[-*]\s+\[(?P<mark>[ xX])\]\s+(?P<text>.+)$")
_STEP = re.compile(r"^\d+\.\s+(?P<text>.+)$")
_EXPLANATION = re.compile(r"^ {4,}(?:[-*]\s+)?(?P<text>\S.*)$")
_NUMBER = re.compile(
    r"^(?P<value>[-+−]?\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*(?P<unit>[^±]*?)\s*"
    r"(?:±\s*(?P<tolerance>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?))?$"
)


class QuestionKind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    NUMERIC = "numeric"
    ORDERING = "ordering"


@dataclass(frozen=True)
class Choice:
    """One answer a reader may give, and what is to say about it."""

    text: str  # Markdown
    correct: bool
    explanation: str  # Markdown
    line: int


@dataclass(frozen=True)
class Question:
    """One question; `line` and `end` count from 1 within the body, `end` is not included."""

    id: str
    kind: str
    prompt: str  # Markdown
    choices: tuple[Choice, ...]
    line: int
    end: int

    @property
    def number(self) -> tuple[float, str, float] | None:
        """Value, unit and tolerance of the right answer of a numeric question."""
        right = next((choice for choice in self.choices if choice.correct), None)
        return parse_number(right.text) if right else None


def parse_number(text: str) -> tuple[float, str, float] | None:
    """Take `4 GiB ± 0.1` apart into value, unit and tolerance; None if it is no number."""
    match = _NUMBER.match(text.strip().strip("$"))
    if not match:
        return None
    value = float(match["value"].replace(",", "").replace("−", "-"))
    return value, match["unit"], float(match["tolerance"] or 0)


def find(body: str) -> list[Question]:
    """The questions of a page, in order."""
    lines = body.splitlines()
    prose = dict(prose_lines(body))
    headings = [number for number, line in prose.items() if _HEADING.match(line)]
    found: list[Question] = []
    for index, start in enumerate(headings):
        match = _QUESTION.match(lines[start - 1])
        if match:
            end = headings[index + 1] if index + 1 < len(headings) else len(lines) + 1
            found.append(_parse(match, lines, start, end))
    return found


def check(body: str, path: Path, first_line: int = 1) -> Iterator[Problem]:
    """Every question has an id, a kind, the right number of right answers and explanations."""
    ids: set[str] = set()
    for question in find(body):
        for line, message in _faults(question, ids):
            yield Problem(path, first_line + line - 1, message)
        ids.add(question.id)


def render(body: str, labels: dict[str, str]) -> str:
    """Replace each question by HTML that works without scripts.

    Args:
        body: Markdown whose questions were checked.
        labels: the words of the page's language: `answer`, `right`, `wrong`, `order`,
            and one for each kind.
    """
    lines = body.splitlines()
    for question in reversed(find(body)):
        lines[question.line - 1 : question.end - 1] = _render(question, labels)
    return "\n".join(lines) + "\n"


def _parse(match: re.Match[str], lines: list[str], start: int, end: int) -> Question:
    attributes = match["attributes"].split()
    identifier = next((item[1:] for item in attributes if item.startswith("#")), "")
    kinds = [item[1:] for item in attributes if item.startswith(".") and item != ".question"]
    prompt = [match["prompt"]]
    choices: list[Choice] = []
    for number in range(start + 1, end):
        line = lines[number - 1]
        choice = _CHOICE.match(line)
        step = _STEP.match(line) if kinds[:1] == [QuestionKind.ORDERING] else None
        explanation = _EXPLANATION.match(line)
        if choice:
            right = choice["mark"] != " "
            choices.append(Choice(choice["text"].strip(), right, "", number))
        elif step:
            choices.append(Choice(step["text"].strip(), True, "", number))
        elif not choices:
            prompt.append(line)
        elif explanation:
            last = choices[-1]
            text = f"{last.explanation}\n\n{explanation['text']}".strip()
            choices[-1] = Choice(last.text, last.correct, text, last.line)
        elif line.strip():  # the list is over, and with it the question
            end = number
            break
    text = "\n".join(prompt).strip()
    return Question(identifier, kinds[0] if kinds else "", text, tuple(choices), start, end)


def _faults(question: Question, ids: set[str]) -> Iterator[tuple[int, str]]:
    line = question.line
    if not question.id.startswith("q-"):
        yield line, "a question needs an id that begins with 'q-' – add { #q-… }"
    if question.id in ids:
        yield line, f"question id #{question.id} is used twice – rename one"
    if question.kind not in set(QuestionKind):
        kinds = ", ".join(f".{kind}" for kind in QuestionKind)
        yield line, f"a question needs one kind – add one of {kinds}"
        return
    right = sum(choice.correct for choice in question.choices)
    if len(question.choices) < 2 and question.kind != QuestionKind.NUMERIC:
        yield line, "a question needs at least two choices – add them as '- [ ] …'"
    elif question.kind == QuestionKind.SINGLE and right != 1:
        yield line, f"{right} choices are marked right – mark exactly one with [x]"
    elif question.kind == QuestionKind.MULTIPLE and not 0 < right < len(question.choices):
        yield line, "mark at least one choice right with [x] and leave at least one wrong"
    elif question.kind == QuestionKind.NUMERIC and right != 1:
        yield line, "a numeric question needs exactly one right answer – mark it with [x]"
    texts: set[str] = set()
    for choice in question.choices:
        if choice.text in texts:
            yield choice.line, f"choice {choice.text!r} stands twice – keep one"
        texts.add(choice.text)
        if not choice.explanation:
            yield choice.line, "no explanation – add a nested list item that says why"
        if question.kind == QuestionKind.NUMERIC and parse_number(choice.text) is None:
            yield choice.line, f"{choice.text!r} is no number – write '4 GiB ± 0.1'"


def _render(question: Question, labels: dict[str, str]) -> list[str]:
    kind = labels[question.kind]
    unit = question.number[1] if question.kind == QuestionKind.NUMERIC and question.number else ""
    out = [
        f'<section class="question" id="{question.id}" data-module="question" '
        f'data-kind="{question.kind}" data-unit="{escape(unit)}" markdown="block">',
        "",
        '<div class="question__prompt" markdown="block">',
        "",
        question.prompt,
        "",
        "</div>",
        "",
        f'<p class="question__kind">{kind}</p>',
        "",
    ]
    if question.kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE):
        out += _items("ol", {choice.text: 0 for choice in question.choices})
    elif question.kind == QuestionKind.ORDERING:
        places = {choice.text: place for place, choice in enumerate(question.choices, 1)}
        out += _items("ul", {text: places[text] for text in shuffled(question)})
    summary = (
        f'<details class="question__answer" markdown="block"><summary>{labels["answer"]}</summary>'
    )
    out += [summary, ""]
    tag = "ol" if question.kind != QuestionKind.NUMERIC else "ul"
    out += [f'<{tag} class="question__explanations" markdown="block">', ""]
    for choice in question.choices:
        out += _explained(choice, question.kind, labels)
    out += [f"</{tag}>", "", "</details>", "", "</section>", ""]
    return out


def shuffled(question: Question) -> list[str]:
    """The steps of an ordering question, in an order that is not the right one.

    Sorted by text, which is the same in every build; turned by one if that is the solution.
    """
    right = [choice.text for choice in question.choices]
    mixed = sorted(right, key=lambda text: (len(text) % 3, text))
    return mixed if mixed != right else [*mixed[1:], mixed[0]]


def _items(tag: str, places: Mapping[str, int]) -> list[str]:
    """The choices; `places` gives each its place in the right order, 0 where there is none."""
    out = [f'<{tag} class="question__choices" markdown="block">', ""]
    for text, place in places.items():
        attribute = f' data-place="{place}"' if place else ""
        out += [f'<li{attribute} markdown="span">{text}</li>', ""]
    return [*out, f"</{tag}>", ""]


def _explained(choice: Choice, kind: str, labels: dict[str, str]) -> list[str]:
    mark = "right" if choice.correct else "wrong"
    verdict = (
        ""
        if kind == QuestionKind.ORDERING
        else f' <span class="question__verdict">{labels[mark]}</span>'
    )
    number = parse_number(choice.text) if kind == QuestionKind.NUMERIC else None
    value = f' data-value="{number[0]!r}" data-tolerance="{number[2]!r}"' if number else ""
    return [
        f'<li class="question__explanation" data-verdict="{mark}"{value} markdown="block">',
        "",
        f"{choice.text}{verdict}",
        "",
        choice.explanation,
        "",
        "</li>",
        "",
    ]
