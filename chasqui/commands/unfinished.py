"""`--failures FILE`: what a run did not complete, as lines that `run --jobs` takes again.

A task is in the file once, whatever came of it but its completion: it failed, was cancelled, was
left in the backlog, or still ran when the run gave it up. So is what was read and not accepted any
more, since the run was being stopped. What failed is written at once, the rest at the end at the
latest; so a run that is killed has at least its failures in the file. A file that cannot be written
any more ends no run: that is told with its ledger.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

import msgspec

from chasqui.commands.opening import open_to_write
from chasqui.commands.rows import write_all
from chasqui.engine.tasktype import TypedWork
from chasqui.pool.task import Task


class Unfinished:
    """The file, and the tasks that have not ended yet, by their numbers."""

    def __init__(self, file: Path) -> None:
        """Begin the file anew; raises OSError."""
        self._descriptor = open_to_write(file, os.O_CREAT | os.O_TRUNC)
        # The lock guards both: a task is written once, by its worker or at the end.
        self._lock = threading.Lock()
        self._open: dict[int, Task] = {}
        self._file = file
        self._error: OSError | None = None

    @property
    def problem(self) -> str:
        """What is wrong with the file, in words; empty if nothing is."""
        if self._error is None:
            return ""
        return f"{self._file}: cannot be written: {self._error.strerror}; it is not complete"

    def accepted(self, task: Task) -> None:
        """Remember a task, before anything can be told of its end."""
        with self._lock:
            self._open[task.number] = task

    def ended(self, task: Task) -> None:
        """Forget a task, and write it unless it completed."""
        with self._lock:
            if self._open.pop(task.number, None) is not None and task.state != "completed":
                self._write(task.work)

    def not_accepted(self, work: TypedWork) -> None:
        """Write what did not become a task, since the run was being stopped."""
        with self._lock:
            self._write(work)

    def close(self) -> None:
        """Write what never ended; what ends from now on is not told of any more."""
        with self._lock:
            for number in sorted(self._open):
                self._write(self._open[number].work)
            self._open.clear()

    def _write(self, work: object) -> None:
        if isinstance(work, TypedWork) and self._error is None:
            job = {"type": work.name, "params": work.params_as_json()}
            try:
                write_all(self._descriptor, msgspec.json.encode(job) + b"\n")
            except OSError as error:
                self._error = error
