"""The writer of groups: makes one commit of what waits, and decides what an error of it means.

Only the leader of a commit calls it, on any thread but the main thread: no signal handler runs
there. It may meet MemoryError or RecursionError anywhere. So what it has taken stays in ``_taken``;
the next leader finds it, and the store's sequence number tells whether it landed.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from time import perf_counter

from chasqui import loggers
from chasqui.engine.journal import faults
from chasqui.engine.journal.crash import crash_at
from chasqui.engine.journal.gathering import Gathering, TakenRows
from chasqui.engine.journal.health import Health
from chasqui.engine.journal.rows import GroupCommit
from chasqui.engine.journal.store import Store

log = loggers.named("chasqui.engine.journal")


class GroupWriter:
    """Writes what is gathered to a store, and notes its health."""

    def __init__(self, store: Store, rows: Gathering, health: Health) -> None:
        self._store = store
        self._rows = rows
        self._health = health
        self._taken: TakenRows | None = None

    def commit(self) -> None:
        """Make one commit of what waits; of nothing, if the journal is degraded, as a trial."""
        try:
            self._resolve()
        except sqlite3.Error as error:
            return self._fail(error)
        if not self._health.is_ok:
            self._store.make_room()
        taken = self._rows.take(self._store.seq + 1)
        if taken is not None:
            self._taken = taken
            failed = self._written(taken)
            if failed is not None:
                return self._not_written(taken, failed)
            self._settle(taken)
            self._taken = None
        return None if self._health.is_ok else self._try_out()

    def _resolve(self) -> None:
        """Find out whether what was taken by a commit that was cut short has landed."""
        self._store.resolve()
        left = self._taken
        if left is not None and self._store.seq == left.group.seq:
            self._settle(left)
        self._taken = None

    def _written(self, taken: TakenRows) -> sqlite3.Error | None:
        """Commit rows, and return why they are not on disk; None if they are."""
        began = perf_counter()
        error = self._applied(taken.group)
        if error is not None and self._health.is_ok and faults.is_of_room(error):
            self._store.make_room()
            error = self._applied(taken.group)
        if error is None:
            self._health.landed(perf_counter() - began)
        return error

    def _applied(self, group: GroupCommit) -> sqlite3.Error | None:
        try:
            self._store.apply(group)
        except sqlite3.Error as error:
            with suppress(sqlite3.Error):  # then it stays in doubt
                self._store.resolve()
            return None if self._store.seq == group.seq else error
        return None

    def _settle(self, taken: TakenRows) -> None:
        crash_at("committed")
        self._rows.settle(taken)

    def _not_written(self, taken: TakenRows, error: sqlite3.Error) -> None:
        if not self._store.doubt:
            self._taken = None
        if faults.is_of_rows(error):
            self._one_by_one(taken)
        else:
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        self._health.failed(error)
        self._rows.fail(list(self._rows.waiting), error)

    def _one_by_one(self, taken: TakenRows) -> None:
        """Write rows each by itself, since the file refuses some of them.

        That is a defect of this package; the others must not be lost with them.
        """
        group = taken.group
        for row in group.updates:
            self._alone(GroupCommit(self._store.seq + 1, (row,)), row)
        for row in group.failures:
            self._alone(GroupCommit(self._store.seq + 1, (), (), (row,)), row)
        for row in group.kept:
            self._alone(GroupCommit(self._store.seq + 1, (), (), (), (row,)), row)
        for row in group.priorities:
            self._alone(GroupCommit(self._store.seq + 1, (), (), (), (), (row,)), row)
        for waiting in taken.waiting:
            rows = GroupCommit(self._store.seq + 1, (), waiting.rows)
            error = self._alone(rows, "tasks") if waiting.rows else None
            if error is not None:
                self._rows.fail([waiting], error)
        taken.waiting = [one for one in taken.waiting if one.error is None]
        self._settle(taken)

    def _alone(self, group: GroupCommit, what: str) -> sqlite3.Error | None:
        error = self._applied(group)
        if error is not None:
            log.error("the journal %s refuses %.200s: %s", self._store.path, what, error)
        return error

    def _try_out(self) -> None:
        """See whether the disk has room again for more than the last rows that were written."""
        try:
            self._store.try_out()
        except sqlite3.Error:
            return  # it is degraded still, for the reason that is known
        self._health.recovered()
