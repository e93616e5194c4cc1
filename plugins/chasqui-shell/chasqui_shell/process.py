"""A running command: its output as it comes, and its end, with all that belongs to it.

It leads a session and a process group of its own, reads what it is given or nothing, and writes
both its streams into one pipe, which keeps their order. It needs no thread: its caller takes turns,
each of which waits for output, for room in its input, for the exit, or for a while.
"""

from __future__ import annotations

import errno
import logging
import os
import secrets
import select
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from chasqui_shell.command import CannotRun, named
from chasqui_shell.family import MARK, Family
from chasqui_shell.feed import Feed
from chasqui_shell.guard import Guard
from chasqui_shell.spawn import Start, Started

log = logging.getLogger("chasqui.shell")

BLOCK = 64 * 1024  # bytes: what a pipe holds
PIPE_BLOCKS = 16  # as many may be in a pipe that was made larger
LOOK_SECONDS = 0.05  # how long a turn waits: how late a cancel may be noticed
KILL_SECONDS = 2.0  # how long to go on killing; only what the kernel holds on to takes longer


class Process:
    """A command from its start, which is the constructor, to the end of the ``with``.

    Args:
        on_output: is called with each block of output, on the thread that takes the turns.
        stdin: what it can read on its standard input; what it leaves unread is dropped.
        guard: ends it if this process cannot.
        grace: seconds between asking and killing.

    Raises:
        CannotRun: the system refuses to start it.
    """

    def __init__(
        self,
        words: Sequence[str],
        program: Path,
        *,
        folder: Path,
        environment: Mapping[bytes, bytes],
        stdin: bytes = b"",
        guard: Guard,
        grace: float,
        on_output: Callable[[bytes], None],
    ) -> None:
        self._on_output = on_output
        self._grace = grace
        self._silent = False  # whether the output has come to its end
        self._poll = select.poll()
        mark = secrets.token_hex(8)
        with ExitStack() as undo:
            try:
                post = guard.post()
                undo.callback(post.dismiss)
                self._feed = Feed(stdin) if stdin else None
                if self._feed is not None:
                    undo.callback(self._feed.close)
                self._output, writer = os.pipe()  # no other child inherits either
                undo.callback(os.close, self._output)
                environment = {**environment, MARK: mark.encode()}
                stdin_end = None if self._feed is None else self._feed.reader
                try:
                    self._started = Started(
                        Start(words, program, folder, environment, stdin_end, writer)
                    )
                finally:
                    os.close(writer)
            except (OSError, ValueError) as error:
                raise CannotRun(
                    f"{named(program)} cannot be started: {_reason(error, folder)}"
                ) from None
            post.watch(self._started.pid, mark)
            if self._feed is not None and not self._feed.begin():
                self._poll.register(self._feed.writer, select.POLLOUT)
            self._poll.register(self._output, select.POLLIN)
            self._exit = _exit_descriptor(self._started.pid)
            if self._exit is not None:
                undo.callback(os.close, self._exit)
                self._poll.register(self._exit, select.POLLIN)
            self._close = undo.pop_all().close
        self._family = Family(self._started.pid, mark)

    @property
    def status(self) -> int | None:
        """Its exit status, the negative number of the signal that ended it, or None as yet."""
        return self._started.poll()

    @property
    def over(self) -> bool:
        """Whether it has exited, its output is at its end, and it left nothing in its group."""
        return self.status is not None and self._silent and not self._family.group_lives()

    def turn(self, seconds: float = LOOK_SECONDS) -> bool:
        """Wait for output or the exit, pass output on, and tell whether there was some."""
        data = b""
        for descriptor, _ in self._poll.poll(seconds * 1000):
            if descriptor == self._output:
                data = os.read(self._output, BLOCK)
                is_over = self._silent = not data
            else:
                is_over = descriptor == self._exit or self._feeding().write()
            if is_over:
                self._poll.unregister(descriptor)
        if data:
            self._on_output(data)
        return bool(data)

    def end(self) -> None:
        """End all that belongs to it: TERM, then KILL to what is left after the grace.

        Output is read meanwhile, so that nothing waits in vain to write its last.
        """
        self._family.tell(signal.SIGTERM)
        asked = time.monotonic()
        while self._lives() and time.monotonic() - asked < self._grace:
            self.turn()
        killed = time.monotonic()
        while self._lives() and time.monotonic() - killed < KILL_SECONDS:
            self._family.tell(signal.SIGKILL)  # again and again: it may make children meanwhile
            self.turn()
        if self._lives():
            log.error("process %s cannot be ended, or its children cannot", self._started.pid)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        """End what is left of it, read what is in the pipe, and give all back that was taken."""
        try:
            if not self.over:
                self.end()
            if self._feed is not None and self._feed.is_open:
                self._poll.unregister(self._feed.writer)
                self._feed.close()
            for _ in range(PIPE_BLOCKS):  # not until the end: a stranger may hold the pipe
                if self._silent or not self.turn(0):
                    break
        finally:
            self._close()

    def _feeding(self) -> Feed:
        assert self._feed is not None
        return self._feed

    def _lives(self) -> bool:
        return self.status is None or self._family.lives()


def _reason(error: Exception, folder: Path) -> str:
    if not isinstance(error, OSError):
        return str(error)
    if error.filename is not None and os.fspath(error.filename) == str(folder):
        return f"its folder {named(folder)} cannot be entered any more: {error.strerror}"
    if isinstance(error, FileNotFoundError):  # it is there: that was seen before
        return "the interpreter that it names does not exist"
    reasons = {
        errno.E2BIG: "its words and its environment are longer than the system permits",
        errno.ENOEXEC: "it is neither a program for this machine nor a script that begins with #!",
    }
    return reasons.get(error.errno or 0) or error.strerror or str(error)


def _exit_descriptor(process: int) -> int | None:
    """Return a descriptor that can be read once a child has exited, where the system has such."""
    try:
        return os.pidfd_open(process)
    except (AttributeError, OSError):  # not Linux, or an old one: each turn looks, that is all
        return None
