"""Markdown as plain text for a terminal: wrapped, and without its marks.

It reads the part of Markdown that the pages use: headings, paragraphs, lists, tables and fenced
code. Code keeps its lines, however long, so that it can be copied; what it prints is set apart from
it, so that it is not copied too. A short piece of code within a
sentence is never split between two lines.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

INDENT: Final = "    "
GAP: Final = "  "  # between two columns of a table
LEAST_COLUMN: Final = 24  # characters; with less, the last column of a table is hard to read
UNSPLIT: Final = 40  # characters of code that stay on one line
ROOM: Final = 3  # characters beside such a piece: the lead of an item, a comma
OUTPUT: Final = "```text"  # begins what a program prints
PRINTS: Final = "prints:"
BLANK: Final = "\0"  # stands for a blank that no line may end at

_COMMENT: Final = re.compile(r"<!--.*?-->\n?", re.DOTALL)
_ITEM: Final = re.compile(r"( *)(- |[0-9]+\. )")
_CELLS: Final = re.compile(r"(?<!\\)\|")
_MARKS: Final = re.compile(
    r"`(?P<code>[^`]+)`|\*\*(?P<strong>.+?)\*\*|\[(?P<link>[^\]]+)\]\([^)]*\)", re.DOTALL
)


def plain(markdown: str, width: int) -> str:
    """Return a page as text of at most this many columns, apart from code and long words."""
    blocks: list[str] = []
    is_code = False  # whether the block before is the code of a program
    for block in filter(None, _blocks(_COMMENT.sub("", markdown).splitlines())):
        first = block[0].rstrip()
        if is_code and first == OUTPUT:
            blocks.append(PRINTS)
        is_code = first.startswith("```") and first != OUTPUT
        blocks.append("\n".join(_shown(block, width)).rstrip())
    return "\n\n".join(block for block in blocks if block)


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    """Take a page apart: a heading, a paragraph, a list item, a table, or code with its fences."""
    block: list[str] = []
    fenced = False
    for line in lines:
        if line.startswith("```"):
            if not fenced:
                yield block
                block = []
            block.append(line)
            fenced = not fenced
            if not fenced:
                yield block
                block = []
        elif fenced:
            block.append(line)
        elif not line.strip() or line.startswith("#"):
            yield block
            block = [line] if line.startswith("#") else []
        else:
            block.append(line)
    yield block


def _shown(block: Sequence[str], width: int) -> Iterator[str]:
    if not block:
        return
    first = block[0]
    if first.startswith("```"):
        yield from (INDENT + line if line else "" for line in block[1:-1])
    elif first.startswith("#"):
        level, _, title = first.partition(" ")
        lines = _wrapped(title, width)
        yield from lines
        yield ("=" if level == "#" else "-") * max(map(len, lines), default=0)
    elif first.startswith("|"):
        yield from _table(block, width)
    else:
        for lead, text in _paragraphs(block):
            yield from _wrapped(text, width, lead)


def _paragraphs(block: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each item of a list with what leads it, or the only paragraph."""
    lead = ""
    words: list[str] = []
    for line in block:
        found = _ITEM.match(line)
        if found:
            if words:
                yield lead, " ".join(words)
            lead, words = found[0], [line[found.end() :].strip()]
        else:
            words.append(line.strip())
    yield lead, " ".join(words)


def _wrapped(text: str, width: int, lead: str = "", after: str | None = None) -> list[str]:
    lines = textwrap.wrap(
        _unmarked(text, min(UNSPLIT, width - ROOM)),
        width,
        initial_indent=lead,
        subsequent_indent=" " * len(lead) if after is None else after,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(BLANK, " ") for line in lines]


def _unmarked(text: str, unsplit: int = UNSPLIT) -> str:
    def inner(found: re.Match[str]) -> str:
        code = found["code"]
        if code is None:
            return _unmarked(found["strong"] or found["link"], unsplit)
        return code.replace(" ", BLANK) if len(code) <= unsplit else code

    return _MARKS.sub(inner, text)


def _table(block: Sequence[str], width: int) -> Iterator[str]:
    """Draw a table with aligned columns, the last one wrapped; a table too wide becomes a list."""
    rows = [
        [_unmarked(cell.strip()).replace("\\|", "|") for cell in _CELLS.split(line.strip("| "))]
        for line in block
    ]
    del rows[1]  # the line between head and body
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    before = sum(widths) + len(GAP) * len(widths)
    if width - before < LEAST_COLUMN:
        for row in rows[1:]:
            yield from _wrapped(row[0], width)
            for cell in row[1:]:
                yield from _wrapped(cell, width, INDENT)
        return
    rows.insert(
        1,
        ["-" * each for each in [*widths, min(width - before, max(len(row[-1]) for row in rows))]],
    )
    for row in rows:
        cells = [f"{cell:<{each}}{GAP}" for cell, each in zip(row, widths, strict=False)]
        lead = "".join(cells).replace(BLANK, " ")
        yield from _wrapped(row[-1], width, lead, " " * before) or [lead.rstrip()]
