"""Offspring: a child as its zygote knows it: how it is made, signalled, ended and reaped."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import time
import traceback
from collections.abc import Callable
from typing import Final, NoReturn

from chasqui.processes import kernel
from chasqui.processes.accounting import UNIT
from chasqui.processes.messages import ChildExited, Fork
from chasqui.processes.serving import STOP

ASK: Final = 0.1  # seconds between two requests to stop
GRACE: Final = 0.5  # seconds from SIGTERM to SIGKILL
TAIL: Final = 8 * 1024  # bytes that are kept of what a child has written
PIPE: Final = 64 * 1024  # bytes that a pipe holds
FIRST: Final = 3  # the lowest descriptor that is not a standard stream


class Offspring:
    """A child of this process, from its making until it is reaped."""

    def __init__(self, order: Fork, process: int, output: int) -> None:
        self.number = order.child
        self.memory = order.memory
        self.process = process
        self.output = output
        """Where what it writes to its standard streams is read."""
        self.is_silent = False
        """Whether nothing writes to its standard streams any more."""
        self.kill_at = float("inf")
        """When it is ended, on the monotonic clock."""
        self.ask_at = float("inf")
        """When it is asked to stop again, on the same clock."""
        self.reason = ""
        self._escalates = False
        self._tail = b""
        self._below: set[int] = set()
        """What it had started when it was told to end."""

    def wrote(self, text: bytes) -> None:
        """Keep the end of what it has written."""
        self._tail = (self._tail + text)[-TAIL:]

    def end(self, reason: str, now: float) -> None:
        """Ask it and all that it has started to end; kill them the second time."""
        self.reason = self.reason or reason
        below = kernel.descendants_of(self.process)
        self._below.update(below)
        sent = signal.SIGKILL if self._escalates else signal.SIGTERM
        _signal(self.process, sent)  # it may have no group of its own yet
        _signal_group(self.process, sent)
        _signal_group(self.process, signal.SIGCONT)  # one that was stopped could not end
        for process in below:  # those that have left its group
            _signal(process, sent)
        self.kill_at = float("inf") if self._escalates else now + GRACE
        self.ask_at = float("inf")
        self._escalates = True

    def watch_memory(self, now: float) -> None:
        """Kill it if it has more memory than it may."""
        if self.memory and not self._escalates and kernel.memory_of(self.process) > self.memory:
            self._escalates = True  # with no time to take more
            self.end("memory", now)

    def ask_to_stop(self, now: float) -> None:
        """Send it the signal to stop, and see that this is done again.

        Python calls a handler between two instructions. A signal that comes just before a system
        call that waits is seen when that is over, which may be never.
        """
        if not self._escalates:
            _signal(self.process, STOP)
            self.ask_at = now + ASK

    def nudge(self, sent: int) -> None:
        """Send it a signal."""
        _signal(self.process, sent)

    def reap(self) -> ChildExited | None:
        """Take its exit, if it has ended, and end what it has left in its group."""
        if hasattr(os, "waitid"):  # not on macOS before Python 3.13
            flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
            if os.waitid(os.P_PID, self.process, flags) is None:
                return None
            # Before its number is free for another process.
            _signal_group(self.process, signal.SIGKILL)
            for process in self._below.intersection(kernel.children_of(os.getpid())):
                _kill_all([process, *kernel.descendants_of(process)])
        ended, status, usage = os.wait4(self.process, os.WNOHANG)
        if not ended:
            return None
        with contextlib.suppress(OSError):
            os.set_blocking(self.output, False)
            self.wrote(os.read(self.output, PIPE))
        os.close(self.output)
        tail = self._tail.decode(errors="replace")
        code, peak = os.waitstatus_to_exitcode(status), usage.ru_maxrss * UNIT
        cpu = usage.ru_utime + usage.ru_stime
        return ChildExited(self.number, code, cpu, peak, self.reason, tail)


def forked(passed: list[int], output: int, be: Callable[[], NoReturn]) -> int:
    """Make a copy of this process, and return its number.

    Args:
        passed: the descriptors that it keeps, besides the standard ones.
        output: where it writes.
        be: what it does.
    """
    most = kernel.highest_descriptor() + 1
    process = os.fork()
    if process == 0:
        try:
            os.dup2(output, 1)
            os.dup2(output, 2)
            low = FIRST
            for kept in sorted(passed):
                os.closerange(low, kept)
                low = kept + 1
            os.closerange(low, max(most, low))
            be()
        except BaseException:  # such as of a plugin that is imported again
            os.write(2, traceback.format_exc().encode(errors="backslashreplace"))
        finally:
            os._exit(1)
    return process


def begin(memory: int, zygote: int) -> None:
    """Make this process a child of its own: in a session, bounded, and not outliving its zygote."""
    with contextlib.suppress(OSError):  # it has one already, if it was spawned
        os.setsid()
    kernel.die_with_parent()
    if os.getppid() != zygote:
        os._exit(1)  # it has ended before it could be watched
    if memory:
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        bound = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
        with contextlib.suppress(OSError, ValueError):  # a system without it: memory is watched
            resource.setrlimit(resource.RLIMIT_DATA, (bound, hard))


def end_all(offspring: list[Offspring]) -> None:
    """Kill all of them at once, and whatever has been left to this process."""
    for one in offspring:
        _kill_all([one.process, *kernel.descendants_of(one.process)])
        _signal_group(one.process, signal.SIGKILL)
    until = time.monotonic() + GRACE
    while (left := kernel.children_of(os.getpid())) and time.monotonic() < until:
        for process in left:
            _signal_group(process, signal.SIGKILL)
        _kill_all(left)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(-1, 0)


def _kill_all(processes: list[int]) -> None:
    for process in processes:
        _signal(process, signal.SIGKILL)


def _signal(process: int, sent: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(process, sent)


def _signal_group(process: int, sent: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process, sent)
