"""Taking the text of a traceback apart: each error of its chain, and the frames that led to it.

The text is the same for a task, its failure and a line of the journal, so all of them are viewed in
the same way. A group of errors is a tree and not a chain: its text is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from chasqui.control.details import FrameView, TraceView
from chasqui.control.safe_text import safe_block, safe_line
from chasqui.control.stacks import CODE, INNERMOST, NAME, OWN, is_library, package_of, short

CHAIN: Final = 10  # errors of one chain that are shown
ERROR_LINES: Final = 100
HEAD: Final = "Traceback (most recent call last):"
FRAME: Final = re.compile(r'  File "(?P<file>.*)", line (?P<line>\d+)(?:, in (?P<function>.*))?')
CAUSE: Final = "The above exception was the direct cause of the following exception:"
CONTEXT: Final = "During handling of the above exception, another exception occurred:"


def traces_of(text: str | None) -> tuple[TraceView, ...]:
    """Return the errors of a traceback, the last one first; none if the text is a tree."""
    lines = (text or "").split("\n")
    if HEAD not in lines or any(line.startswith("  | ") for line in lines):
        return ()
    found: list[TraceView] = []
    link = ""
    for part, next_link in _parts(lines):
        found.append(_trace(part, link))
        link = next_link
    return tuple(reversed(found[-CHAIN:]))


def _parts(lines: list[str]) -> Iterator[tuple[list[str], str]]:
    """Yield the lines of each error, and how the next one follows from it."""
    part: list[str] = []
    for line in lines:
        if line in (CAUSE, CONTEXT):
            yield part, "cause" if line == CAUSE else "context"
            part = []
        else:
            part.append(line)
    yield part, ""


def _trace(lines: list[str], link: str) -> TraceView:
    positions: list[tuple[str, int, str, str]] = []
    rest = lines[lines.index(HEAD) + 1 :] if HEAD in lines else lines
    at = 0
    while at < len(rest) and (rest[at].startswith("  ") or not rest[at]):
        match = FRAME.fullmatch(rest[at])
        if match is None:  # marks below the code, or a note that a line is repeated
            at += 1
            continue
        code = rest[at + 1].strip() if rest[at + 1 : at + 2] else ""
        is_code = rest[at + 1 : at + 2] and rest[at + 1].startswith("    ")
        file, line, function = match["file"], int(match["line"]), match["function"] or ""
        positions.append((file, line, function, code if is_code else ""))
        at += 1
    error = "\n".join(rest[at:]).strip("\n")
    body = package_of(positions[0][0]) if positions else ""
    frames = [
        FrameView(
            file=safe_line(short(file), NAME),
            line=line,
            function=safe_line(function.rpartition("<locals>.")[2], NAME),
            code=safe_line(code, CODE),
            own=not is_library(file) or (bool(body) and package_of(file) == body),
        )
        for file, line, function, code in reversed(positions)
    ]
    more = [frame for frame in frames[INNERMOST:] if frame.own]
    return TraceView(
        error=safe_block(error, ERROR_LINES),
        follows="" if not link else "cause" if link == "cause" else "context",
        frames=tuple(frames[:INNERMOST] + more[:OWN]),
    )
