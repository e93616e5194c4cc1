"""A child as its host knows it: its socket, its page, and how it has ended."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Callable
from traceback import FrameSummary
from typing import Final

from chasqui.processes.frames import Frames
from chasqui.processes.messages import ChildExited
from chasqui.processes.page import SharedPage, shared_file

GONE: Final = "zygote"  # why a child has ended, if that is its zygote's end
DUMPED: Final = 0.05  # seconds for a child to write where it is
LOOK: Final = 0.0005
DUMP_BYTES: Final = 64 * 1024
LONGEST: Final = 64 * 1024 * 1024  # bytes of a message; results have a bound of their own below it

_PLACE: Final = re.compile(r'  File "(.*)", line (\d+) in (.*)')


class Child:
    """A child process of this host. Its worker's thread talks to it; any thread may look."""

    def __init__(self, number: int) -> None:
        self.number = number
        with contextlib.ExitStack() as undo:  # should there be no more descriptors on the way
            ours, theirs = socket.socketpair()
            undo.callback(ours.close)
            undo.callback(theirs.close)
            self.page, page = SharedPage.made()
            undo.callback(self.page.close)
            undo.callback(os.close, page)
            self._dump = shared_file("chasqui-dump")
            undo.pop_all()
        self.frames = Frames(ours, LONGEST)
        self._looking = threading.Lock()
        self._closing = threading.Lock()
        self.passed = (theirs.detach(), page, self._dump)
        """The descriptors for its process, which are sent to its zygote."""
        self.pid = 0
        self.known: set[object] = set()
        """The types that it has found."""
        self.tasks = 0
        """How many tasks it has been given."""
        self.cpu = 0.0
        """Seconds of CPU time that its tasks have used."""
        self.rss = 0
        """Its memory in bytes after its last task."""
        self.refusal = ""
        """Why it was not made."""
        self.exit: ChildExited | None = None
        self.made = threading.Event()
        """Set once it lives, or was refused."""
        self.ended = threading.Event()
        self.drained = threading.Event()
        """Set once what it had written when that was asked has been passed on."""
        self.on_output: Callable[[str], object] = lambda text: None
        """Called with what it has written to its descriptors, on another thread."""

    def sent(self) -> None:
        """Close this process's copies of what its own process has now."""
        for descriptor in self.passed[:2]:
            os.close(descriptor)

    def lives(self, pid: int) -> None:
        """Note that it lives."""
        self.pid = pid
        self.made.set()

    def refused(self, reason: str) -> None:
        """Note that it was not made."""
        self.refusal = reason
        self.made.set()
        self.ended.set()

    def gone(self, exited: ChildExited) -> None:
        """Note how it has ended, and wake the thread that waits for its answer."""
        self.exit = exited
        self.made.set()
        self.ended.set()
        self.drained.set()
        # A process that it has started may hold its end of the socket open.
        self._shut()

    def close(self) -> None:
        """Close the socket, which tells it to end, and give back what else it took here."""
        self._shut()  # a copy that the program has forked may hold this end open
        with self._closing:
            self.frames.socket.close()
        with self._looking:
            if self._dump >= 0:
                self.page.close()
                os.close(self._dump)
                self._dump = -1

    def _shut(self) -> None:
        # Not while it is closed: its number may be another's by then.
        with self._closing, contextlib.suppress(OSError):
            self.frames.socket.shutdown(socket.SHUT_RDWR)

    def places(self, nudge: Callable[[], None]) -> list[FrameSummary]:
        """Return where its main thread is, the innermost last; nothing if that cannot be had.

        Args:
            nudge: has it sent the signal at which it writes that down.
        """
        with self._looking:
            if self._dump < 0 or not self.pid:
                return []
            os.ftruncate(self._dump, 0)
            os.lseek(self._dump, 0, os.SEEK_SET)  # the offset is shared with the child
            nudge()
            text = self._written(time.monotonic() + DUMPED)
        found = [
            FrameSummary(at[1], int(at[2]), at[3], lookup_line=False)
            for line in text.splitlines()
            if (at := _PLACE.fullmatch(line))
        ]
        return found[::-1]

    def _written(self, until: float) -> str:
        """Wait until the child has written all; it writes in pieces."""
        before = 0
        while time.monotonic() < until:
            time.sleep(LOOK)
            size = os.fstat(self._dump).st_size
            if size and size == before:
                break
            before = size
        return os.pread(self._dump, DUMP_BYTES, 0).decode(errors="replace")


def said(exited: ChildExited | None) -> str:
    """Say in words how a child has ended."""
    if exited is None:
        return "it has ended"
    if exited.reason == GONE:
        words = "the process that makes and watches it has died"
    elif exited.status < 0:
        words = f"it was killed by {signal_name(-exited.status)}"
    else:
        words = f"it ended with exit status {exited.status}"
    wrote = exited.tail.strip()
    return f"{words}; it wrote: {wrote}" if wrote else words


def signal_name(number: int) -> str:
    """Return the name of a signal."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
