"""A small portal with the real mkdocs.yml, hooks and theme, to be built for real."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from support import CHAPTER, ROOT, TRANSLATION

RESOURCE = """- id: paper
  url: https://paper.test/
  kind: paper
  language: en
  level: beginner
  access: free
  title: {zh-TW: 論文, en: Paper}
  note: {zh-TW: 先讀。, en: Read it first.}
  chapters: [{page: foundations/one, role: primary, order: 10}]
"""
ZH = "docs/zh-TW/foundations/one.md"
EN = "docs/en/foundations/one.md"
DATA = "docs/data/resources/all.yml"
EN_HOME = """---
title: Home
source_digest: "000000000000"
---
# Home { #home }
"""
STATUS = """---
title: {title}
{digest}
---
# {title} {{ #status }}

<!-- status-links -->

<!-- status-notebooks -->

<!-- status-translations -->
"""
BODY = """**注意**：價格 \\$5 元和 \\$6 元。[x](resource:paper) $a$

## 甲 { #first }

$$
a^2
$$
"""


def make(tmp_path: Path) -> Path:
    """A portal of one chapter; gives its folder."""
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    start, end = config.index("nav:\n"), config.index("# ---- Look")
    nav = "nav:\n  - index.md\n  - 基礎:\n      - foundations/one.md\n\n"
    files = {
        "mkdocs.yml": config[:start] + nav + config[end:],
        ZH: CHAPTER.format(body=BODY),
        EN: TRANSLATION.format(body=BODY.replace("甲", "A")),
        "docs/zh-TW/index.md": "---\ntitle: 首頁\n---\n# 首頁 { #home }\n",
        "docs/en/index.md": EN_HOME,
        "docs/zh-TW/status.md": STATUS.format(title="現況", digest=""),
        "docs/en/status.md": STATUS.format(title="Status", digest='source_digest: "000000000000"'),
        "docs/data/glossary.yml": "- {id: token, zh: 詞元, en: token}\n",
        DATA: RESOURCE,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for name in ("scripts", "overrides"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "notebooks").mkdir()
    return tmp_path


def build(portal: Path) -> subprocess.CompletedProcess[str]:
    """Build it into `site/` below its folder."""
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build"],
        cwd=portal,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT / "scripts")},
        capture_output=True,
        text=True,
        check=False,
    )
