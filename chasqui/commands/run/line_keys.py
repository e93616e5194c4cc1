"""By what a run knows a line of its input again, and what became of lines before."""

from __future__ import annotations

from typing import Final, NamedTuple

from chasqui.control.intake.lines import InputLine
from chasqui.errors import ChasquiError


class LineChanged(ChasquiError):
    """A line is not what it was when it became final."""


class LineKey(NamedTuple):
    """The number of a line, and by what else it is known."""

    number: int
    digest: str = ""
    """Of its text, in a run with a journal or a job log."""
    text: str = ""
    """The line, for people; empty if it is too long."""


ONLY: Final = LineKey(1)
"""The key of the one task of a run without input: all of it is in the command."""

NO_LINE: Final = LineKey(0)
"""The key of what is printed for no line."""


def key_of(line: InputLine) -> LineKey:
    """Return by what a line is known again."""
    from hashlib import blake2b  # 3 ms, and a run without lines has no use for it

    text = f"too long: {line.size}" if line.text is None else line.text
    raw = text.encode("utf-8", "surrogateescape")
    return LineKey(line.number, blake2b(raw, digest_size=8).hexdigest(), line.shown)


class Before(NamedTuple):
    """How many lines earlier runs have brought to their end."""

    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    refused: int = 0

    @property
    def lines(self) -> int:
        return sum(self)

    def __str__(self) -> str:
        """What stands before the counts of this run."""
        lines = "line" if self.lines == 1 else "lines"
        return f"{self.lines:,} {lines} done before" if self.lines else ""


NOTHING_BEFORE: Final = Before()
