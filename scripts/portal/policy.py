"""The Content-Security-Policy of every page: own files, and one inline script by its hash."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path

# Sets the colour scheme before anything is painted; a file of its own would come too late.
FIRST_PAINT = (Path(__file__).parent / "templates" / "first-paint.js").read_text(encoding="utf-8")

# Ignored in a <meta>, so only the header has it: nobody may frame the site.
HEADER_ONLY = "frame-ancestors 'none'"


def policy() -> str:
    """What a page may load and run, as the value of the header or of the <meta>.

    Source: https://www.w3.org/TR/CSP3/
    """
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in _DIRECTIVES.items())


def header() -> str:
    """The policy as a host sends it."""
    return f"{policy()}; {HEADER_ONLY}"


def hash_source(script: str) -> str:
    """The source expression that allows exactly this inline script."""
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


_DIRECTIVES: Mapping[str, tuple[str, ...]] = {
    "default-src": ("'none'",),
    "script-src": ("'self'", hash_source(FIRST_PAINT)),
    "style-src": ("'self'", "'unsafe-inline'"),  # formulas are positioned by style attributes
    "img-src": ("'self'", "data:"),  # Material's icons are data in its stylesheet
    "font-src": ("'self'", "data:"),  # the smallest fonts of formulas are in their stylesheet
    "connect-src": ("'self'",),
    "manifest-src": ("'self'",),
    "worker-src": ("'self'",),
    "form-action": ("'none'",),  # forms are answered by scripts, never sent
    "base-uri": ("'none'",),
}
