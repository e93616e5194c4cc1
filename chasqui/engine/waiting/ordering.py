"""Ordering: another priority for a task that waits, and tasks that run next, kept in the journal.

The order is the pool's; see `chasqui.pool.reordering`. A priority that a task was given is written
to the journal before a call returns, so that it holds in the next life of the engine as well.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from chasqui.pool import forking
from chasqui.pool.pool import Pool

if TYPE_CHECKING:
    from chasqui.engine.journal.journal import Journal


class Ordering:
    """Changes the order in which the tasks of an engine start. Any thread."""

    def __init__(self, pools: Mapping[str, Pool], journal: Journal | None) -> None:
        self._pools = pools
        self._journal = journal
        # Held from a change to the row about it, so that the last row has the last priority.
        self._lock = threading.RLock()
        forking.watch(self)

    def reprioritize(self, number: int, priority: int) -> bool:
        """Give a waiting task another priority; see `Engine.reprioritize`."""
        durable: list[bool] = []
        with self._lock:
            given = self._locked_reprioritize(number, priority, durable)
        self._flush(durable)
        return given

    def run_next(self, numbers: Sequence[int]) -> tuple[int, ...]:
        """Have waiting tasks start before all others; see `Engine.run_next`."""
        durable: list[bool] = []
        with self._lock:
            raised = self._locked_run_next(numbers, durable)
        self._flush(durable)
        return tuple([number for number in dict.fromkeys(numbers) if number in raised])

    def _locked_reprioritize(self, number: int, priority: int, durable: list[bool]) -> bool:
        for pool in self._pools.values():
            if pool.reprioritize(number, priority):
                self._locked_write(pool, number, durable, at_once=False)
                return True
        return False

    def _locked_run_next(self, numbers: Sequence[int], durable: list[bool]) -> set[int]:
        raised: set[int] = set()
        for pool in self._pools.values():
            for number in pool.run_next(*numbers):
                raised.add(number)
                self._locked_write(pool, number, durable, at_once=True)
        return raised

    def _locked_write(self, pool: Pool, number: int, durable: list[bool], *, at_once: bool) -> None:
        task = None if self._journal is None else pool.find(number)
        if self._journal is not None and task is not None:
            durable.append(self._journal.reprioritized(task, at_once=at_once))

    def _flush(self, durable: Sequence[bool]) -> None:
        if self._journal is not None and any(durable):
            self._journal.flush()
