"""What the outputs of a notebook depend on, in a form that needs no kernel to compute."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from portal import yaml_source
from portal.notebooks.source import FOLDER, Source
from portal.problems import ContentError, Problem

FORM = 1  # raise it when execution or normalisation changes what is stored

# Distributions whose name is not that of the module they install.
DISTRIBUTIONS = {
    "IPython": "ipython",
    "PIL": "pillow",
    "attr": "attrs",
    "cv2": "opencv-python-headless",
    "dateutil": "python-dateutil",
    "dotenv": "python-dotenv",
    "faiss": "faiss-cpu",
    "git": "GitPython",
    "markdown_it": "markdown-it-py",
    "opencc": "opencc-python-reimplemented",
    "sklearn": "scikit-learn",
    "tensorflow": "tensorflow-cpu",
    "yaml": "PyYAML",
    "zmq": "pyzmq",
}
LOCKS = {
    "notebooks": ("requirements/notebooks.lock",),
    "notebooks-yolo": ("requirements/notebooks.lock", "requirements/notebooks-yolo.txt"),
}

_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)
_MAGIC = re.compile(r"^(\s*)([%!?].*)$", re.MULTILINE)


@dataclass(frozen=True)
class Inputs:
    """Everything a stored output depends on, by name, and one digest over all of it."""

    code: str  # digest of the code cells with their tags
    files: Mapping[str, str]  # path from the notebooks folder → digest
    distributions: Mapping[str, str]  # name → version of the lock

    @property
    def digest(self) -> str:
        """Sixteen hexadecimal digits."""
        parts = [FORM, self.code, dict(self.files), dict(self.distributions)]
        return fingerprint(json.dumps(parts, sort_keys=True).encode())


def fingerprint(content: bytes) -> str:
    """The first sixteen hexadecimal digits of SHA-256."""
    return hashlib.sha256(content).hexdigest()[:16]


def canonical(name: str) -> str:
    """A distribution's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(root: Path, environment: str) -> dict[str, str]:
    """Canonical distribution name → version, from the lock files of an environment."""
    found: dict[str, str] = {}
    for name in LOCKS[environment]:
        text = yaml_source.read_text(root / name)
        found.update({canonical(m[1]): m[2] for m in _PIN.finditer(text)})
    return found


def inputs_of(root: Path, source: Source) -> Inputs:
    """What the outputs of a source depend on.

    Args:
        root: the project; its lock files and helper modules are read.
        source: the notebook.

    Raises:
        ContentError: code that does not parse, a declared file that is missing, or an
            import that no lock names.
    """
    modules: dict[str, int] = {}
    problems: list[Problem] = []
    for cell in source.code:
        for module, line in _imports(cell.text, source.path, cell.line, problems):
            modules.setdefault(module, line)
    helpers = helper_files(root, modules)
    for helper in helpers:
        for module, _ in _imports(yaml_source.read_text(helper), helper, 1, problems):
            modules.setdefault(module, 1)
    files = {path: fingerprint(content) for path, content in _read_inputs(source, root, problems)}
    files |= {path.name: fingerprint(path.read_bytes()) for path in helpers}

    locked = pins(root, source.meta.environment)
    versions: dict[str, str] = {}
    for name, line in _distributions(modules, {path.stem for path in helpers}, source):
        if canonical(name) in locked:
            versions[canonical(name)] = locked[canonical(name)]
        else:
            lock = LOCKS[source.meta.environment][-1]
            message = f"{name} is not in {lock} – lock it, or name its distribution in digest.py"
            problems.append(Problem(source.path, line, message))
    if problems:
        raise ContentError(problems)
    cells = [[cell.id, cell.text, sorted(cell.tags)] for cell in source.code]
    return Inputs(fingerprint(json.dumps(cells).encode()), files, versions)


def helper_files(root: Path, modules: Iterable[str]) -> list[Path]:
    """The modules beside the notebooks among `modules`, with those they import, sorted."""
    found: set[Path] = set()
    waiting = list(modules)
    while waiting:
        path = root / FOLDER / f"{waiting.pop()}.py"
        if path.is_file() and path not in found:
            found.add(path)
            waiting += [name for name, _ in _imports(yaml_source.read_text(path), path, 1, [])]
    return sorted(found)


def imported(source: Source) -> set[str]:
    """Top-level names that the code cells import."""
    return {
        name for cell in source.code for name, _ in _imports(cell.text, source.path, cell.line, [])
    }


def module_of(distribution: str) -> str:
    """The module that tells whether a distribution is installed."""
    for module, name in DISTRIBUTIONS.items():
        if canonical(name) == canonical(distribution):
            return module
    return canonical(distribution).replace("-", "_")


def _distributions(
    modules: Mapping[str, int], helpers: set[str], source: Source
) -> Iterator[tuple[str, int]]:
    for name in source.meta.distributions:
        yield name, 1
    for module, line in modules.items():
        if module not in sys.stdlib_module_names and module not in helpers:
            yield DISTRIBUTIONS.get(module, module), line


def _imports(
    code: str, path: Path, first_line: int, problems: list[Problem]
) -> Iterator[tuple[str, int]]:
    """Top-level names of absolute imports, with the line of the file they stand on."""
    if code.startswith("%%"):
        return
    try:
        tree = ast.parse(_MAGIC.sub(r"\1pass", code))
    except (SyntaxError, ValueError) as error:
        line = first_line - 1 + (getattr(error, "lineno", None) or 1)
        problems.append(Problem(path, line, f"code does not parse: {error} – correct it"))
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield name.name.split(".")[0], first_line + node.lineno - 1
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0], first_line + node.lineno - 1


def _read_inputs(
    source: Source, root: Path, problems: list[Problem]
) -> Iterator[tuple[str, bytes]]:
    folder = (root / FOLDER).resolve()
    for name in source.meta.inputs:
        path = (source.path.parent / name).resolve()
        if not path.is_relative_to(folder) or not path.is_file():
            message = f"input {name!r} is not a file under {FOLDER}/ – correct the path"
            problems.append(Problem(source.path, 1, message))
        else:
            yield path.relative_to(folder).as_posix(), path.read_bytes()
