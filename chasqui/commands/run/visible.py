"""Text of tasks on a terminal, which it must not control."""

from __future__ import annotations

from typing import Final

from chasqui.control.safe_text import safe_line

LONGEST_ESCAPE: Final = 12  # characters that one becomes when it is made visible


def visible(text: bytes) -> bytes:
    """Make what would control a terminal visible; lines and tabs stay."""

    def safe(part: str) -> str:
        return safe_line(part, len(part) * LONGEST_ESCAPE + 1)

    lines = text.decode("utf-8", "surrogateescape").replace("\r\n", "\n").split("\n")
    shown = ["\t".join([safe(part) for part in line.split("\t")]) for line in lines]
    return "\n".join(shown).encode("utf-8", "backslashreplace")
