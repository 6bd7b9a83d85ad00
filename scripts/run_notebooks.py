#!/usr/bin/env python3
"""Execute the notebooks whose stored outputs are not current.

Without arguments: all of them. Only the code decides (with its inputs, helper modules and the
versions of what it imports); after an edit of prose the stored notebook is refreshed without
execution. The kernel runs without network. See docs/en/contributing for the whole story.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from portal.notebooks.runner import Action, Outcome, Progress, check, refresh, run_many, select
from portal.notebooks.status import State, Status
from portal.problems import ContentError, Problem

ROOT = Path(__file__).resolve().parents[1]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit status is the answer."""
    arguments = parse_arguments(argv)
    try:
        wanted = select(ROOT, arguments.topics)
    except ContentError as error:
        return report(arguments, [], [], list(error.problems))
    states, problems = check(ROOT, wanted)
    if arguments.check:
        return report(arguments, states, [], problems)
    outcomes = bring_up_to_date(arguments, states)
    return report(arguments, states, outcomes, problems)


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Arguments of the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("topics", nargs="*", help="<track>/<topic>, <topic> or a path")
    parser.add_argument(
        "--check", action="store_true", help="only say which are stale; exit 1 if any"
    )
    parser.add_argument("--force", action="store_true", help="execute those that are current too")
    parser.add_argument("--jobs", type=int, default=2, help="notebooks at once (default 2)")
    parser.add_argument("--json", action="store_true", help="report as JSON on stdout")
    parser.add_argument("--python", type=Path, help="interpreter instead of the environment's own")
    parser.add_argument(
        "--any-version", action="store_true", help="do not demand the locked versions (trial runs)"
    )
    return parser.parse_args(argv)


def bring_up_to_date(arguments: argparse.Namespace, states: Sequence[Status]) -> list[Outcome]:
    """Execute, refresh or keep each notebook."""
    outcomes, to_run = [], []
    for state in states:
        if arguments.force or state.needs_run:
            to_run.append(state)
        elif state.state is State.TEXT:
            outcomes.append(refreshed(state))
        else:
            outcomes.append(Outcome(state.topic, Action.KEPT))
    if to_run:
        outcomes += execute_all(arguments, to_run)
    return sorted(outcomes, key=lambda outcome: outcome.topic)


def execute_all(arguments: argparse.Namespace, states: Sequence[Status]) -> list[Outcome]:
    """Execute notebooks, with a bar for each where somebody watches."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("cells"),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    with Bars(*columns, console=console, disable=not console.is_terminal) as bars:
        total = bars.add_task("all", total=sum(len(state.source.code) for state in states))
        tasks = {
            state.topic: bars.add_task(state.topic, total=len(state.source.code), start=False)
            for state in states
        }
        done = dict.fromkeys(tasks, 0)

        def show(progress: Progress) -> None:
            bars.start_task(tasks[progress.topic])
            done[progress.topic] = progress.done
            bars.update(tasks[progress.topic], completed=progress.done)
            bars.update(total, completed=sum(done.values()))

        return run_many(
            ROOT,
            states,
            lambda environment: interpreter(environment, arguments.python),
            jobs=max(1, arguments.jobs),
            locked=not arguments.any_version,
            on_progress=show,
        )


def refreshed(state: Status) -> Outcome:
    """Write today's prose into the stored notebook."""
    try:
        refresh(ROOT, state)
    except ContentError as error:
        return Outcome(state.topic, Action.FAILED, str(error))
    return Outcome(state.topic, Action.REFRESHED)


def interpreter(environment: str, given: Path | None) -> Path:
    """The Python that runs the notebooks of an environment."""
    path = given or ROOT / f".venv-{environment}" / "bin" / "python"
    if not path.exists():
        raise SystemExit(
            f"{path} is missing: run `make notebooks`, which creates it, or pass --python"
        )
    return path


def report(
    arguments: argparse.Namespace,
    states: Sequence[Status],
    outcomes: Sequence[Outcome],
    problems: Sequence[Problem],
) -> int:
    """Say what was found and done; 0 only if all is well."""
    failed = [outcome for outcome in outcomes if outcome.action is Action.FAILED]
    stale = [state for state in states if state.needs_run] if arguments.check else []
    if arguments.json:
        print(json.dumps(as_json(states, outcomes, problems), ensure_ascii=False, indent=1))
    else:
        for line in lines(arguments, states, outcomes):
            print(line)
        for problem in problems:
            print(relative(str(problem)), file=sys.stderr)
        for outcome in failed:
            print(f"\n{relative(outcome.message)}\n{outcome.traceback}", file=sys.stderr)
    return 1 if problems or failed or stale else 0


def lines(
    arguments: argparse.Namespace, states: Sequence[Status], outcomes: Sequence[Outcome]
) -> Iterator[str]:
    """The report for people, one line a notebook and one for all."""
    if arguments.check:
        for state in states:
            yield f"{state.state:<9} {state.topic}" + (f": {state.reason}" if state.reason else "")
        stale = sum(state.needs_run for state in states)
        remedy = " – run scripts/run_notebooks.py" if stale else ""
        yield f"{len(states)} notebooks, {stale} to execute{remedy}"
        return
    for outcome in outcomes:
        cost = f": {outcome.seconds:.0f} s, {outcome.peak_memory_mb} MB" if outcome.seconds else ""
        yield f"{outcome.action:<9} {outcome.topic}{cost}"
    counts = Counter(outcome.action for outcome in outcomes)
    yield ", ".join(f"{counts[action]} {action}" for action in Action if counts[action])


def as_json(
    states: Sequence[Status], outcomes: Sequence[Outcome], problems: Sequence[Problem]
) -> dict[str, object]:
    """The report for programs."""
    return {
        "notebooks": [
            {"topic": state.topic, "state": state.state, "reason": state.reason} for state in states
        ],
        "outcomes": [
            {**asdict(outcome), "message": relative(outcome.message)} for outcome in outcomes
        ],
        "problems": [relative(str(problem)) for problem in problems],
    }


def relative(message: str) -> str:
    """A message with paths as they stand in the project."""
    return message.replace(f"{ROOT}/", "")


if __name__ == "__main__":
    raise SystemExit(main())
