"""The lists of an engine, a window of each at a time.

A page is made for every reading; while nothing in it has changed, the last page is returned. It
costs only what is on screen. Whatever has to look at all failures is computed aside; see `Lookup`.
"""

from __future__ import annotations

import itertools
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import partial
from typing import Any, Final

import msgspec

from chasqui.control import failure_views, type_views, views
from chasqui.control.lookup import Lookup
from chasqui.control.number_sets import NumberSets, SetGone
from chasqui.control.port import (
    Chosen,
    FailureRow,
    GroupRow,
    Page,
    Row,
    TaskRow,
    TypeRow,
    Window,
    WorkerRow,
)
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.engine.engine import BaseEngine
from chasqui.engine.failures.failure import OPEN
from chasqui.engine.failures.groups import FailureGroup
from chasqui.engine.failures.selection import FailureSelection
from chasqui.engine.metrics.reading import Reading, TypeReading
from chasqui.engine.policy.breaker import CircuitView
from chasqui.engine.pools import workers_of
from chasqui.pool.pool import Pool
from chasqui.pool.state import state_of
from chasqui.pool.task import Task

QUERIES: Final = 64  # of which the last page is held, to tell whether the next is another


class Pages:
    """The windows on one engine's lists. Any thread.

    A revision belongs to what is asked for: readers with other windows do not move each other's.
    """

    def __init__(self, engine: BaseEngine, sets: NumberSets) -> None:
        self._engine = engine
        self._sets = sets
        self._lock = threading.Lock()  # guards the two below
        self._pages: OrderedDict[Hashable, Page[Any]] = OrderedDict()
        self._revisions = itertools.count(1)  # for all: what is held no more begins at no old one
        self._groups: Lookup[list[FailureGroup]] = Lookup("chasqui-groups")
        self._selected: Lookup[FailureSelection] = Lookup("chasqui-filter")

    # Workers, tasks and types

    def workers(self, window: Window | None, reading: Reading) -> Page[WorkerRow] | None:
        """List the workers; abandoned workers come last."""
        if window is None:
            return None
        found = workers_of(self._engine.pools.values())
        shown = found[window.offset : window.offset + window.limit]
        now = self._engine.clock.monotonic()
        slow = {one.number: one for pool in reading.pools.values() for one in pool.slow}
        rows = [
            views.worker_row(worker, state_of(pool).epoch, now, pool=self._named(pool), slow=slow)
            for pool, worker in shown
        ]
        return self._page("workers", window, len(found), rows)

    def backlog(self, window: Window | None, reading: Reading) -> Page[TaskRow] | None:
        """List the tasks that wait for a worker, pool by pool, then the scheduled ones."""
        if window is None:
            return None
        reasons = self._reasons(reading)
        rows = [
            views.task_row(task, reason=reasons(task, pool), pool=self._named(pool))
            for pool, task in self._waiting(window, reading)
        ]
        return self._page("backlog", window, reading.queued + reading.scheduled, rows)

    def types(self, window: Window | None, reading: Reading) -> Page[TypeRow] | None:
        """List the types; those never used come last."""
        if window is None:
            return None
        names = type_views.order_of(self._engine.types, reading)
        several = len(self._engine.pools) > 1
        circuits = self._circuits()
        rows = []
        for name in names[window.offset : window.offset + window.limit]:
            read = reading.types.get(name) or TypeReading(name=name)
            pool = read.pool if several else ""
            left_out = [
                schedule for schedule in reading.schedules.values() if schedule.type == name
            ]
            rows.append(type_views.type_row(read, pool, circuits.get(name), left_out))
        return self._page("types", window, len(names), rows)

    def why_waiting(self, task: Task) -> SafeText:
        """Say why a task may not start now."""
        pool = next((one for one in self._engine.pools.values() if one.find(task.number)), None)
        if pool is None or task.state != "queued":
            return SafeText("")
        return self._reasons(self._engine.metrics())(task, pool)

    def pool_of(self, task: Task) -> str:
        """Name the pool of a task that has not ended, if there are several."""
        pools = self._engine.pools.values()
        return next((self._named(pool) for pool in pools if pool.find(task.number)), "")

    def _reasons(self, reading: Reading) -> Callable[[Task, Pool], SafeText]:
        """Return a function that says why a task may not start now, by the state of its lane."""
        lanes = {
            (name, one.name): one for name, read in reading.pools.items() for one in read.lanes
        }
        circuits = self._circuits()

        def reason(task: Task, pool: Pool) -> SafeText:
            if task.state != "queued":
                return SafeText("")
            if pool.state == "paused":
                return SafeText("pool paused" if self._named(pool) else "engine paused")
            lane = lanes.get((pool.name, task.name))
            return type_views.reason(lane, circuits.get(task.name))

        return reason

    def _circuits(self) -> dict[str, CircuitView]:
        return {circuit.type: circuit for circuit in self._engine.breakers}

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

    def _named(self, pool: Pool) -> str:
        return pool.name if len(self._engine.pools) > 1 else ""

    # Failures

    def kinds(self) -> list[FailureGroup] | None:
        """Return the groups with kept failures, the group with the newest failure first.

        None: they are being computed. Groups whose failures were all discarded are left out.
        """
        log = self._engine.failures
        groups = self._groups.read("", log.revision, log.groups)
        if groups is None:
            return None
        return [group for group in groups if group.kept or group.example.state != "discarded"]

    def groups(
        self, window: Window | None, kinds: Sequence[FailureGroup] | None
    ) -> Page[GroupRow] | None:
        """List the groups of failures."""
        if window is None:
            return None
        found = kinds or ()
        shown = found[window.offset : window.offset + window.limit]
        rows = [failure_views.group_row(group) for group in shown]
        return self._page("groups", window, len(found), rows, is_partial=kinds is None)

    def failures(
        self, window: Window | None, chosen: Chosen
    ) -> tuple[Page[FailureRow] | None, SafeText]:
        """List the chosen failures, and say what was not understood in the filter."""
        if window is None:
            return None, SafeText("")
        log = self._engine.failures
        if chosen == Chosen():
            shown = log.window(window.offset, window.limit)
            rows = [failure_views.failure_row(failure) for failure in shown]
            return self._page(chosen, window, len(log), rows), SafeText("")
        try:
            selection = self._selected.read(chosen, log.revision, partial(self.select, chosen))
        except SetGone as error:
            return self._page(chosen, window, 0, []), SafeText(str(error))
        if selection is None:
            return self._page(chosen, window, 0, [], is_partial=True), SafeText("")
        found = selection.failures[window.offset : window.offset + window.limit]
        rows = [failure_views.failure_row(one) for one in found]
        note = safe_line("; ".join(selection.notes), views.CELL)
        return self._page(chosen, window, len(selection.failures), rows), note

    def select(self, chosen: Chosen) -> FailureSelection:
        """Choose failures, however long it takes; raises SetGone."""
        wanted = self._sets.resolved(chosen).numbers
        fields = {} if chosen.group is None else {"group": chosen.group}
        found = self._engine.failures.where(chosen.filter or "", **fields)
        failures = found.failures
        if chosen.open_only:
            failures = tuple(failure for failure in failures if failure.state in OPEN)
        if wanted is not None:
            among = set(wanted)
            failures = tuple(failure for failure in failures if failure.number in among)
        return FailureSelection(found.filter, failures)

    def _page(
        self,
        listed: str | Chosen,
        window: Window,
        total: int,
        rows: Sequence[Row],
        *,
        is_partial: bool = False,
    ) -> Page[Row]:
        """Make a page; its ``rev`` changes only when something in it has changed."""
        made: Page[Row] = Page(
            rows=tuple(rows), offset=window.offset, total=total, is_partial=is_partial
        )
        asked = (listed, window)
        with self._lock:
            last = self._pages.get(asked)
            if last is None or made != msgspec.structs.replace(last, rev=0):
                made = last = msgspec.structs.replace(made, rev=next(self._revisions))
            self._pages[asked] = last
            self._pages.move_to_end(asked)
            while len(self._pages) > QUERIES:
                self._pages.popitem(last=False)
            return last
