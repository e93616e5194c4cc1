"""Writing rows into a pipe or a terminal, so that it is known after a kill which have gone there.

Rows go in pieces that a pipe with room takes whole. Before each piece it is noted up to where it
goes, and after it that it has gone; see `chasqui.commands.run.printed`. A wait for a slow reader is
before that, so it leaves nothing in doubt.
"""

from __future__ import annotations

import os
import select
from collections.abc import Callable
from typing import Final

from chasqui.commands.run.printed import WrittenFile
from chasqui.engine.journal.crash import crash_at

PIECE: Final = 4096  # bytes; see PIPE_BUF in pipe(7)
STUCK_SECONDS: Final = 0.5  # a run that stops waits so long for a reader that takes nothing


class Stuck(OSError):
    """The reader of the output takes nothing, and the run is to stop."""


class PieceWriter:
    """Writes to standard output.

    Args:
        written: where it is noted how far that has come.
        gives_up: whether a reader that takes nothing is not waited for any more.
    """

    def __init__(self, written: WrittenFile, gives_up: Callable[[], bool]) -> None:
        self._written = written
        self._gives_up = gives_up

    def put(self, seq: int, rows: bytes) -> None:
        """Write the rows of a batch; raises OSError, also for a reader that is given up."""
        done = 0
        for piece in _pieces(rows):
            while piece:
                self._wait_for_reader()
                self._written.write(seq, done, done + len(piece))
                try:
                    count = os.write(1, piece)
                except BlockingIOError:
                    continue
                except OSError:
                    self._written.write(seq, done, done)  # nothing of it has gone
                    raise
                crash_at("run-unmarked")
                done += count
                self._written.write(seq, done, done)
                crash_at("run-piece")
                piece = piece[count:]

    def _wait_for_reader(self) -> None:
        waiting = select.poll()
        waiting.register(1, select.POLLOUT)
        while not waiting.poll(STUCK_SECONDS * 1000):
            if self._gives_up():
                raise Stuck


def _pieces(rows: bytes) -> list[bytes]:
    """Cut rows where one ends, if a piece has room for it; so a piece rarely ends inside a row."""
    pieces, begin = [], 0
    while begin < len(rows):
        end = begin + PIECE
        if end < len(rows):
            end = rows.rfind(b"\n", begin, end) + 1 or end
        pieces.append(rows[begin:end])
        begin = end
    return pieces
