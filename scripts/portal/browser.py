"""The Chromium that draws diagrams and runs the browser tests."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str:
    """Path of the machine's Chromium; `CHROMIUM` names another.

    Raises:
        FileNotFoundError: none is installed.
    """
    for name in (os.environ.get("CHROMIUM", ""), *NAMES):
        if name and (path := shutil.which(name)):
            return path
    raise FileNotFoundError(
        "no Chromium found – on Debian: apt-get install chromium; or set CHROMIUM=/path/to/chrome"
    )
