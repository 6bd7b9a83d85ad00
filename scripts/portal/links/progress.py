"""One line on a terminal that says how far the run is; nothing elsewhere."""

from __future__ import annotations

import sys
import time
from collections import Counter
from types import TracebackType
from typing import TYPE_CHECKING

from portal.links.model import CheckResult, Verdict

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from portal.links.check import Checker


class Progress:
    """Counts, rate and the hosts with most work left, drawn by rich."""

    def __init__(self, total: int, done: int, checker: Checker, *, enabled: bool) -> None:
        self._checker = checker
        self._counts: Counter[Verdict] = Counter()
        self._bar: Bar | None = None
        self._task: TaskID | None = None
        self._seen: set[str] = set()
        self._drawn = 0.0
        if enabled:
            self._bar = self._made()
            self._task = self._bar.add_task("links", total=total, completed=done, told="")

    def _made(self) -> Bar:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        return Bar(
            BarColumn(bar_width=24), MofNCompleteColumn(), TimeElapsedColumn(),
            TextColumn("{task.fields[told]}"), console=Console(file=sys.stderr),
            auto_refresh=False, transient=True,
        )  # fmt: skip

    def __enter__(self) -> Progress:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def count(self, result: CheckResult) -> None:
        """One more result."""
        self._counts[result.verdict] += 1

    def draw(self) -> None:
        """Show the present state, at most four times a second."""
        now = time.monotonic()
        if self._bar is None or self._task is None or now - self._drawn < 0.25:
            return
        self._drawn = now
        done = self._counts.total()
        bad = self._counts[Verdict.BROKEN]
        slow = ", ".join(f"{name} {count}" for name, count in self._checker.scheduler.busiest(3))
        task = self._bar.tasks[0]
        rate = done / task.elapsed if task.elapsed else 0.0
        told = f"{bad} broken · {rate:.0f}/s · waiting for {slow or 'nothing'}"
        self._bar.update(self._task, completed=done, told=told[:100])
        self._bar.refresh()
