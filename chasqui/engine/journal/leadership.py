"""Leadership: which thread makes the next commit.

At most one at a time. The main thread never leads: a signal handler in the middle of its commit
could submit again, and would wait for the very commit that it interrupts. It shares no lock with a
leader either; it only appends to deques and rings the bell, and each of these is one call of C
code.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from chasqui.engine.journal.gathering import FLUSH_ROWS, Gathering
from chasqui.engine.journal.group_writer import GroupWriter
from chasqui.pool import forking
from chasqui.pool.locks import new_lock, wake


class Leadership:
    """Lets one thread commit, and rings for the journal's thread when there is more to write."""

    def __init__(self, rows: Gathering, writer: GroupWriter) -> None:
        self._rows = rows
        self._commit = writer.commit
        self._lock = threading.Lock()  # never taken on the main thread
        self.leader: object | None = None
        self.is_over = False
        self.bell = new_lock()
        """What the journal's thread sleeps on; held until someone rings."""
        self.bell.acquire()
        forking.watch(self)

    def ring(self) -> None:
        """Wake the journal's thread; if it does not sleep, it looks once more before it does."""
        wake(self.bell)

    def lead(self, me: object, act: Callable[[], object] | None = None) -> None:
        """Make one commit, or do something else to the file, unless another thread is at it.

        Not on the main thread.
        """
        try:
            with self._lock:
                if self.leader is None and not self.is_over:
                    self.leader = me
            if self.leader is me:
                self._commit() if act is None else act()
        finally:
            # No call of Python code: this may be running at the recursion limit
            if self.leader is me:
                self.leader = None
                if self._rows.waiting or len(self._rows.updates) >= FLUSH_ROWS:
                    try:  # noqa: SIM105, as `suppress` is Python code
                        self.bell.release()
                    except RuntimeError:
                        pass

    def end(self) -> None:
        """Let no thread lead any more."""
        with self._lock:
            self.is_over = True
