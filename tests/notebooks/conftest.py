"""Fixtures of the notebook tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from notebooks.project import Project, printed


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with one notebook, not executed."""
    return Project(tmp_path)


@pytest.fixture
def stored(project: Project) -> Project:
    """A project whose notebook has been executed."""
    project.store({"add": [printed("3\n")]})
    return project
