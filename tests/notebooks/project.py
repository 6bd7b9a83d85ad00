"""A small project with one notebook, and helpers to write others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from portal.notebooks import store
from portal.notebooks.digest import inputs_of
from portal.notebooks.execute import Result
from portal.notebooks.runner import record_of
from portal.notebooks.source import read_source
from portal.notebooks.status import State, Status

TOPIC = "foundations/sum"
FRONT = """---
portal:
  title: {zh-TW: 加總, en: Sums}
  chapter: foundations/python-basics
  network: none
kernelspec: {name: python3, display_name: Python 3, language: python}
---
"""
BODY = """
+++ {"lang": "zh-TW", "anchor": "add"}

## 相加

把兩個數字加起來。

+++ {"lang": "en", "anchor": "add"}

## Add

Add two numbers.

```{code-cell} ipython3
:id: add
print(1 + 2)
```
"""
LOCK = "numpy==2.4.6\nscikit-learn==1.9.1\nmatplotlib==3.11.2\n"


class Project:
    """A project on disk."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("requirements/notebooks.lock", LOCK)
        self.write("requirements/notebooks-yolo.txt", "ultralytics==8.4.190\n")
        self.source(BODY)

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file below the root."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def source(self, body: str, front: str = FRONT, topic: str = TOPIC) -> Path:
        """Write a notebook's source."""
        return self.write(f"notebooks/{topic}.md", front + body)

    def code(self, *cells: str) -> Path:
        """Write a source of code cells only."""
        return self.source("\n".join(f"```{{code-cell}} ipython3\n{cell}\n```\n" for cell in cells))

    def store(self, outputs: Mapping[str, Sequence[dict[str, Any]]], topic: str = TOPIC) -> None:
        """Store outputs as an execution would, without one."""
        source = read_source(self.root, topic)
        inputs = inputs_of(self.root, source)
        state = Status(topic, State.MISSING, "", source, inputs)
        kept = {name: list(cell) for name, cell in outputs.items()}
        result = Result(kept, 1.5, 50, "3.11.7", dict(inputs.distributions), "namespace")
        document = store.document(self.root, source, kept, inputs)
        store.notebook_path(source.path).write_bytes(store.dumps(document))
        record = record_of(state, result)
        store.record_path(source.path).write_text(record.model_dump_json(), encoding="utf-8")


def printed(text: str) -> dict[str, Any]:
    """The output of a `print`, as it is stored."""
    return {"output_type": "stream", "name": "stdout", "text": text}


def shown(kind: str, content: str) -> dict[str, Any]:
    """The output of an expression, as it is stored."""
    return {"output_type": "display_data", "data": {kind: content}, "metadata": {}}
