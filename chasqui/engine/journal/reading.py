"""Reading a journal beside its writer: a second connection that can only read.

It never writes and never checkpoints, sees what has been committed, and gives up a read that takes
long, since a reader keeps the log from being copied into the file. Any thread; one at a time.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from chasqui.errors import JournalUnavailable
from chasqui.pool import forking

READ_SECONDS: Final = 0.25
STEPS: Final = 10_000  # of SQLite's machine between two looks at the time


class JournalReader:
    """A connection to a journal that reads; it is opened when it is first used.

    After a fork the child has none any more: SQLite's connections do not survive that.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        forking.watch(self)
        self._connection: sqlite3.Connection | None = None
        self._until = 0.0

    def all(self, sql: str, given: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query.

        Raises:
            JournalUnavailable: it cannot be read, or that takes too long.
        """
        with self._lock:
            try:
                connection = self._connection or self._locked_open()
                self._until = time.monotonic() + READ_SECONDS
                return connection.execute(sql, given).fetchall()
            except (sqlite3.Error, UnicodeDecodeError) as error:
                raise JournalUnavailable(
                    f"the journal {self.path} cannot be read: {error}"
                ) from error

    def first(self, sql: str, given: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """Return the first row of a query; raises as `all`."""
        rows = self.all(sql, given)
        return rows[0] if rows else None

    def close(self) -> None:
        """Close it; it opens again when it is used."""
        with self._lock:
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def forked(self) -> None:
        """Forget the connection in a forked child, without touching it."""
        self._forgotten, self._connection = self._connection, None

    def _locked_open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"file:{quote(str(self.path))}?mode=ro",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute("pragma query_only = on")
        connection.execute("pragma busy_timeout = 100")
        connection.set_progress_handler(lambda: time.monotonic() > self._until, STEPS)
        self._connection = connection
        return connection
