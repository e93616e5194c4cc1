"""The committer: gathers what is to be written, and commits it in groups.

A submission waits until the commit that holds its tasks is on disk. The thread that submits makes
that commit itself if none is under way: handing it to another thread costs four times as much as
the commit in mode ``process``. All that come meanwhile share the next commit, which the journal's
own thread makes, and so on until there is no more. Ends of tasks do not wait: they are written with
the next commit, at the latest 5 ms after they came, or when there are 512.

See `chasqui.engine.journal.leadership` for who may make a commit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import get_ident, main_thread
from typing import Final

from chasqui.engine.journal import faults
from chasqui.engine.journal.gathering import FLUSH_ROWS, Gathering, Unwritten, Waiting
from chasqui.engine.journal.group_writer import GroupWriter
from chasqui.engine.journal.health import Health, JournalHealth
from chasqui.engine.journal.housekeeping import Housekeeping
from chasqui.engine.journal.leadership import Leadership
from chasqui.engine.journal.rows import kept_row
from chasqui.engine.journal.store import Store
from chasqui.errors import JournalUnavailable
from chasqui.pool import forking
from chasqui.pool.clock import Clock
from chasqui.pool.deadlock import worker_here
from chasqui.pool.locks import new_lock, wait_for
from chasqui.pool.threads import StartThread

FLUSH_SECONDS: Final = 0.005
IDLE_SECONDS: Final = 1.0
RETRY_SECONDS: Final = 1.0  # by the engine's clock
LOOK_SECONDS: Final = 0.05  # of real time, between two looks at that clock
LAST_TRIES: Final = 3  # to write what is left when the journal is closed
MOST_UPDATES: Final = 10_000  # in memory; more only if what waits is no worker


class Committer:
    """Writes to a store; any thread may call it, a signal handler in the middle of that as well."""

    def __init__(
        self, store: Store, clock: Clock, start_thread: StartThread, keeping: Housekeeping
    ) -> None:
        self.health = Health(store.path, clock)
        self._store = store
        self._clock = clock
        self._keeping = keeping
        self._rows = Gathering()
        self._leading = Leadership(self._rows, GroupWriter(store, self._rows, self.health))
        self._asleep = False
        self._closing = False
        self._over = False
        self._process = True
        self._end_bell, self._never = new_lock(), new_lock()
        self._end_bell.acquire()
        self._never.acquire()
        forking.watch(self)
        start_thread(self._run, "chasqui-journal")

    def accept(
        self,
        rows: Sequence[str],
        undo: Callable[[], Sequence[str]],
        along: Sequence[tuple[str, str]] = (),
    ) -> BaseException | None:
        """Write tasks, and return when they are on disk.

        Returns what a signal handler has raised meanwhile, to be raised once they are in.

        Args:
            rows: of the tasks.
            undo: makes the updates that cancel them. They are written when the tasks turn out to
                be on disk although this has raised.
            along: names and JSON texts to keep in the same commit.

        Raises:
            JournalUnavailable: they could not be written.
        """
        return self._write(
            Waiting(rows, undo, [(name, kept_row(name, text)) for name, text in along])
        )

    def keep(self, name: str, value: str | None, *, wait: bool = True) -> None:
        """Keep a JSON text under a name, None for none any more.

        Args:
            wait: return when it is on disk.

        Raises:
            JournalUnavailable: it is not on disk yet; it is written as soon as that is possible.
        """
        self._rows.kept.append((name, kept_row(name, value)))
        if wait:
            self._write(Waiting())
        elif self._asleep:
            self._leading.ring()

    def update(self, row: str, *, waits: bool = False) -> None:
        """Write a change of a task, soon.

        Args:
            waits: on a worker, return when it is on disk or the journal is closed.
        """
        updates = self._rows.updates
        updates.append(row)
        if waits and worker_here() is not None:
            while not (self._closing or self._is_flushed()):
                wait_for(self._never, LOOK_SECONDS)
        elif self._asleep or len(updates) == FLUSH_ROWS:
            self._leading.ring()
        elif len(updates) > MOST_UPDATES:
            self._hold_back()

    def failure(self, row: str) -> None:
        """Write a failure, with the next update."""
        self._rows.failures.append(row)

    def priority(self, number: int, row: str) -> None:
        """Write another priority of a task, with the next commit."""
        self._rows.priorities.append((number, row))

    def flush(self) -> None:
        """Return when everything that came before is on disk."""
        self._write(Waiting(is_flush=True))

    def _is_flushed(self) -> bool:
        try:
            self.flush()
        except JournalUnavailable:
            return False
        return True

    def close(self) -> Unwritten:
        """Write what there is, end the thread, and return what could not be written.

        While commits fail this takes a few hundred milliseconds. The store stays open.
        """
        self._closing = True
        if self._process:
            self._leading.ring()
            while not self._over:
                wait_for(self._end_bell, LOOK_SECONDS)
        return self._rows.unwritten()

    def reading(self) -> JournalHealth:
        """Return how it is."""
        return self.health.reading(len(self._rows.updates))

    def forked(self) -> None:
        """Refuse everything from now on: this is a forked child, and the file is its parent's."""
        self._process, self._closing, self._leading.is_over = False, True, True

    def _hold_back(self) -> None:
        """Wait until fewer updates are in memory; while commits fail, workers only."""
        while len(self._rows.updates) > MOST_UPDATES and not self._closing:
            if not self.health.is_ok and worker_here() is None:
                return
            wait_for(self._never, LOOK_SECONDS)

    def _write(self, waiting: Waiting) -> BaseException | None:
        if self._closing:
            raise JournalUnavailable(self._closed())
        if not self.health.is_ok:
            raise self._unavailable(self.health.error)
        interrupt: BaseException | None = None
        try:
            if get_ident() == main_thread().ident:
                interrupt = self._hand_over(waiting)
            else:
                self._rows.waiting.append(waiting)
                self._leading.lead(waiting)
                if not self._leading.is_over:
                    wait_for(waiting.done, None)
            if (
                self._leading.is_over and not waiting.is_settled
            ):  # it came after the thread's last look
                raise JournalUnavailable(self._closed())
        except BaseException:
            waiting.is_abandoned = True  # before the look: the leader sees it, or is seen here
            if waiting.has_landed:
                self._rows.undone.append(waiting)
            raise
        if waiting.error is not None:
            raise interrupt or self._unavailable(waiting.error)
        return interrupt

    def _hand_over(self, waiting: Waiting) -> BaseException | None:
        """Have the journal's thread write it, and return what a signal handler has raised.

        What has begun is waited for all the same, so that it is known what became of it.
        """
        try:
            self._rows.waiting.append(waiting)
            self._leading.ring()
            if not self._leading.is_over:
                wait_for(waiting.done, None)
        except BaseException as interrupt:
            if waiting not in self._rows.waiting and not waiting.is_settled:
                raise  # it has not begun
            self._leading.ring()
            while not (waiting.is_settled or self._leading.is_over):
                with suppress(BaseException):  # the first is the one that is raised
                    wait_for(waiting.done, LOOK_SECONDS)
            return interrupt
        return None

    def _unavailable(self, error: BaseException | None) -> JournalUnavailable:
        if isinstance(error, JournalUnavailable):
            return error
        reason = "it has just failed" if error is None else faults.explained(error)
        unavailable = JournalUnavailable(
            f"the journal {self._store.path} cannot be written: {reason}"
        )
        unavailable.__cause__ = error
        return unavailable

    def _closed(self) -> str:
        if not self._process:
            return (
                f"the journal {self._store.path} belongs to the process that this one was forked "
                "from: make an engine with a journal of its own here"
            )
        return f"the journal {self._store.path} is closed"

    # On the journal's thread

    def _run(self) -> None:
        tries = 0
        try:
            while self._await_work():
                try:
                    self._leading.lead(self)
                    if self.health.is_ok and self._keeping.is_due(idle=self._rows.is_empty):
                        self._leading.lead(self, self._keeping.step)
                except Exception as error:  # such as MemoryError; what was taken is there still
                    self.health.failed(error)
                if not self.health.is_ok:
                    tries += self._closing
                    if tries >= LAST_TRIES:
                        break
                    self._await_retry()
        finally:
            self._end()

    def _await_retry(self) -> None:
        """Wait a second by the engine's clock, or shortly while the journal is closed."""
        deadline = self._clock.monotonic() + RETRY_SECONDS
        if self._closing:
            wait_for(self._never, LOOK_SECONDS)
        while not (
            self._closing or self._rows.waiting or self._clock.monotonic() >= deadline
        ):  # who waits had come before it was known
            wait_for(self._leading.bell, LOOK_SECONDS)

    def _await_work(self) -> bool:
        """Wait until there is something to write; False when it is closed and all is written."""
        rows = self._rows
        while self._leading.leader is not None or not rows.is_due:
            if not self.health.is_ok and self._leading.leader is None:
                return not self._closing or any(rows.unwritten()) or bool(rows.undone)
            if self._leading.leader is not None:
                wait_for(self._leading.bell, FLUSH_SECONDS)  # the leader rings if more has come
            elif self._closing:
                return any(rows.unwritten()) or bool(rows.undone)
            elif not rows.is_empty:
                if not wait_for(self._leading.bell, FLUSH_SECONDS) and self._leading.leader is None:
                    return True
            else:
                self._asleep = True  # before the last look: who appends then sees it, or is seen
                if rows.is_empty and not self._keeping.is_due(idle=True):
                    wait_for(self._leading.bell, IDLE_SECONDS)
                self._asleep = False
                if rows.is_empty and self._keeping.is_due(idle=True):
                    return not self._closing
        return True

    def _end(self) -> None:
        """Let go all that came too late; those that come after that see that it has ended."""
        self._leading.end()
        for waiting in list(self._rows.waiting):
            if not waiting.is_settled:
                waiting.error = JournalUnavailable(self._closed())
                waiting.let_go()
        self._over = True
        self._end_bell.release()
