"""JSON and lists over several lines, and back to a single line, without parsing their values.

Only blanks and line breaks around brackets and commas are changed, never a value: a number keeps
its digits, an object its doubled names, and what is half typed stays half typed.
"""

from __future__ import annotations

import re

from chasqui.control.port import ControlKind

INDENT = "  "
OPENING, CLOSING = frozenset("[{"), frozenset("]}")
# A string with its escapes, even if it has no end yet; a bracket or comma; blanks; the rest.
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{},]|\s+|[^\s"\[\]{},]+', re.DOTALL)


def in_lines(text: str, kind: ControlKind) -> str:
    """Return a text with each value of a list or an object on its own line."""
    if not _is_structure(text):
        return re.sub(r",\s*", ",\n", text) if kind == "list" else text
    written, before, depth = "", "", 0
    for piece in _pieces(text):
        if piece in CLOSING:
            depth = max(0, depth - 1)
        begins = before not in OPENING if piece in CLOSING else before in OPENING or before == ","
        written += "\n" + INDENT * depth + piece if begins else piece
        depth += piece in OPENING
        before = piece
    return written


def in_one_line(text: str) -> str:
    """Return a text with its lines joined."""
    lines = [line.strip() for line in re.split(r"[\r\n]+", text)]
    joined = " ".join(line for line in lines if line)
    if not _is_structure(joined):
        return joined
    return "".join(", " if piece == "," else piece for piece in _pieces(joined)).rstrip()


def _is_structure(text: str) -> bool:
    return text.lstrip()[:1] in OPENING


def _pieces(text: str) -> list[str]:
    """Split a structure into tokens, without the blanks around brackets and commas."""
    pieces: list[str] = []
    for piece in _PIECE.findall(text.strip()):
        if (piece in CLOSING or piece == ",") and pieces and pieces[-1] == " ":
            pieces.pop()
        if not piece.isspace():
            pieces.append(piece)
        elif pieces and pieces[-1] not in OPENING and pieces[-1] != ",":
            pieces.append(" ")
    return pieces
