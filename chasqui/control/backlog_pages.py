"""The list of the tasks that wait: in the order in which they start, or as a filter selects them.

All of it costs no more than the rows on screen. A filter or another order has to look at every
task, so that is done aside; see `Lookup`. What is held between two readings are numbers, so that
no task is kept alive by a list.
"""

from __future__ import annotations

import time
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from typing import Final, NamedTuple

from chasqui.control import type_views, views
from chasqui.control.completing import BACKLOG_FIELDS, note_of
from chasqui.control.lookup import Lookup
from chasqui.control.page_keeper import NO_NOTE, PageKeeper
from chasqui.control.parked_views import parked_row
from chasqui.control.port import Page, TaskRow, Window
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.engine.engine import BaseEngine
from chasqui.engine.filters.filter import parse
from chasqui.engine.journal.served import parked_of
from chasqui.engine.journal.view import ParkedTask
from chasqui.engine.metrics.reading import Reading
from chasqui.engine.policy.strikes import Strike
from chasqui.engine.waiting.choosing import WaitingSelection, choose
from chasqui.errors import JournalUnavailable
from chasqui.pool.pool import Pool
from chasqui.pool.state import state_of
from chasqui.pool.task import Task

PASSED_OVER: Final = 4
"""Windows of tasks that have started since they were selected which a page passes over."""


class SelectedNumbers(NamedTuple):
    """What a filter selects, in the order asked for."""

    numbers: array[int]
    note: SafeText


class BacklogPages:
    """The windows on one engine's backlog. Any thread."""

    def __init__(self, engine: BaseEngine, pages: PageKeeper) -> None:
        self._engine = engine
        self._pages = pages
        self._selected: Lookup[SelectedNumbers] = Lookup("chasqui-backlog")

    def page(
        self, window: Window | None, filter: str, order: str, reading: Reading
    ) -> Page[TaskRow] | None:
        """List the tasks that wait for a worker, pool by pool, the scheduled and parked ones.

        With a filter or an order, those in the journal only are left out.
        """
        if window is None:
            return None
        reasons = self.reasons(reading)
        if filter or order:
            return self._chosen(window, filter, order, reading, reasons)
        rows = self._rows(self._waiting(window, reading), reasons)
        inside = reading.queued + reading.scheduled
        rows += self._parked(window, inside, len(rows))
        return self._pages.page("backlog", window, inside + reading.journal.parked, rows)

    def choose(self, filter: str, order: str = "") -> WaitingSelection:
        """Choose waiting tasks, however long it takes."""
        engine = self._engine
        return choose(engine.pools.values(), filter, engine.clock.time(), order)

    def note(self, filter: str) -> SafeText:
        """Say what of a filter was not understood."""
        return note_of(parse(filter), BACKLOG_FIELDS)

    def why_waiting(self, task: Task) -> SafeText:
        """Say why a task may not start now."""
        pool = self._pool_of(task)
        if pool is None or task.state != "queued":
            return SafeText("")
        return self.reasons(self._engine.metrics())(task, pool)

    def pool_of(self, task: Task) -> str:
        """Name the pool of a task that has not ended, if there are several."""
        pool = self._pool_of(task)
        return "" if pool is None else named(self._engine, pool)

    def reasons(self, reading: Reading) -> Callable[[Task, Pool], SafeText]:
        """Return a function that says why a task may not start now, by the state of its lane."""
        lanes = {
            (name, one.name): one for name, read in reading.pools.items() for one in read.lanes
        }
        circuits = {circuit.type: circuit for circuit in self._engine.breakers}
        strikes: defaultdict[str, list[Strike]] = defaultdict(list)
        for one in self._engine.strikes:
            strikes[one.type].append(one)

        def reason(task: Task, pool: Pool) -> SafeText:
            if task.state != "queued":
                return SafeText("")
            if pool.state == "paused":
                return SafeText("pool paused" if named(self._engine, pool) else "engine paused")
            lane = lanes.get((pool.name, task.name))
            why = type_views.reason(lane, circuits.get(task.name))
            return why or type_views.value_reason(task, strikes.get(task.name, ()))

        return reason

    # All of it

    def _waiting(self, window: Window, reading: Reading) -> Iterator[tuple[Pool, Task]]:
        offset, left = window.offset, window.limit
        for pool, total, look in self._queues(reading):
            if left <= 0:
                return
            if offset < total:
                found = look(offset, left)
                left -= len(found)
                yield from ((pool, task) for task in found)
            offset = max(0, offset - total)

    def _queues(
        self, reading: Reading
    ) -> Iterator[tuple[Pool, int, Callable[[int, int], list[Task]]]]:
        for name, pool in self._engine.pools.items():
            yield pool, reading.pools[name].queued, pool.waiting
        for name, pool in self._engine.pools.items():
            yield pool, reading.pools[name].scheduled, pool.scheduled

    def _parked(self, window: Window, inside: int, shown: int) -> list[TaskRow]:
        """List parked tasks after those of the pools, as far as there is room in the window."""
        offset, left = max(0, window.offset - inside), window.limit - shown
        parked = parked_of(self._engine)
        if parked is None or window.offset + window.limit <= inside:
            return []
        try:
            return [parked_row(one) for one in parked.parked_rows(offset, left)]
        except JournalUnavailable:  # the status line says so
            return []

    # What is chosen

    def _chosen(
        self,
        window: Window,
        filter: str,
        order: str,
        reading: Reading,
        reasons: Callable[[Task, Pool], SafeText],
    ) -> Page[TaskRow]:
        asked = (filter, order)
        # The backlog changes all the time: the moment serves as its revision.
        found = self._selected.read(asked, time.monotonic_ns(), partial(self._select, *asked))
        listed = ("backlog", *asked)
        if found is None:
            return self._pages.page(listed, window, 0, (), is_partial=True)
        tasks, gone = self._window(found.numbers, window)
        pools = self._engine.pools
        rows = self._rows(((pools[task._pool.name], task) for task in tasks), reasons)
        parked = reading.journal.parked
        note: list[str] = [found.note] if found.note else []
        note += [f"{parked:,} parked in the journal are not looked through"] if parked else []
        told = safe_line("; ".join(note), views.CELL) if note else NO_NOTE
        return self._pages.page(listed, window, len(found.numbers) - gone, rows, note=told)

    def _select(self, filter: str, order: str) -> SelectedNumbers:
        numbers = [task.number for task in self.choose(filter, order).tasks]
        return SelectedNumbers(array("q", numbers), self.note(filter))

    def _window(self, numbers: array[int], window: Window) -> tuple[list[Task], int]:
        """Return the tasks of a window that still wait, and how many were passed over."""
        tasks: list[Task] = []
        gone = 0
        for number in numbers[window.offset : window.offset + PASSED_OVER * window.limit]:
            if len(tasks) == window.limit:
                break
            task = self.find(number)
            if task is None:
                gone += 1
            else:
                tasks.append(task)
        return tasks, gone

    def find(self, number: int) -> Task | None:
        """Return the task of a number, if it waits for a worker or for its time."""
        for pool in self._engine.pools.values():
            state = state_of(pool)
            # It may come due between the first look and the second.
            for tasks in (state.queued, state.scheduled, state.queued):
                if (task := tasks.get(number)) is not None:
                    return task
        return None

    def parked(self, number: int) -> ParkedTask | None:
        """Return the task of a number, if it is in the journal only."""
        parked = parked_of(self._engine)
        if parked is None or not (parked.waiting or parked.parked):
            return None
        try:
            return parked.find(number)
        except JournalUnavailable:  # the status line says so
            return None

    def has(self, number: int) -> bool:
        """Tell whether a task is in this list."""
        return self.find(number) is not None or self.parked(number) is not None

    def _rows(
        self, tasks: Iterable[tuple[Pool, Task]], reasons: Callable[[Task, Pool], SafeText]
    ) -> list[TaskRow]:
        name = lru_cache(views.cell)  # of this page alone: a secret may be revealed meanwhile
        return [
            views.task_row(
                task, reason=reasons(task, pool), pool=named(self._engine, pool), name=name
            )
            for pool, task in tasks
        ]

    def _pool_of(self, task: Task) -> Pool | None:
        return next((one for one in self._engine.pools.values() if one.find(task.number)), None)


def named(engine: BaseEngine, pool: Pool) -> str:
    """Name a pool where there are several."""
    return pool.name if len(engine.pools) > 1 else ""
