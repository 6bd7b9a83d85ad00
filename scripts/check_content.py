#!/usr/bin/env python3
"""Check the content without building the site: seconds, no network.

    python scripts/check_content.py              # every page, notebook and data file
    python scripts/check_content.py --json -     # the same for a machine
    python scripts/check_content.py --accept docs/en/models/tokenization.md
                                                 # the translation now follows its source;
                                                 # records new ids as well

Each line says where the fault is and what to do: `file:line: what – remedy`.
Exits 0 if nothing is wrong, 1 if something is, 2 if the command was used wrongly.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from portal.checks import check_portal, follow_source, record_ids
from portal.problems import ContentError, Problem, shown

ROOT = Path(__file__).parents[1]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", metavar="FILE", help="write the problems as JSON ('-': stdout)")
    parser.add_argument(
        "--accept",
        nargs="+",
        type=Path,
        metavar="PAGE",
        help="record in these translated pages the digest of the source they now follow",
    )
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    try:
        for page in args.accept or ():
            follow_source(args.root, page.resolve())
        if args.accept:
            record_ids(args.root)
        problems: Iterable[Problem] = check_portal(args.root)
    except ContentError as error:
        problems = error.problems
    return report(sorted(set(problems)), args.json)


def report(problems: Sequence[Problem], json_file: str | None) -> int:
    """Print the problems; the exit status says whether there are any."""
    if json_file:
        entries = [
            {"file": str(shown(p.path)), "line": p.line, "message": p.message} for p in problems
        ]
        text = json.dumps({"version": 1, "problems": entries}, ensure_ascii=False, indent=2)
        if json_file == "-":
            print(text)
        else:
            Path(json_file).write_text(text + "\n", encoding="utf-8")
    if json_file != "-":
        for problem in problems:
            print(problem)
        if problems:
            print(f"{len(problems)} problem{'s' if len(problems) > 1 else ''}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
