"""Submitting: the lines of a run on their way into the engine.

Lines that have come together go in together, as far as there is room. A submitter that puts in each
line by itself is woken by every task that starts: with bodies of a microsecond, half of the time
went into these wake-ups.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from chasqui.commands.run.line_keys import LineKey
from chasqui.control.submit_records import SubmitOptions
from chasqui.control.taking import offered, policy_of
from chasqui.engine.engine import BaseEngine
from chasqui.engine.policy.retry import Retry
from chasqui.engine.types.task_type import TypedWork
from chasqui.errors import BacklogFull
from chasqui.pool.gate import enough
from chasqui.pool.offering import stand_by, step_back
from chasqui.pool.state import State
from chasqui.pool.task import Task

TOGETHER: Final = 256  # lines
LOOK_SECONDS: Final = 0.2  # how often a wait looks whether the run was told to stop


class WorkLine(NamedTuple):
    """A line that has become work."""

    key: LineKey
    work: TypedWork
    retry: Retry | None = None
    """None: as its type says."""


class LineSubmitter:
    """Submits lines in their order, and waits for room. The thread that reads.

    Args:
        options: those of each submission.
        stopped: whether no more is to be submitted.
        accepted: is called with the pool of some lines, their keys and their tasks.
    """

    def __init__(
        self,
        engine: BaseEngine,
        options: SubmitOptions,
        *,
        stopped: Callable[[], bool],
        accepted: Callable[[State, Sequence[tuple[LineKey, Task]]], object],
    ) -> None:
        self._engine = engine
        self._options = options
        self._stopped = stopped
        self._accepted = accepted
        self._lines: list[WorkLine] = []
        self._waits_at: State | None = None
        # Taken while nothing has rung. A bell may take no lock; giving one back is none.
        self._silence = threading.Lock()
        self._silence.acquire()

    def add(self, line: WorkLine) -> list[WorkLine]:
        """Take a line, which may go in with those before it; return as `flush`."""
        lost = []
        if self._lines and not _go_together(self._lines[0], line):
            lost = self.flush()
        self._lines.append(line)
        return lost + self.flush() if len(self._lines) >= TOGETHER else lost

    def flush(self) -> list[WorkLine]:
        """Submit the lines that were taken; return those that a stop has kept out."""
        lines, self._lines = self._lines, []
        at = 0
        try:
            while at < len(lines) and not self._stopped():
                tasks = self._offer(lines[at:])
                pool = self._engine.backlog_of(lines[at].work, **policy_of(self._options))
                if tasks:
                    keys = [line.key for line in lines[at : at + len(tasks)]]
                    self._accepted(pool, list(zip(keys, tasks, strict=True)))
                at += len(tasks)
                if at < len(lines):
                    self._wait(pool)
        finally:
            if self._waits_at is not None:
                step_back(self._waits_at, self)
                self._waits_at = None
        return lines[at:]

    def _offer(self, lines: Sequence[WorkLine]) -> list[Task]:
        first = lines[0]
        if first.retry is None:
            return offered(self._engine, [line.work for line in lines], self._options)
        try:
            return [self._engine.try_submit(first.work, retry=first.retry, **self._options.said())]
        except BacklogFull:
            return []

    def _wait(self, pool: State) -> None:
        """Wait until there may be room, or for a moment."""
        self._waits_at = pool
        # With a wake-up for each place, 600 commands a second became 500.
        free = enough(pool.queue_size)
        if not stand_by(pool, self, self._ring, "the lines of the run", enough=free):
            self._silence.acquire(timeout=LOOK_SECONDS)

    def _ring(self) -> None:
        with contextlib.suppress(RuntimeError):  # it has rung already
            self._silence.release()


def _go_together(one: WorkLine, other: WorkLine) -> bool:
    return one.work.type is other.work.type and one.retry is None and other.retry is None
