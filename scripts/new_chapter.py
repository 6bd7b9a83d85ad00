#!/usr/bin/env python3
"""Make the pair of pages of a new chapter from the frame, planned and not yet built.

    python scripts/new_chapter.py models/watermarking --zh 浮水印 --en Watermarking \\
        --level advanced --hours 3 --after models/evaluation

When both pages are written, set 'status: written' in the Chinese one and remove 'title_en'.
Exits 0 if they were made, 1 if they could not be, 2 if the command was used wrongly.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from portal.drafting import draft
from portal.pages import Level
from portal.problems import ContentError, shown

ROOT = Path(__file__).parents[1]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("chapter", help="id: <track>/<name>")
    add("--zh", required=True, metavar="TITLE", help="title in Chinese")
    add("--en", required=True, metavar="TITLE", help="title in English")
    add("--level", type=Level, choices=list(Level), default=Level.INTERMEDIATE)
    add("--hours", type=float, default=4, help="reading, notebook and first resources (default 4)")
    add("--after", default="", metavar="ID", help="chapter it follows (default: the track's last)")
    add("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if not 0 < args.hours <= 100:
        parser.error("--hours must be more than 0 and at most 100")
    titles = {"zh-TW": args.zh, "en": args.en}
    try:
        made = draft(args.root, args.chapter, titles, args.level, args.hours, args.after)
    except ContentError as error:
        print(error, file=sys.stderr)
        return 1
    for path in made:
        print(shown(path))
    return 0


if __name__ == "__main__":
    sys.exit(main())
