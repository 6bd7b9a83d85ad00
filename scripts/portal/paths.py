"""Named goals, and the way to each.

The way is found by `path-plan.js`, which the path finder runs in the browser; QuickJS runs
the same file here, so that there is one algorithm and one set of tests.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import quickjs
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from portal import yaml_source
from portal.pages import Chapter, PageId
from portal.problems import ContentError, Problem, line_matching
from portal.resources import Bilingual, ResourceId

PLAN = Path(__file__).parents[2] / "overrides/assets/javascripts/path-plan.js"
GOALS = "docs/data/goals.yml"


class Goal(BaseModel):
    """Something a reader wants to be able to do."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: ResourceId
    title: Bilingual
    note: Bilingual
    chapters: list[PageId] = Field(min_length=1)


def read_goals(root: Path, chapters: Mapping[str, Chapter]) -> Sequence[Goal]:
    """The named goals, in the order of the file; none if there is no file.

    Raises:
        ContentError: with file and line of every fault.
    """
    path = root / GOALS
    if not path.exists():
        return []
    text = yaml_source.read_text(path)
    goals = yaml_source.load(text, path, TypeAdapter(list[Goal]))
    problems = list(_faults(goals, chapters, path, text))
    if problems:
        raise ContentError(problems)
    return goals


def way(chapters: Mapping[str, Chapter], goals: Sequence[str]) -> list[Chapter]:
    """The chapters that lead to the goals, for a reader who knows none of them.

    Args:
        chapters: all chapters, in the order of the navigation.
        goals: ids of chapters.
    """
    path = [
        {"id": name, "hours": chapter.meta.hours, "needs": chapter.meta.prerequisites}
        for name, chapter in chapters.items()
    ]
    found = call("plan", path, [], list(goals), 1)
    return [chapters[step["id"]] for step in found["steps"]]


def call(name: str, *arguments: Any) -> Any:
    """Run a function of `path-plan.js`; arguments and result are what JSON can hold."""
    values = ", ".join(json.dumps(argument) for argument in arguments)
    return json.loads(_context().eval(f"JSON.stringify(portalPlan.{name}({values}))"))


def _faults(
    goals: Sequence[Goal], chapters: Mapping[str, Chapter], path: Path, text: str
) -> Iterator[Problem]:
    seen: set[str] = set()
    for goal in goals:
        line = line_matching(text, rf"^- id: {goal.id}$")
        if goal.id in seen:
            yield Problem(path, line, f"goal {goal.id!r} stands twice – keep one")
        seen.add(goal.id)
        for name in goal.chapters:
            if name not in chapters:
                message = f"goal {goal.id!r} names unknown chapter {name!r} – correct the id"
                yield Problem(path, line, message)


@cache
def _context() -> Any:
    context = quickjs.Context()
    context.eval(PLAN.read_text(encoding="utf-8"))
    return context
