"""The logger of a task, which is `Context.log`: its lines begin with the task's number and name."""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import Any

from chasqui import loggers, raised
from chasqui.pool import log_sinks
from chasqui.pool.lines import error_of, is_harmless, line_of, traceback_of
from chasqui.pool.log_sinks import LogSink, LogSource
from chasqui.pool.task import Task
from chasqui.secret import longest_revealed, masked

log = loggers.named("chasqui.task")


class TaskLogger(logging.LoggerAdapter[logging.Logger]):
    """A logger that names the task first. The sink of the task's pool gets the lines as well."""

    def __init__(self, task: Task, attempt: int | None = None) -> None:
        super().__init__(log, {"task": task.number, "type": task.name})
        self._source = LogSource(task, attempt or task.attempts)

    def process(
        self, msg: Any, kwargs: MutableMapping[str, Any]
    ) -> tuple[Any, MutableMapping[str, Any]]:
        """Put the task's number and name before the message."""
        assert self.extra is not None
        kwargs.setdefault("extra", self.extra)
        return f"task {self.extra['task']} {self.extra['type']}: {msg}", kwargs

    def isEnabledFor(self, level: int) -> bool:  # noqa: N802 - the name is logging's
        """Whether a line of this level would be kept or shown."""
        return self.logger.isEnabledFor(level) or self._sink(level) is not None

    def _sink(self, level: int) -> LogSink | None:
        sink = log_sinks.sink_of(self._source.task)
        return sink if sink is not None and level >= sink.level else None

    def log(self, level: int, msg: object, *args: object, **kwargs: Any) -> None:
        """Log a line; secrets that were revealed in this process are masked."""
        error = error_of(kwargs.get("exc_info"))
        if (sink := self._sink(level)) is not None:
            sink.write(self._source, level, log.name, line_of(msg, args) + traceback_of(error))
        if not self.logger.isEnabledFor(level):
            return
        kwargs["stacklevel"] = kwargs.get("stacklevel", 1) + 1
        is_tame = is_harmless(msg, args) and (error is None or raised.is_tame(error))
        if longest_revealed() or not is_tame:  # a handler gets what it need not ask for its text
            msg, args = masked(line_of(msg, args) + traceback_of(error)), ()
            kwargs.pop("exc_info", None)
        super().log(level, msg, *args, **kwargs)
