#!/usr/bin/env python3
"""How long a keystroke in the search takes until the results are in the page.

    .venv/bin/python benchmarks/search.py              # the index of the site
    .venv/bin/python benchmarks/search.py --copies 3   # an index three times as large
    .venv/bin/python benchmarks/search.py --json FILE  # the same figures for a machine

Every query of the golden sets is typed into the search field of a real browser, with the
index loaded. Times depend on the machine; close what else runs on it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

from portal.browser import find_chromium  # noqa: E402 - needs the path above

LANGUAGES = {"zh-TW": "", "en": "en/"}
BUDGET_MS = 50.0
# From the keystroke until the list of results has been replaced.
TYPE = """async (queries) => {
  const input = document.querySelector("dialog input[type=search]");
  const pages = document.querySelector(".search__pages");
  const replaced = () => new Promise((resolve) => {
    const observer = new MutationObserver(() => { observer.disconnect(); resolve(); });
    observer.observe(pages, { childList: true });
  });
  const times = [];
  for (const query of queries) {
    pages.append(document.createElement("li")); // so that an empty result is a change, too
    await new Promise((resolve) => setTimeout(resolve));
    const done = replaced();
    input.value = query;
    const typed = performance.now();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    await done;
    times.push(performance.now() - typed);
  }
  return times;
}"""


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--copies", type=int, default=1, help="repeat the documents so often")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder)
        command = [sys.executable, "-m", "mkdocs", "build", "--site-dir", folder]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        for root in LANGUAGES.values():
            enlarge(site / root / "search" / "index.json", args.copies)
        figures = dict(measure(site))
    text = json.dumps(figures, indent=2)
    print(text)
    if args.json:
        args.json.write_text(text + "\n", encoding="utf-8")
    return 0


def enlarge(path: Path, copies: int) -> None:
    """Repeat the documents of an index, with addresses of their own."""
    index = json.loads(path.read_text(encoding="utf-8"))
    documents = index["documents"]
    index["documents"] = [
        document | {"id": copy * len(documents) + number, "url": f"{copy or ''}{document['url']}"}
        for copy in range(copies)
        for number, document in enumerate(documents)
    ]
    path.write_text(json.dumps(index, ensure_ascii=False), encoding="utf-8")


def measure(site: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Milliseconds from keystroke to results, for each language."""
    from playwright.sync_api import sync_playwright

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for language, root in LANGUAGES.items():
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{server.server_port}/{root}")
            page.keyboard.press("/")
            page.locator("dialog input[type=search]").fill("PCA")
            page.locator("dialog a").first.wait_for()
            rows = ROOT / "tests" / "data" / f"search-golden.{language}.tsv"
            lines = rows.read_text(encoding="utf-8").splitlines()
            queries = [line.split("\t")[1] for line in lines if not line.startswith("#")]
            page.evaluate(TYPE, queries)  # the second time everything is compiled
            times: list[float] = page.evaluate(TYPE, queries)
            slowest = sorted(zip(times, queries, strict=True), reverse=True)[:3]
            yield (
                language,
                {
                    "queries": len(queries),
                    "median ms": round(statistics.median(times), 1),
                    "95th percentile ms": round(statistics.quantiles(times, n=20)[-1], 1),
                    "slowest ms": {query: round(time, 1) for time, query in slowest},
                    f"within {BUDGET_MS:g} ms": f"{sum(t <= BUDGET_MS for t in times)}",
                },
            )
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    sys.exit(main())
