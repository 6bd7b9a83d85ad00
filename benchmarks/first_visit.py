#!/usr/bin/env python3
"""How long the site takes to build, to serve and to reload, and what a first visit transfers.

    .venv/bin/python benchmarks/first_visit.py              # in this tree
    .venv/bin/python benchmarks/first_visit.py --clone      # also: `make serve` in a fresh clone
    .venv/bin/python benchmarks/first_visit.py --json FILE  # the same figures for a machine

Times depend on the machine; compare them with one another, from one run.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

from portal.browser import find_chromium  # noqa: E402 - needs the path above

PAGES = {
    "home": "",
    "chapter with formulas": "foundations/linear-algebra/",
    "chapter without formulas": "applications/security/",
    "notebook": "notebooks/foundations/linear-algebra/",
    "catalogue": "resources/",
    "glossary": "glossary/",
}
ENVIRONMENT = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clone", action="store_true", help="measure a fresh clone too (minutes)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures")
    args = parser.parse_args(argv)
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        figures["strict build, seconds"] = build(site)
        figures["strict build again, seconds"] = build(site)
        figures["first visit"] = dict(visits(site))
        figures["save to reload, seconds"] = reload_time()
        if args.clone:
            figures["fresh clone: make serve to first page, seconds"] = cold(Path(folder) / "clone")
    text = json.dumps(figures, indent=2)
    print(text)
    if args.json:
        args.json.write_text(text + "\n", encoding="utf-8")
    return 0


def build(site: Path) -> float:
    """Seconds of a strict build of the whole site."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "mkdocs", "build", "--site-dir", str(site)]
    subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, check=True, capture_output=True)
    return round(time.perf_counter() - start, 2)


def visits(site: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Requests and compressed bytes of a first visit to each kind of page."""
    from playwright.sync_api import sync_playwright

    handler = partial(Compressing, directory=str(site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for name, path in PAGES.items():
            for language in ("", "en/"):
                context = browser.new_context(viewport={"width": 360, "height": 800})
                page = context.new_page()
                session = context.new_cdp_session(page)
                session.send("Network.enable")
                sizes: list[float] = []
                session.on(
                    "Network.loadingFinished", lambda e, s=sizes: s.append(e["encodedDataLength"])
                )
                page.goto(f"http://127.0.0.1:{server.server_port}/{language}{path}")
                page.wait_for_load_state("networkidle")
                yield (
                    f"{name} ({language or 'zh-TW'})",
                    {"requests": len(sizes), "bytes": int(sum(sizes))},
                )
                context.close()
        browser.close()
    server.shutdown()


class Compressing(SimpleHTTPRequestHandler):
    """A static host that compresses, as all do."""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        data = path.read_bytes()
        packed = path.suffix in {".html", ".css", ".js", ".json", ".svg", ".xml"}
        data = gzip.compress(data, 6) if packed else data
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(data)))
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def reload_time(rounds: int = 3) -> list[float]:
    """Seconds from saving a chapter until the server has the new page."""
    page = ROOT / "docs/zh-TW/foundations/linear-algebra.md"
    original = page.read_text(encoding="utf-8")
    times = []
    try:
        with serving(ROOT) as address:
            for number in range(rounds):
                mark = f"reload-{number}-{os.getpid()}"
                start = time.perf_counter()
                page.write_text(f"{original}\n{mark}\n", encoding="utf-8")
                wait_for(f"{address}foundations/linear-algebra/", mark, 120)
                times.append(round(time.perf_counter() - start, 2))
    finally:
        page.write_text(original, encoding="utf-8")
    return times


def cold(clone: Path) -> float:
    """Seconds of `make serve` in a fresh clone until the first page is there."""
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    start = time.perf_counter()
    with serving(clone, patience=900):
        seconds = time.perf_counter() - start
    shutil.rmtree(clone)
    return round(seconds, 1)


@contextmanager
def serving(root: Path, patience: float = 120) -> Iterator[str]:
    """`make serve` on a free port, until its home page answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["make", "serve", f"PORT={port}"]
    process = subprocess.Popen(
        command,
        cwd=root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        address = f"http://127.0.0.1:{port}/"
        wait_for(address, "", patience)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def wait_for(address: str, text: str, patience: float) -> None:
    """Ask until the page contains the text.

    Raises:
        TimeoutError: it did not within `patience` seconds.
    """
    end = time.perf_counter() + patience
    while time.perf_counter() < end:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if text in answer.read().decode():
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.05)
    raise TimeoutError(f"{address} did not answer within {patience} s")


if __name__ == "__main__":
    sys.exit(main())
