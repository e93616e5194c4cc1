"""The output of a run: rows on standard output, each whole, for as long as they can be written."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable
from typing import Protocol, TextIO

from chasqui.commands.run.line_keys import ONLY, LineKey
from chasqui.commands.writing import Row, encode, write_all


def prints_aside() -> contextlib.redirect_stdout[TextIO]:
    """Send what bodies print to standard error: on standard output there are rows only."""
    return contextlib.redirect_stdout(sys.stderr)


class BesideLine(Protocol):
    """Gives what something is written inside of, by whether that ends with a newline."""

    def __call__(self, *, ends_line: bool) -> contextlib.AbstractContextManager[None]: ...


class Output:
    """Standard output, and what became of it.

    Any thread may write. After the first row that cannot be written no other is tried: they would
    follow a gap, or half a row.
    """

    def __init__(self, on_end: Callable[[], None]) -> None:
        self._on_end = on_end
        self.beside: BesideLine | None = None
        """Gives what a row is written inside of, where something else is on its terminal."""
        # The lock guards what is written: a row is whole, whichever thread writes it.
        self._lock = threading.Lock()
        self.error: OSError | None = None
        """Why rows cannot be written any more."""
        self.unprinted = 0
        """Rows that the next run with the same journal prints."""

    @property
    def is_over(self) -> bool:
        """Whether no row can follow."""
        return self.error is not None

    @property
    def reader_gone(self) -> bool:
        """Whether it ended because its reader has gone, which is no error."""
        return isinstance(self.error, BrokenPipeError)

    @property
    def problem(self) -> str:
        """What is wrong with it, in words; empty if nothing is."""
        if self.error is None or self.reader_gone:
            return ""
        return f"cannot write the rows: {self.error.strerror}"

    @property
    def end(self) -> str:
        """What its end means to the run, in words."""
        return (
            "the reader of the output has gone"
            if self.reader_gone
            else "the output cannot be written"
        )

    def write(self, row: Row) -> None:
        """Write a row; whether that went well is in ``error``."""
        self.write_line(encode(row))

    def write_line(self, data: bytes, key: LineKey = ONLY) -> None:
        """Write a row that is made already; whether that went well is in ``error``.

        With a journal, ``key`` says whose row it is.
        """
        with self._lock:
            if self.error is not None:
                return
            try:
                self._write(data)
            except OSError as error:
                self.error = error
                self._on_end()

    def _write(self, data: bytes) -> None:
        if self.beside is None:
            write_all(1, data)
        else:
            with self.beside(ends_line=data.endswith(b"\n")):
                write_all(1, data)

    def begin(self) -> None:
        """Get ready, and write what an earlier run has left; without a journal it is nothing."""

    def close(self) -> None:
        """Have everything written; without a journal it is."""
