"""How the rows of a run are printed: each as it comes, as a line of JSON."""

from __future__ import annotations

from chasqui.commands.run.line_keys import LineKey
from chasqui.commands.run.output import Output
from chasqui.commands.writing import Row


class RowPrinter:
    """Prints rows as lines of JSON, in the order in which tasks end. Any thread."""

    def __init__(self, output: Output) -> None:
        self._output = output

    @property
    def problem(self) -> str:
        """What could not be printed whole, in words; empty if nothing."""
        return ""

    def put(self, key: LineKey, row: Row, data: bytes) -> None:
        """Print the row of a line; ``data`` is that row as a line of JSON."""
        self._output.write_line(data, key)

    def close(self) -> None:
        """Print what is held back; here nothing is."""
