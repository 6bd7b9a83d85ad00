"""Side doors of known sites, on recorded shapes of their answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from portal.links.adapters import Adapter, adapters, plan_for
from portal.links.check import Target, Task
from portal.links.config import Settings
from portal.links.errand import Again
from portal.links.model import Observation, Place


def cases() -> Iterator[Any]:
    for adapter in adapters():
        for number, case in enumerate(adapter.cases):
            yield pytest.param(adapter, case, id=f"{adapter.id}-{number}")


def answer(url: str, shape: Mapping[str, Any]) -> Observation:
    name, _, value = str(shape.get("header", "")).partition(": ")
    text = str(shape.get("text", ""))
    return Observation(url, shape["status"], headers={name: value} if name else {}, excerpt=text,
                       body_bytes=len(text))  # fmt: skip


@pytest.mark.parametrize(("adapter", "case"), cases())
def test_case(adapter: Adapter, case: Mapping[str, Any]) -> None:
    url = case["url"]
    assert plan_for(url) is not None
    assert plan_for(url)[0].id == adapter.id  # type: ignore[index]
    doors = adapter.plan(url)
    target = Target(url.partition("#")[0], {url: [Place("p.md", 1, 1)]})
    task = Task(target, Settings(retries=0), {"": "token"})
    results = None
    for shape in case["answers"]:
        assert task.door in (doors or ())
        outcome = task.errand.take(answer(task.errand.current, shape))
        assert not isinstance(outcome, Again)
        results = task.finish(outcome)
    if case["verdict"] == "page":
        assert results is None
        assert task.door is None  # the page itself is asked next
    else:
        assert results is not None
        assert [result.verdict.value for result in results] == [case["verdict"]]
        assert adapter.id in results[0].evidence


def test_every_adapter_has_a_case() -> None:
    assert [adapter.id for adapter in adapters() if not adapter.cases] == []


@pytest.mark.parametrize("url", [
    "https://github.com/features/actions", "https://github.com/o/r/issues/1",
    "https://huggingface.co/docs/transformers/index", "https://huggingface.co/google",
    "https://www.youtube.com/@channel", "https://arxiv.org/list/cs.CL/recent",
    "https://docs.python.org/3/",
])  # fmt: skip
def test_other_pages_are_asked_as_they_are(url: str) -> None:
    plan = plan_for(url)
    assert plan is None or not plan[1]
