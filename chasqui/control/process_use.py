"""What the processes of workers use: the CPU since the reading before, and the memory now.

Each look reads two small files of the system, so a process is looked at once a second, however many
consoles ask. A share of a core needs two looks: the first reading of a process has none.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from chasqui.control.port import ROWS
from chasqui.pool.backend import Worker
from chasqui.pool.guarded import usage_of
from chasqui.pool.pool import Pool
from chasqui.pool.state import state_of

STEP: Final = 1.0  # seconds between two looks: the system counts CPU time in hundredths,
FIRST_STEP: Final = 0.2  # and until the first share is known, which may be less exact
KEPT: Final = 2 * ROWS  # processes that are remembered


class ProcessUse(NamedTuple):
    """What a process uses."""

    pid: int
    cpu: float | None
    """The share of a core, over 1 where it uses several; None: this is the first reading."""
    memory: int
    """In bytes; 0: not known."""


class _LastUse(NamedTuple):
    at: float
    seconds: float
    use: ProcessUse


class ProcessUses:
    """The processes of the workers that were shown. Any thread."""

    def __init__(self) -> None:
        self._looks: dict[int, _LastUse] = {}

    def of(self, pool: Pool, worker: Worker, now: float) -> ProcessUse | None:
        """Return what a worker's process uses; None for a worker without one.

        Args:
            now: on the engine's monotonic clock.
        """
        pid = worker.pid  # read once: the worker goes on meanwhile
        if pid is None:
            return None
        last = self._looks.get(pid)
        if last is not None:
            step = FIRST_STEP if last.use.cpu is None else STEP
            if 0 <= now - last.at < step:
                return last.use
        seconds, memory = usage_of(state_of(pool).backend, worker)
        share = None
        if last is not None and now > last.at:
            share = round(max(0.0, seconds - last.seconds) / (now - last.at), 2)
        if len(self._looks) >= KEPT:
            self._looks = {}
        self._looks[pid] = _LastUse(now, seconds, ProcessUse(pid, share, memory))
        return self._looks[pid].use
