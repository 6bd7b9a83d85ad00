"""Rules for the Chinese text: Taiwan's characters, Taiwan's words, one typography."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import autocorrect_py
import opencc

from portal import yaml_source
from portal.pages import Source, prose_lines
from portal.problems import Problem
from portal.rules.exceptions import Exceptions
from portal.rules.lexicon import Lexicon
from portal.rules.passages import Passage

_HAN = re.compile(r"[\u3400-\u9fff]")
_BIG5_RARE = 0xC940  # Big5's second level begins here: hardly any is everyday Chinese in Taiwan
_RATIO = re.compile(r"(?<=\d)：(?=\d)")


class Correction(NamedTuple):
    """A line as it is and as it should be."""

    line: int  # counts from 1
    old: str
    new: str


def simplified(passage: Passage, exceptions: Exceptions) -> Iterator[Problem]:
    """No Simplified characters, nor variants that Taiwan does not write.

    OpenCC alone would also correct characters that are right in Traditional Chinese (后, 里, 台);
    those are everyday characters of Big5, so only what Big5 lacks or calls rare is a fault.
    """
    found: dict[str, str] = {}
    for letter in exceptions.without_quoted(passage.text):
        if _HAN.match(letter) and letter not in found and (better := _taiwanese(letter)):
            found[letter] = better
    if found:
        pairs = "、".join(f"{letter} → {better}" for letter, better in found.items())
        message = f"Simplified or foreign characters: {pairs} – write Taiwan's"
        yield Problem(passage.path, passage.line, message)


def mainland(passage: Passage, lexicon: Lexicon, exceptions: Exceptions) -> Iterator[Problem]:
    """No word that the glossary calls wrong, outside the words in which it is right."""
    text = exceptions.without_quoted(passage.text)
    if not lexicon.any_wrong.search(text):
        return
    text = lexicon.any_right.sub(lambda match: " " * len(match[0]), text)
    for word in dict.fromkeys(lexicon.any_wrong.findall(text)):
        term = lexicon.by_wrong[word]
        message = f"{word} is not used here – write {term.zh} (glossary: {term.id})"
        yield Problem(passage.path, passage.line, message)


def typography(corrections: Iterable[Correction], path: Path) -> Iterator[Problem]:
    """Spaces between Chinese and Latin, full-width punctuation: what autocorrect would change."""
    for correction in corrections:
        message = f"typography: {correction.new.strip()[:120]!r} is right – run make fix"
        yield Problem(path, correction.line, message)


def corrections(source: Source) -> Iterator[Correction]:
    """The lines of a Chinese page that autocorrect would write otherwise; code is left alone."""
    prose = {source.body_line + number - 1 for number, _ in prose_lines(source.body)}
    text = "\n" * (source.body_line - 1) + source.body
    lines, corrected = text.splitlines(), _formatted(text).splitlines()
    if len(lines) != len(corrected):
        return  # it never joins or parts lines; if it did, its numbers would mean nothing
    for number, (old, new) in enumerate(zip(lines, corrected, strict=True), 1):
        if old != new and number in prose:
            yield Correction(number, old, new)


def corrections_of_data(path: Path) -> Iterator[Correction]:
    """The same for the Chinese texts of a data file; titles are names and stay as they are."""
    for keys, line, text in yaml_source.strings(yaml_source.read_text(path), path):
        names = [key for key in keys if isinstance(key, str)]
        if names[-1:] == ["zh-TW"] and "title" not in names and (new := _formatted(text)) != text:
            yield Correction(line, text, new)


def _formatted(text: str) -> str:
    # A ratio such as 8：16 is no time of day; it is hidden while autocorrect looks.
    hidden = _RATIO.sub("\ue000", text)
    return str(autocorrect_py.format_for(hidden, "page.md")).replace("\ue000", "：")


@cache
def _taiwanese(letter: str) -> str:
    """The character that Taiwan writes, empty if this one is right."""
    better = str(_converter().convert(letter))
    try:
        rare = int.from_bytes(letter.encode("big5"), "big") >= _BIG5_RARE
    except UnicodeEncodeError:
        rare = True
    return better if rare and better != letter else ""


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("s2tw")
