"""A journal's file whose disk does what a test says: errors where SQLite meets them, and pauses."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from typing import Any

from chasqui.engine.journal.committer import Committer
from chasqui.engine.journal.housekeeping import Housekeeping
from chasqui.engine.journal.rows import encode
from chasqui.engine.journal.schema import CANCELLED, COMMIT, COMPLETED, QUEUED
from chasqui.engine.journal.store import Store
from chasqui.pool.threads import start_daemon
from chasqui.testing import FakeClock
from tests.waiting import until


def fault(code: int, text: str = "disk I/O error") -> sqlite3.OperationalError:
    """Return an error as SQLite raises it."""
    error = sqlite3.OperationalError(text)
    error.sqlite_errorcode = code
    return error


WRITING = ("insert", "delete", "pragma wal_checkpoint", "update")


class Disk:
    """What happens on the disk.

    Before each commit `before` is called with its number, from 1, and after it `after`; both may
    raise. `opens` is called when the file is opened.
    """

    def __init__(self) -> None:
        self.before: Callable[[int], object] = lambda number: None
        self.after: Callable[[int], object] = lambda number: None
        self.opens: Callable[[], object] = lambda: None
        self.fault: int | None = None  # what everything that writes raises
        self.trial: int | None = None  # what a trial of the disk raises
        self.commits = 0
        self.leaders: list[str] = []
        self.statements: list[str] = []


def on(disk: Disk) -> type[Store]:
    """Return stores whose file is on this disk."""

    class Connection(sqlite3.Connection):
        def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
            disk.statements.append(statement)
            if disk.fault is not None and statement.startswith(WRITING):
                raise fault(disk.fault)
            if disk.trial is not None and "kept values (?, ?)" in statement:
                raise fault(disk.trial)
            if statement != COMMIT:
                return super().execute(statement, *values)
            disk.commits += 1
            disk.leaders.append(threading.current_thread().name)
            disk.before(disk.commits)
            found = super().execute(statement, *values)
            disk.after(disk.commits)
            return found

    class OnDisk(Store):
        def _connect(self) -> sqlite3.Connection:
            disk.opens()
            return sqlite3.connect(
                self.path, isolation_level=None, check_same_thread=False, factory=Connection
            )

    return OnDisk


def accept_row(number: int) -> str:
    """Return the row of a new task."""
    return encode((number, "app.note", QUEUED, 0, 1, 0, 1, None, "{}", None)).decode()


def update_row(number: int, state: int = COMPLETED, attempt: int = 1) -> str:
    """Return the row of a task that has ended."""
    us = 1_700_000_000_000_000  # as the clock of tests begins
    return encode((number, attempt, state, 1, None, us, us, "w1", None, None)).decode()


class Opened:
    """A store with its committer, and what is in the file."""

    def __init__(self, path: Any, disk: Disk, days: float = 7, rows: int = 1_000_000) -> None:
        self.disk = disk
        self.store = on(disk)(path, "process")
        self.store.begin(1, "", 1)
        self.clock = FakeClock()
        self.committer = Committer(
            self.store, self.clock, start_daemon, Housekeeping(self.store, self.clock, days, rows)
        )

    def accept(self, *numbers: int) -> BaseException | None:
        """Accept tasks with these numbers."""
        return self.committer.accept(
            [accept_row(one) for one in numbers],
            lambda: [update_row(one, CANCELLED, 0) for one in numbers],
        )

    def recover(self) -> None:
        """Have the file tried again, which works."""

        def tried() -> bool:
            self.clock.advance(1)
            return self.committer.health.is_ok

        until(tried)

    def states(self) -> dict[int, int]:
        """Return the states in the file by number."""
        with closing(sqlite3.connect(self.store.path)) as file:
            return dict(file.execute("select id, state from task order by id"))


class Submitting(threading.Thread):
    """A thread that accepts tasks, and how that ended."""

    def __init__(self, opened: Opened, *numbers: int) -> None:
        super().__init__(daemon=True)
        self.error: BaseException | None = None
        self._accept = lambda: opened.accept(*numbers)
        self.start()

    def run(self) -> None:
        try:
            self._accept()
        except BaseException as error:
            self.error = error

    def ended(self) -> BaseException | None:
        """Wait for it, and return what it raised."""
        self.join(10)
        assert not self.is_alive()
        return self.error
