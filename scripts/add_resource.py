#!/usr/bin/env python3
"""Add a resource to the registry, at its place; fetches nothing.

    python scripts/add_resource.py                       # asks for everything
    python scripts/add_resource.py --url https://… --kind paper …   # asks for the rest
    python scripts/add_resource.py --issue issue.md      # the answers of the issue form
    gh issue view 12 --json body --jq .body | python scripts/add_resource.py --issue -

The entry is validated with the whole registry before anything is written.
Exits 0 if it was added, 1 if an answer is wrong, 2 if the command was used wrongly.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from portal.pages import Level
from portal.problems import ContentError, shown
from portal.registering import FORM, REQUIRED, add, answers_of_form
from portal.resources import Access, Kind, Role

ROOT = Path(__file__).parents[1]
CHOICES: dict[str, list[str]] = {
    "kind": [item.value for item in Kind],
    "language": ["zh-Hant", "zh-Hans", "en", "multi"],
    "level": [item.value for item in Level],
    "access": [item.value for item in Access],
    "role": [item.value for item in Role],
}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--issue", metavar="FILE", help="text of an issue ('-': stdin)")
    parser.add_argument("--id", help="id of the entry (default: made of the English title)")
    for name in FORM.values():
        parser.add_argument(f"--{name}", choices=CHOICES.get(name))
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    given = {name: value for name, value in vars(args).items() if isinstance(value, str)}
    answers = {name.replace("_", "-"): value for name, value in given.items() if name != "issue"}
    try:
        if args.issue:
            answers = answers_of_form(read(args.issue)) | answers
        elif sys.stdin.isatty():
            answers |= {name: ask(name) for name in REQUIRED if name not in answers}
        path, text = add(args.root, answers)
    except ContentError as error:
        print(error, file=sys.stderr)
        return 1
    except (OSError, UnicodeDecodeError) as error:
        parser.error(str(error))
    except (KeyboardInterrupt, EOFError):
        print("nothing was added", file=sys.stderr)
        return 1
    print(f"added to {shown(path)}:\n\n{text}")
    return 0


def read(name: str) -> str:
    return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")


def ask(name: str) -> str:
    choices = f" ({', '.join(CHOICES[name])})" if name in CHOICES else ""
    while not (answer := input(f"{name}{choices}: ").strip()):
        pass
    return answer


if __name__ == "__main__":
    sys.exit(main())
