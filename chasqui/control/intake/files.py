"""A file of rows, read in chunks from its start as often as it is needed.

What is held is one chunk, however long the file is. The file stays open, so that it is the same
also when another one has taken its name; once it was written, it is not read any more.
"""

from __future__ import annotations

import codecs
import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from chasqui.control.details import TaskTypeInfo
from chasqui.control.intake.lines import InputLine, InputSource, Unreadable, Until, together
from chasqui.control.intake.shapes import Row, Shape, guess, rows_of
from chasqui.control.intake.tasks import TaskMaker
from chasqui.control.submit_records import TASKS, SubmitOptions
from chasqui.control.wire.frames import REQUEST_BYTES

HEAD: Final = 64 * 1024
"""Bytes that are looked at to tell what a file is."""
CHUNK_BYTES: Final = REQUEST_BYTES // 2
"""Of the tasks of a chunk, unless a single one is longer."""
NO_OPTIONS: Final = SubmitOptions()
TASK_BYTES: Final = REQUEST_BYTES - 4096
"""Of a task: more do not fit into a request."""
UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


class RowChunk(NamedTuple):
    """Some rows that follow each other, and how much of the file has been read."""

    rows: tuple[Row, ...]
    share: float


class RowFile:
    """An open file of rows; one thread at a time.

    Args:
        path: as a person types it, perhaps with ``~``.
        info: the type of all tasks.
        options: those of all tasks.

    Raises:
        Unreadable: it is no file of text with something in it, or cannot be read.
    """

    def __init__(self, path: str, info: TaskTypeInfo, options: SubmitOptions = NO_OPTIONS) -> None:
        self.path = path
        self._info = info
        self._maker = TaskMaker({info.name: info}, options)
        self._stop = threading.Event()
        self._rows: Iterator[Row] = iter(())
        self._held: Row | None = None  # it did not fit into the last chunk
        descriptor = _opened(path)
        try:
            self._facts = os.fstat(descriptor)
            self.guess = guess(info, path, _first_line(path, descriptor, self._facts))
        except BaseException:
            os.close(descriptor)
            raise
        self._source = InputSource(descriptor, path)

    def begin(self, shape: Shape) -> None:
        """Begin at the first row; raises Unreadable."""
        self._look()
        os.lseek(self._source.descriptor, 0, os.SEEK_SET)
        self._held = None
        found = together(self._source, Until(stop=self._stop.is_set), blank=True)
        self._rows = rows_of(shape, self._info, self._maker, _each(found))

    def chunk(self) -> RowChunk | None:
        """Return the next rows, None at the end or once stopped; raises Unreadable."""
        rows: list[Row] = []
        size = 0
        while len(rows) < TASKS:
            row = self._held or next(self._rows, None)
            self._held = None
            if row is None:
                break
            row, more = _weighed(row)
            if rows and size + more > CHUNK_BYTES:
                self._held = row
                break
            rows.append(row)
            size += more
        if not rows or self._stop.is_set():
            return None
        self._look()
        at = os.lseek(self._source.descriptor, 0, os.SEEK_CUR)
        return RowChunk(tuple(rows), min(1.0, at / max(1, self._facts.st_size)))

    def _look(self) -> None:
        """Raise Unreadable if it was written since it was opened."""
        facts, then = os.fstat(self._source.descriptor), self._facts
        if (facts.st_size, facts.st_mtime_ns) != (then.st_size, then.st_mtime_ns):
            raise Unreadable(f"{self.path} was changed meanwhile; read it again")

    def stop(self) -> None:
        """Have a chunk that is being read end early. Any thread."""
        self._stop.set()

    def close(self) -> None:
        """Close it; no chunk may be read meanwhile."""
        os.close(self._source.descriptor)


def _each(found: Iterator[list[InputLine]]) -> Iterator[InputLine]:
    for some in found:
        yield from some


def _weighed(row: Row) -> tuple[Row, int]:
    """Return a row and the bytes of its task; one that is too long for a request is wrong."""
    if row.task is None:
        return row, 0
    size = len(msgspec.json.encode(row.task))
    if size > TASK_BYTES:
        return Row(row.line, None, f"is a task of {size:,} bytes; the most are {TASK_BYTES:,}"), 0
    return row, size


def _opened(path: str) -> int:
    if not path:
        raise Unreadable("no file is named")
    try:
        # A pipe would wait for its writer, and a device may have no end.
        file = Path(path).expanduser()
        mode = file.stat().st_mode
        if stat.S_ISDIR(mode):
            raise Unreadable(f"{path} is a folder; name a file in it")
        if not stat.S_ISREG(mode):
            raise Unreadable(f"{path} is no plain file; save what it gives to one first")
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise Unreadable(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, RuntimeError) as error:  # a NUL in it; no such home
        raise Unreadable(f"{path}: cannot be read: {error}") from None
    return descriptor


def _first_line(path: str, descriptor: int, facts: os.stat_result) -> str:
    """Return the first line with something in it; raises Unreadable if this is not text."""
    if not stat.S_ISREG(facts.st_mode):  # another one has taken its name
        raise Unreadable(f"{path} is no plain file; save what it gives to one first")
    try:
        head = os.pread(descriptor, HEAD, 0)
    except OSError as error:
        raise Unreadable(f"{path}: cannot be read: {error.strerror}") from None
    if head.startswith(UTF16):
        raise Unreadable(f"{path} is text in UTF-16; save it as UTF-8")
    if b"\0" in head:
        raise Unreadable(f"{path} is binary, not text with a row a line")
    first = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if not first and facts.st_size <= HEAD:
        raise Unreadable(f"{path} is empty")
    return first.partition(b"\n")[0].rstrip(b"\r").decode("utf-8", "surrogateescape")
