"""The file of [log]: a line for each record of Chasqui's loggers.

A logging thread only puts the line in a bounded queue: a full or hanging disk costs lines, and no
worker's time. What is lost is counted and told in the file. The file is opened again when it was
moved away, so that it can be rotated from outside. A line has the local time with its offset, the
level, the logger and the text; secrets in it are masked, and what could steer a terminal is made
visible.
"""

from __future__ import annotations

import errno
import logging
import os
import threading
import time
from collections import deque
from datetime import datetime
from pathlib import Path
from typing import Final

from chasqui.commands.opening import open_to_write
from chasqui.control.safe_text import safe_line

CAPACITY: Final = 10_000  # lines
REPORT_SECONDS: Final = 5.0  # between two tellings of lines that were lost
CLOSE_SECONDS: Final = 1.0  # for the last lines to be written
LINE: Final = 16_384  # characters, enough for a traceback
LOGGER: Final = "chasqui"


class LogFile(logging.Handler):
    """A handler that appends to a file on a thread of its own.

    Raises:
        OSError: the file cannot be written.
    """

    def __init__(self, path: Path, capacity: int = CAPACITY) -> None:
        self._path = path
        self._file = _opened(path)
        super().__init__()  # which lists it to be closed at the end
        self._capacity = capacity
        self._lines: deque[str] = deque()
        self._changed = threading.Condition(threading.RLock())  # guards the lines and what follows
        self._lost = 0
        self._told = 0
        self._tell_at = 0.0
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="chasqui-log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Queue the line of a record; never waits for the file."""
        try:
            line = _line(record)
        except Exception:  # an argument that cannot be put into words must not end who logs it
            line = _prefix(record) + f"(a line of {record.pathname}:{record.lineno} has no text)"
        with self._changed:
            if self._closed or len(self._lines) >= self._capacity:
                self._lost += 1
                return
            self._lines.append(line)
            self._changed.notify()

    def close(self) -> None:
        """Write what is left, for a bounded time, and stop."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join(CLOSE_SECONDS)
        super().close()

    def _run(self) -> None:
        while (batch := self._next()) is not None:
            lines, lost = batch
            told = [f"{_stamp(time.time())} WARNING {__name__} {lost:,} log lines dropped"]
            try:
                self._write("".join(f"{line}\n" for line in [*lines, *(told if lost else [])]))
            except OSError:  # it may have room again later; what is missing will be told
                with self._changed:
                    self._lost += len(lines)
                    if self._closed:
                        break
            else:
                self._told += lost
        os.close(self._file)

    def _next(self) -> tuple[list[str], int] | None:
        """Wait for lines, or for the time to tell of lost ones; return both, or None at the end."""
        with self._changed:
            while not self._lines and not self._closed and not self._due():
                self._changed.wait(None if self._lost == self._told else REPORT_SECONDS)
            lines, lost = list(self._lines), 0
            self._lines.clear()
            if self._due():
                lost = self._lost - self._told
                self._tell_at = time.monotonic() + REPORT_SECONDS
            return (lines, lost) if lines or lost else None

    def _due(self) -> bool:
        """Whether to tell of lines that were lost."""
        late = self._closed or time.monotonic() >= self._tell_at
        return self._lost > self._told and late

    def _write(self, text: str) -> None:
        self._reopen_if_moved()
        data = text.encode("utf-8", "backslashreplace")
        while data:
            data = data[os.write(self._file, data) :]

    def _reopen_if_moved(self) -> None:
        here = os.fstat(self._file)
        try:
            there = self._path.stat()
        except FileNotFoundError:
            there = None
        if there is None or (here.st_dev, here.st_ino) != (there.st_dev, there.st_ino):
            fresh = _opened(self._path)
            os.close(self._file)
            self._file = fresh


def open_log(path: Path | None, level: str) -> None:
    """Have Chasqui's loggers write to a file from a level on; without a file, nowhere.

    Raises:
        OSError: the file cannot be written.
    """
    logger = logging.getLogger(LOGGER)
    logger.propagate = False  # not to standard error, which belongs to the console or to `run`
    if path is None:
        logger.setLevel(logging.CRITICAL + 1)  # so that what goes nowhere costs nothing
        return
    logger.addHandler(LogFile(path))
    logger.setLevel(level.upper())


class _Lines(logging.Formatter):
    """Makes the same lines as those of the file."""

    def format(self, record: logging.LogRecord) -> str:
        return _line(record)


def log_on_stderr(level: str) -> None:
    """Have Chasqui's loggers write on standard error, as a service's manager expects."""
    logger = logging.getLogger(LOGGER)
    handler = logging.StreamHandler()
    handler.setFormatter(_Lines())
    logger.addHandler(handler)
    logger.setLevel(level.upper())


def why_unwritable(path: Path) -> str | None:
    """Say why `open_log` would not take a file, without making it; None when it would."""
    try:
        os.close(open_to_write(path, os.O_APPEND))
    except FileNotFoundError:
        folder = path.resolve().parent
        if not folder.is_dir():
            return os.strerror(errno.ENOENT)
        return None if os.access(folder, os.W_OK | os.X_OK) else os.strerror(errno.EACCES)
    except OSError as error:
        return error.strerror
    return None


def _opened(path: Path) -> int:
    return open_to_write(path, os.O_APPEND | os.O_CREAT)


def _line(record: logging.LogRecord) -> str:
    text = record.getMessage()
    if record.exc_info:
        text += "\n" + logging.Formatter().formatException(record.exc_info)
    return safe_line(_prefix(record) + text, LINE)


def _prefix(record: logging.LogRecord) -> str:
    return f"{_stamp(record.created)} {record.levelname} {record.name} "


def _stamp(moment: float) -> str:
    return datetime.fromtimestamp(moment).astimezone().isoformat(timespec="milliseconds")
