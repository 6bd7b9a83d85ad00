"""Workflows, issue forms and the guide for contributors say and do what they should."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import pr_summary
from add_resource import CHOICES
from support import ROOT

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted((GITHUB / "ISSUE_TEMPLATE").glob("[0-9]*.yml"))


def loaded(path: Path) -> dict[str, Any]:
    text = path.read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.load(text, yaml.BaseLoader)  # 'on' is a word here
    return found


def test_zizmor_finds_nothing() -> None:
    command = [str(Path(sys.executable).parent / "zizmor"), "--offline", "--quiet", str(GITHUB)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_and_the_pin_accounted_for(path: Path) -> None:
    readme = (GITHUB / "workflows" / "README.md").read_text(encoding="utf-8")
    assert f"`{path.name}`" in readme
    for line in path.read_text(encoding="utf-8").splitlines():
        if "uses:" in line:
            match = re.search(r"uses: (\S+)@[0-9a-f]{40} # (v[\d.]+)", line)
            assert match, line
            assert re.search(rf"\| `{match[1]}` \| {match[2]} \| `", readme), line


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_what_a_fork_can_start_may_not_write(path: Path) -> None:
    workflow = loaded(path)
    triggers = workflow["on"]
    assert "pull_request_target" not in triggers
    permissions = [
        workflow["permissions"],
        *(j.get("permissions", {}) for j in workflow["jobs"].values()),
    ]
    if "pull_request" in triggers:
        assert permissions[0] == {"contents": "read"}
        assert all(not item for item in permissions[1:])
        assert "secrets." not in path.read_text(encoding="utf-8")
    if "workflow_run" in triggers:
        text = path.read_text(encoding="utf-8")
        assert "ref:" not in text, "only the default branch is checked out"
        assert "download" not in text, "nothing that the run wrote is read"
    for job in workflow["jobs"].values():
        assert "timeout-minutes" in job


def test_every_command_of_a_workflow_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)) | {"offline"}
    for path in WORKFLOWS:
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"\bmake ([a-z-]+)", text)) <= targets
        for script in re.findall(r"\bscripts/[\w/]+\.(?:py|sh)", text):
            assert (ROOT / script).exists()


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_forms_speak_both_languages(path: Path) -> None:
    form = loaded(path)
    texts = [form["name"], form["description"]]
    texts += [item["attributes"]["label"] for item in form["body"]]
    texts += [d for item in form["body"] if (d := item["attributes"].get("description"))]
    for text in texts:
        chinese, _, english = text.rpartition("·")
        assert re.search(r"[\u4e00-\u9fff]", chinese), text
        assert re.search(r"[A-Za-z]", english), text
        assert not re.search(r"[\u4e00-\u9fff]", english), text


def test_the_form_offers_what_the_registry_takes() -> None:
    form = loaded(GITHUB / "ISSUE_TEMPLATE" / "2-suggest-resource.yml")
    offered = {i["id"]: i["attributes"]["options"] for i in form["body"] if i["type"] == "dropdown"}
    assert {name: set(values) for name, values in offered.items()} == {
        name: set(values) for name, values in CHOICES.items()
    }


JOB = {
    "name": "test (Python 3.13)", "conclusion": "success",
    "html_url": "https://github.com/o/r/actions/runs/1/job/2",
    "started_at": "2026-01-01T00:00:00Z", "completed_at": "2026-01-01T00:01:30Z",
}  # fmt: skip


@pytest.mark.parametrize(
    ("job", "row"),
    [
        pytest.param(JOB, "| ✅ 通過 · passed | 1.5 |", id="passed"),
        pytest.param({**JOB, "conclusion": "failure"}, "❌ 沒過 · failed", id="failed"),
        pytest.param({**JOB, "conclusion": None}, "❔ 沒有結果 · no result", id="none"),
        pytest.param({**JOB, "completed_at": None}, "| – |", id="did not end"),
        pytest.param({**JOB, "name": "a|b](x) @all <img>"}, r"a\|b\](x) \@all \<img\>", id="signs"),
        pytest.param({**JOB, "html_url": "javascript:x"}, "](#)", id="no address of GitHub"),
    ],
)
def test_the_summary_of_a_run(job: dict[str, Any], row: str) -> None:
    text = pr_summary.summary([job], [], "o/r", "1")
    assert text.startswith(pr_summary.MARK)
    assert row in text.splitlines()[3]


def test_the_summary_links_the_preview(tmp_path: Path) -> None:
    jobs, artifacts = tmp_path / "jobs.json", tmp_path / "artifacts.json"
    jobs.write_text(json.dumps({"jobs": [JOB]}), encoding="utf-8")
    artifacts.write_text(json.dumps({"artifacts": [{"name": "site", "id": 7}]}), encoding="utf-8")
    command = [sys.executable, str(ROOT / "scripts/pr_summary.py"), str(jobs), str(artifacts)]
    command += ["--run", "1", "--repo", "o/r"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "https://github.com/o/r/actions/runs/1/artifacts/7" in result.stdout
    jobs.write_text("{", encoding="utf-8")
    broken = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (broken.returncode, "Traceback" in broken.stderr) == (2, False)


def test_a_long_text_is_cut_at_a_line() -> None:
    assert pr_summary.cut("short", 10) == "short"
    assert pr_summary.cut("one\ntwo\nthree\nfour", 12) == "one\ntwo\n…\n"
    assert len(pr_summary.cut("x" * 100, 50)) <= 50


GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
COMMANDS = [
    line
    for block in re.findall(r"```bash\n(.*?)```", GUIDE, re.DOTALL)
    for line in block.splitlines()
]
# What these would do here takes minutes, the network, gigabytes, or a whole test run; they are
# run by `make -n`, which stops at a target that does not exist.
DRY = ("make serve", "make test", "make notebooks", "make links", "make workflows", "make fix")


def test_both_languages_of_the_guide_give_the_same_commands() -> None:
    assert len(COMMANDS) == 2 * len(set(COMMANDS))
    half = len(COMMANDS) // 2
    assert COMMANDS[:half] == COMMANDS[half:]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree to run commands in, with this environment."""
    folder = tmp_path_factory.mktemp("clone") / "portal"
    left_out = shutil.ignore_patterns(".git", ".venv*", "site", "dist", ".cache", ".*_cache")
    shutil.copytree(ROOT, folder, ignore=left_out, symlinks=True)
    (folder / ".venv").symlink_to(Path(sys.executable).parents[1])
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    return folder


@pytest.mark.parametrize("command", dict.fromkeys(COMMANDS))
def test_every_command_of_the_guide_works(clone: Path, command: str) -> None:
    shown = command.replace("make ", "make -n ", 1) if command.startswith(DRY) else command
    result = subprocess.run(
        shown, shell=True, cwd=clone, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_citation_is_valid_and_names_no_person() -> None:
    citation = loaded(ROOT / "CITATION.cff")
    assert citation["cff-version"] == "1.2.0"
    assert {"title", "message", "authors", "license"} <= set(citation)
    assert all(set(author) == {"name"} for author in citation["authors"])
    for name in ("CITATION.cff", "SECURITY.md", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md"):
        assert not re.search(r"[\w.]+@[\w.]+\.\w+", (ROOT / name).read_text(encoding="utf-8"))


def test_the_container_installs_and_serves_what_exists() -> None:
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text("utf-8"))
    assert (ROOT / container["postCreateCommand"].split()[1]).exists()
    assert container["postAttachCommand"] == "make serve"
    assert container["forwardPorts"] == [8000]
