"""A notebook as the site shows it: today's prose with the stored code and outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from portal.notebooks import store
from portal.notebooks.digest import inputs_of
from portal.notebooks.normalise import Output, image_count
from portal.notebooks.source import LANGUAGES, Source, read_source
from portal.problems import ContentError, Problem


@dataclass(frozen=True)
class Notebook:
    """Prose and code of the source, paired with the outputs of the stored execution."""

    root: Path
    source: Source
    outputs: Mapping[str, Sequence[Output]]  # code cell id → outputs
    record: store.RunRecord

    @property
    def topic(self) -> str:
        """`<track>/<topic>`."""
        return self.source.topic


def load(root: Path, topic: str) -> Notebook:
    """Read a notebook and pair its cells with their stored outputs.

    Args:
        root: the project.
        topic: `<track>/<topic>`.

    Raises:
        ContentError: faults of the source; a code cell whose stored form is missing or is of
            other code; figures without alternative text.
    """
    source = read_source(root, topic)
    stored = store.stored_outputs(source)
    problems = list(_unpaired(source, stored))
    if problems:
        raise ContentError(problems)
    outputs = {name: outputs for name, (_, outputs) in stored.items()}
    check_figures(source, outputs)
    return Notebook(root, source, outputs, store.read_record(source))


def localise(notebook: Notebook, language: str) -> NotebookNode:
    """The notebook in one language, outputs included.

    Args:
        notebook: from `load`.
        language: one of `LANGUAGES`.

    Raises:
        ValueError: another language.
    """
    text = download_ipynb(notebook, language).decode()
    node: NotebookNode = nbformat.reads(text, as_version=4)
    return node


def download_ipynb(notebook: Notebook, language: str) -> bytes:
    """The `.ipynb` that a reader downloads: one language, outputs and set-up cell included.

    Raises:
        ValueError: a language that is not one of `LANGUAGES`.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language is {language!r}; use one of {', '.join(LANGUAGES)}")
    inputs = inputs_of(notebook.root, notebook.source)
    document = store.document(notebook.root, notebook.source, notebook.outputs, inputs, language)
    return store.dumps(document)


def check_figures(source: Source, outputs: Mapping[str, Sequence[Output]]) -> None:
    """Every figure has its alternative text in both languages, and none is left over.

    Raises:
        ContentError: at the cells where it is not so.
    """
    problems = []
    for cell in source.code:
        figures = image_count(outputs.get(cell.id, ()))
        if figures != len(cell.alt):
            message = f"cell {cell.id} shows {figures} figures and has {len(cell.alt)} alt texts"
            remedy = "give alt in both languages for each"
            problems.append(Problem(source.path, cell.line, f"{message} – {remedy}"))
    if problems:
        raise ContentError(problems)


def _unpaired(
    source: Source, stored: Mapping[str, tuple[str, Sequence[Output]]]
) -> Iterator[Problem]:
    remedy = f"run scripts/run_notebooks.py {source.topic}"
    for cell in source.code:
        if cell.id not in stored:
            yield Problem(source.path, cell.line, f"no stored output of cell {cell.id} – {remedy}")
        elif stored[cell.id][0] != cell.text:
            message = f"cell {cell.id} has changed since its execution – {remedy}"
            yield Problem(source.path, cell.line, message)
    for name in set(stored) - {cell.id for cell in source.code}:
        message = f"stored cell {name} is no longer in the source – {remedy}"
        yield Problem(source.path, 1, message)
