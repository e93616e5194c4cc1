"""A line at the bottom of the terminal on standard error, redrawn in place.

It is only ever drawn on a terminal, by the program in front there. Each drawing is one write, so
that it does not flicker. What else is written there goes through `beside`, which takes the line
away before and brings it back after. Nothing is drawn over a line of output without its end. It is
a column shorter than the terminal, which so never breaks it.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, Final, TextIO

from chasqui.commands.words import say_as_it_is

CLEAR: Final = "\r\x1b[K"
STDERR: Final = 2


class TerminalLine:
    """The line. Any thread.

    Args:
        width: returns the columns of the terminal, which may change.
        stream: what writes there; None: standard error as it is now.
    """

    def __init__(
        self, width: Callable[[], int] | None = None, stream: TextIO | None = None
    ) -> None:
        self._stream = stream or sys.stderr
        self._lock = threading.Lock()  # guards the bottom of the terminal
        self._is_drawn = False
        self._is_amid = False  # whether the cursor is behind a line of others without its end
        self._text: Callable[[int], str] | None = None
        self._width = width or columns

    @staticmethod
    def is_possible() -> bool:
        """Whether standard error is a terminal that can take a line away."""
        return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    def draw(self, text: Callable[[int], str]) -> None:
        """Draw what a function makes of the number of cells that the line may take."""
        with self._lock:
            self._text = text
            self._locked_draw()

    @contextlib.contextmanager
    def beside(self, *, ends_line: bool = True) -> Iterator[None]:
        """Have the line away while something else is written on the terminal.

        Args:
            ends_line: whether that ends with a newline.
        """
        with self._lock:
            was_drawn = self._is_drawn
            self._take_away()
            yield
            self._is_amid = not ends_line
            if was_drawn:
                self._locked_draw()

    def clear(self) -> None:
        """Take the line away."""
        with self._lock:
            self._take_away()

    def wipe(self) -> None:
        """Take it away for a signal handler, which may not wait for a lock."""
        if self._is_drawn:
            self._is_drawn = False
            with contextlib.suppress(OSError):
                os.write(STDERR, CLEAR.encode())

    def _locked_draw(self) -> None:
        # In the background it would be written into what the shell shows now.
        if self._text is None or self._is_amid or not _is_in_front():
            return
        made = self._text(max(1, self._width() - 1))
        # The end of a longer line before it goes last: then nothing blinks.
        self._write(f"\r{made}\x1b[K")
        self._is_drawn = True

    def _take_away(self) -> None:
        if self._is_drawn:
            self._is_drawn = False
            self._write(CLEAR)

    def _write(self, text: str) -> None:
        say_as_it_is(text, self._stream)


class StreamBesideLine:
    """Standard error while the line is there: whole lines, each written while that is away."""

    def __init__(self, stream: TextIO, line: TerminalLine) -> None:
        self._stream = stream
        self._line = line
        self._lock = threading.Lock()  # guards the rest
        self._rest = ""

    def write(self, text: str) -> int:
        """Write what ends a line, and keep the rest for later."""
        with self._lock:
            whole, end, self._rest = (self._rest + text).rpartition("\n")
        if end:
            with self._line.beside():
                self._stream.write(whole + end)
        return len(text)

    def finish(self) -> None:
        """Write a last line without its end."""
        with self._lock:
            rest, self._rest = self._rest, ""
        self._stream.write(rest)
        self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def columns() -> int:
    """Return the columns of the terminal on standard error; one that does not say has 80."""
    try:
        return os.get_terminal_size(STDERR).columns or 80
    except OSError:
        return 80


def _is_in_front() -> bool:
    try:
        return os.tcgetpgrp(STDERR) == os.getpgrp()
    except OSError:  # not the terminal of this session
        return True
