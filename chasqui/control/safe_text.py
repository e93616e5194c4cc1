"""Text from strangers, made harmless before a terminal sees it.

Task output, errors, parameters and file names may hold escape sequences, bidirectional controls
and megabytes. Snapshots are built from `safe_line` and `safe_block` only; their results are
`SafeText`, so a type checker shows where raw text leaks. Text is cut *before* anything else looks
at it: the cost of a hostile string is bounded by the cap, not by its length.

The result has the same width in every terminal, so columns stay aligned:

- Characters that Unicode does not call printable are escaped: controls, formats such as the
  bidirectional ones, separators, surrogates, private and unassigned characters, and letters that
  are drawn as nothing.
- A character without a width of its own counts as a mark on the one before it, escaped or not, and
  a character has at most four marks. A mark with nothing before it is put on a dotted circle.
- Sequences that only some terminals draw as a single character are split: an emoji sequence loses
  its joiners, variation selectors and skin tones, and a flag becomes its two letters.

The Unicode tables of the standard library are enough for this, so no table of widths is needed;
a test compares the result with the tables that Textual and terminal emulators use.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Literal, NewType

from chasqui.secret import longest_revealed, masked

SafeText = NewType("SafeText", str)

LINE_CAP = 4096  # characters in one cell or line
BLOCK_LINES = 5000
BLOCK_COLUMNS = 1000
MAX_MARKS = 4  # on a character; more is only ever an attack on the layout
BASE: Final = "\u25cc"  # the dotted circle, for a mark without a character before it

_Kind = Literal["plain", "mark", "hidden", "hidden mark", "joiner", "selector", "tone", "flag"]
_ESCAPED_BYTE: Final = range(0xDC80, 0xDD00)  # how surrogateescape keeps a byte that is not UTF-8
# They have a meaning in many scripts, but not in ASCII; ZWJ joins several characters into one.
_JOINERS: Final[Mapping[str, _Kind]] = {"\u200c": "mark", "\u200d": "selector"}
_SELECTORS: Final = "\ufe0e\ufe0f"  # of text or emoji style, one or two cells wide
_TONES: Final = range(0x1F3FB, 0x1F400)
_FLAGS: Final = range(0x1F1E6, 0x1F200)
_BLANK_LETTERS: Final = "\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # drawn as nothing or as a space
# Vowels and finals of Hangul, which are drawn on the initial before them.
_JAMO: Final = re.compile("[\u1160-\u11ff\ud7b0-\ud7ff]")


def safe_line(text: str, cap: int = LINE_CAP) -> SafeText:
    """Return a printable line of at most ``cap`` characters; hidden ones are made visible."""
    cut = len(text) > cap
    # A revealed secret is masked before the cut, which might leave a part of it.
    text = masked(text[: cap + longest_revealed()])[:cap]
    shown = _harmless(text)
    if len(shown) > cap or cut:
        shown = shown[: cap - 1] + "…"
    return SafeText(shown)


def safe_block(text: str, lines: int = BLOCK_LINES, columns: int = BLOCK_COLUMNS) -> SafeText:
    """Return printable text of at most ``lines`` lines of ``columns`` characters each."""
    whole = masked(text[: lines * columns + longest_revealed()])[: lines * columns]
    rows = whole.expandtabs(4).split("\n", lines)
    more = len(rows) > lines or len(text) > lines * columns
    kept = [safe_line(row.removesuffix("\r"), columns) for row in rows[:lines]]
    if more:
        kept.append(SafeText("… (cut here)"))
    return SafeText("\n".join(kept))


def _harmless(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    kept: list[str] = []
    before, marks = "", 0  # the last character that has a width, and the marks on it
    for character in text:
        kind = _kind_of(character)
        if kind == "joiner":
            kind = "hidden mark" if before.isascii() else _JOINERS[character]
        if kind == "selector" or (kind == "tone" and before and not before.isascii()):
            continue
        if kind in ("mark", "hidden mark"):
            marks += 1
            if marks > MAX_MARKS:
                continue
            if kind == "mark" and not kept:
                kept.append(BASE)
        else:
            before, marks = character, 0
        kept.append(character if kind in ("plain", "mark") else _visible(character))
    return "".join(kept)


@lru_cache(maxsize=4096)
def _kind_of(character: str) -> _Kind:
    """Classify a character by how it must be treated."""
    if character in _JOINERS:
        return "joiner"
    if character in _SELECTORS:
        return "selector"
    if ord(character) in _TONES:
        return "tone"
    if ord(character) in _FLAGS:
        return "flag"
    category = unicodedata.category(character)
    if character in _BLANK_LETTERS or not (character.isprintable() or category == "Zs"):
        return "hidden mark" if category in ("Cf", "Lo", "Mn") else "hidden"
    return "mark" if category[0] == "M" or _JAMO.match(character) else "plain"


def _visible(character: str) -> str:
    code = ord(character)
    if code in _FLAGS:
        return chr(ord("A") + code - _FLAGS[0])
    if code == 0x0A:
        return "⏎"
    if code == 0x09:
        return " "
    if code < 0x20:
        return chr(0x2400 + code)  # the control pictures: ␛ for ESC
    if code == 0x7F:
        return "␡"
    if code < 0xA0:
        return f"\\x{code:02x}"
    if code in _ESCAPED_BYTE:
        return f"\\x{code - 0xDC00:02x}"
    return f"⟨U+{code:04X}⟩"
