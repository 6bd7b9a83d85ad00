"""The command line of the link checker."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType

from portal.files import write_atomically
from portal.links import check, report, select
from portal.links.collect import Collector, portal_paths
from portal.links.config import ConfigError, Settings, read_settings
from portal.links.fetch_tls import TrustError
from portal.links.model import CheckResult, Hyperlink, Verdict
from portal.links.progress import Progress
from portal.links.report import Report
from portal.links.state import State, open_state

ROOT = Path(__file__).resolve().parents[3]
FINE, BROKEN, FAULT = 0, 1, 2
EXAMPLES = """\
examples:
  python scripts/check_links.py                         the whole portal
  python scripts/check_links.py docs/en/models          one folder
  python scripts/check_links.py --changed-since main    links on changed lines only
  python scripts/check_links.py --only github.com       some addresses
  python scripts/check_links.py --shard 2/8 --json 2.json   one part of a CI matrix
  python scripts/check_links.py --merge 1.json 2.json --json all.json
  python scripts/check_links.py --fix                   rewrite what has moved, after asking

exit status: 0 fine, 1 broken links, 2 usage or internal error, or ended early
"""


def parser() -> argparse.ArgumentParser:
    """All options, with examples."""
    made = argparse.ArgumentParser(
        prog="check_links.py",
        description="Check every external link of Markdown, notebooks, HTML and the registry.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = made.add_argument
    add("paths", nargs="*", type=Path, metavar="PATH", help="file or folder (default: the portal)")
    what = made.add_argument_group("what is checked")
    what.add_argument("--only", action="append", default=[], metavar="REGEX",
                      help="only addresses that match (may be repeated)")  # fmt: skip
    what.add_argument("--exclude", action="append", default=[], metavar="REGEX",
                      help="not addresses that match (may be repeated)")  # fmt: skip
    what.add_argument("--changed-since", metavar="REF",
                      help="only lines changed since a Git revision")  # fmt: skip
    what.add_argument("--shard", metavar="I/N", help="only part I of N, split by host")
    what.add_argument("--list", action="store_true", help="list the links, ask nothing")
    how = made.add_argument_group("how it is asked")
    how.add_argument("--timeout", type=float, metavar="SECONDS", help="total time for one address")
    how.add_argument("--workers", type=int, metavar="N", help="requests in flight over all hosts")
    how.add_argument("--retries", type=int, metavar="N", help="further tries after a passing fault")
    how.add_argument("--retry-after-cap", type=float, metavar="SECONDS",
                     help="longest pause a server may ask for")  # fmt: skip
    how.add_argument("--allow-private", action="store_true",
                     help="ask private and loopback addresses too (for tests)")  # fmt: skip
    how.add_argument("--no-adapters", action="store_true",
                     help="ask pages only, no side doors of known sites")  # fmt: skip
    how.add_argument("--config", type=Path, metavar="FILE",
                     help="settings (default: pyproject.toml of the portal)")  # fmt: skip
    kept = made.add_argument_group("what is remembered")
    kept.add_argument("--state", type=Path, metavar="FILE",
                      help="where it is kept (default: .cache/links.json)")  # fmt: skip
    kept.add_argument("--no-state", action="store_true", help="neither read nor written")
    kept.add_argument("--fresh", action="store_true", help="ask even what worked lately")
    kept.add_argument("--confirm", type=int, default=1, metavar="N",
                      help="fail only after N runs in a row found a link broken")  # fmt: skip
    kept.add_argument("--merge", nargs="+", type=Path, metavar="FILE", default=[],
                      help="join reports of shards; asks nothing")  # fmt: skip
    kept.add_argument("--merge-state", nargs="+", type=Path, metavar="FILE", default=[],
                      help="join their states into --state")  # fmt: skip
    told = made.add_argument_group("what is told")
    told.add_argument("--json", type=Path, metavar="FILE", help="report as JSON")
    told.add_argument("--junit", type=Path, metavar="FILE", help="report as JUnit XML")
    told.add_argument("--sarif", type=Path, metavar="FILE", help="report as SARIF 2.1.0")
    told.add_argument("--summary", type=Path, metavar="FILE", help="append a Markdown summary")
    told.add_argument("--github", action="store_true", help="print GitHub annotations")
    told.add_argument("--health", type=Path, metavar="FILE",
                      help="bring the record that the site shows up to date "
                           "(docs/data/link-health.json)")  # fmt: skip
    told.add_argument("--fail-on", default="broken", metavar="VERDICTS",
                      help="verdicts that fail the run (default: broken; or none)")  # fmt: skip
    told.add_argument("--verbose", "-v", action="store_true", help="show working links too")
    told.add_argument("--quiet", "-q", action="store_true", help="only the last line")
    told.add_argument("--no-progress", action="store_true", help="no progress bar")
    mend = made.add_argument_group("repair")
    mend.add_argument("--fix", action="store_true",
                      help="rewrite what has moved; shows the diff, asks")  # fmt: skip
    mend.add_argument("--yes", action="store_true", help="do not ask before writing")
    mend.add_argument("--suggest", action="store_true",
                      help="ask the Wayback Machine for copies of broken links")  # fmt: skip
    made.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    return made


class UsageError(Exception):
    """The command was called wrongly; the message says how to correct it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Check links; see `--help`.

    Returns:
        0 fine, 1 broken links, 2 usage or internal error, or ended early.
    """
    args = parser().parse_args(argv)
    try:
        return _run(args)
    except (UsageError, ConfigError, TrustError) as error:
        print(f"check_links: {error}", file=sys.stderr)
        return FAULT
    except KeyboardInterrupt:
        print("check_links: ended", file=sys.stderr)
        return FAULT
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAULT
    except OSError as error:
        print(f"check_links: {error}", file=sys.stderr)
        return FAULT


def _run(args: argparse.Namespace) -> int:
    root = args.root.resolve()
    fail_on = _verdicts(args.fail_on)
    if args.merge or args.merge_state:
        return _merge(args, fail_on)
    if args.health and args.no_state:
        raise UsageError("--health needs the state; leave out --no-state")
    settings = _settings(args, root)
    paths = args.paths or portal_paths(root)
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path} does not exist")
    began = time.monotonic()
    ended = threading.Event()
    made = Report(started=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"))
    with _signals(ended):
        base = root if not args.paths else Path.cwd()
        collector = Collector(base, root / "mkdocs.yml")
        collection = collector.collect(paths, ended.is_set)
        made.files = collection.files
        made.notes += collection.warnings
        links = _chosen(collection.links, args, settings, base)
        if args.list:
            for link in links:
                print(f"{link.place.file}:{link.place.line}:{link.place.col}: {link.url}")
            return FINE
        state = open_state(None if args.no_state else args.state or root / ".cache" / "links.json")
        made.notes += state.notes
        online = _check(links, settings, state, args, made, ended)
    made.seconds = time.monotonic() - began
    if args.health and online:
        _publish(args, root, state, made)
    code = _tell(made, args, fail_on, settings)
    if args.fix:
        from portal.links.fix import offer

        offer(made.results, links, base, yes=args.yes)
    return code


def _check(
    links: Sequence[Hyperlink],
    settings: Settings,
    state: State,
    args: argparse.Namespace,
    made: Report,
    ended: threading.Event,
) -> bool:
    """Ask everything that has to be asked; fills the report.

    Returns:
        whether the network could be reached.
    """
    targets, made.results = check.targets_of(links)
    if args.shard:
        index, count = _shard(args.shard)
        targets = {base: t for base, t in targets.items() if select.shard_of(base, count) == index}
        made.results = [r for r in made.results if select.shard_of(r.url, count) == index]
    total = len(targets)
    if not args.fresh:
        known = state.take_fresh(targets, settings.cache_days)
        made.results += known
    asked: list[CheckResult] = []
    show = sys.stderr.isatty() and not args.no_progress and not args.quiet
    checker: check.Checker | None = None

    def done(result: CheckResult) -> None:
        state.remember(result)
        asked.append(result)
        progress.count(result)

    checker = check.Checker(settings, done)
    progress = Progress(total, len(made.results), checker, enabled=show)
    with progress:
        checker.start(check.every(targets))
        while not checker.scheduler.finished.wait(0.1):
            progress.draw()
            if ended.is_set():
                checker.stop()
                made.complete = False
                break
    if checker.scheduler.error is not None:
        raise checker.scheduler.error
    why = check.without_network(asked)
    if why:
        check.excuse(asked, why)
        made.notes.append(why)
    finished = {result.url for result in asked}
    made.unchecked = sum(
        1 for target in targets.values() for url in target.links if url not in finished
    )
    made.requests = checker.fetcher.sent
    made.results += asked
    select.apply_ignores(made.results, settings.ignore)
    if not args.no_state:
        _confirm(made, state, args.confirm)
        try:
            state.save()
        except OSError as error:
            made.notes.append(f"the state was not kept: {error}")
    if args.suggest and made.complete:
        from portal.links.archive import suggest_copies

        suggest_copies(made.results, settings)
    return not why


def _publish(args: argparse.Namespace, root: Path, state: State, made: Report) -> None:
    """Tell the site what is known of its resources; only a whole run makes history."""
    from portal import pages
    from portal.links.publish import publish
    from portal.problems import ContentError
    from portal.resources import read_registry

    try:
        registry = read_registry(root / "docs/data/resources", pages.page_ids(root / "docs"))
    except ContentError as error:
        raise UsageError(str(error)) from error
    partial = args.paths or args.only or args.exclude or args.changed_since or args.shard
    publish(
        args.health,
        {resource.id: resource.url for resource in registry.values()},
        state.records,
        {r.url: r.suggestion for r in made.results if "web.archive.org/" in r.suggestion},
        state.now.date() if made.complete and not partial else None,
    )


def _confirm(made: Report, state: State, needed: int) -> None:
    for result in made.results:
        if result.verdict is Verdict.BROKEN and state.failures(result.url) < needed:
            result.confirmed = False


def _tell(
    made: Report, args: argparse.Namespace, fail_on: Sequence[Verdict], settings: Settings
) -> int:
    if args.json:
        report.write_json(made, args.json)
    if args.junit or args.sarif or args.github:
        from portal.links.report_formats import github, junit, sarif

        if args.junit:
            write_atomically(args.junit, junit(made, fail_on))
        if args.sarif:
            write_atomically(args.sarif, sarif(made, fail_on))
        if args.github:
            print(*github(made, fail_on), sep="\n")
    if args.summary:
        with args.summary.open("a", encoding="utf-8") as file:
            file.write(report.markdown_summary(made))
    show = report.ORDER if args.verbose else report.ORDER[:-1]
    if args.quiet:
        print(report.headline(made))
    else:
        report.print_table(made, sys.stdout, show=show, colour=sys.stdout.isatty())
    if not made.complete:
        return FAULT
    return BROKEN if made.failing(fail_on) else FINE


def _merge(args: argparse.Namespace, fail_on: Sequence[Verdict]) -> int:
    from portal.links.merge import merge_reports, merge_states

    if args.merge_state:
        if not args.state:
            raise UsageError("--merge-state needs --state FILE to write to")
        merge_states(args.merge_state, args.state)
    if not args.merge:
        return FINE
    try:
        made = merge_reports(args.merge)
    except ValueError as error:
        raise UsageError(str(error)) from error
    return _tell(made, args, fail_on, Settings())


def _settings(args: argparse.Namespace, root: Path) -> Settings:
    if args.config and not args.config.is_file():
        raise UsageError(f"{args.config} does not exist")
    settings = read_settings(args.config or root / "pyproject.toml")
    if args.timeout is not None and not args.timeout > 0:
        raise UsageError("--timeout must be more than 0 seconds")
    if args.workers is not None and not args.workers > 0:
        raise UsageError("--workers must be more than 0")
    chosen = {
        "timeout": args.timeout, "workers": args.workers, "retries": args.retries,
        "retry_after_cap": args.retry_after_cap,
    }  # fmt: skip
    return replace(
        settings,
        allow_private=args.allow_private,
        adapters=not args.no_adapters,
        **{key: value for key, value in chosen.items() if value is not None},
    )


def _chosen(
    links: list[Hyperlink], args: argparse.Namespace, settings: Settings, base: Path
) -> list[Hyperlink]:
    try:
        chosen = select.matching(links, args.only, [*settings.exclude, *args.exclude])
        if args.changed_since:
            chosen = select.on_changed_lines(chosen, args.changed_since, base)
    except select.SelectError as error:
        raise UsageError(str(error)) from error
    return chosen


def _verdicts(text: str) -> list[Verdict]:
    if text.strip() in {"", "none"}:
        return []
    try:
        return [Verdict(part.strip()) for part in text.split(",")]
    except ValueError as error:
        names = ", ".join(verdict.value for verdict in Verdict)
        raise UsageError(f"--fail-on: {error}; use some of {names}") from error


def _shard(text: str) -> tuple[int, int]:
    try:
        index, count = (int(part) for part in text.split("/"))
        if not 1 <= index <= count:
            raise ValueError
    except ValueError:
        raise UsageError(f"--shard is {text!r}; use I/N with 1 ≤ I ≤ N") from None
    return index, count


@contextmanager
def _signals(ended: threading.Event) -> Iterator[None]:
    """The first Ctrl-C or SIGTERM ends the run with a report, the second at once."""

    def handle(number: int, frame: FrameType | None) -> None:
        if ended.is_set():
            raise KeyboardInterrupt
        ended.set()

    before = {}
    if threading.current_thread() is threading.main_thread():
        before = {n: signal.signal(n, handle) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
