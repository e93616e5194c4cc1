"""The order of the lines, for `--keep-order`: what has ended waits for the lines before it.

What waits is bounded: when a slow line holds back more than that, no more lines are read until it
has ended. Lines that have no row, such as empty ones, leave no gap. At the end all that waits is
given out in order, whatever became of the lines before it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Final, NamedTuple

from chasqui.commands.run.following import Follower
from chasqui.commands.run.line_keys import LineKey
from chasqui.commands.writing import Row
from chasqui.pool.task import Task

HELD_ROWS: Final = 50_000
HELD_ROWS_KEPT: Final = (
    4_096  # with a journal or a job log, whose slab names the last 16,384 lines only
)
HELD_BYTES: Final = 64 << 20
ENTRY: Final = 200  # bytes, about, that a held row takes beside its text
LOOK_SECONDS: Final = 0.2  # how often a wait looks whether the run was told to stop


class HeldRow(NamedTuple):
    """What is printed for a line."""

    key: LineKey
    text: bytes
    said: str

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return ENTRY + len(self.text) + len(self.said)


class LineOrder(Follower):
    """Which lines are to have a row, in order, and the rows that wait for those before them.

    Args:
        stopped: whether the run is to stop, so that no reader waits any more.
        rows: how many may wait.
        size: how many bytes of them.
    """

    def __init__(
        self, stopped: Callable[[], bool], rows: int = HELD_ROWS, size: int = HELD_BYTES
    ) -> None:
        self._stopped = stopped
        self._rows = rows
        self._size = size
        self._changed = threading.Condition()  # guards the rest
        self._expected: deque[int] = deque()
        self._held: dict[int, HeldRow] = {}
        self._bytes = 0
        self._is_giving = False  # a thread that gives rows out, which are then in order
        self._has_ended = False

    def accepted(self, key: LineKey, task: Task) -> None:
        """Expect a row of a line, and wait while too many are held back."""
        self._expect(key)

    def refused(self, key: LineKey, row: Row) -> None:
        """Expect a row of a line, and wait while too many are held back."""
        self._expect(key)

    def hold(self, key: LineKey, text: bytes, said: str) -> None:
        """Take what is printed for a line that is expected. Any thread."""
        row = HeldRow(key, text, said)
        with self._changed:
            self._held[key.number] = row
            self._bytes += row.size

    def give(self, put: Callable[[LineKey, bytes, str], object]) -> None:
        """Give out what waits for no line any more, in order. Any thread.

        While one thread does so, the others leave it theirs as well.
        """
        with self._changed:
            if self._is_giving:
                return
            self._is_giving = True
        try:
            while (row := self._next()) is not None:
                put(*row)
        except BaseException:
            with self._changed:
                self._is_giving = False
            raise

    def end(self) -> None:
        """Wait for no line any more."""
        with self._changed:
            self._has_ended = True

    def _expect(self, key: LineKey) -> None:
        with self._changed:
            while self._is_full() and not self._stopped():
                self._changed.wait(LOOK_SECONDS)
            self._expected.append(key.number)

    def _is_full(self) -> bool:
        return len(self._held) >= self._rows or self._bytes >= self._size

    def _next(self) -> HeldRow | None:
        """Take the next one, or note that no thread gives any out."""
        with self._changed:
            while self._expected:
                row = self._held.pop(self._expected[0], None)
                if row is not None:
                    self._expected.popleft()
                    self._bytes -= row.size
                    self._changed.notify_all()
                    return row
                if not self._has_ended:
                    break
                self._expected.popleft()
            self._is_giving = False
            return None
