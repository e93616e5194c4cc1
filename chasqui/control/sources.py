"""Lines of source files, for readers who must not wait for a disk.

A line is read on a thread of its own and kept; a reader waits for it for `PATIENCE` seconds, and
otherwise goes without until the next time. Only regular files of a moderate size are read: a code
object may name anything as its file. No loader is asked, since that would run foreign code.
"""

from __future__ import annotations

import os
import stat
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Final

PATIENCE: Final = 0.02
LARGEST: Final = 2 * 1024 * 1024  # bytes of a file
LINE: Final = 500  # bytes of a line
KEPT: Final = 2000  # lines

Place = tuple[str, int]
"""A file, and the number of a line of it."""


class Sources:
    """Lines that were read before, and the thread that reads more. Any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()  # guards the two below
        self._lines: OrderedDict[Place, str] = OrderedDict()
        self._is_reading = False

    def lines(self, places: Iterable[Place]) -> Mapping[Place, str]:
        """Return these lines without their indentation, as far as they are known in time."""
        wanted = list(dict.fromkeys(places))
        with self._changed:
            missing = [place for place in wanted if place not in self._lines]
            if missing and not self._is_reading:
                self._is_reading = True
                try:
                    threading.Thread(
                        target=self._read, args=(missing,), name="chasqui-sources", daemon=True
                    ).start()
                except RuntimeError:  # no thread is left: it works without lines
                    self._is_reading = False
            self._changed.wait_for(lambda: not self._is_reading, PATIENCE if missing else 0.0)
            return {place: self._lines[place] for place in wanted if place in self._lines}

    def _read(self, places: list[Place]) -> None:
        files: dict[str, list[int]] = {}
        for file, line in places:
            files.setdefault(file, []).append(line)
        found: dict[Place, str] = {}
        try:
            for file, numbers in files.items():
                found.update(_lines_of(file, numbers))
        finally:
            with self._changed:
                self._lines.update(found)
                while len(self._lines) > KEPT:
                    self._lines.popitem(last=False)
                self._is_reading = False
                self._changed.notify_all()


def _lines_of(file: str, numbers: list[int]) -> dict[Place, str]:
    """Read lines of a file; each is empty if it cannot be had."""
    try:
        # Not to wait for the other end of a pipe.
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as opened:
            about = os.fstat(descriptor)
            if not stat.S_ISREG(about.st_mode) or about.st_size > LARGEST:
                return dict.fromkeys([(file, number) for number in numbers], "")
            rows = opened.read(LARGEST).splitlines()
    except (OSError, ValueError):  # there is no such file; its name has a null character
        rows = []
    return {
        (file, number): rows[number - 1][:LINE].decode("utf-8", "replace").strip()
        if 0 < number <= len(rows)
        else ""
        for number in numbers
    }
