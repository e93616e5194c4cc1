"""The store: a journal's file, and the only connection of all that writes to it or checkpoints.

SQLite before 3.51.3 may corrupt a file when two connections write or checkpoint at the same time;
so there is never a second one. Any thread may call, one at a time: the committer sees to that.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from ctypes import py_object, pythonapi
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import msgspec

from chasqui.engine.journal import faults
from chasqui.engine.journal.crash import crash_at
from chasqui.engine.journal.faults import Doubt
from chasqui.engine.journal.marking import mark
from chasqui.engine.journal.rows import GroupCommit, array
from chasqui.engine.journal.schema import APPLICATION, BATCH, COMMIT, COUNT_OPEN, TABLES, VERSION
from chasqui.engine.journal.slab import NOTHING, SlabReading
from chasqui.engine.journal.view import LastEnd
from chasqui.pool import forking

if TYPE_CHECKING:
    from chasqui.engine.journal.lock import JournalLock

SYNCHRONOUS: Final[dict[str, str]] = {"power": "full", "process": "normal"}
CHECKPOINT_PAGES: Final = 2000  # of the log, 8 MB, after which it is copied into the file
LOG_BYTES: Final = 64 * 1024 * 1024  # that the log keeps at most once it was copied
OLDEST: Final = "select id from task where finished_us is not null order by finished_us limit ?"
OLDER: Final = (
    "select id from task where finished_us is not null and finished_us < ?"
    " order by finished_us limit ?"
)
FORGET: Final = (
    "delete from task where id in (select value from json_each(?)) and finished_us is not null"
)
FORGET_FAILURES: Final = "delete from failure where task in (select value from json_each(?))"
TRIAL: Final = ""  # the name of what is kept while a disk is tried out
TRIAL_BYTES: Final = 64 * 1024


class Store:
    """An open journal file.

    Args:
        path: the file; it is made if it is missing.
        mode: ``power`` or ``process``.
    """

    def __init__(self, path: Path, mode: str) -> None:
        self.path = path
        self.mode = mode
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        self._connection = self._connect()
        self._configure()
        self.uuid = str(self._meta("uuid"))
        self.seq = int(self._meta("seq"))
        self.epoch = 0
        self.updates = 0  # that were written
        self.doubt: Doubt = ""
        self.lock: JournalLock | None = None
        """Is freed when it is closed; see `chasqui.engine.journal.opening`."""
        forking.watch(self)

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, cached_statements=16
        )

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection, for a command that keeps other things than an engine does."""
        return self._connection

    def has_lived(self) -> bool:
        """Whether an engine has ever opened the file."""
        return self._connection.execute("select 1 from engine").fetchone() is not None

    def _configure(self) -> None:
        run = self._connection.execute
        if not run("pragma user_version").fetchone()[0]:
            self._create()
        run("pragma journal_mode = wal")
        run(f"pragma synchronous = {SYNCHRONOUS[self.mode]}")
        if self.mode == "power":  # which change nothing but on macOS
            run("pragma fullfsync = on")
            run("pragma checkpoint_fullfsync = on")
        run(f"pragma wal_autocheckpoint = {CHECKPOINT_PAGES}")
        run(f"pragma journal_size_limit = {LOG_BYTES}")
        run("pragma busy_timeout = 2000")
        run("pragma temp_store = memory")
        run("pragma cell_size_check = on")

    def _create(self) -> None:
        self._connection.executescript(
            f"begin immediate; {TABLES}{BATCH}"
            f"insert into meta values ('uuid', '{uuid4()}'), ('seq', 0);"
            f"pragma application_id = {APPLICATION}; pragma user_version = {VERSION}; commit;"
        )

    def _meta(self, name: str) -> Any:
        (value,) = self._connection.execute("select v from meta where k = ?", (name,)).fetchone()
        return value

    def begin(
        self, pid: int, boot: str, now_us: int, slab: SlabReading = NOTHING
    ) -> LastEnd | None:
        """Begin a life of an engine, and return how the one before it ended.

        Its epoch is the number of the life. What the slab names is written down with it, whole or
        not at all.
        """
        run = self._connection.execute
        run("begin immediate")
        try:
            last = mark(self._connection, slab)
            crash_at("marked")
            begun = run(
                "insert into engine(pid, boot, started_us) values (?, ?, ?)", (pid, boot, now_us)
            )
            run("commit")
        except BaseException:
            run("rollback")
            raise
        self.epoch = int(begun.lastrowid or 0)
        return last

    def end(self, now_us: int) -> None:
        """Note that this life has ended in order."""
        self._connection.execute(
            "update engine set stopped_us = ? where epoch = ?", (now_us, self.epoch)
        )

    def last_number(self) -> int:
        """Return the highest number that a task ever had; 0 if there was none."""
        found = self._connection.execute("select seq from sqlite_sequence where name = 'task'")
        row = found.fetchone()
        return int(row[0]) if row else 0

    def apply(self, batch: GroupCommit) -> None:
        """Commit a batch, whole or not at all.

        Raises:
            sqlite3.Error: it is not written, or that is in doubt: see `resolve`.
        """
        crash_at("before-commit")
        texts = [array(rows) for rows in batch[1:]]
        self.doubt = "ask"
        try:
            self._connection.execute(COMMIT, (batch.seq, *texts))
        except sqlite3.Error as error:
            self.doubt = faults.doubt_of(error)
            raise
        self.seq = batch.seq
        self.doubt = ""
        self.updates += len(batch.updates)
        crash_at("after-commit")

    def resolve(self) -> None:
        """Find out what the last commit was, if it is in doubt whether one has landed.

        Raises:
            sqlite3.Error: it is still in doubt.
        """
        if not self.doubt:
            return
        if self.doubt != "ask":
            self._reopen()
            if self.doubt == "sync":
                self.checkpoint()  # writes to the disk again all that it may have dropped
        self.seq = int(self._meta("seq"))
        self.doubt = ""

    def _reopen(self) -> None:
        self._connection.close()
        self._connection = self._connect()
        self._configure()

    def forked(self) -> None:
        """Leave the file alone: this is a forked child.

        Nor must the connection ever be closed here, which would write to the parent's file.
        """
        pythonapi.Py_IncRef(py_object(self._connection))

    def name_socket(self, socket: str) -> None:
        """Say in the lock where consoles attach; "" for nowhere."""
        if self.lock is not None:
            self.lock.name_socket(socket)

    def count_open(self) -> int:
        """Return how many tasks are not final."""
        found = self._connection.execute(COUNT_OPEN)
        return int(found.fetchone()[0])

    def rows(self, sql: str, *given: object) -> Iterator[tuple[Any, ...]]:
        """Go through the rows of a query, before anything is written in this life."""
        return iter(self._connection.execute(sql, given))

    def kept(self) -> dict[str, str]:
        """Return everything that is kept besides the tasks, as JSON by name."""
        return dict(self._connection.execute("select k, v from kept where k != ?", (TRIAL,)))

    def make_room(self) -> None:
        """Empty the log, so that it can be written from its beginning, if the file has room."""
        with suppress(sqlite3.Error):
            self.checkpoint(patient=False)

    def try_out(self) -> None:
        """Write more than a usual commit, and take it back; raises sqlite3.Error.

        Small commits may land on a disk that is as good as full.
        """
        run = self._connection.execute
        run("insert or replace into kept values (?, ?)", (TRIAL, "0" * TRIAL_BYTES))
        run("delete from kept where k = ?", (TRIAL,))

    def checkpoint(self, *, patient: bool = True) -> None:
        """Copy the log into the file, and empty it.

        Args:
            patient: wait up to two seconds for others that read the file just now; else the log
                stays as it is.
        """
        run = self._connection.execute
        if not patient:
            run("pragma busy_timeout = 0")
        try:
            run("pragma wal_checkpoint(truncate)").fetchone()
        finally:
            if not patient:
                run("pragma busy_timeout = 2000")

    def count_final(self) -> int:
        """Return how many tasks are final."""
        found = self._connection.execute("select count(*) from task where finished_us is not null")
        return int(found.fetchone()[0])

    def prune(self, before_us: int | None, limit: int) -> int:
        """Delete the oldest final tasks with their failures, and return how many.

        Args:
            before_us: only those that ended before this moment.
        """
        if before_us is None:
            found = self._connection.execute(OLDEST, (limit,))
        else:
            found = self._connection.execute(OLDER, (before_us, limit))
        numbers = msgspec.json.encode([number for (number,) in found]).decode()
        self._connection.execute(FORGET_FAILURES, (numbers,))
        crash_at("pruning")
        return self._connection.execute(FORGET, (numbers,)).rowcount

    def close(self) -> None:
        """Close the file, and let others open it."""
        self._connection.close()
        if self.lock is not None:
            self.lock.release()
