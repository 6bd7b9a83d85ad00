"""A translation records the digest of the page it follows; another digest means it is stale."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portal.pages import Source
from portal.problems import Problem

_DIGEST = re.compile(r"^source_digest:.*$", re.MULTILINE)


def check(source: Source, translation: Source) -> Iterator[Problem]:
    """The translation follows the source as it is now."""
    match = _DIGEST.search(translation.front_matter)
    recorded = match[0].split(":", 1)[1].strip().strip("\"'") if match else None
    if recorded == source.digest:
        return
    line = translation.front_matter.count("\n", 0, match.start()) + 2 if match else 1
    message = (
        f"follows {recorded or 'no version'} of its source, which is now {source.digest} – bring "
        f"it up to date, then run: python scripts/check_content.py --accept {translation.path}"
    )
    yield Problem(translation.path, line, message)


def accept(text: str, source: Source) -> str:
    """The text of a translation, recording that it follows the source as it is now."""
    line = f'source_digest: "{source.digest}"'
    if _DIGEST.search(text):
        return _DIGEST.sub(line, text, count=1)
    return text.replace("---\n", f"---\n{line}\n", 1)
