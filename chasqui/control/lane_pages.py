"""What waits, a type at a time: how many, since when, what they wait for, and the next of them.

It costs what is on screen: the counts are those of the reading, and of each type only the first
tasks are looked at.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Final

from chasqui.control import type_views, views
from chasqui.control.backlog_pages import BacklogPages, named
from chasqui.control.page_keeper import PageKeeper
from chasqui.control.port import LaneRow, Page, TaskRow, Window
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.control.steady_sizes import SteadySizes
from chasqui.durations import age
from chasqui.engine.engine import BaseEngine
from chasqui.engine.journal.served import parked_of
from chasqui.engine.metrics.reading import PoolReading, Reading
from chasqui.engine.policy.breaker import BREAKER_OPEN
from chasqui.engine.policy.shown import rules_of
from chasqui.errors import ChasquiError
from chasqui.pool import reading as pool_reading
from chasqui.pool.lane import Lane
from chasqui.pool.metrics import LaneMetrics
from chasqui.pool.pool import Pool
from chasqui.pool.state import state_of
from chasqui.pool.task import Task

EACH: Final = 3
"""Tasks of a type that are shown."""
WORKERS_BUSY: Final = SafeText("workers busy")
Reasons = Callable[[Task, Pool], SafeText]
_Lane = tuple[PoolReading, Pool, LaneMetrics]


class LanePages:
    """The types of one engine of which something waits. Any thread."""

    def __init__(self, engine: BaseEngine, pages: PageKeeper, backlog: BacklogPages) -> None:
        self._engine = engine
        self._pages = pages
        self._backlog = backlog
        self._sizes = SteadySizes()

    def page(self, window: Window | None, reading: Reading) -> Page[LaneRow] | None:
        """List them: first what may start, the most first, then what is held.

        Many types leave the first window room for what is scheduled and parked.
        """
        if window is None:
            return None
        found = self._in_order(reading)
        more = [*self._scheduled(reading), *self._parked()]
        total = len(found) + len(more)
        room = max(window.limit - len(more), (window.limit + 1) // 2)
        listed: list[_Lane | LaneRow] = [*found[:room], *more, *found[room:]]
        reasons = self._backlog.reasons(reading)
        heads: dict[str, dict[Lane, list[Task]]] = {}
        rows: list[LaneRow] = []
        for one in listed[window.offset : window.offset + window.limit]:
            if isinstance(one, LaneRow):
                rows.append(one)
                continue
            read, pool, lane = one
            if pool.name not in heads:
                heads[pool.name] = pool_reading.heads(state_of(pool), EACH)
            first = heads[pool.name].get(pool.lane(lane.name), [])
            rows.append(self._row(read, pool, lane, first, reasons))
        return self._pages.page("lanes", window, total, rows)

    def _in_order(self, reading: Reading) -> list[_Lane]:
        """Return what waits in the order of the list, in which similar counts keep their places."""
        found = list(self._lanes(reading))
        sizes = self._sizes.of({(pool.name, lane.name): lane.queued for _, pool, lane in found})

        def place(one: _Lane) -> tuple[bool, int, str, str]:
            _, pool, lane = one
            return _is_held(lane), -sizes[pool.name, lane.name], lane.name, pool.name

        return sorted(found, key=place)

    def _lanes(self, reading: Reading) -> Iterator[_Lane]:
        for name, pool in self._engine.pools.items():
            read = reading.pools[name]
            yield from ((read, pool, lane) for lane in read.lanes if lane.queued > 0)

    def _row(
        self,
        read: PoolReading,
        pool: Pool,
        lane: LaneMetrics,
        first: list[Task],
        reasons: Reasons,
    ) -> LaneRow:
        why = reasons(first[0], pool) if first else SafeText("")
        if not why and read.busy >= read.workers:
            why = WORKERS_BUSY
        if BREAKER_OPEN in lane.held:
            why = self._until_probes(lane.name, why)
        limits = type_views.limits_of(lane.concurrency, lane.rate, lane.by)
        return LaneRow(
            type=safe_line(lane.name, views.CELL),
            pool=safe_line(named(self._engine, pool), views.CELL),
            count=lane.queued,
            reason=why,
            held=_is_held(lane),
            oldest=lane.oldest,
            limits=safe_line(limits, views.CELL),
            first=tuple(self._task(task, pool, reasons) for task in first),
        )

    def _until_probes(self, name: str, why: SafeText) -> SafeText:
        """Say when the breaker of a type lets tasks start again, to see whether they fail."""
        with contextlib.suppress(ChasquiError):  # of a type that is not there
            left = rules_of(self._engine, name).probes_in
            return safe_line(f"{why}, tries again in {age(left)}", views.CELL)
        return why

    def _scheduled(self, reading: Reading) -> Iterator[LaneRow]:
        """List what waits for its time, whatever its type, the next one first."""
        if not reading.scheduled:
            return
        found = [
            (task, pool) for pool in self._engine.pools.values() for task in pool.scheduled(0, EACH)
        ]
        found.sort(key=lambda one: one[0].due or 0.0)
        rows = tuple(self._task(task, pool, _no_reason) for task, pool in found[:EACH])
        yield LaneRow(kind="scheduled", count=reading.scheduled, first=rows)

    def _parked(self) -> Iterator[LaneRow]:
        """List the types that the journal has tasks of, and that are not there."""
        parked = parked_of(self._engine)
        for one in () if parked is None else parked.parked_types():
            yield LaneRow(
                kind="parked",
                type=safe_line(one.type, views.CELL),
                count=one.count,
                reason=safe_line(one.reason, views.CELL),
                held=True,
            )

    def _task(self, task: Task, pool: Pool, reasons: Reasons) -> TaskRow:
        return views.task_row(task, reason=reasons(task, pool), pool=named(self._engine, pool))


def _is_held(lane: LaneMetrics) -> bool:
    """Tell whether neither time nor workers help: all of it is held, or struck."""
    return bool(lane.held) or lane.struck >= lane.queued


def _no_reason(task: Task, pool: Pool) -> SafeText:
    return SafeText("")
