"""Text from strangers, made harmless before a terminal sees it.

Task output, errors, parameters and file names may hold escape sequences, bidirectional controls
and megabytes. Snapshots are built from `safe_line` and `safe_block` only; their results are
`SafeText`, so a type checker shows where raw text leaks. Text is cut *before* anything else looks
at it: the cost of a hostile string is bounded by the cap, not by its length.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NewType

from chasqui.secret import longest_revealed, masked

SafeText = NewType("SafeText", str)

LINE_CAP = 4096  # characters in one cell or line
BLOCK_LINES = 5000
BLOCK_COLUMNS = 1000
MAX_COMBINING = 4  # marks on one base character; more is only ever an attack on the layout

# C0 and C1 controls, DEL, the line and paragraph separators, lone surrogates, and the invisible
# format characters that reorder or spoof what stands beside them.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_ESCAPED_BYTE = range(0xDC80, 0xDD00)  # how surrogateescape keeps a byte that is not UTF-8


def safe_line(text: str, cap: int = LINE_CAP) -> SafeText:
    """Return one printable line of at most ``cap`` characters, hidden characters made visible."""
    cut = len(text) > cap
    # A revealed secret is masked before the cut, which could leave a part of it.
    text = masked(text[: cap + longest_revealed()])[:cap]
    shown = _limit_combining(_UNSAFE.sub(_visible, text))
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


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
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


def _limit_combining(text: str) -> str:
    if text.isascii():
        return text
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= MAX_COMBINING:
            kept.append(character)
    return "".join(kept)
