"""The journal of an engine: opened when it starts, it writes down what becomes of each task.

The engine's observer calls it: `accepted` returns when the tasks are on disk, and only then can a
worker take them; the ends of tasks are on disk a few milliseconds after them. So an accepted task
is never lost, and one that has just ended may run again.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import msgspec

from chasqui.engine.journal.along import Along
from chasqui.engine.journal.beginning import begin_life
from chasqui.engine.journal.closing import end_life, write_rest
from chasqui.engine.journal.committer import Committer
from chasqui.engine.journal.crash import crash_at
from chasqui.engine.journal.housekeeping import Housekeeping
from chasqui.engine.journal.opening import opened
from chasqui.engine.journal.reading import JournalReader
from chasqui.engine.journal.rows import OpenRow
from chasqui.engine.journal.schema import CANCELLED, COMPLETED, FAILED, SCHEDULED
from chasqui.engine.journal.slab import Slab
from chasqui.engine.journal.store import Store
from chasqui.engine.journal.task_rows import TaskRows, encode, is_durable, microseconds
from chasqui.engine.journal.view import InFile, JournalView, LastEnd, with_health
from chasqui.errors import JournalUnavailable
from chasqui.pool.clock import Clock
from chasqui.pool.states import TaskState
from chasqui.pool.task import Task
from chasqui.pool.threads import StartThread

ENDS: Final = {"completed": COMPLETED, "failed": FAILED, "cancelled": CANCELLED}


class Journal:
    """What an engine writes down. Any thread.

    Args:
        path: of the file.
        mode: ``power`` survives a power cut, ``process`` the death of the process.
        keep_days: for how many days finished tasks stay in the file.
        keep_rows: how many finished tasks stay in the file.
    """

    def __init__(
        self,
        path: Path,
        mode: str,
        clock: Clock,
        start_thread: StartThread,
        *,
        keep_days: float = 7.0,
        keep_rows: int = 1_000_000,
    ) -> None:
        self.path = path
        self.mode = mode
        self.keep_days = keep_days
        self.keep_rows = keep_rows
        self._clock = clock
        self._start_thread = start_thread
        self._lock = threading.RLock()
        self._ending = threading.RLock()
        self._ends = False
        self.rows = TaskRows(path, clock)
        self._store: Store | None = None
        self._committer: Committer | None = None
        self._slab: Slab | None = None
        self._name = str(uuid4())
        self._reader = JournalReader(path)
        self.along = Along()
        self.left = 0
        """How many tasks it kept when it was closed, which the next engine takes up."""
        self._socket = ""
        self._opened = 0.0
        self.last_end: LastEnd | None = None
        """How the life before this one ended; None in the first one of the file."""
        self.backlog: InFile | None = None
        """What earlier lives have left that is not in a pool; None before the engine starts."""

    @property
    def is_open(self) -> bool:
        """Whether it has been opened and not closed."""
        return self._committer is not None

    @property
    def uuid(self) -> str:
        """What tells this journal from all others; part of the idempotency keys of its tasks."""
        return self._name

    def prefix(self) -> str:
        """Return `uuid`."""
        return self._name

    @property
    def epoch(self) -> int:
        """The number of this life of the engine, counted from the first that had this file."""
        return 0 if self._store is None else self._store.epoch

    @property
    def store(self) -> Store:
        """The open file; raises JournalUnavailable."""
        if self._store is None:
            raise JournalUnavailable(f"the journal {self.path} is not open")
        return self._store

    def view(self) -> JournalView:
        """Return a reading of its health, its size and what it holds; never waits for the disk."""
        health = None if (committer := self._committer) is None else committer.reading()
        closed = JournalView(self.mode, path=str(self.path), opened=self._opened)
        return with_health(replace(closed, last_end=self.last_end), health, self.backlog)

    def open(self) -> bool:
        """Open the file for this life of the engine; False if it was open."""
        with self._lock:
            return self._committer is None and self._locked_open()

    def _locked_open(self) -> bool:
        store = opened(self.path, self.mode)
        try:
            self._locked_begin(store)
        except BaseException:
            store.close()
            raise
        return True

    def name_socket(self, socket: str) -> None:
        """Have others that find the journal in use learn where consoles attach; "" for nowhere."""
        self._socket = socket
        if (store := self._store) is not None:
            store.name_socket(socket)

    def _locked_begin(self, store: Store) -> None:
        self._opened = self._clock.time()
        now = microseconds(self._clock.time())
        self.last_end, self._slab = begin_life(store, now)
        self._store, self._name = store, store.uuid
        store.name_socket(self._socket)
        self.rows.epoch = store.epoch
        keeping = Housekeeping(store, self._clock, self.keep_days, self.keep_rows)
        self._committer = Committer(store, self._clock, self._start_thread, keeping)

    def close(self) -> None:
        """Write everything, note that the life has ended in order, and close the file.

        It can be called again if it was interrupted. Of two threads the second waits for the first:
        SQLite would crash if one used the file while the other closes it.
        """
        with self._ending:
            if not self._ends:  # else a signal handler in the middle, which leaves it to this
                try:
                    self._ends = True
                    self._close()
                finally:
                    self._ends = False

    def _close(self) -> None:
        committer, store = self._committer, self._store
        if store is None:
            return
        if committer is not None:
            write_rest(committer, store)
            self._committer = None
        self._reader.close()
        self.left = end_life(store, microseconds(self._clock.time()))
        self._store = None
        self._slab = None  # its file is let go at once, also where an engine is kept for long

    def keep(self, name: str, value: Any, *, wait: bool = True) -> None:
        """Keep a value under a name, and return when it is on disk; None for none any more.

        Args:
            wait: False: it is written soon.
        """
        text = None if value is None else encode(value).decode()
        self._committing().keep(name, text, wait=wait)

    def kept(self) -> dict[str, Any]:
        """Return all kept values by name, as they were when the journal was opened."""
        return {k: msgspec.json.decode(v) for k, v in self.store.kept().items()}

    # What the observer of the engine calls

    def accepted(self, tasks: Sequence[Task]) -> BaseException | None:
        """Write tasks down, and return when they are on disk.

        Returns what a signal handler has raised meanwhile, to be raised once they are in.

        Raises:
            JournalUnavailable: they are not.
            TypeError: a task has no type; nothing is written.
        """
        durable = [task for task in tasks if is_durable(task)]
        if not durable:
            return None
        rows = self.rows.of_accepted(durable)
        raised = self._committing().accept(
            rows, lambda: [*map(self.rows.of_cancelled, durable)], self.along.take(tasks)
        )
        crash_at("accepted")
        return raised

    def retracted(self, tasks: Sequence[Task]) -> None:
        """Have tasks not come back that an interrupt has kept out; they may be on disk or not."""
        committer = self._committer
        if committer is not None:
            for task in tasks:
                if is_durable(task):
                    committer.update(self.rows.of_cancelled(task))

    def started(self, task: Task) -> None:
        """Note that a task runs, where it is found after a crash."""
        slab = self._slab
        if slab is not None and is_durable(task):
            slab.begin(task.number, task.attempts, microseconds(task.started or 0.0))

    def retried(self, task: Task, delay: float) -> None:
        """Write down that a failed attempt will be followed by another."""
        if is_durable(task):
            again = self._clock.time() + delay
            self._change(task, self.rows.of_change(task, SCHEDULED, not_before=again))

    def ended(self, tasks: Sequence[Task], state: TaskState) -> None:
        """Write down how tasks have ended."""
        now = self._clock.time()
        for task in tasks:
            if is_durable(task):
                row = self.rows.of_change(task, ENDS[state], finished=now)
                self._change(task, row, waits=self.rows.ends_on_disk(task))

    def moved(self, task: Task) -> None:
        """Write down what a scheduled task does now, and when; return when it is on disk.

        It is written again if another submission has moved it meanwhile.

        Raises:
            JournalUnavailable: it could not be written.
        """
        while is_durable(task) and task.state == "scheduled" and (due := task.due) is not None:
            work = task.work
            self._change(task, self.rows.of_move(task, due))
            self.flush()
            if task.work is work and task.due == due:
                return

    def reprioritized(self, task: Task, *, at_once: bool) -> bool:
        """Write down another priority, and with ``at_once`` that it is due; the caller flushes."""
        if is_durable(task) and (committer := self._committer) is not None:
            committer.priority(task.number, self.rows.of_priority(task, at_once=at_once))
        return is_durable(task)

    def withdrawn(self, rows: Sequence[OpenRow]) -> None:
        """Write down that tasks are cancelled that were in the file only, if possible at once.

        While it cannot be written they are gone for this engine all the same.
        """
        committer = self._committing()
        for row in rows:
            committer.update(self.rows.of_withdrawn(row))
        with suppress(JournalUnavailable):
            committer.flush()

    def flush(self) -> None:
        """Return when everything that came before is on disk; raises JournalUnavailable."""
        self._committing().flush()

    def failure(self, row: Sequence[Any]) -> None:
        """Write a failure, or delete it, with the next update."""
        if (committer := self._committer) is not None:
            committer.failure(encode(row).decode())

    def read(self, sql: str, *given: object) -> list[tuple[Any, ...]]:
        """Return all rows of a query of what is on disk; raises JournalUnavailable."""
        return self._reader.all(sql, given)

    def _change(self, task: Task, row: str, *, waits: bool = False) -> None:
        """Write what has become of a task that ran, or did not; the slab names it until then."""
        committer, slab = self._committer, self._slab
        if committer is None:
            return
        if slab is not None:
            slab.finished(task.number, task.attempts)
            crash_at("end-noted")
        committer.update(row, waits=waits)
        if slab is not None:
            crash_at("end-queued")
            slab.end(task.number)

    def _committing(self) -> Committer:
        if self._committer is None:
            raise JournalUnavailable(f"the journal {self.path} is not open: start the engine first")
        return self._committer
