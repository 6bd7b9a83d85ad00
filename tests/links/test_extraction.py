"""Every link is found, exactly where it stands, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portal.links.bare import bare_addresses
from portal.links.collect import Collector
from support import Write

ROOT = Path(__file__).resolve().parents[2]
A, B = "https://a.example/x", "https://b.example/y"

MARKDOWN = [
    pytest.param(f"[t]({A})", [A], id="inline"),
    pytest.param(f'[t]({A} "see {B}")', [A], id="a title is no link"),
    pytest.param(f"[t](<{A}>)", [A], id="in angle brackets"),
    pytest.param("[t](https://a.example/x_(y))", ["https://a.example/x_(y)"], id="parentheses"),
    pytest.param(f"<{A}>", [A], id="autolink"),
    pytest.param(f"[t][r]\n\n[r]: {A}", [A], id="reference"),
    pytest.param(f"[r][]\n\n[r]: <{A}> 'T'", [A], id="collapsed reference"),
    pytest.param(f"[r]\n\n[r]: {A}", [A], id="shortcut reference"),
    pytest.param(f"text\n\n[unused]: {A}", [], id="a definition nobody uses"),
    pytest.param(f"[{A}][]\n\n[{A}]: {A}", [A], id="an address as label"),
    pytest.param(f"[{A}]({B})", [B], id="an address as text of another link"),
    pytest.param(f"[![i]({A})]({B})", [B, A], id="an image in a link"),
    pytest.param(f"see {A}.", [A], id="bare"),
    pytest.param(f"**{A}** _{B}_", [A, B], id="bare in emphasis"),
    pytest.param(f"見{A}。接著", [A], id="bare before Chinese punctuation"),
    pytest.param(f"（{A}）", [A], id="bare in full-width parentheses"),
    pytest.param(f"「{A}」、《{B}》", [A, B], id="bare in Chinese quotes"),
    pytest.param(f"{A}接著說", [A], id="bare before Chinese text"),
    pytest.param(f"前文{A}，後文", [A], id="bare after Chinese text"),
    pytest.param(f"({A})", [A], id="bare in parentheses"),
    pytest.param("(https://a.example/x_(y))", ["https://a.example/x_(y)"], id="bare, balanced"),
    pytest.param(f'"{A}", \'{B}\'', [A, B], id="bare in quotes"),
    pytest.param(f"{A}?! {B}...", [A, B], id="bare before punctuation"),
    pytest.param(f"| a |\n|---|\n|{A}|", [A], id="in a table"),
    pytest.param("| a |\n|---|\n|[t](https://a.example/x\\|y)|", ["https://a.example/x|y"],
                 id="an escaped pipe in a table"),
    pytest.param(f'!!! note "{B}"\n    [t]({A})', [B, A], id="in an admonition"),
    pytest.param(f'??? tip\n    - {A}\n', [A], id="in details"),
    pytest.param(f'=== "T"\n    <{A}>\n\n=== "U"\n    [u]({B})', [A, B], id="in tabs"),
    pytest.param(f"x[^1]\n\n[^1]: [t]({A})", [A], id="in a footnote"),
    pytest.param(f"Term\n:   [t]({A})", [A], id="in a definition list"),
    pytest.param(f"# T [t]({A}) {{ #id }}", [A], id="in a heading"),
    pytest.param(f"> - [t]({A})\n>     1. {B}", [A, B], id="in a nested list"),
    pytest.param(f"[t]({A}){{ .button target=_blank }}", [A], id="with attributes"),
    pytest.param(f'<div markdown>\n[t]({A})\n</div>', [A], id="Markdown in HTML"),
    pytest.param(f"<div>\n[t]({A})\n</div>", [], id="HTML shows Markdown as it is written"),
    pytest.param(f'<a href="{A}">t</a> <img src={B}>', [A, B], id="HTML"),
    pytest.param(f'<img srcset="{A} 1x, {B} 2x">', [A, B], id="srcset"),
    pytest.param(f'<video poster="{A}"><source src="{B}"></video>', [A, B], id="video"),
    pytest.param(f'<iframe src="{A}"></iframe>', [A], id="frame"),
    pytest.param('<a href="https://a.example/?x=1&amp;y=2">t</a>', ["https://a.example/?x=1&y=2"],
                 id="an entity"),
    pytest.param("*[HTML]: Hyper\n\nhttps://a.example/HTML/x", ["https://a.example/HTML/x"],
                 id="an abbreviation inside an address"),
    pytest.param(f"`{A}` ``x {A}``", [], id="code"),
    pytest.param(f"```\n{A}\n```\n\n    {A}\n\n~~~ python\n{A}\n~~~", [], id="code blocks"),
    pytest.param(f'``` {{ .python title="{A}" }}\nx\n```', [], id="the title of a code block"),
    pytest.param(f"`#!python get('{A}')`", [], id="highlighted code"),
    pytest.param(f"<!-- {A}\n[t]({A}) -->", [], id="comment"),
    pytest.param(f"---\nurl: {A}\n---\n# T", [], id="front matter"),
    pytest.param(f"---\n\n[t]({A})\n\n---\n", [A], id="rules are no front matter"),
    pytest.param(f"\\[t\\]({A}) and \\<{A}\\>", [], id="escaped"),
    pytest.param(f"$\\href{{{A}}}{{x}}$\n\n$$\n{A}\n$$", [], id="formulas"),
    pytest.param("<script>fetch('https://a.example/')</script><style>@import 'https://a.example/'"
                 "</style><template><a href='https://a.example/'></a></template>", [],
                 id="scripts, styles, templates"),
    pytest.param("[a](resource:x) [b](chapter:x/y) [c](term:z) [d](../a.md) [e](#f) "
                 "[g](mailto:a@b.example) [h](tel:1) <i@j.example>", [], id="other schemes"),
    pytest.param("[t](//a.example/x)", ["//a.example/x"], id="without scheme"),
    pytest.param("[t](HTTPS://A.example/x)", ["HTTPS://A.example/x"], id="capitals"),
    pytest.param("[t](https://例え.jp/路徑?問=答)", ["https://例え.jp/路徑?問=答"], id="IDN"),
    pytest.param("https://例え.jp/x", ["https://例え.jp/x"], id="bare IDN"),
    pytest.param("https://web.archive.org/web/2020/https://a.example/x",
                 ["https://web.archive.org/web/2020/https://a.example/x"], id="address in address"),
    pytest.param("https://a.example/?a=1&b=2&copy=3", ["https://a.example/?a=1&b=2&copy=3"],
                 id="ampersands"),
    pytest.param("http://[::1]:80/x http://127.0.0.1:8000/y",
                 ["http://[::1]:80/x", "http://127.0.0.1:8000/y"], id="literal hosts"),
    pytest.param("git+https://a.example/x https:// https://. http://", [], id="not addresses"),
]  # fmt: skip


def found(folder: Path, name: str) -> list[tuple[str, int, int]]:
    collector = Collector(folder, ROOT / "mkdocs.yml")
    result = collector.collect([folder / name])
    assert result.warnings == []
    return [(link.url, link.place.line, link.place.col) for link in result.links]


@pytest.mark.parametrize(("text", "expected"), MARKDOWN)
def test_markdown(write: Write, text: str, expected: list[str]) -> None:
    folder = write({"page.md": text})
    links = found(folder, "page.md")
    assert [url for url, _, _ in links] == expected
    lines = text.split("\n")
    for url, line, col in links:  # and each stands where it is said to stand
        rest = lines[line - 1][col - 1 :]
        assert rest.replace("\\|", "|").replace("&amp;", "&").startswith(url)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_marks(tmp_path: Path, end: str, mark: str) -> None:
    text = mark + end.join(["# T", "", f"甲 [t]({A})", "", f"{B}", ""])
    (tmp_path / "page.md").write_bytes(text.encode())
    assert found(tmp_path, "page.md") == [(A, 3, 7), (B, 5, 1)]


def test_notebook_prose_and_outputs_but_no_code(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# T\n", f"[t]({A})，`{B}`\n"]},
        {"cell_type": "raw", "metadata": {}, "source": "https://raw.example/"},
        {
            "cell_type": "code", "metadata": {}, "execution_count": 1,
            "source": "get('https://code.example/')",
            "outputs": [
                {"output_type": "stream", "name": "stdout",
                 "text": ["see \u001b[94mhttps://stream.example/x\u001b[0m\n"]},
                {"output_type": "display_data", "metadata": {}, "data": {
                    "text/html": "<a href=\"https://html.example/x\">t</a>",
                    "text/plain": "https://plain.example/not-shown"}},
                {"output_type": "execute_result", "metadata": {}, "execution_count": 1,
                 "data": {"text/plain": "'https://result.example/x'"}},
                {"output_type": "error", "ename": "E", "evalue": "see https://error.example/x",
                 "traceback": ["get('https://code.example/')"]},
            ],
        },
    ]  # fmt: skip
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    text = json.dumps(notebook, indent=1, ensure_ascii=False)
    (tmp_path / "n.ipynb").write_text(text, encoding="utf-8")
    links = found(tmp_path, "n.ipynb")
    assert [url for url, _, _ in links] == [
        A, "https://stream.example/x", "https://html.example/x", "https://result.example/x",
        "https://error.example/x",
    ]  # fmt: skip
    lines = text.split("\n")
    assert all(lines[line - 1][col - 1 :].startswith(url) for url, line, col in links)


def test_myst_notebook_code_is_no_prose(write: Write) -> None:
    folder = write({"n.md": "\n".join([
        "---", "kernelspec: {name: python3}", "---", "", '+++ {"lang": "en"}', "", f"[t]({A})", "",
        "```{code-cell} ipython3", ":tags: [hide]", "get('https://code.example/')", "```", "", B,
    ])})  # fmt: skip
    assert found(folder, "n.md") == [(A, 7, 5), (B, 14, 1)]


def test_registry_addresses_that_are_shown(write: Write) -> None:
    folder = write({"r.yml": "\n".join([
        "- id: one", f"  url: {A}", "  formerly: [https://old.example/]",
        "  keeps_address: 'see https://why.example/'",
        "  note: {en: 'More at https://note.example/x.', zh-TW: 見 https://note.example/y。}",
        "- id: two", "  url: https://dead.example/", "  retired:",
        "    reason: {en: gone, zh-TW: 沒了}", f'    replacement: "{B}"',
    ])})  # fmt: skip
    text = (folder / "r.yml").read_text(encoding="utf-8").split("\n")
    links = found(folder, "r.yml")
    assert [url for url, _, _ in links] == [
        A, "https://note.example/x", "https://note.example/y", B,
    ]  # fmt: skip
    assert all(text[line - 1][col - 1 :].startswith(url) for url, line, col in links)


def test_other_yaml_is_no_registry(write: Write) -> None:
    folder = write({"ci.yml": "jobs:\n  a:\n    uses: https://a.example/\n"})
    assert found(folder, "ci.yml") == []


def test_mkdocs_links(write: Write) -> None:
    folder = write({"mkdocs.yml": "\n".join([
        "site_url: https://self.example/", f"repo_url: !ENV [NO_SUCH_VARIABLE, '{A}']",
        "copyright: <a href='https://license.example/'>L</a>",
        "nav: [index.md, {Blog: https://blog.example/}]",
        "extra: {social: [{icon: x, link: https://social.example/me}]}",
        "markdown_extensions:", "  - pymdownx.emoji:",
        "      emoji_index: !!python/name:no.such.thing",
    ])})  # fmt: skip
    assert [url for url, _, _ in found(folder, "mkdocs.yml")] == [
        A, "https://license.example/", "https://blog.example/", "https://social.example/me",
    ]  # fmt: skip


def test_the_nearest_mkdocs_file_decides(write: Write) -> None:
    page = f"!!! note\n    [t]({A})\n"
    folder = write({"with/mkdocs.yml": "markdown_extensions: [admonition]\n", "with/d/p.md": page,
                    "none/mkdocs.yml": "site_name: x\n", "none/p.md": page})  # fmt: skip
    assert [url for url, _, _ in found(folder, "with/d/p.md")] == [A]
    # Without the extension the block is a paragraph with an indented continuation.
    assert [url for url, _, _ in found(folder, "none/p.md")] == [A]


def test_html_files(write: Write) -> None:
    folder = write(
        {
            "p.html": f"""<!doctype html>
<link rel=preconnect href=https://cdn.example/><link rel=stylesheet href={B}>
<!-- <a href="https://comment.example/"> --><p>See {A}, <code>https://code.example/</code>
<a HREF=' https://space.example/x
'>t</a><textarea><a href=https://area.example/></textarea>"""
        }
    )
    assert [url for url, _, _ in found(folder, "p.html")] == [
        B, A, "https://space.example/x",
    ]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [
    ("https://a.example/x，https://b.example/y", ["https://a.example/x", "https://b.example/y"]),
    ("https://a.example/x_(y)z)", ["https://a.example/x_(y)z"]),
    ("[https://a.example/x]", ["https://a.example/x"]),
    ("https://a.example:8080/x;y=1,2", ["https://a.example:8080/x;y=1,2"]),
    ("https://a.example接著", ["https://a.example"]),
    ("https://a.example/x\u200b後", ["https://a.example/x"]),
    ("https://a.example/x…", ["https://a.example/x"]),
    ("https://a.example/x”", ["https://a.example/x"]),
    ("https://fr.example/Éducation", ["https://fr.example/Éducation"]),
    ("https://localhost/x http://host:80", ["https://localhost/x", "http://host:80"]),
])  # fmt: skip
def test_where_a_bare_address_ends(text: str, expected: list[str]) -> None:
    assert [address for address, _ in bare_addresses(text)] == expected
