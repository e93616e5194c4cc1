"""Standard output of a run: rows are written by a thread of its own, those together that wait."""

from __future__ import annotations

import threading
from collections.abc import Callable

from chasqui.commands.run.line_keys import ONLY, LineKey
from chasqui.commands.run.output import Output
from chasqui.commands.run.row_queue import RowQueue


class QueuedOutput(Output):
    """An output whose rows any thread hands in without waiting for the write."""

    def __init__(self, on_end: Callable[[], None]) -> None:
        super().__init__(on_end)
        self._thread = threading.Thread(target=self._run, name="chasqui-rows", daemon=True)
        self._queue: RowQueue[None] = RowQueue(self._thread.is_alive)

    def begin(self) -> None:
        """Be ready for rows."""
        self._thread.start()

    def write_line(self, data: bytes, key: LineKey = ONLY) -> None:
        """Take a row that is made already; whether it could be written is in ``error``."""
        if self.error is None:
            self._queue.put(data, None)

    def close(self) -> None:
        """Write what was taken."""
        self._queue.close()
        self._thread.join()

    def _run(self) -> None:
        while (rows := self._queue.take(None)) is not None:
            super().write_line(b"".join([data for data, _ in rows]))
