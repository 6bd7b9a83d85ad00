"""What the rules of language leave alone: `docs/data/language.yml`."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from portal import yaml_source
from portal.resources import Text

FILE = "docs/data/language.yml"


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Quoted(_Closed):
    """Words that stand as they are: a quotation, a name, a title."""

    text: Text
    why: Text


class Exceptions(_Closed):
    """Everything that is left alone. Docs: contributing/markdown."""

    quoted: list[Quoted] = []
    spelling: list[Text] = []  # English words that the dictionary takes for mistakes

    def without_quoted(self, text: str) -> str:
        """The text with what is quoted blanked."""
        for item in self.quoted:
            text = text.replace(item.text, " " * len(item.text))
        return text


def read_exceptions(root: Path) -> Exceptions:
    """Read the file; without one, nothing is left alone.

    Raises:
        ContentError: with file and line of every fault.
    """
    path = root / FILE
    if not path.exists():
        return Exceptions()
    return yaml_source.load(yaml_source.read_text(path), path, TypeAdapter(Exceptions))
