#!/usr/bin/env python3
"""Lighthouse on the main kinds of page, both languages: the median of several mobile runs.

    .venv/bin/python benchmarks/lighthouse.py
    .venv/bin/python benchmarks/lighthouse.py --runs 1 --page chapter
    .venv/bin/python benchmarks/lighthouse.py --json FILE    # the same figures for a machine

Needs npm (Lighthouse itself goes into .cache/lighthouse) and Chromium. The profile is
Lighthouse's own for mobile: a slow 4G network and a CPU four times slower, both simulated, so
that scores of one machine can be compared; total blocking time is part of them.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from first_visit import Compressing

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

from portal.browser import find_chromium  # noqa: E402 - needs the path above

VERSION = "12.8.2"  # the last that runs on Node 20
FOLDER = ROOT / ".cache" / "lighthouse"
PAGES = {
    "home": "",
    "chapter": "foundations/linear-algebra/",
    "notebook": "notebooks/foundations/linear-algebra/",
    "catalogue": "resources/",
}
GOALS = {"accessibility": 100, "best-practices": 100, "seo": 100, "performance": 95}
BLOCKING_MS = 100
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=5, help="runs a page (default 5)")
    parser.add_argument("--page", choices=PAGES, help="only this kind of page")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures")
    args = parser.parse_args(argv)
    install()
    wanted = {args.page: PAGES[args.page]} if args.page else PAGES
    with tempfile.TemporaryDirectory() as folder:
        figures = dict(measure(Path(folder), wanted, args.runs))
    report(figures)
    if args.json:
        args.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0 if all(not shortfalls(found) for found in figures.values()) else 1


def install() -> None:
    """Install Lighthouse in the cache, once."""
    package = FOLDER / "node_modules" / "lighthouse" / "package.json"
    if package.exists() and json.loads(package.read_text("utf-8"))["version"] == VERSION:
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    command = ["npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", str(FOLDER)]
    subprocess.run([*command, f"lighthouse@{VERSION}"], check=True)


def measure(
    site: Path, pages: Mapping[str, str], runs: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Medians of the scores and times of each page in each language.

    Args:
        site: an empty folder for the site, which is built for the address it is served at.
        pages: kind and path of the pages.
        runs: how often each is measured.
    """
    handler = partial(Compressing, directory=str(site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    home = f"http://127.0.0.1:{server.server_port}/"
    command = [sys.executable, "-m", "mkdocs", "build", "--site-dir", str(site)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "SITE_URL": home}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    for kind, path in pages.items():
        for language in ("", "en/"):
            found = [run(f"{home}{language}{path}") for _ in range(runs)]
            medians: dict[str, Any] = {
                name: statistics.median(result[name] for result in found)
                for name in found[0]
                if name != "failed"
            }
            medians["failed"] = sorted({fault for result in found for fault in result["failed"]})
            yield f"{kind} ({language.rstrip('/') or 'zh-TW'})", medians
    server.shutdown()


def run(address: str) -> dict[str, Any]:
    """One run: scores of 100, milliseconds, and the audits that did not pass."""
    cli = FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js"
    command = ["node", str(cli), address, "--quiet", "--output=json", f"--chrome-flags={FLAGS}"]
    command.append(f"--only-categories={','.join(GOALS)}")
    environment = {**os.environ, "CHROME_PATH": find_chromium()}
    answer = subprocess.run(command, env=environment, check=True, capture_output=True)
    result = json.loads(answer.stdout)
    audits = result["audits"]
    scored = [
        reference["id"]
        for category in result["categories"].values()
        for reference in category["auditRefs"]
        if reference["weight"]
    ]
    return {
        **{name: round(result["categories"][name]["score"] * 100) for name in GOALS},
        "total blocking time, ms": audits["total-blocking-time"]["numericValue"],
        "largest paint, ms": audits["largest-contentful-paint"]["numericValue"],
        "layout shift": audits["cumulative-layout-shift"]["numericValue"],
        "failed": [
            name
            for name in scored
            if audits[name]["score"] is not None and audits[name]["score"] < 0.9
        ],
    }


def shortfalls(found: Mapping[str, Any]) -> list[str]:
    """What misses its goal."""
    missed = [name for name, goal in GOALS.items() if found[name] < goal]
    if found["total blocking time, ms"] >= BLOCKING_MS:
        missed.append("total blocking time")
    return missed


def report(figures: Mapping[str, Mapping[str, Any]]) -> None:
    """Print the medians as a table, what misses its goal in red."""
    table = Table()
    for heading in ("page", *GOALS, "blocking ms", "largest paint ms", "shift", "audits below 90"):
        table.add_column(heading)
    for name, found in figures.items():
        missed = shortfalls(found)
        table.add_row(
            name,
            *(f"[red]{found[n]:g}[/]" if n in missed else f"{found[n]:g}" for n in GOALS),
            f"{found['total blocking time, ms']:.0f}",
            f"{found['largest paint, ms']:.0f}",
            f"{found['layout shift']:.3f}",
            ", ".join(found["failed"]),
        )
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
