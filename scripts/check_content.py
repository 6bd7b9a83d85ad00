#!/usr/bin/env python3
"""Check the content without building the site: seconds, no network.

    python scripts/check_content.py              # every page, notebook and data file
    python scripts/check_content.py docs/en/models/tokenization.md
                                                 # tell only what concerns these files
    python scripts/check_content.py --fix        # mend typography and plain misspellings first
    python scripts/check_content.py --json -     # the same for a machine
    python scripts/check_content.py --accept docs/en/models/tokenization.md
                                                 # the translation now follows its source;
                                                 # records new ids as well

Each line says where the fault is and what to do: `file:line: what – remedy`. On GitHub the
faults are annotated in the change. What has not changed since the last check is not read again;
the results are kept in .cache/ and --cold does without them.
Exits 0 if nothing is wrong, 1 if something is, 2 if the command was used wrongly.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from portal.cache import FOLDER, Cache
from portal.checks import check_portal, fix, follow_source, record_ids
from portal.files import write_atomically
from portal.problems import ContentError, Problem, annotation, shown

ROOT = Path(__file__).parents[1]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("files", nargs="*", type=Path, metavar="FILE", help="tell only faults of these files")
    add("--json", metavar="FILE", help="write the problems as JSON ('-': stdout)")
    add("--fix", action="store_true", help="mend what can be mended safely, then check")
    add("--accept", nargs="+", type=Path, metavar="PAGE",
        help="record in these pages that they follow the other language as it is now")  # fmt: skip
    add("--github", action="store_true", default=os.environ.get("GITHUB_ACTIONS") == "true",
        help="print GitHub annotations (the default there)")  # fmt: skip
    add("--cold", action="store_true", help="neither use nor keep earlier results")
    add("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    missing = [path for path in args.files if not path.exists()]
    if missing:
        parser.error(f"{missing[0]} does not exist")
    try:
        for page in args.accept or ():
            follow_source(args.root, page.resolve())
        if args.accept:
            record_ids(args.root)
        for path in fix(args.root) if args.fix else ():
            print(f"mended {shown(path)}", file=sys.stderr)
        cache = Cache(None if args.cold else args.root / FOLDER)
        problems: Iterable[Problem] = check_portal(args.root, cache)
    except ContentError as error:
        problems = error.problems
    chosen = _of_files(problems, args.files) if args.files else problems
    return report(sorted(set(chosen)), args.json, github=args.github)


def _of_files(problems: Iterable[Problem], files: Sequence[Path]) -> Iterable[Problem]:
    """The faults of these files, and of a page's other language, which a change may concern."""
    wanted = {path.resolve() for path in files}
    pages = {path.parts[-2:] for path in wanted if path.suffix == ".md"}
    return [p for p in problems if p.path.resolve() in wanted or p.path.parts[-2:] in pages]


def report(problems: Sequence[Problem], json_file: str | None, *, github: bool = False) -> int:
    """Print the problems; the exit status says whether there are any."""
    if json_file:
        entries = [
            {"file": str(shown(p.path)), "line": p.line, "message": p.message} for p in problems
        ]
        text = json.dumps({"version": 1, "problems": entries}, ensure_ascii=False, indent=2)
        if json_file == "-":
            print(text)
        else:
            write_atomically(Path(json_file), text + "\n")
    if json_file != "-":
        for problem in problems:
            print(annotation(problem) if github else problem)
        if problems:
            print(f"{len(problems)} problem{'s' if len(problems) > 1 else ''}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
