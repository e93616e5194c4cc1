"""Accounting: the CPU time and the memory of a task, read by its own process.

Microseconds a reading, measured: process_time 0.8, getrusage 1.2, clear_refs 0.9, statm 1.5,
/proc/self/status 9.3. A task of under a millisecond is measured by the clock alone, which needs no
system call: its CPU time is taken to be its time, and its memory that of the last longer task.
"""

from __future__ import annotations

import contextlib
import os
import resource
import sys
import time
from pathlib import Path
from typing import Final

from chasqui.pool.usage import TaskUsage
from chasqui.processes.kernel import PAGE

SHORT: Final = 0.001  # seconds, of a task whose peak is not asked for
UNIT: Final = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes
CLEAR_PEAK: Final = b"5"  # see proc(5), /proc/PID/clear_refs


class Meter:
    """Measures the tasks of this process, one after the other."""

    def __init__(self) -> None:
        self._began = 0.0
        self._cpu = time.process_time()
        """The CPU time of this process before this task and the short ones that came before it."""
        self._short = 0.0
        """The time that those short tasks have taken."""
        self._clear: int | None = None
        self._statm: int | None = None
        with contextlib.suppress(OSError):  # not Linux, or a /proc that does not allow it
            self._statm = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
            self._clear = os.open("/proc/self/clear_refs", os.O_WRONLY | os.O_CLOEXEC)
        self._last = self._rss()

    def begin(self) -> None:
        """Note that a task begins."""
        self._began = time.monotonic()

    def end(self) -> tuple[TaskUsage, int, bool]:
        """Return what was used since the last `begin`, the memory now, and whether that was long.

        The memory is in bytes.
        """
        took = time.monotonic() - self._began
        if took < SHORT:
            self._short += took
            return TaskUsage(took, self._last), self._last, False
        now, short = time.process_time(), self._short
        cpu = max(0.0, now - self._cpu - short)
        self._cpu, self._short = now, 0.0
        self._last = rss = self._rss()
        peak = max(rss, self._peak())
        self._forget_peak()
        return TaskUsage(cpu, peak), rss, True

    def _rss(self) -> int:
        if self._statm is None:
            return 0
        return int(os.pread(self._statm, 100, 0).split()[1]) * PAGE

    def _peak(self) -> int:
        if self._clear is None:
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        return 0

    def _forget_peak(self) -> None:
        if self._clear is not None:
            with contextlib.suppress(OSError):
                os.write(self._clear, CLEAR_PEAK)
