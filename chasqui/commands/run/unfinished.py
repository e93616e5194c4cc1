"""What a run does not complete, as lines that `run --jobs` takes again: `--failures FILE`.

A task is in the file once, whatever came of it but its completion: it failed, was cancelled, was
left in the backlog, or still ran when the run gave it up. So is what was read and not accepted any
more, since the run was being stopped. What failed is written at once, the rest at the end at the
latest; so a run that is killed has at least its failures in the file. A file that cannot be written
any more ends no run: that is told with its ledger.

Without `--failures` the lines go into a file without a name, which is gone with the run. A run that
was stopped before all had ended names them and keeps them in the engine's state folder: it makes no
difference whether a signal, ``--halt``, the reader of the output or a full disk has stopped it.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

import msgspec

from chasqui.commands.given import Usage
from chasqui.commands.leftovers import (
    Leftover,
    Leftovers,
    again,
    keep_newest,
    new_file,
    of_task,
    of_work,
)
from chasqui.commands.opening import open_to_write
from chasqui.commands.run.following import Follower
from chasqui.commands.run.line_keys import LineKey
from chasqui.commands.writing import Row
from chasqui.engine.types.task_type import TypedWork
from chasqui.engine.values.marks import is_lost
from chasqui.pool.task import Task


class UnfinishedFile(Follower):
    """The file, and the tasks that have not ended yet, by their numbers.

    Args:
        before: gives what failed in earlier runs: types, and parameters as JSON.
    """

    def __init__(
        self,
        file: Path | None,
        before: Callable[[], Iterable[tuple[str, str]]] | None = None,
    ) -> None:
        self.file = file
        """Its path; None: it has no name."""
        self._before = before
        self._spool: IO[bytes] | None = None
        self._leftovers = Leftovers(None)
        self._lock = threading.Lock()  # guards the file: a task is written by its worker
        self._open: dict[int, Task] = {}

    def begin(self) -> None:
        """Begin the file anew, with what failed in earlier runs; raises Usage."""
        descriptor = None
        if self.file is not None:
            try:
                descriptor = open_to_write(self.file, os.O_CREAT | os.O_TRUNC)
            except OSError as error:
                raise Usage(f"{self.file}: cannot be written: {error.strerror}") from None
        self._leftovers = Leftovers(descriptor, brief=self.file is not None)
        with self._lock:
            for type, params in self._before() if self._before else ():
                given = msgspec.json.decode(params)
                self._write(Leftover(None, type, "", "failed", "", given, is_lost(given)))

    @property
    def problem(self) -> str:
        """What is wrong with the file, in words; empty if nothing is."""
        error = self._leftovers.error
        if self.file is None or error is None:
            return ""
        return f"{self.file}: cannot be written: {error.strerror}; it is not complete"

    def accepted(self, key: LineKey, task: Task) -> None:
        """Remember a task, before its end can be reported."""
        self._open[task.number] = task

    def ended(self, key: LineKey, task: Task, row: Row) -> None:
        """Forget a task, and write it unless it completed."""
        # Taking it out is what decides who writes it, and one call of C.
        if self._open.pop(task.number, None) is not None and task.state != "completed":
            with self._lock:
                self._write(of_task(task, task.state))

    def not_accepted(self, key: LineKey, work: TypedWork) -> None:
        """Write what did not become a task, since the run was being stopped."""
        with self._lock:
            self._write(of_work(work))

    def close(self) -> None:
        """Write what never ended; what ends from now on is not reported any more."""
        for number in sorted(self._open):
            task = self._open.pop(number, None)
            if task is not None:
                fate = "abandoned" if task.state == "running" else "left"
                with self._lock:
                    self._write(of_task(task, fate))

    def keep_and_tell(self, folder: Path, config: str | None) -> None:
        """Name what is not completed, and keep it in a folder; with `--failures` it is kept."""
        if self.file is not None or not self._leftovers.count:
            return
        file, problem = None, "nowhere"
        try:
            from shutil import copyfileobj

            if self._leftovers.error is not None:
                raise self._leftovers.error
            if self._spool is not None:
                file, descriptor = new_file(folder)
                self._spool.seek(0)
                with os.fdopen(descriptor, "wb") as kept:
                    copyfileobj(self._spool, kept)
                keep_newest(folder, file)
        except OSError as error:
            file, problem = None, f"nowhere: {folder}: {error.strerror}"
        beside = " (say options such as --workers or --output with it)"
        self._leftovers.tell(file, again(file, config), nowhere=problem, beside=beside)

    def _write(self, one: Leftover) -> None:
        if self.file is None and not self._leftovers.count:
            self._leftovers = Leftovers(self._spooled())
        self._leftovers.add(one)
        self._leftovers.flush()

    def _spooled(self) -> int | None:
        """Make the file without a name; without room for it, the first tasks are named alone."""
        from tempfile import TemporaryFile  # 3 ms, and most runs complete all tasks

        with contextlib.suppress(OSError):
            self._spool = TemporaryFile()  # noqa: SIM115
            return self._spool.fileno()
        return None
