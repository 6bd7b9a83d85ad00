"""The glossary: every term in both languages, with the variants that are wrong in Taiwan."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from portal import yaml_source
from portal.problems import ContentError, Problem, line_matching
from portal.resources import Bilingual, ResourceId, Text


class Term(BaseModel):
    """One term. Docs: contributing/markdown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: ResourceId
    zh: Text
    en: Text
    also: list[Text] = []  # accepted synonyms
    wrong: list[Text] = []  # mainland or mistaken variants, longest first
    allow: list[Text] = []  # words in which a wrong variant is right
    note: Bilingual | None = None  # on usage
    definition: Bilingual | None = None
    everyday: bool = False  # every reader knows it: chapters do not explain it in passing


def read_glossary(path: Path) -> dict[str, Term]:
    """All terms by id, in the order of the file.

    Raises:
        ContentError: with file and line of every fault.
    """
    terms = yaml_source.load(yaml_source.read_text(path), path, TypeAdapter(list[Term]))
    found: dict[str, Term] = {}
    problems: list[Problem] = []
    for term in terms:
        if term.id in found:
            line = line_matching(yaml_source.read_text(path), rf"^- id: {term.id}$")
            problems.append(Problem(path, line, f"term {term.id!r} stands twice – keep one"))
        found[term.id] = term
    if problems:
        raise ContentError(problems)
    return found
