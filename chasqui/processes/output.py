"""Output: what a child writes past Python, or what it starts, as lines in the log of its task."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from chasqui.pool import log_sinks
from chasqui.pool.backend import Worker
from chasqui.pool.task import Task

LONGEST: Final = 64 * 1024  # characters of a line


class OutputLines:
    """Makes lines of what comes in pieces, and keeps them for the task that its worker runs."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._begun = ""
        self.last: Callable[[], Task | None] = lambda: None
        """Returns the task that its child had last, while anything else refers to it."""

    def take(self, text: str) -> None:
        """Take a piece; on the thread that hears the zygote."""
        *lines, self._begun = (self._begun + text).split("\n")
        if len(self._begun) > LONGEST:
            lines, self._begun = [*lines, self._begun], ""
        self._keep(lines)

    def end(self) -> None:
        """Keep a line without an end: the task has ended, and all that it wrote was taken."""
        if self._begun:
            begun, self._begun = self._begun, ""
            self._keep([begun])

    def _keep(self, lines: list[str]) -> None:
        task = self._worker.task or self.last()
        if lines and task is not None and (sink := log_sinks.sink_of(task)) is not None:
            source = log_sinks.LogSource(task, task.attempts)
            for line in lines:
                sink.write(source, logging.INFO, "output", line)
