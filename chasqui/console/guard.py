"""Guarding the terminal: nothing but the console draws on it, and afterwards it is as it was.

While the guard is active, file descriptors 1 and 2 lead to an unnamed file, so that a print in a
library, an old logging handler or a child process cannot draw over the screen. The console itself
writes to a duplicate of the terminal's descriptor. Afterwards the last lines of that stray output
are written to stderr, made harmless. Main thread only.

Where the standard streams have other uses, such as the lines and the rows of a run, the console has
a descriptor of the terminal for keys and drawing, and of 1 and 2 only what is a terminal is taken.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import select
import signal
import sys
import tempfile
import termios
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import IO, Any

from chasqui.control.safe_text import safe_line

KEPT_BYTES = 256 * 1024  # of stray output; more is cut from its beginning
TOLD_LINES = 20
WRITER = "textual-output"  # Textual's thread that draws
NUDGE = signal.SIGURG  # nothing else uses it, and its default is to be ignored
STUCK_SECONDS = 2.0  # after these, a console that has not ended gets its terminal checked
RESET = "\x1b[?1049l\x1b[?25h\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?2004l\x1b[?1004l"
"""Leaves the alternate screen, shows the cursor, ends mouse, paste and focus reports."""


class TerminalStream(io.TextIOWrapper):
    """The terminal as a stream; once it accepts nothing any more, writes are dropped.

    Textual's writer thread must not die when the terminal is gone: its queue would never be
    emptied, and the console would wait for that forever.
    """

    def write(self, text: str, /) -> int:
        """Write, unless the terminal is gone."""
        try:
            return super().write(text)
        except OSError:
            self.lose()
            return len(text)

    def flush(self) -> None:
        """Flush, unless the terminal is gone."""
        try:
            super().flush()
        except OSError:
            self.lose()

    def lose(self) -> None:
        """Drop all writes from now on."""
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, self.fileno())
        os.close(nowhere)


class TerminalGuard:
    """Saves the terminal's settings and streams, and restores them.

    Args:
        terminal: a descriptor of the terminal; None: keys come from 0, and 1 and 2 are drawn on.
    """

    def __init__(self, terminal: int | None = None) -> None:
        self._streams = (sys.__stdin__, sys.__stdout__, sys.__stderr__)
        self._given = terminal
        self._keys = 0 if terminal is None else terminal
        self._attributes: list[Any] | None = None
        self._saved: dict[int, int] = {}
        self._stray: IO[bytes] | None = None
        self._terminal: TerminalStream | None = None
        self._over = threading.Event()

    def __enter__(self) -> TerminalGuard:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        with contextlib.suppress(termios.error, ValueError, OSError):
            self._attributes = termios.tcgetattr(self._keys)
        self._stray = tempfile.TemporaryFile(mode="a+b")
        encoding = getattr(sys.__stderr__, "encoding", None) or "utf-8"
        usual = 2 if os.isatty(2) or not os.isatty(1) else 1
        drawn_on = os.dup(usual if self._given is None else self._given)
        raw = io.BufferedWriter(io.FileIO(drawn_on, "w"))
        self._terminal = TerminalStream(raw, encoding=encoding, errors="replace")
        keys = sys.__stdin__ if self._given is None else open(self._given, closefd=False)
        self._set_streams(keys, self._terminal, self._terminal)
        taken = [number for number in (1, 2) if self._given is None or os.isatty(number)]
        self._saved = {number: os.dup(number) for number in taken}
        for number in taken:
            os.dup2(self._stray.fileno(), number)
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        with contextlib.suppress(OSError, ValueError):
            if kind is not None and self._terminal is not None:
                self._terminal.write(RESET)
            if self._terminal is not None:
                self._terminal.flush()
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        for number, copy in self._saved.items():
            os.dup2(copy, number)
            os.close(copy)
        self._set_streams(*self._streams)
        if self._attributes is not None:
            with contextlib.suppress(termios.error, OSError):
                termios.tcsetattr(self._keys, termios.TCSANOW, self._attributes)
        with contextlib.suppress(OSError, ValueError):
            if self._terminal is not None:
                self._terminal.close()
        self._over.set()
        self._tell()

    def trim(self) -> None:
        """Bound the file of stray output."""
        if self._stray is None:
            return
        number = self._stray.fileno()
        size = os.fstat(number).st_size
        if size > 2 * KEPT_BYTES:
            newest = os.pread(number, KEPT_BYTES, size - KEPT_BYTES)
            os.ftruncate(number, 0)
            os.write(number, newest)

    def hang_up(self) -> bool:
        """Drop further writes if the terminal is gone; tell whether it is."""
        if self._terminal is None or os.isatty(self._terminal.fileno()):
            return False
        self._terminal.lose()
        return True

    def hasten(self) -> None:
        """Give up a terminal that accepts no output while the console should end.

        This happens when output is stopped or the terminal's reader hangs: the console waits
        forever to draw, and never handles its signal. To be called in the handler of that signal.
        """
        signal.signal(NUDGE, lambda *_: None)
        threading.Thread(target=self._give_up, name="chasqui-terminal", daemon=True).start()

    def _give_up(self) -> None:
        is_stuck = False
        while not self._over.wait(STUCK_SECONDS):
            is_stuck = is_stuck or not select.select([], [self._keys], [], 0)[1]
            if self._terminal is None or not is_stuck:
                continue  # it accepts output, so it is the console that is slow
            self._terminal.lose()
            with contextlib.suppress(termios.error):
                termios.tcflush(self._keys, termios.TCOFLUSH)  # room for the last messages
            for thread in threading.enumerate():
                if thread.name == WRITER and thread.ident is not None:
                    # Interrupts the write that blocks; Python tries again, and it is dropped.
                    signal.pthread_kill(thread.ident, NUDGE)

    def _set_streams(self, keys: object, out: object, err: object) -> None:
        # The driver reads sys.__stdin__ and writes to sys.__stderr__, and the size is asked of
        # sys.__stdout__.
        vars(sys)["__stdin__"], vars(sys)["__stdout__"], vars(sys)["__stderr__"] = keys, out, err

    def _tell(self) -> None:
        if self._stray is None:
            return
        size = os.fstat(self._stray.fileno()).st_size
        self._stray.seek(max(0, size - KEPT_BYTES))
        lines = self._stray.read().decode("utf-8", "replace").splitlines()
        self._stray.close()
        lines = [line for line in lines if line.strip()]
        if not lines:
            return
        with contextlib.suppress(OSError, ValueError):
            print("written to the terminal while the console had it:", file=sys.stderr)  # noqa: T201
            for line in lines[-TOLD_LINES:]:
                print("  " + safe_line(line), file=sys.stderr)  # noqa: T201


Handler = Callable[[int, FrameType | None], Any] | int | signal.Handlers | None


@contextlib.contextmanager
def signals(
    calls: dict[signal.Signals, Callable[[], None]], at_once: Callable[[], None]
) -> Iterator[None]:
    """Call these on the running loop when the signals come; restore the old handlers at the end.

    ``at_once`` is called in the handler itself: the loop may be waiting for the terminal.
    """
    loop = asyncio.get_running_loop()
    before: dict[signal.Signals, Handler] = {signum: signal.getsignal(signum) for signum in calls}
    before = {
        signum: handler for signum, handler in before.items() if handler is not signal.SIG_IGN
    }
    for signum in before:  # signals that the program was started to ignore stay ignored
        loop.add_signal_handler(signum, calls[signum])
        signal.signal(
            signum, lambda *_: at_once()
        )  # besides the loop's handler, which is called through a pipe
    try:
        yield
    finally:
        for signum, handler in before.items():
            loop.remove_signal_handler(signum)
            if handler is not None:
                signal.signal(signum, handler)
