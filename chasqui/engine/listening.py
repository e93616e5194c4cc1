"""Listening: the part of an engine that keeps what the bodies of its tasks say."""

from __future__ import annotations

from collections.abc import Mapping

from chasqui import arguments
from chasqui.engine import capture
from chasqui.engine.config import LogConfig
from chasqui.engine.tasklog import LogCapture, LogPage, TaskLogs
from chasqui.pool import speech
from chasqui.pool.clock import Clock
from chasqui.pool.pool import Pool


def capture_of(config: LogConfig) -> LogCapture:
    """Return what a config says of it."""
    return LogCapture(
        logging=config.capture,
        prints=config.capture_prints,
        level=config.level,
        lines_per_task=config.lines_per_task,
        bytes_per_task=config.bytes_per_task,
        bytes_in_all=config.bytes_in_all,
    )


class Listening:
    """The part of an engine that has task logs."""

    pools: Mapping[str, Pool]
    _capture: LogCapture
    _task_logs: TaskLogs
    _wanted: list[capture.Shared]

    def task_log(self, number: int, after: int = 0) -> LogPage:
        """Return the lines that the body of a task has said so far.

        They are kept while `LogCapture` has room for them, also when the task has ended.

        Args:
            after: the ``cursor`` of the page before, to have only what has come since.
        """
        return self._task_logs.page(arguments.number("number", number), after)

    def _prepare_listening(self, rules: LogCapture, clock: Clock) -> None:
        self._capture = rules
        self._task_logs = TaskLogs(rules, clock)
        self._wanted = []

    def _listen(self) -> None:
        """Begin, before the first body does."""
        rules = self._capture
        if not (rules.logging or rules.prints):
            return
        for pool in self.pools.values():
            speech.listen(pool, self._task_logs)
        for shared, wanted in ((capture.RECORDS, rules.logging), (capture.PRINTS, rules.prints)):
            if wanted:
                shared.want()
                self._wanted.append(shared)

    def _stop_listening(self) -> None:
        for pool in self.pools.values():
            speech.ignore(pool)
        while self._wanted:
            self._wanted.pop().release()
