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
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import msgspec

from chasqui.commands.pieces import PieceWriter, Stuck
from chasqui.commands.run.journal import RowBatch, RunJournal
from chasqui.commands.run.line_keys import ONLY, LineKey
from chasqui.commands.run.output import Output
from chasqui.commands.run.printed import WrittenFile, describe, find
from chasqui.commands.run.row_queue import RowQueue
from chasqui.commands.words import say
from chasqui.commands.writing import write_all
from chasqui.engine.journal.crash import crash_at

BATCH_ROWS: Final = 512
BATCH_BYTES: Final = 1 << 20
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
        self._queue: RowQueue[LineKey] = RowQueue(self._thread.is_alive)

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
        self._queue.put(data, key)

    def close(self) -> None:
        """Commit and print what there is, and close the journal."""
        self._queue.close()
        self._thread.join()
        is_over = self.journal_error is None and self.error is None and not self._is_stuck
        self._written.close(is_needed=not is_over)
        if self.journal_error is None:
            try:
                self._journal.close()
            except sqlite3.Error as error:  # all is written; only the log is not in the file yet
                self.journal_error = error

    # On the thread that prints

    def _run(self) -> None:
        try:
            self._serve()
        except BaseException as error:  # such as a MemoryError; then no row may follow
            self._fail(error)

    def _serve(self) -> None:
        while (taken := self._queue.take(NOTE_SECONDS if self._noted else None)) is not None:
            for some in _batches(taken):
                ended = [(key, data) for data, key in some]
                self._print(ended, b"".join(data for data, _ in some))
            if self._noted and (not taken or self._is_due()):
                self._note()
        if self._noted:
            self._note()

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
            with contextlib.nullcontext() if self.beside is None else self.beside(ends_line=True):
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


def _batches(rows: Sequence[tuple[bytes, LineKey]]) -> Iterator[Sequence[tuple[bytes, LineKey]]]:
    """Divide rows into those of one commit each."""
    begin = size = 0
    for at, (data, _) in enumerate(rows):
        if at - begin >= BATCH_ROWS or size >= BATCH_BYTES:
            yield rows[begin:at]
            begin, size = at, 0
        size += len(data)
    if begin < len(rows):
        yield rows[begin:]


def _in_doubt(rows: Sequence[bytes]) -> str:
    lines = [msgspec.json.decode(row)["line"] for row in rows]
    which = ", ".join(f"{line:,}" for line in lines[:5]) + (", …" if len(lines) > 5 else "")
    what, are = ("row of line", "it is") if len(lines) == 1 else ("rows of lines", "they are")
    return (
        f"the {what} {which} may be printed already: an earlier run was killed while it printed "
        f"there, and its output is a pipe or is gone; so {are} not printed again"
    )
