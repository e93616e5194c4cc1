"""The task log: the lines that task bodies log, by task, bounded for each task and in total.

In each log the oldest lines are dropped first. When all logs together are too large, whole logs are
dropped: those of tasks that did not fail, then those of failed tasks, each in the order of the last
write; and if that is not enough, lines of open tasks. A tenth is freed at a time, so that the cost
is spread over many lines. Lines dropped from a log that is kept are counted. Values of revealed
secrets are masked before a line is kept.

A print without a line break at its end is the last line of its log, which grows until the line ends
or another line comes. It is shown only then, or when the body has ended.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple
from weakref import ref

from chasqui import arguments, numbers
from chasqui.keywords import hinting
from chasqui.pool import forking
from chasqui.pool.clock import Clock
from chasqui.pool.log_sinks import LogSource
from chasqui.pool.states import FINAL
from chasqui.pool.task import Task
from chasqui.secret import masked

LINE: Final = 16_384  # characters of a line, enough for a traceback
CUT: Final = " [cut]"  # in ASCII: a wider character would double the memory of the line
LINE_BYTES: Final = 180  # of a line besides its text, measured: a tuple, three numbers, a slot
LOG_BYTES: Final = 700  # of a log besides its lines, measured: its object, its list, its slot
KEPT: Final = 0.9  # of the bytes in total, after logs were dropped
PRINTED: Final = logging.getLevelName(logging.INFO)

Level = Literal["debug", "info", "warning", "error"]


@hinting
@dataclass(frozen=True, slots=True)
class LogCapture:
    """Which lines of task bodies are kept, and how many.

    Raises:
        ValueError: a bound is less than 1, or the level does not exist.

    Example: `chasqui-tui help batches`.
    """

    logging: bool = True
    """Whether to keep what they log, with ``ctx.log`` or any logger of the standard library."""
    prints: bool = False
    """Whether to keep what they print, instead of printing it."""
    level: Level = "info"
    """The lowest level to keep, among lines that the loggers' own levels let through."""
    lines_per_task: int = 200
    bytes_per_task: int = 64 * 1024
    """Of memory."""
    bytes_in_all: int = 16 * 1024 * 1024

    def __post_init__(self) -> None:
        for name in ("logging", "prints"):
            object.__setattr__(self, name, arguments.flag(name, getattr(self, name)))
        for name in ("lines_per_task", "bytes_per_task", "bytes_in_all"):
            object.__setattr__(self, name, numbers.count(name, getattr(self, name)))
        if self.level not in ("debug", "info", "warning", "error"):
            raise ValueError(
                f"level must be debug, info, warning or error, got {numbers.shown(self.level)}"
            )


class LogLine(NamedTuple):
    """A line of a task's log; a traceback is part of its line.

    Example: `chasqui-tui help batches`.
    """

    number: int
    """From 1, in each task."""
    at: float
    """Seconds since the epoch."""
    level: str
    logger: str
    """``stdout`` or ``stderr`` for what was printed."""
    text: str
    attempt: int


class LogPage(NamedTuple):
    """The lines of a task after a cursor.

    Example: `chasqui-tui help batches`.
    """

    lines: tuple[LogLine, ...]
    dropped: int
    """How many lines between the cursor and the first of these were dropped."""
    cursor: int
    """The cursor to ask for the lines after these."""


NOTHING_SAID: Final = LogPage((), 0, 0)


class TaskLogs:
    """The logs of an engine's tasks. Any thread."""

    def __init__(self, rules: LogCapture, clock: Clock) -> None:
        self.level = sys.maxsize  # one number, so that any thread may read it
        self.keeps_from: Level | None = None  # the same; None: what is logged is not kept
        if rules.logging:
            self.keep_from(rules.level)
        self.prints = rules.prints
        self._rules = rules
        self._clock = clock
        self._per_task = min(rules.bytes_per_task, rules.bytes_in_all)
        self._lock = threading.RLock()  # guards all below
        forking.watch(self)
        # By task number, the least recently written first.
        self._logs: OrderedDict[int, _Log] = OrderedDict()
        self._failed: OrderedDict[int, _Log] = OrderedDict()
        self._bytes = 0

    def keep_from(self, level: Level) -> None:
        """Keep lines of this level and above from now on, those of running bodies as well."""
        self.keeps_from, self.level = level, logging.getLevelNamesMapping()[level.upper()]

    @property
    def bytes(self) -> int:
        """The memory of all logs, in bytes, as far as it is counted."""
        return self._bytes

    def write(self, source: LogSource, level: int, logger: str, text: str) -> None:
        """Keep a line that was logged."""
        self._say(source, logging.getLevelName(level), logger, _cut(masked(text)))

    def write_print(self, source: LogSource, stream: str, text: str) -> None:
        """Keep what was printed: any number of lines, the last of which may be incomplete."""
        *whole, rest = text.split("\n")
        with self._lock:
            self._locked_print(source, stream, whole, rest)

    def _locked_print(self, source: LogSource, stream: str, whole: list[str], rest: str) -> None:
        for line in whole:
            self._print(source, stream, line)
            self._end_line(source)
        if rest:
            self._print(source, stream, rest)

    def fail(self, number: int) -> None:
        """Keep the log of a failed task longer than others."""
        with self._lock:
            log = self._logs.get(number)
            if log is not None:
                self._failed[number] = log
                del self._logs[number]

    def lines(self, number: int) -> tuple[LogLine, ...]:
        """Return all kept lines of a task."""
        return self.page(number).lines

    def page(self, number: int, after: int = 0) -> LogPage:
        """Return the lines of a task after a cursor; 0: all that are kept."""
        after = numbers.count("after", after, 0)
        with self._lock:
            log = self._logs.get(number) or self._failed.get(number)
            if log is None:
                return LogPage((), 0, after)
            last = log.written
            if log.open is not None:
                if log.speaks():
                    last -= 1
                else:
                    log.open = None
            first = log.written - len(log.lines) + 1  # the number of the oldest
            begin = max(after + 1, first)
            lines = tuple(log.lines[begin - first : max(0, last - first + 1)])
        return LogPage(lines, max(0, first - 1 - after), max(after, last))

    def _say(self, source: LogSource, level: str, logger: str, text: str) -> None:
        at = self._clock.time()
        with self._lock:
            log = self._locked_log(source.task)
            log.open = None
            line = LogLine(log.written + 1, at, level, logger, text, source.attempt)
            self._locked_append(log, line)

    def _print(self, source: LogSource, stream: str, text: str) -> None:
        log = self._locked_log(source.task)
        last = log.lines[-1] if log.lines else None
        if last is None or log.open != (stream, source.attempt) or len(last.text) >= LINE:
            self._say(source, PRINTED, stream, _cut(masked(_seen(text))))
            log.open = (stream, source.attempt)
            return
        # Masked as a whole: a secret may be printed in two pieces.
        self._locked_replace(log, last._replace(text=_cut(masked(_seen(last.text + text)))))

    def _end_line(self, source: LogSource) -> None:
        log = self._locked_log(source.task)
        last = log.lines[-1] if log.lines else None
        if last is not None and last.text.endswith("\r"):
            self._locked_replace(log, last._replace(text=last.text.rstrip("\r")))
        log.open = None

    def _locked_log(self, task: Task) -> _Log:
        logs = self._failed if task.number in self._failed else self._logs
        log = logs.get(task.number)
        if log is None:
            log = logs[task.number] = _Log(task)
            self._bytes += LOG_BYTES
        else:
            logs.move_to_end(task.number)
        return log

    def _locked_append(self, log: _Log, line: LogLine) -> None:
        size = _size(line)
        log.lines.append(line)
        log.written = line.number
        log.bytes += size
        self._bytes += size
        self._locked_trim(log)

    def _locked_replace(self, log: _Log, line: LogLine) -> None:
        size = _size(line) - _size(log.lines[-1])
        log.lines[-1] = line
        log.bytes += size
        self._bytes += size
        self._locked_trim(log)

    def _locked_trim(self, log: _Log) -> None:
        """Enforce the bounds, of the log just written and of all together."""
        gone = max(0, len(log.lines) - self._rules.lines_per_task)
        left = log.bytes - sum(_size(line) for line in log.lines[:gone])
        while left > self._per_task and gone < len(log.lines) - 1:
            left -= _size(log.lines[gone])
            gone += 1
        self._locked_forget(log, gone)
        if self._bytes > self._rules.bytes_in_all:
            self._locked_make_room(log)

    def _locked_make_room(self, newest: _Log) -> None:
        goal = self._rules.bytes_in_all * KEPT
        for logs in (self._logs, self._failed):
            for number, log in list(logs.items()):
                if self._bytes <= goal:
                    return
                if log is not newest and log.ended():
                    self._bytes -= LOG_BYTES + log.bytes
                    del logs[number]
        for log in [*self._logs.values(), *self._failed.values()]:
            if self._bytes <= goal:
                return
            self._locked_forget(log, len(log.lines) - (log is newest))

    def _locked_forget(self, log: _Log, count: int) -> None:
        """Drop this many of the oldest lines of a log."""
        if count > 0:
            size = sum(_size(line) for line in log.lines[:count])
            del log.lines[:count]
            log.bytes -= size
            self._bytes -= size


class _Log:
    """The log of one task."""

    __slots__ = ("_task", "bytes", "lines", "open", "written")

    def __init__(self, task: Task) -> None:
        self._task = ref(task)
        self.lines: list[LogLine] = []
        self.written = 0
        self.bytes = 0
        self.open: tuple[str, int] | None = None
        """The stream and the attempt of the last line, while it is incomplete."""

    def ended(self) -> bool:
        task = self._task()
        return task is None or task.state in FINAL

    def speaks(self) -> bool:
        task = self._task()
        return task is not None and task.state == "running"


def _size(line: LogLine) -> int:
    return LINE_BYTES + sys.getsizeof(line.text)


def _cut(text: str) -> str:
    return text if len(text) <= LINE else text[: LINE - len(CUT)] + CUT


def _seen(text: str) -> str:
    """Return what a terminal shows of a line with carriage returns."""
    body = text.rstrip("\r")
    return body.rpartition("\r")[2] + text[len(body) :]
