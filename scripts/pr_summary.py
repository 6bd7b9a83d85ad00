#!/usr/bin/env python3
"""Turn GitHub's record of a workflow run into the Markdown of a comment or an issue.

    python scripts/pr_summary.py jobs.json artifacts.json --run 123 --repo owner/name
    python scripts/pr_summary.py --limit 60000 < summary.md

The second form only cuts a text at a line so that GitHub accepts it. Needs no packages; asks
nothing of the network. The files are what `gh api` gives for the jobs and artifacts of a run.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

MARK = "<!-- portal summary -->"
LIMIT = 60_000  # characters; GitHub takes 65,536
_SHOWN = {
    "success": "✅ 通過 · passed",
    "failure": "❌ 沒過 · failed",
    "cancelled": "⏹️ 取消 · cancelled",
    "skipped": "➖ 略過 · skipped",
    "timed_out": "⏱️ 逾時 · timed out",
}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("jobs", nargs="?", type=Path, help="jobs of the run, as JSON")
    parser.add_argument("artifacts", nargs="?", type=Path, help="its artifacts, as JSON")
    parser.add_argument("--run", default="", help="number of the run")
    parser.add_argument("--repo", default="", help="owner/name")
    parser.add_argument("--limit", type=int, default=LIMIT, help="longest text, in characters")
    args = parser.parse_args(argv)
    if args.jobs is None:
        sys.stdout.write(cut(sys.stdin.read(), args.limit))
        return 0
    try:
        jobs = json.loads(args.jobs.read_text(encoding="utf-8"))["jobs"]
        found = args.artifacts and json.loads(args.artifacts.read_text(encoding="utf-8"))
        artifacts = found["artifacts"] if found else []
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"not a record of a run: {error}", file=sys.stderr)
        return 2
    sys.stdout.write(cut(summary(jobs, artifacts, args.repo, args.run), args.limit))
    return 0


def summary(
    jobs: Sequence[Mapping[str, Any]],
    artifacts: Sequence[Mapping[str, Any]],
    repo: str,
    run: str,
) -> str:
    """A table of the jobs, and where to download the preview.

    Args:
        jobs: of the run, as GitHub records them.
        artifacts: of the run; the one named `site` is the preview.
        repo: owner/name.
        run: its number.
    """
    lines = [MARK, "| 檢查 · Check | 結果 · Result | 分鐘 · Minutes |", "|---|---|---:|"]
    for job in sorted(jobs, key=lambda job: str(job.get("name"))):
        result = _SHOWN.get(str(job.get("conclusion")), "❔ 沒有結果 · no result")
        name = _cell(str(job.get("name")))
        lines.append(f"| [{name}]({_address(job)}) | {result} | {_minutes(job)} |")
    for artifact in artifacts:
        if artifact.get("name") == "site" and not artifact.get("expired"):
            address = f"https://github.com/{repo}/actions/runs/{run}/artifacts/{artifact['id']}"
            lines += ["", f"[下載建好的網站 · Download the built site]({address})"]
    return "\n".join(lines) + "\n"


def cut(text: str, limit: int) -> str:
    """The text, cut at the end of a line where it is longer than the limit."""
    if len(text) <= limit:
        return text
    tail = "\n…\n"
    head = text[: limit - len(tail)]
    return head[: head.rfind("\n") if "\n" in head else len(head)] + tail


def _cell(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>|@#])", r"\\\1", " ".join(text.split()))[:120]


def _address(job: Mapping[str, Any]) -> str:
    address = str(job.get("html_url", ""))
    return address if re.fullmatch(r"https://github\.com/[\w./-]+", address) else "#"


def _minutes(job: Mapping[str, Any]) -> str:
    try:
        begun, ended = (
            datetime.fromisoformat(str(job[key]).replace("Z", "+00:00"))
            for key in ("started_at", "completed_at")
        )
    except (KeyError, ValueError):
        return "–"
    return f"{max((ended - begun).total_seconds(), 0) / 60:.1f}"


if __name__ == "__main__":
    sys.exit(main())
