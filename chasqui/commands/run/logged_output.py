"""Printing with a job log: a row, then its line in the log, then the worker's next task."""

from __future__ import annotations

from collections.abc import Callable

from chasqui.commands.run.joblog import JobLog
from chasqui.commands.run.line_keys import ONLY, LineKey
from chasqui.commands.run.output import Output


class LoggedOutput(Output):
    """Standard output, for a run with a job log.

    Workers write themselves. A queue of rows would be faster, and a kill would find thousands of
    tasks that have ended without being in the log.
    """

    def __init__(self, log: JobLog, on_end: Callable[[], None]) -> None:
        super().__init__(on_end)
        self._log = log

    @property
    def is_over(self) -> bool:
        return self._log.error is not None or super().is_over

    @property
    def end(self) -> str:
        return super().end if self._log.error is None else "the job log cannot be written"

    def write_line(self, data: bytes, key: LineKey = ONLY) -> None:
        """Write a row that is made already, and note that in the log."""
        with self._lock:
            if self.error is None:
                try:
                    self._write(data)
                except OSError as error:
                    self.error = error
                    self._on_end()
            if self.error is not None:
                self.unprinted += 1
            elif not self._log.printed(key):
                self.unprinted += 1
                self._on_end()
