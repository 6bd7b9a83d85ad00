"""Numbered formulas, which must say what their symbols are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portal.pages import Source
from portal.problems import Problem

_NUMBERED = re.compile(
    r"^\$\$[^\n]*\n?(?:(?!^\$\$).)*?\\tag\{(?P<tag>[^}]*)\}.*?\$\$[ \t]*$", re.DOTALL | re.MULTILINE
)
_EXPLAINS = re.compile(r"\s*(?:其中|where\b|Here\b|in which\b)", re.IGNORECASE)


def check(source: Source) -> Iterator[Problem]:
    r"""The paragraph after a formula with `\tag` begins with 其中 or 'where'."""
    for match in _NUMBERED.finditer(source.body):
        if not _EXPLAINS.match(source.body[match.end() :]):
            line = source.body.count("\n", 0, match.start()) + source.body_line
            message = f"formula ({match['tag']}) does not say what its symbols are"
            yield Problem(
                source.path, line, f"{message} – begin the next paragraph with 其中 / where"
            )
