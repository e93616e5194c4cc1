"""What a row looks like on the output."""

from __future__ import annotations

from typing import NamedTuple

from chasqui.commands.run.line_keys import LineKey
from chasqui.commands.writing import Row


class Shown(NamedTuple):
    """What is printed for a row."""

    text: bytes
    """For standard output."""
    said: str = ""
    """A line for a person, on standard error; empty for none."""


class Form:
    """Rows as they are: lines of JSON. Any thread."""

    head: bytes = b""
    """What stands before all rows."""

    @property
    def problem(self) -> str:
        """What could not be shown whole, in words; empty if nothing."""
        return ""

    def shown(self, key: LineKey, row: Row, data: bytes) -> Shown:
        """Return what is printed for a row; ``data`` is that row as a line of JSON."""
        return Shown(data)
