#!/usr/bin/env python3
"""Draw the Mermaid diagrams that have no drawing yet, with npm's Mermaid in Chromium.

    python scripts/draw_diagrams.py            # draw what is missing, delete what is not used
    python scripts/draw_diagrams.py --check    # only say what is missing or not used

The drawings lie in docs/assets/diagrams/, named by their content, and are committed: the
build needs neither npm nor a browser.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

from portal.browser import find_chromium
from portal.files import write_atomically
from portal.markup import diagrams
from portal.pages import read_source

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
_FONTS = 'system-ui, "Noto Sans TC", "PingFang TC", "Microsoft JhengHei", sans-serif'
_PAGE = f"""<!doctype html><meta charset="utf-8"><body>
<style>body {{ font-family: {_FONTS} }}</style>
"""
_DRAW = """async ([code, id, fonts]) => {
  mermaid.initialize({ startOnLoad: false, securityLevel: "strict", theme: "neutral",
    htmlLabels: false, flowchart: { htmlLabels: false }, deterministicIds: true,
    fontFamily: fonts });
  const { svg } = await mermaid.render(id, code);
  const element = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  const [, , width, height] = element.getAttribute("viewBox").split(" ").map(Number);
  element.setAttribute("width", Math.ceil(width));
  element.setAttribute("height", Math.ceil(height));
  element.removeAttribute("style");
  return new XMLSerializer().serializeToString(element);
}"""


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if needed")
    args = parser.parse_args(argv)
    folder = DOCS / diagrams.FOLDER
    wanted = {
        diagram.name: diagram
        for path in sorted(DOCS.glob("*/**/*.md"))
        for diagram in diagrams.find(read_source(path).body)
    }
    present = {path.name for path in folder.glob("*.svg")}
    missing = [diagram for name, diagram in wanted.items() if name not in present]
    unused = sorted(present - set(wanted))
    if args.check:
        for diagram in missing:
            print(f"{diagram.name} is not drawn: {diagram.accessible('accTitle')}")
        for name in unused:
            print(f"{name} is not used")
        return 1 if missing or unused else 0
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        draw(missing, folder)
    for name in unused:
        (folder / name).unlink()
    return 0


def draw(missing: Sequence[diagrams.Diagram], folder: Path) -> None:
    """Render each diagram in a browser page that has Mermaid, and write its SVG."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        page = browser.new_page()
        page.set_content(_PAGE)
        page.add_script_tag(content=mermaid_script())
        for number, diagram in enumerate(missing):
            svg = page.evaluate(_DRAW, [diagram.code, f"diagram-{number}", _FONTS])
            write_atomically(folder / diagram.name, svg + "\n")
            print(f"{diagram.name}: {diagram.accessible('accTitle')}")
        browser.close()


def mermaid_script() -> str:
    """The text of Mermaid's bundle, from npm."""
    package = f"mermaid@{diagrams.MERMAID_VERSION}"
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", "--pack-destination", folder, package]
        subprocess.run(command, check=True, capture_output=True)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            stream = archive.extractfile("package/dist/mermaid.min.js")
            assert stream is not None, "Mermaid's package has another layout"
            return stream.read().decode()


if __name__ == "__main__":
    sys.exit(main())
