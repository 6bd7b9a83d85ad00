"""KaTeX's fonts, cut down to the characters that the site's formulas show."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Set
from pathlib import Path

from fontTools import subset

from portal.files import write_atomically

FOLDER = "assets/vendor/katex/fonts"
STYLESHEET = "assets/vendor/katex/katex.min.css"
_INLINE_BYTES = 2000  # smaller ones stand in the stylesheet: a request costs more than they do


def write_subsets(site: Path, originals: Path, characters: Set[str], cache: Path) -> None:
    """Replace the published fonts by ones with only these characters.

    Args:
        site: the built site.
        originals: the vendored fonts, whole.
        characters: all that formulas show, each a string of one.
        cache: folder of earlier results; cutting all fonts takes about a second.

    Raises:
        OSError: a font could not be read or written.
    """
    wanted = "".join(sorted(characters))
    for original in sorted(originals.glob("*.woff2")):
        data = original.read_bytes()
        key = hashlib.sha256(data + wanted.encode()).hexdigest()[:24]
        kept = cache / f"{key}.woff2"
        if not kept.exists():
            write_atomically(kept, cut(data, wanted))
        write_atomically(site / FOLDER / original.name, kept.read_bytes())
    _put_small_ones_inline(site)


def _put_small_ones_inline(site: Path) -> None:
    css = (site / STYLESHEET).read_text(encoding="utf-8")
    for path in sorted((site / FOLDER).glob("*.woff2")):
        if path.stat().st_size < _INLINE_BYTES:
            data = base64.b64encode(path.read_bytes()).decode()
            css = css.replace(f"url(fonts/{path.name})", f"url(data:font/woff2;base64,{data})")
            path.unlink()
    write_atomically(site / STYLESHEET, css)


def cut(font: bytes, characters: str) -> bytes:
    """A WOFF2 font with only the glyphs of these characters; others are left to the next font.

    Source: https://fonttools.readthedocs.io/en/latest/subset/
    """
    options = subset.Options(
        flavor="woff2", layout_features=["*"], hinting=False, notdef_outline=True
    )
    whole = subset.load_font(io.BytesIO(font), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(whole)
    result = io.BytesIO()
    subset.save_font(whole, result, options)
    return result.getvalue()
