"""Printing once: with a journal, a row is printed after its line's end is on disk.

All rows go through one thread, in batches of those that have come meanwhile:

1. A commit writes the ends of the lines and the rows themselves.
2. The rows are printed.
3. The next commit, or one of its own after a moment, notes that they are; a file is brought to disk
   before that.

A kill before 1 has the lines run again, a kill before 2 has the rows printed by the next run, and a
kill between 2 and 3 has the next run ask the output what is printed; see `printed`. When the output
fails or a stop finds that its reader takes nothing, steps 2 and 3 are left to the next run.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import msgspec

from chasqui.commands.pieces import PieceWriter, Stuck
from chasqui.commands.run.journal import RowBatch, RunJournal
from chasqui.commands.run.line_keys import ONLY, LineKey
from chasqui.commands.run.output import Output
from chasqui.commands.run.printed import WrittenFile, describe, find
from chasqui.commands.words import say
from chasqui.commands.writing import write_all
from chasqui.engine.journal.crash import crash_at

BATCH_ROWS: Final = 512
BATCH_BYTES: Final = 1 << 20
AHEAD_BYTES: Final = 4 << 20  # of rows that wait; then workers wait as for a slow reader
AHEAD_ROWS: Final = 8192  # the slab names the last 16,384 lines that have ended
NOTE_SECONDS: Final = 0.25  # rows that are printed are noted as that at the latest
NOTE_BATCHES: Final = 16


class KeptOutput(Output):
    """Standard output, for a run with a journal.

    Args:
        gives_up: whether a reader that takes nothing is not waited for any more.
    """

    def __init__(
        self,
        journal: RunJournal,
        on_end: Callable[[], None],
        gives_up: Callable[[], bool],
    ) -> None:
        super().__init__(on_end)
        self._journal = journal
        self._waiting: deque[tuple[LineKey, bytes]] = deque()
        self._bytes = 0
        self._changed = threading.Condition()  # guards these two and the next
        self._closing = False
        self.journal_error: BaseException | None = None
        self._is_stuck = False
        self._seq = 0
        self._noted: list[int] = []
        """Batches that are printed, and not noted as that."""
        self._last_note = time.monotonic()
        self._written = WrittenFile(journal.path)
        self._pieces = PieceWriter(self._written, gives_up)
        self._facts = describe(1)
        self._appends = bool(fcntl.fcntl(1, fcntl.F_GETFL) & os.O_APPEND)
        self._thread = threading.Thread(target=self._run, name="chasqui-rows", daemon=True)

    @property
    def problem(self) -> str:
        """What is wrong with it, in words; empty if nothing is."""
        if self.journal_error is not None:
            why = self.journal_error
            return f"{self._journal.path}: cannot be written: {why}; lines without a row run again"
        return super().problem

    @property
    def is_over(self) -> bool:
        return self.journal_error is not None or super().is_over

    @property
    def end(self) -> str:
        return super().end if self.journal_error is None else "the journal cannot be written"

    def begin(self) -> None:
        """Print what earlier runs have left, and be ready for more."""
        left, last = self._journal.unprinted(), self._journal.output() or {}
        if (emptied := self._emptied(last)) is not None:
            say(emptied)
        with self._kept_position():
            found = find(left, self._written.read())
        if doubtful := [row for one in found for row in one.doubtful]:
            say(_in_doubt(doubtful))
        self._seq = max([one.seq for one in left], default=last.get("seq", 0))
        for batch, one in zip(left, found, strict=True):
            self._print((), b"".join(one.missing), [batch.seq])
        self._thread.start()

    def write_line(self, data: bytes, key: LineKey = ONLY) -> None:
        """Take a row that is made already; wait while too many are ahead of it."""
        with self._changed:
            while self._is_ahead() and self._thread.is_alive() and not self._closing:
                self._changed.wait(1)
            self._waiting.append((key, data))
            self._bytes += len(data)
            self._changed.notify_all()

    def close(self) -> None:
        """Commit and print what there is, and close the journal."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()
        is_over = self.journal_error is None and self.error is None and not self._is_stuck
        self._written.close(is_needed=not is_over)
        if self.journal_error is None:
            try:
                self._journal.close()
            except sqlite3.Error as error:  # all is written; only the log is not in the file yet
                self.journal_error = error

    def _is_ahead(self) -> bool:
        return self._bytes > AHEAD_BYTES or len(self._waiting) > AHEAD_ROWS

    # On the thread that prints

    def _run(self) -> None:
        try:
            self._serve()
        except BaseException as error:  # such as a MemoryError; then no row may follow
            self._fail(error)

    def _serve(self) -> None:
        while (taken := self._take()) is not None:
            if taken:
                self._print(taken, b"".join(data for _, data in taken))
            if self._noted and (not taken or self._is_due()):
                self._note()

    def _take(self) -> list[tuple[LineKey, bytes]] | None:
        """Wait for rows; none after a moment in which none came, None when all is done."""
        with self._changed:
            if not self._waiting and not self._closing:
                self._changed.wait(NOTE_SECONDS if self._noted else None)
            taken: list[tuple[LineKey, bytes]] = []
            size = 0
            while self._waiting and len(taken) < BATCH_ROWS and size < BATCH_BYTES:
                taken.append(self._waiting.popleft())
                size += len(taken[-1][1])
            self._bytes -= size
            self._changed.notify_all()
            return None if self._closing and not taken and not self._noted else taken

    def _print(
        self, ended: Sequence[tuple[LineKey, bytes]], rows: bytes, instead: Sequence[int] = ()
    ) -> None:
        """Commit the ends of lines, and print their rows; they take the place of other batches."""
        if self.journal_error is not None:
            return
        self._seq += 1
        can_print = self.error is None and not self._is_stuck
        batch = RowBatch(self._seq, rows.decode(), self._facts if can_print else None, self._at())
        try:
            self._journal.commit(ended, batch if rows else None, instead)
        except sqlite3.Error as error:
            self._fail(error)
            return
        if can_print and rows and self._put(rows):
            crash_at("run-printed")
            self._noted.append(self._seq)
        else:
            self.unprinted += rows.count(b"\n")

    def _put(self, rows: bytes) -> bool:
        """Print rows; False when they are not all printed, and why is noted."""
        try:
            if self._facts:
                write_all(1, rows)
            else:
                self._pieces.put(self._seq, rows)
        except Stuck:
            self._is_stuck = True
        except OSError as error:
            self.error = error
            self._on_end()
        return self.error is None and not self._is_stuck

    def _is_due(self) -> bool:
        late = time.monotonic() - self._last_note > NOTE_SECONDS
        return late or len(self._noted) >= NOTE_BATCHES

    def _note(self) -> None:
        """Note the batches that are printed; a file is brought to disk before."""
        noted, self._noted = self._noted, []
        self._last_note = time.monotonic()
        try:
            if self._facts:
                os.fsync(1)
            crash_at("run-before-note")
            output = {**self._facts, "seq": self._seq, "at": self._at()}
            self._journal.commit((), None, noted, output)
        except (OSError, sqlite3.Error) as error:
            self._fail(error)

    def _fail(self, error: BaseException) -> None:
        self.journal_error = error
        self._on_end()

    def _at(self) -> int:
        """Return the position in a file where the next row will be, or one before."""
        if not self._facts:
            return 0
        return os.fstat(1).st_size if self._appends else os.lseek(1, 0, os.SEEK_CUR)

    @contextlib.contextmanager
    def _kept_position(self) -> Iterator[None]:
        """Keep the next row at the end of the file if half a row is taken away there.

        A shell may give one opened file to two runs, so that its position is behind that end.
        """
        before = self._at()
        yield
        if self._facts and not self._appends and before > os.fstat(1).st_size:
            os.lseek(1, 0, os.SEEK_END)

    def _emptied(self, last: dict[str, Any]) -> str | None:
        """Say so if the file that the last run had written is this one, and has lost its rows."""
        same = self._facts and all(last.get(k) == self._facts[k] for k in ("device", "inode"))
        if not same or os.fstat(1).st_size >= last["at"]:
            return None
        return (
            f"{self._facts['path']}: was emptied, and had rows of {self._journal.before.lines:,} "
            "lines; they are not printed again (`>` empties a file, `>>` adds to it)"
        )


def _in_doubt(rows: Sequence[bytes]) -> str:
    lines = [msgspec.json.decode(row)["line"] for row in rows]
    which = ", ".join(f"{line:,}" for line in lines[:5]) + (", …" if len(lines) > 5 else "")
    what, are = ("row of line", "it is") if len(lines) == 1 else ("rows of lines", "they are")
    return (
        f"the {what} {which} may be printed already: an earlier run was killed while it printed "
        f"there, and its output is a pipe or is gone; so {are} not printed again"
    )
