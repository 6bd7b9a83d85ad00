"""Outputs: everything that changes from run to run or machine to machine is gone."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest

from notebooks.project import printed, shown
from portal.notebooks.normalise import UnshowableOutputError, image_count, normalise, reduce_png

PATHS = {"/home/x/work/foundations": ".", "/home/x": "<tmp>", "/opt/venv": "<environment>"}


def stream(name: str, text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("\x1b[31mred\x1b[0m\n", "red\n", id="colours"),
        pytest.param("\x1b]8;;https://a.test\x07link\x1b]8;;\x07\n", "link\n", id="terminal link"),
        pytest.param("10%\r50%\r100%\ndone\n", "100%\ndone\n", id="overwritten line"),
        pytest.param("a\r\nb\n", "a\nb\n", id="CRLF is one line end"),
        pytest.param("<f at 0x7f3a5c2b1d30>\n", "<f at 0x…>\n", id="address"),
        pytest.param("mask 0xff00\n", "mask 0xff00\n", id="a number is no address"),
        pytest.param("/home/x/work/foundations/a.csv\n", "./a.csv\n", id="working folder"),
        pytest.param("/home/x/tmp/t\n", "<tmp>/tmp/t\n", id="temporary folder"),
        pytest.param("/opt/venv/lib/x.py\n", "<environment>/lib/x.py\n", id="environment"),
        pytest.param("/ipykernel_123/4.py\n", "/ipykernel/4.py\n", id="file of a cell"),
        pytest.param("bell\x07\x00\n", "bell\n", id="control characters"),
        pytest.param("中文\t🚲\n", "中文\t🚲\n", id="text stays"),
    ],
)
def test_text(text: str, expected: str) -> None:
    assert normalise([stream("stdout", text)], PATHS) == [printed(expected)]


def test_stdout_is_one_piece_however_it_was_cut() -> None:
    cut = [stream("stdout", "a\r"), stream("stderr", "warning\n"), stream("stdout", "b\n")]
    assert normalise(cut, {}) == [printed("b\n")]


def test_stderr_and_empty_output_vanish() -> None:
    assert normalise([stream("stderr", "x"), stream("stdout", "\r")], {}) == []


def test_order_around_a_figure_is_kept() -> None:
    outputs = [stream("stdout", "a"), shown("text/plain", "1"), stream("stdout", "b")]
    assert [output.get("text") for output in normalise(outputs, {})] == ["a", None, "b"]


def test_exception_keeps_its_last_line_only() -> None:
    error = {
        "output_type": "error",
        "ename": "ValueError",
        "evalue": "bad \x1b[1mvalue\x1b[0m",
        "traceback": ["frame of this IPython", "File /opt/venv/x.py"],
    }
    assert normalise([error], PATHS)[0]["traceback"] == ["ValueError: bad value"]


def test_result_has_no_count_and_no_metadata() -> None:
    result = {
        "output_type": "execute_result",
        "execution_count": 7,
        "data": {"text/plain": "3"},
        "metadata": {"time": 1},
    }
    assert normalise([result], {}) == [
        {
            "output_type": "execute_result",
            "execution_count": None,
            "data": {"text/plain": "3"},
            "metadata": {},
        }
    ]


def test_a_table_keeps_html_and_text_a_figure_only_itself() -> None:
    table = {"text/html": "<table></table>", "text/plain": "t", "application/x": "y"}
    figure = {"image/svg+xml": "<svg/>", "text/plain": "<Figure size 640x480>"}
    outputs = [
        {"output_type": "display_data", "data": data, "metadata": {}} for data in (table, figure)
    ]
    kept = normalise(outputs, {})
    assert [set(output["data"]) for output in kept] == [
        {"text/html", "text/plain"},
        {"image/svg+xml"},
    ]
    assert image_count(kept) == 1


def test_an_output_that_no_page_can_show_is_refused() -> None:
    with pytest.raises(UnshowableOutputError, match="application/javascript"):
        normalise([shown("application/javascript", "alert(1)")], {})


def test_png_has_64_colours_no_metadata_and_the_same_bytes_again() -> None:
    images = pytest.importorskip("PIL.Image", reason="Pillow is in the notebook environment")
    pixels = bytes(value % 256 for row in range(100) for c in range(100) for value in (row, c, 9))
    image = images.frombytes("RGB", (100, 100), pixels)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", dpi=(72, 72))
    reduced = reduce_png(buffer.getvalue())
    again = images.open(io.BytesIO(reduced))
    assert len(again.getcolors()) <= 64
    assert again.size == (100, 100)
    assert "dpi" not in again.info
    assert reduce_png(buffer.getvalue()) == reduced
    stored = shown("image/png", base64.b64encode(buffer.getvalue()).decode())
    assert normalise([stored], {})[0]["data"]["image/png"] == base64.b64encode(reduced).decode()
