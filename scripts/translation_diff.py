#!/usr/bin/env python3
"""Show what changed in the other language since a page followed it, paragraph by paragraph.

    python scripts/translation_diff.py                              # all pages that are behind
    python scripts/translation_diff.py docs/en/models/tokenization.md

Needs the history of the repository. When the page is up to date again:
python scripts/check_content.py --accept docs/en/models/tokenization.md
Exits 0 if nothing is behind, 1 if something is, 2 if the command was used wrongly.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from portal.checks import read_config
from portal.problems import ContentError, shown
from portal.site import read_portal
from portal.translations.freshness import Lag

ROOT = Path(__file__).parents[1]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pages", nargs="*", type=Path, metavar="PAGE")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    missing = [path for path in args.pages if not path.is_file()]
    if missing:
        parser.error(f"{missing[0]} does not exist")
    wanted = {path.resolve() for path in args.pages}
    try:
        portal = read_portal(args.root.resolve(), *read_config(args.root / "mkdocs.yml"))
    except ContentError as error:
        print(error, file=sys.stderr)
        return 1
    behind = 0
    for lag in portal.lags.values():
        follower = portal.docs / lag.language / f"{lag.page}.md"
        if wanted and follower.resolve() not in wanted:
            continue
        behind += 1
        print(*told(lag, follower, portal.docs / lag.leader / f"{lag.page}.md"), sep="\n")
    return 1 if behind else 0


def told(lag: Lag, follower: Path, leader: Path) -> Iterator[str]:
    """What a translator reads of one page."""
    yield f"{shown(follower)} follows an older {shown(leader)}"
    yield f"changed on {lag.since}" if lag.since else "changed, and not committed or not in history"
    for change in lag.changes:
        line = change.new.line if change.new else change.old.line if change.old else 1
        yield f"\n@@ paragraph at line {line} of the text @@"
        for sign, paragraph in (("-", change.old), ("+", change.new)):
            lines = paragraph.text.splitlines() if paragraph else []
            yield from (f"{sign} {text}" for text in lines)
    yield ""


if __name__ == "__main__":
    sys.exit(main())
