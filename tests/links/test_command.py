"""The command: exit status, outputs, filters, state, signals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped,unused-ignore]
import pytest

from links.faultweb import FaultWeb
from links.webrun import Judged

ROOT = Path(__file__).resolve().parents[2]
SARIF_SCHEMA = json.loads((ROOT / "tests/data/sarif-2.1.0-rtm.5.json").read_text("utf-8"))
COMMAND = [sys.executable, str(ROOT / "scripts" / "check_links.py")]
SCHEMA = json.loads((ROOT / "scripts/portal/links/report.schema.json").read_text("utf-8"))


def run(
    folder: Path, *options: str, env: Mapping[str, str] | None = None
) -> tuple[int, dict[str, Any], str]:
    """Run the command in a folder; its status, report and printed text."""
    out = folder / "report.json"
    out.unlink(missing_ok=True)
    done = subprocess.run(
        [*COMMAND, *options, "--json", str(out)], cwd=folder, capture_output=True, timeout=60,
        encoding="utf-8", env={**os.environ, **(env or {})}, check=False,
    )  # fmt: skip
    report: dict[str, Any] = json.loads(out.read_text("utf-8")) if out.exists() else {}
    if report:
        jsonschema.validate(report, SCHEMA)
    return done.returncode, report, done.stdout + done.stderr


PRIVATE = ["--allow-private", "--no-state", "--timeout", "3"]


@pytest.fixture
def page(tmp_path: Path, judged: Judged) -> Path:
    """A page with one working, one moved, one broken and one blocked link."""
    web = judged.web
    host = f"http://127.0.0.1:{web.port}"
    lines = [f"- [{n}]({host}{p})" for n, p in
             [("a", "/to/a"), ("b", "/d301"), ("c", "/s404"), ("d", "/s403")]]  # fmt: skip
    path = tmp_path / "page.md"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def verdicts(report: Mapping[str, Any]) -> dict[str, str]:
    return {link["url"].rpartition("/")[2]: link["verdict"] for link in report["links"]}


def test_report_and_status(page: Path) -> None:
    status, report, text = run(page.parent, "page.md", *PRIVATE)
    assert status == 1
    assert verdicts(report) == {
        "a": "working",
        "d301": "moved",
        "s404": "broken",
        "s403": "blocked",
    }
    assert [link["ok"] for link in report["links"]] == [True, True, False, False]
    assert report["links"][0]["places"] == [{"file": "page.md", "line": 1, "col": 7}]
    assert report["links"][1]["final_url"].endswith("/to/new")
    assert "1 broken" in text


@pytest.mark.parametrize(("options", "status"), [
    pytest.param(["--fail-on", "none"], 0, id="nothing fails"),
    pytest.param(["--only", "to/a"], 0, id="only what works"),
    pytest.param(["--exclude", "s404"], 0, id="without the broken one"),
    pytest.param(["--exclude", "s404", "--fail-on", "broken,blocked"], 1, id="walls fail too"),
    pytest.param(["--fail-on", "bad"], 2, id="no such verdict"),
    pytest.param(["--only", "("], 2, id="no regular expression"),
    pytest.param(["--shard", "3/2"], 2, id="no such shard"),
    pytest.param(["--timeout", "0"], 2, id="no time"),
    pytest.param(["no-such-file.md"], 2, id="no such file"),
    pytest.param(["--config", "none.toml"], 2, id="no such settings"),
    pytest.param(["--changed-since", "--output=x"], 2, id="an option in place of a revision"),
])  # fmt: skip
def test_exit_status(page: Path, options: list[str], status: int) -> None:
    assert run(page.parent, "page.md", *PRIVATE, *options)[0] == status


def test_private_addresses_are_not_asked(page: Path, judged: Judged) -> None:
    before = len(judged.web.log)
    status, report, _ = run(page.parent, "page.md", "--no-state")
    assert status == 0
    assert set(verdicts(report).values()) == {"unverifiable"}
    assert len(judged.web.log) == before


def test_outputs_for_other_tools(page: Path) -> None:
    folder = page.parent
    _, _, text = run(folder, "page.md", *PRIVATE, "--junit", "j.xml", "--sarif", "s.json",
                     "--github", "--summary", "s.md")  # fmt: skip
    suite = ET.parse(folder / "j.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("4", "1", "1")
    sarif = json.loads((folder / "s.json").read_text("utf-8"))
    faults = jsonschema.Draft4Validator(SARIF_SCHEMA).iter_errors(sarif)
    assert [fault.message for fault in faults] == []
    assert [r["ruleId"] for r in sarif["runs"][0]["results"]] == ["moved", "broken", "blocked"] or (
        {r["ruleId"] for r in sarif["runs"][0]["results"]} == {"moved", "broken", "blocked"}
    )
    assert "::error file=page.md,line=3,col=7,title=broken link::" in text
    assert "::warning file=page.md,line=4" in text
    assert "| broken | 1 |" in (folder / "s.md").read_text("utf-8")


def test_shards_together_equal_one_run(judged: Judged, tmp_path: Path) -> None:
    web = judged.web
    names = ["s200", "s404", "s403", "d301", "d-home", "w-cf-403", "g-404-tw", "a-missing"]
    links = [web.address(judged.faults[name]) for name in names]
    (tmp_path / "p.md").write_text("".join(f"<{url}>\n\n" for url in links), encoding="utf-8")
    _, whole, _ = run(tmp_path, "p.md", *PRIVATE)
    parts = []
    for index in range(1, 4):
        _, part, _ = run(tmp_path, "p.md", *PRIVATE, "--shard", f"{index}/3")
        parts.append(len(part["links"]))
        (tmp_path / "report.json").rename(tmp_path / f"{index}.json")
    assert sum(parts) == len(links)
    status, merged, _ = run(tmp_path, "--merge", "1.json", "2.json", "3.json")
    assert status == 1
    keys = ("url", "verdict", "ok", "final_url", "status", "rule", "evidence", "places")
    assert [[link[k] for k in keys] for link in merged["links"]] == [
        [link[k] for k in keys] for link in whole["links"]
    ]


def test_only_what_changed(page: Path) -> None:
    folder = page.parent

    def git(*arguments: str) -> None:
        subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@t.example", *arguments],
                       cwd=folder, check=True, capture_output=True)  # fmt: skip

    git("init", "-q")
    git("add", "page.md")
    git("commit", "-qm", "one")
    lines = page.read_text("utf-8").splitlines(keepends=True)
    page.write_text("".join([*lines, "\n", lines[2].replace("[c]", "[again]")]), encoding="utf-8")
    (folder / "new.md").write_text(lines[0], encoding="utf-8")
    _, report, _ = run(folder, ".", *PRIVATE, "--changed-since", "HEAD")
    places = [(p["file"], p["line"]) for link in report["links"] for p in link["places"]]
    assert sorted(places) == [("new.md", 1), ("page.md", 6)]


def test_state_caches_only_successes(page: Path, judged: Judged) -> None:
    folder, state = page.parent, page.parent / "state.json"
    options = ["page.md", "--allow-private", "--timeout", "3", "--state", str(state)]
    run(folder, *options)
    judged.web.requests.clear()
    status, report, _ = run(folder, *options)
    assert status == 1
    assert verdicts(report)["a"] == "working"
    asked = {path for path, count in judged.web.requests.items() if count}
    assert asked == {"/s404", "/s403"}
    assert not state.with_name("state.json.journal").exists()


def test_broken_only_after_n_runs(page: Path) -> None:
    folder = page.parent
    options = [
        "page.md",
        "--allow-private",
        "--timeout",
        "3",
        "--state",
        "s.json",
        "--confirm",
        "3",
    ]
    assert [run(folder, *options)[0] for _ in range(3)] == [0, 0, 1]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"kind": "other"}', b"\xff\xfe\x00",
                                     b'{"kind": "portal link state", "schema": 99, "links": {}}',
    b'{"kind": "portal link state", "schema": 1, "links": {"a": 1}}',
                                     ])  # fmt: skip
def test_a_damaged_state_is_set_aside_with_a_word(page: Path, content: bytes) -> None:
    folder = page.parent
    (folder / "s.json").write_bytes(content)
    status, report, _ = run(folder, "page.md", "--allow-private", "--state", "s.json")
    assert status == 1
    assert any("set aside" in note for note in report["notes"])
    assert [path.read_bytes() for path in folder.glob("s.json.damaged-*")] == [content]
    assert json.loads((folder / "s.json").read_text("utf-8"))["kind"] == "portal link state"


def test_a_full_disk_loses_no_report(page: Path) -> None:
    status, report, _ = run(
        page.parent, "page.md", "--allow-private", "--state", "/dev/full/s.json"
    )
    assert status == 1
    assert len(report["links"]) == 4
    assert any("not kept" in note or "could not" in note for note in report["notes"])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("delay", [0.1, 0.8])  # seconds after the first request
def test_a_signal_ends_the_run_with_a_report(
    judged: Judged, tmp_path: Path, number: signal.Signals, delay: float
) -> None:
    urls = [f"http://127.0.0.1:{judged.web.port}/to/{n}" for n in range(20)]
    urls += [f"http://{host}:{judged.web.port}/t-hang" for host in ("127.0.10.1", "127.0.11.1")]
    (tmp_path / "p.md").write_text("".join(f"<{url}>\n\n" for url in urls), encoding="utf-8")
    out = tmp_path / "r.json"
    options = [
        "p.md",
        "--allow-private",
        "--timeout",
        "30",
        "--state",
        "s.json",
        "--json",
        str(out),
    ]
    judged.web.log.clear()
    process = subprocess.Popen([*COMMAND, *options], cwd=tmp_path, stdout=subprocess.DEVNULL)
    for _ in range(300):
        if judged.web.log:
            break
        time.sleep(0.05)
    time.sleep(delay)
    process.send_signal(number)
    began = time.monotonic()
    assert process.wait(10) == 2
    assert time.monotonic() - began < 1.5
    report = json.loads(out.read_text("utf-8"))
    jsonschema.validate(report, SCHEMA)
    assert report["complete"] is False
    assert len(report["links"]) + report["unchecked"] == len(urls)


def test_a_killed_run_goes_on_where_it_was(judged: Judged, tmp_path: Path) -> None:
    web = judged.web
    urls = [f"http://127.0.0.1:{web.port}/to/k{n}" for n in range(12)]
    urls.append(f"http://127.0.10.1:{web.port}/t-hang")
    (tmp_path / "p.md").write_text("".join(f"<{url}>\n\n" for url in urls), encoding="utf-8")
    options = ["p.md", "--allow-private", "--timeout", "20", "--state", "s.json"]
    process = subprocess.Popen([*COMMAND, *options], cwd=tmp_path, stdout=subprocess.DEVNULL)
    journal = tmp_path / "s.json.journal"
    for _ in range(100):
        time.sleep(0.1)
        if journal.exists() and journal.read_text("utf-8").count("\n") >= 12:
            break
    process.kill()
    process.wait(5)
    with journal.open("a", encoding="utf-8") as file:
        file.write('{"url": "http://half')  # the line that was being written
    web.requests.clear()
    _, report, _ = run(tmp_path, "p.md", "--allow-private", "--timeout", "1", "--state", "s.json")
    assert len(report["links"]) == len(urls)
    assert {path for path, count in web.requests.items() if count} == {"/t-hang"}


def test_no_proxy_is_said_once(page: Path) -> None:
    env = {"HTTP_PROXY": "http://127.0.0.1:1", "http_proxy": "http://127.0.0.1:1", "NO_PROXY": "",
           "no_proxy": ""}  # fmt: skip
    status, report, _ = run(page.parent, "page.md", *PRIVATE, env=env)
    assert status == 0
    assert set(verdicts(report).values()) == {"unverifiable"}
    assert [note for note in report["notes"] if "proxy" in note] == report["notes"]


def test_no_proxy_exception_is_honoured(page: Path) -> None:
    env = {"HTTP_PROXY": "http://127.0.0.1:1", "NO_PROXY": "127.0.0.1"}
    assert verdicts(run(page.parent, "page.md", *PRIVATE, env=env)[1])["a"] == "working"


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_own_authority(judged: Judged, tmp_path: Path, name: str) -> None:
    url = judged.results["tls-good"].url
    (tmp_path / "p.md").write_text(f"<{url}>", encoding="utf-8")
    env = {name: str(judged.authority)}
    _, report, _ = run(tmp_path, "p.md", *PRIVATE, env=env)
    assert report["links"][0]["verdict"] == "working"
    _, report, _ = run(tmp_path, "p.md", *PRIVATE)
    assert report["links"][0]["verdict"] == "broken"


def test_an_authority_that_does_not_exist_is_a_fault_of_the_caller(page: Path) -> None:
    status, _, text = run(page.parent, "page.md", *PRIVATE, env={"SSL_CERT_FILE": "/no/such.pem"})
    assert status == 2
    assert "SSL_CERT_FILE" in text


def test_moves_are_rewritten_and_nothing_else(page: Path, judged: Judged) -> None:
    folder, host = page.parent, f"http://127.0.0.1:{judged.web.port}"
    text = f"甲 [b]({host}/d301)\r\n`{host}/d301` <{host}/to/x?utm_source=a&id=3>\r\n"
    page.write_bytes(text.encode())
    registry = f"- id: r\n  url: {host}/d308  # a word\n  note: {{en: n}}\n"
    (folder / "r.yml").write_text(registry, encoding="utf-8")
    notebook = {"cells": [{"cell_type": "markdown", "metadata": {}, "source": [f"<{host}/d301>"]}],
                "metadata": {}, "nbformat": 4, "nbformat_minor": 5}  # fmt: skip
    (folder / "n.ipynb").write_text(json.dumps(notebook, indent=1), encoding="utf-8")
    run(folder, ".", *PRIVATE, "--fix")
    assert page.read_bytes() == text.encode()  # nobody agreed
    _, _, printed = run(folder, ".", *PRIVATE, "--fix", "--yes")
    assert f"+甲 [b]({host}/to/new)" in printed
    expected = text.replace(f"[b]({host}/d301)", f"[b]({host}/to/new)").replace("utm_source=a&", "")
    assert page.read_bytes() == expected.encode()
    assert (folder / "r.yml").read_text("utf-8") == (
        f"- id: r\n  url: {host}/to/new  # a word\n  formerly: [{host}/d308]\n  note: {{en: n}}\n"
    )
    assert f"<{host}/to/new>" in (folder / "n.ipynb").read_text("utf-8")


def test_server_killed_during_the_run(tmp_path: Path) -> None:
    web = FaultWeb([])
    web.start()
    urls = [f"http://127.0.0.1:{web.port}/to/{n}" for n in range(60)]
    (tmp_path / "p.md").write_text("".join(f"<{url}>\n\n" for url in urls), encoding="utf-8")
    out = tmp_path / "r.json"
    process = subprocess.Popen([*COMMAND, "p.md", *PRIVATE, "--json", str(out)], cwd=tmp_path,
                               stdout=subprocess.DEVNULL)  # fmt: skip
    while not web.log:
        time.sleep(0.02)
    time.sleep(0.5)
    web.stop()
    assert process.wait(30) == 1
    links = json.loads(out.read_text("utf-8"))["links"]
    assert len(links) == 60
    assert {link["verdict"] for link in links} == {"working", "broken"}


def test_secrets_do_not_reach_reports(judged: Judged, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.portal.links.hosts."127.0.0.1"]\ntoken_env = "T_O_K"\nslots = 4\n', encoding="utf-8"
    )
    host = f"http://127.0.0.1:{judged.web.port}"
    page = f"<{host}/to/a>\n\n<{host}/d-cookie-leak>\n\n<http://me:hidden@127.0.0.1:{judged.web.port}/s404>"
    (tmp_path / "p.md").write_text(page, encoding="utf-8")
    judged.web.log.clear()
    _, report, printed = run(tmp_path, "p.md", *PRIVATE, "--config", "pyproject.toml", "-v",
                             env={"T_O_K": "s3cr3t"})  # fmt: skip
    sent = {
        (h, path)
        for h, path, headers in judged.web.log
        if "s3cr3t" in headers.get("authorization", "")
    }
    assert ("127.0.0.1", "/to/a") in sent
    assert {h for h, _ in sent} == {"127.0.0.1"}
    assert "s3cr3t" not in json.dumps(report) + printed
    assert "hidden" not in printed


def health_of(portal: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """Check a portal of its own and give what the site will show."""
    file = portal / "docs/data/link-health.json"
    state = ["--state", str(portal / "state.json"), "--allow-private", "--timeout", "3"]
    status, _, _ = run(portal, *state, "--root", str(portal), "--health", str(file), *options)
    return status, json.loads(file.read_text("utf-8")) if file.exists() else {}


def test_a_whole_run_tells_the_site(tiny: Path, judged: Judged) -> None:
    host = f"http://127.0.0.1:{judged.web.port}"
    data = tiny / "docs/data/resources/all.yml"
    entry = data.read_text("utf-8").replace("https://paper.test/", f"{host}/s404")
    works = entry.replace("id: paper", "id: works").replace("/s404", "/to/a")
    data.write_text(entry + works.replace("order: 10", "order: 20"), encoding="utf-8")
    status, health = health_of(tiny)
    assert status == 1
    assert {name: item["state"] for name, item in health["resources"].items()} == {
        "paper": "broken",
        "works": "working",
    }
    assert "404" in health["resources"]["paper"]["evidence"]
    assert health["resources"]["works"]["alive"] == health["runs"][0]["day"]
    assert health["runs"][0]["counts"]["broken"] == 1
    _, again = health_of(tiny, "--only", "to/a")
    assert again == health, "a part of the links makes no history, and the rest stays known"


def test_a_run_without_a_network_tells_the_site_nothing(tiny: Path) -> None:
    data = tiny / "docs/data/resources/all.yml"
    text = data.read_text("utf-8").replace("paper.test/", "paper.no-such-domain-here.com/")
    data.write_text(text, encoding="utf-8")
    _, health = health_of(tiny)
    assert health == {}


def test_health_needs_the_state(page: Path) -> None:
    status, _, text = run(page.parent, "page.md", *PRIVATE, "--health", "health.json")
    assert status == 2
    assert "--no-state" in text
