"""A page full of attacks is built and opened: nothing of it runs, nothing is asked of anyone."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Request

from small import EN, ZH
from support import ROOT

RUNS = "window.attacked=(window.attacked||0)+1"
ATTACKS = [
    f"<script>{RUNS}</script>",
    f"<ScRiPt\n>{RUNS}</sCrIpT >",
    f"<img src=x onerror={RUNS}>",
    f"<svg onload={RUNS}><animate onbegin={RUNS} attributeName=x dur=1s>",
    f"<svg><script>{RUNS}</script></svg>",
    f"<details open ontoggle={RUNS}>",
    f"<iframe srcdoc='<script>parent.{RUNS}</script>'></iframe>",
    f'<iframe src="javascript:parent.{RUNS}"></iframe>',
    f"<object data='data:text/html,<script>{RUNS}</script>'></object>",
    f"<body onload={RUNS}>",
    f"<input autofocus onfocus={RUNS}>",
    f"<x-y onclick={RUNS} tabindex=0 autofocus onfocus={RUNS}>made up</x-y>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUNS}>",
    f"<noscript><p title='</noscript><img src=x onerror={RUNS}>'>",
    f"<!--><img src=x onerror={RUNS}>-->",
    f"<![CDATA[><img src=x onerror={RUNS}>]]>",
    "<style>@import 'http://127.0.0.1:9/x';</style>",
    '<meta http-equiv="refresh" content="0;url=http://127.0.0.1:9/">',
    '<base href="http://127.0.0.1:9/">',
    f"[link](javascript:{RUNS})",
    f"[link](<java\tscript:{RUNS}>)",
    f"[link](&#106;avascript:{RUNS})",
    f"<javascript:{RUNS}>",
    f"[link][a]\n\n[a]: javascript:{RUNS}",
    f'text{{ onclick="{RUNS}" onmouseover="{RUNS}" }}',
    f'**bold**{{ onclick="{RUNS}" style="position:fixed;inset:0" }}',
    f'[x](#first){{ href="javascript:{RUNS}" }}',
    f'<div markdown="1" onclick="{RUNS}">**x**</div>',
    f"$\\href{{javascript:{RUNS}}}{{x}}$",
    f"$\\text{{<img src=x onerror={RUNS}>}}$",
    f'`code`<img/src="x"/onerror={RUNS}>',
    f"    \n<script>{RUNS}</script>",
    f"[^1]\n\n[^1]: <img src=x onerror={RUNS}>",
    f'*[HTML]: x" onmouseover="{RUNS}',
    f'!!! note "<img src=x onerror={RUNS}>"\n    <script>{RUNS}</script>',
]


@pytest.fixture
def attacked(tiny: Path) -> Iterator[tuple[str, str]]:
    """The portal with every attack in both languages; its address and what the build said."""
    for name in (ZH, EN):
        path = tiny / name
        text = path.read_text(encoding="utf-8")
        path.write_text(text + "\nHTML\n\n" + "\n\n".join(ATTACKS) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--no-strict"]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT / "scripts")}
    result = subprocess.run(
        command, cwd=tiny, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tiny / "site")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", result.stderr
    server.shutdown()


def note(address: str, elsewhere: list[str], request: Request) -> None:
    if not request.url.startswith((address, "data:")):
        elsewhere.append(request.url)


def test_no_attack_runs_and_every_page_says_what_was_refused(
    attacked: tuple[str, str], browser: Browser
) -> None:
    address, said = attacked
    assert "HTML <script> is shown as text" in said
    assert "attribute onclick" in said
    for language in ("", "en/"):
        page = browser.new_page()
        elsewhere: list[str] = []
        page.on("request", partial(note, address, elsewhere))
        page.goto(f"{address}{language}foundations/one/")
        page.wait_for_load_state("networkidle")
        page.evaluate(
            """() => {
                for (const element of document.querySelectorAll("article *"))
                    for (const kind of ["click", "mouseover", "focus", "toggle", "load", "error"])
                        if (kind !== "click" || !element.closest("a"))
                            element.dispatchEvent(new Event(kind));
            }"""
        )
        schemes = page.evaluate(
            "[...new Set([...document.querySelectorAll('article a[href]')].map(a => a.protocol))]"
        )
        assert set(schemes) <= {"http:", "https:", "mailto:"}
        assert page.evaluate("window.attacked || 0") == 0
        assert elsewhere == []
        assert page.url.startswith(address)
        held = page.evaluate(
            """() => [...document.querySelectorAll("article *")].flatMap(element =>
                [...element.attributes].filter(a => /^on/i.test(a.name) ||
                    /^\\s*(javascript|data):/i.test(a.value)).map(a => a.name + "=" + a.value))"""
        )
        assert held == []
        assert page.locator("article :is(script, iframe, object, form, base, meta)").count() == 0
        page.close()
