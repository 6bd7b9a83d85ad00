"""Outputs of a kernel made independent of the moment and the place of their execution."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Output = dict[str, Any]  # one output of nbformat 4, as JSON

# What a page can show, best first; anything else that an output offers is dropped.
IMAGES = ("image/png", "image/svg+xml")
MIME_TYPES = (*IMAGES, "text/html", "text/plain")
COLOURS = 64  # of a stored PNG

_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07]*\x07")
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_KERNEL_FILE = re.compile(r"ipykernel_\d+")


class UnshowableOutputError(ValueError):
    """An output has no form that a page can show."""


def normalise(outputs: Sequence[Mapping[str, Any]], paths: Mapping[str, str]) -> list[Output]:
    """Outputs without noise: equal code on an equal machine gives equal bytes.

    Args:
        outputs: of one cell, as the kernel sent them.
        paths: text that depends on the machine (temporary folder, environment) → its name.

    Returns:
        New outputs: stderr dropped, neighbouring stdout joined, addresses, temporary paths,
        colour codes and overwritten lines removed, images reduced to 64 colours.

    Raises:
        UnshowableOutputError: an output has none of `MIME_TYPES`.
    """
    kept: list[Output] = []
    for output in outputs:
        kind = output["output_type"]
        if kind == "stream":
            if output["name"] == "stdout":
                _append_stream(kept, _text(output["text"]))
        elif kind == "error":
            kept.append(_error(output, paths))
        else:
            kept.append(_display(output, paths))
    for output in kept:
        if output["output_type"] == "stream":
            output["text"] = clean_text(output["text"], paths)
    return [output for output in kept if output.get("text") != ""]


def clean_text(text: str, paths: Mapping[str, str]) -> str:
    """Text as a reader would have seen it at the end, without what changes from run to run."""
    text = _ANSI.sub("", text).replace("\r\n", "\n")
    text = "\n".join(_overwritten(line) for line in text.split("\n"))
    text = _KERNEL_FILE.sub("ipykernel", _ADDRESS.sub("at 0x…", text))
    for found in sorted(paths, key=len, reverse=True):
        text = text.replace(found, paths[found])
    return _CONTROL.sub("", text)


def reduce_png(content: bytes) -> bytes:
    """A PNG of at most 64 colours, without metadata.

    Args:
        content: a PNG file; transparency is laid on white.

    Returns:
        A PNG file with a palette.
    """
    from PIL import Image  # only the kernel's environment needs it

    with Image.open(io.BytesIO(content)) as image:
        rgba = image.convert("RGBA")
    flat = Image.new("RGBA", rgba.size, "white")
    flat.alpha_composite(rgba)
    reduced = flat.convert("RGB").quantize(
        COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
    )
    buffer = io.BytesIO()
    reduced.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def image_count(outputs: Iterable[Mapping[str, Any]]) -> int:
    """How many outputs are figures."""
    return sum(any(kind in output.get("data", {}) for kind in IMAGES) for output in outputs)


def _text(value: str | Sequence[str]) -> str:
    return value if isinstance(value, str) else "".join(value)


def _overwritten(line: str) -> str:
    """What stays of a line when carriage returns have overwritten it."""
    parts = [part for part in line.split("\r") if part]
    return parts[-1] if parts else ""


def _append_stream(outputs: list[Output], text: str) -> None:
    """Join a piece of stdout to the output before it: where it was cut is chance."""
    if outputs and outputs[-1]["output_type"] == "stream":
        outputs[-1]["text"] += text
    else:
        outputs.append({"output_type": "stream", "name": "stdout", "text": text})


def _error(output: Mapping[str, Any], paths: Mapping[str, str]) -> Output:
    """An expected exception: its last line, as frames differ between versions of IPython."""
    name, value = output["ename"], clean_text(output["evalue"], paths)
    line = f"{name}: {value}" if value else name
    return {"output_type": "error", "ename": name, "evalue": value, "traceback": [line]}


def _display(output: Mapping[str, Any], paths: Mapping[str, str]) -> Output:
    data = {kind: output["data"][kind] for kind in MIME_TYPES if kind in output["data"]}
    if not data:
        raise UnshowableOutputError(", ".join(output["data"]) or "empty output")
    for image in IMAGES:
        if image in data:
            data = {image: _image(image, _text(data[image]))}
    for kind in ("text/html", "text/plain"):
        if kind in data:
            data[kind] = clean_text(_text(data[kind]), paths)
    kept: Output = {"output_type": output["output_type"], "data": data, "metadata": {}}
    if kept["output_type"] == "execute_result":
        kept["execution_count"] = None
    return kept


def _image(kind: str, content: str) -> str:
    if kind != "image/png":
        return content
    return base64.b64encode(reduce_png(base64.b64decode(content))).decode()
