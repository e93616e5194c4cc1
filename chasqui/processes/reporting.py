"""Reporting: what a body in a child says while it runs, on its way to the host.

Of a body's progress the newest report counts, so they are sent twenty times a second at most: a
body that reports in a tight loop is not slowed down by its host. Lines are sent as they come. What
a body prints goes line by line; what it starts or forks writes to the descriptors, which the zygote
reads.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import sys
import threading
import time
from collections.abc import MutableMapping
from typing import Any, Final

from chasqui.pool.lines import error_of, line_of, traceback_of
from chasqui.processes.frames import Frames
from chasqui.processes.messages import BodyLine, BodyProgress, encode

OFTEN: Final = 0.05  # seconds between two reports of progress
LONGEST: Final = 64 * 1024  # characters of a line
TASK: Final = "chasqui.task"
STREAMS: Final = ("stdout", "stderr")


class Reports:
    """Sends what bodies report; any thread of the child."""

    def __init__(self, frames: Frames) -> None:
        self._frames = frames
        self._process = os.getpid()
        self._lock = threading.Condition()
        self._newest: BodyProgress | None = None
        self._sent_at = 0.0
        self._flusher: threading.Thread | None = None
        self.level = logging.WARNING
        """The lowest level of lines that the host wants."""

    def progress(self, done: float, total: float | None, text: str) -> None:
        """Report how far a body is, now or a little later."""
        report = BodyProgress(done, total, _sendable(text))
        with self._lock:
            now = time.monotonic()
            if now - self._sent_at < OFTEN:
                self._newest = report
                self._see_to_flusher()
                return
            self._newest, self._sent_at = None, now
        self._send(report)

    def line(self, level: int, logger: str, text: str) -> None:
        """Report a line that a body has logged, or what it has printed."""
        if self.is_copy:
            write_below(logger, text if logger in STREAMS and not level else f"{text}\n")
        else:
            self._send(BodyLine(level, _sendable(logger), _sendable(text[:LONGEST])))

    def over(self) -> None:
        """Send the newest report of progress, if it has yet to be sent: its task has ended."""
        if self._flusher is not None:  # which may be in the middle of sending it
            with self._lock:
                report, self._newest = self._newest, None
                if report is not None:  # else it has just been sent
                    self._send(report)

    @property
    def is_copy(self) -> bool:
        """Whether this is a process that a body has forked, which its host knows nothing of."""
        return os.getpid() != self._process

    def _send(self, message: BodyProgress | BodyLine) -> None:
        if self.is_copy:
            return
        try:
            self._frames.send(encode(message))
        except OSError:
            return  # the host is gone, and so is this process soon

    def _see_to_flusher(self) -> None:
        if self._flusher is None:
            self._flusher = threading.Thread(target=self._flush, name="chasqui-report", daemon=True)
            self._flusher.start()
        self._lock.notify()

    def _flush(self) -> None:
        while True:
            with self._lock:
                while self._newest is None:
                    self._lock.wait()
                left = self._sent_at + OFTEN - time.monotonic()
                if left > 0:
                    self._lock.wait(left)
                    continue
                report, self._newest, self._sent_at = self._newest, None, time.monotonic()
                # With the lock held: a report of an ended task must not follow its end.
                self._send(report)


def _sendable(text: str) -> str:
    """Return a text that UTF-8 can hold."""
    return text if text.isascii() else text.encode(errors="backslashreplace").decode()


class ChildLogger(logging.LoggerAdapter[logging.Logger]):
    """The logger of a task in a child: its host logs the lines."""

    def __init__(self, reports: Reports, number: int, name: str) -> None:
        super().__init__(logging.getLogger(TASK), {"task": number, "type": name})
        self._reports = reports

    def process(
        self, msg: Any, kwargs: MutableMapping[str, Any]
    ) -> tuple[Any, MutableMapping[str, Any]]:
        """Leave the message as it is: the host puts the task's number before it."""
        return msg, kwargs

    def isEnabledFor(self, level: int) -> bool:  # noqa: N802 - the name is logging's
        """Whether a line of this level would be kept or shown."""
        return level >= self._reports.level

    def log(self, level: int, msg: object, *args: object, **kwargs: Any) -> None:
        """Send a line to the host."""
        if self.isEnabledFor(level):
            text = line_of(msg, args) + traceback_of(error_of(kwargs.get("exc_info")))
            self._reports.line(level, TASK, text)


class ReportHandler(logging.Handler):
    """Sends the records of all loggers of a child to its host."""

    def __init__(self, reports: Reports) -> None:
        super().__init__()
        self._reports = reports

    def emit(self, record: logging.LogRecord) -> None:
        """Send a record as a line."""
        error = error_of(record.exc_info)
        # A single mapping stands for itself, as `logging` has it; without arguments it is None.
        args = () if record.args is None else record.args
        args = args if isinstance(args, tuple) else (args,)
        text = line_of(record.msg, args) + traceback_of(error)
        self._reports.line(record.levelno, record.name, text)


class Printed(io.TextIOBase):
    """Stands for a standard stream, and sends what is printed to the host, line by line."""

    def __init__(self, reports: Reports, name: str) -> None:
        self._reports = reports
        self._name = name
        self._begun = ""

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """UTF-8, as for everything that goes to the host."""
        return "utf-8"

    def writable(self) -> bool:
        """Return True."""
        return True

    def fileno(self) -> int:
        """Return the descriptor below, which the zygote reads."""
        return descriptor_of(self._name)

    def write(self, text: str) -> int:
        """Send the lines that are complete, and keep the rest."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        whole, newline, self._begun = (self._begun + text).rpartition("\n")
        if newline:
            self._send(whole + newline)
        if len(self._begun) >= LONGEST:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Send a line that is too long to wait for its end; a copy sends what it has."""
        if len(self._begun) >= LONGEST or self._reports.is_copy:
            self.end()

    def end(self) -> None:
        """Send what has no end of a line yet: its task has ended."""
        if self._begun:
            begun, self._begun = self._begun, ""
            self._send(begun)

    def _send(self, text: str) -> None:
        for at in range(0, len(text), LONGEST):
            self._reports.line(0, self._name, text[at : at + LONGEST])


def descriptor_of(name: str) -> int:
    """Return the descriptor of a stream; what is logged goes to that of errors."""
    return 1 if name == "stdout" else 2


def write_below(name: str, text: str) -> None:
    """Write to a descriptor that the zygote reads, as what a body starts does."""
    descriptor, data = descriptor_of(name), text.encode(errors="backslashreplace")
    with contextlib.suppress(OSError):  # the zygote is gone, and so is this process soon
        while data:
            data = data[os.write(descriptor, data) :]


def redirect(reports: Reports) -> tuple[Printed, Printed]:
    """Have what bodies log and print in this process sent to the host."""
    root = logging.getLogger()
    for handler in root.handlers[:]:
        root.removeHandler(handler)  # of the host's script; the host has them, too
    root.addHandler(ReportHandler(reports))
    out, err = Printed(reports, "stdout"), Printed(reports, "stderr")
    sys.stdout, sys.stderr = out, err
    return out, err


def set_level(level: int) -> None:
    """Have loggers that no program has set let lines of this level through."""
    root = logging.getLogger()
    if root.level != level:
        root.setLevel(level)
