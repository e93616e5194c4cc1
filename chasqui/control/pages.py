"""The lists of an engine, a window of each at a time.

A page is made for every reading; while nothing in it has changed, the last page is returned. It
costs only what is on screen. Whatever has to look at all failures is computed aside; see `Lookup`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from chasqui.control import failure_views, row_filters, type_views, views
from chasqui.control.backlog_pages import BacklogPages, named
from chasqui.control.completing import TYPE_FIELDS, WORKER_FIELDS
from chasqui.control.event_book import EventBook
from chasqui.control.event_pages import EventPages
from chasqui.control.finished_pages import FinishedPages
from chasqui.control.lane_pages import LanePages
from chasqui.control.lookup import Lookup
from chasqui.control.marks import MarkedRows
from chasqui.control.number_sets import NumberSets, SetGone
from chasqui.control.page_keeper import PageKeeper
from chasqui.control.port import (
    Chosen,
    FailureRow,
    GroupRow,
    Page,
    TypeRow,
    Window,
    WorkerRow,
)
from chasqui.control.process_use import ProcessUses
from chasqui.control.row_filters import narrowed
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.control.trouble import in_order
from chasqui.control.usual import Usual
from chasqui.engine.engine import BaseEngine
from chasqui.engine.failures.failure import OPEN
from chasqui.engine.failures.groups import FailureGroup
from chasqui.engine.failures.selection import FailureSelection
from chasqui.engine.metrics.reading import Reading, TypeReading
from chasqui.engine.policy.breaker import CircuitView
from chasqui.engine.pools import workers_of
from chasqui.pool.state import state_of


class Pages:
    """The windows on one engine's lists. Any thread."""

    def __init__(self, engine: BaseEngine, sets: NumberSets, events: EventBook) -> None:
        self._engine = engine
        self._sets = sets
        self._pages = PageKeeper()
        self._usual = Usual()
        self._uses = ProcessUses()
        self.backlog = BacklogPages(engine, self._pages)
        self.lanes = LanePages(engine, self._pages, self.backlog)
        self.finished = FinishedPages(engine, self._pages)
        self.events = EventPages(events, self._pages, engine.clock)
        self.marks = MarkedRows(engine, sets, self.backlog)
        self._groups: Lookup[list[FailureGroup]] = Lookup("chasqui-groups")
        self._selected: Lookup[FailureSelection] = Lookup("chasqui-filter")

    # Workers, tasks and types

    def workers(
        self, window: Window | None, filter: str, reading: Reading
    ) -> Page[WorkerRow] | None:
        """List the workers pool by pool; abandoned workers come last in each."""
        if window is None:
            return None
        found = [one for pool in self._engine.pools.values() for one in workers_of([pool])]
        first, last = _ends(window)
        shown = found if filter else found[first:last]
        now = self._engine.clock.monotonic()
        slow = {one.number: one for pool in reading.pools.values() for one in pool.slow}

        def usual(type: str, ran: float) -> float:
            return self._usual.of(type, reading.types, ran, now)

        rows = [
            views.worker_row(
                worker,
                state_of(pool).epoch,
                now,
                pool=named(self._engine, pool),
                slow=slow,
                usual=usual,
                use=self._uses.of(pool, worker, now),
            )
            for pool, worker in shown
        ]
        if not filter:
            return self._pages.page("workers", window, len(found), rows)
        at, fields = self._engine.clock.time(), WORKER_FIELDS
        kept, note = narrowed(rows, filter, row_filters.WORKERS, fields, at)
        listed = ("workers", filter)
        return self._pages.page(listed, window, len(kept), kept[first:last], note=note)

    def types(
        self, window: Window | None, filter: str, reading: Reading
    ) -> tuple[Page[TypeRow] | None, int]:
        """List the types, those in trouble first; say how many at the end are at rest."""
        if window is None:
            return None, 0
        names, idle = in_order(self._engine.types, reading)
        several = len(self._engine.pools) > 1
        circuits = self._circuits()
        rows = []
        first, last = _ends(window)
        for name in names if filter else names[first:last]:
            read = reading.types.get(name) or TypeReading(name=name)
            pool = read.pool if several else ""
            left_out = [
                schedule for schedule in reading.schedules.values() if schedule.type == name
            ]
            strikes = [one for one in self._engine.strikes if one.type == name]
            row = type_views.type_row(read, pool, circuits.get(name), left_out, strikes)
            rows.append(row)
        if not filter:
            return self._pages.page("types", window, len(names), rows), idle
        at, fields = self._engine.clock.time(), TYPE_FIELDS
        kept, note = narrowed(rows, filter, row_filters.TYPES, fields, at)
        resting = set(names[len(names) - idle :])
        idle = sum(row.name in resting for row in kept)
        listed = ("types", filter)
        return self._pages.page(listed, window, len(kept), kept[first:last], note=note), idle

    def _circuits(self) -> dict[str, CircuitView]:
        return {circuit.type: circuit for circuit in self._engine.breakers}

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
        return self._pages.page("groups", window, len(found), rows, is_partial=kinds is None)

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
            return self._pages.page(chosen, window, len(log), rows), SafeText("")
        try:
            selection = self._selected.read(chosen, log.revision, partial(self.select, chosen))
        except SetGone as error:
            return self._pages.page(chosen, window, 0, []), SafeText(str(error))
        if selection is None:
            return self._pages.page(chosen, window, 0, [], is_partial=True), SafeText("")
        found = selection.failures[window.offset : window.offset + window.limit]
        rows = [failure_views.failure_row(one) for one in found]
        note = safe_line("; ".join(selection.notes), views.CELL)
        return self._pages.page(chosen, window, len(selection.failures), rows), note

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


def _ends(window: Window) -> tuple[int, int]:
    return window.offset, window.offset + window.limit
