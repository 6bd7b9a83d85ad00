"""Names that several tests use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
SITE_URL = "https://portal.test/learn/"
REPO_URL = "https://github.com/example/portal"

Write = Callable[[Mapping[str, str]], Path]

CHAPTER = """---
title: 第一章
level: beginner
hours: 2
prerequisites: []
notebooks: []
status: written
---
# 第一章 {{ #one }}

{body}
"""
TRANSLATION = """---
title: Chapter one
source_digest: "000000000000"
---
# Chapter one {{ #one }}

{body}
"""
