"""What an earlier run has printed of the rows that it had committed.

A kill may come between a commit and its rows, in the middle of a row, or before it is noted that
they are printed. So for what is not noted the output itself is asked:

- A file is read from where the rows were to begin. A row is printed if it is there as a whole. Half
  a row at the end of the file is taken away, so that the row can be printed whole elsewhere.
- For a pipe or a terminal a small file beside the journal says how many bytes were written, and how
  many were about to be. Only rows for which these differ are in doubt: the kill came within the one
  call that was writing them. They are named, and not printed again.
- A file that is gone can say nothing, so its rows are in doubt as well.
"""

from __future__ import annotations

import contextlib
import os
import stat
import struct
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from chasqui.commands.run.journal import RowBatch

READ: Final = 1 << 20
MARK: Final = struct.Struct("<qqq")


class Written(NamedTuple):
    """How far a batch has been written that went to a pipe."""

    seq: int = 0
    done: int = 0
    begun: int = 0
    """Up to this byte it was about to be written; more than ``done`` only inside that call."""


class WrittenFile:
    """The small file that says how far the rows have been written. It survives a kill."""

    def __init__(self, journal: Path) -> None:
        self._path = Path(f"{journal}.printed")
        self._descriptor: int | None = None

    def read(self) -> Written | None:
        """Return what it says; None if it says nothing, or cannot be read."""
        with contextlib.suppress(OSError):
            data = self._path.read_bytes()
            return Written(*MARK.unpack(data)) if len(data) == MARK.size else None
        return None

    def write(self, seq: int, done: int, begun: int) -> None:
        """Say so, in one call; raises OSError."""
        if self._descriptor is None:
            flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            self._descriptor = os.open(self._path, flags, 0o600)
        os.pwrite(self._descriptor, MARK.pack(seq, done, begun), 0)

    def close(self, *, is_needed: bool) -> None:
        """Close it, and remove it unless some rows need it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
        if not is_needed:
            with contextlib.suppress(OSError):  # it says nothing wrong, so it may stay
                self._path.unlink(missing_ok=True)


class Remains(NamedTuple):
    """What was found out of the rows of one batch."""

    missing: list[bytes]
    """Those that are not printed, each with its newline."""
    doubtful: list[bytes]
    """Those of which that cannot be known."""


def describe(descriptor: int) -> dict[str, Any]:
    """Describe an output, so that it is found again after a kill."""
    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode):
        return {}
    return {"device": facts.st_dev, "inode": facts.st_ino, "path": _path_of(descriptor)}


def is_file(output: dict[str, Any] | None) -> bool:
    """Tell whether a description is that of a file."""
    return bool(output)


def find(batches: Sequence[RowBatch], written: Written | None) -> list[Remains]:
    """Find out of each batch which of its rows are printed."""
    there: dict[str, set[bytes] | None] = {}
    found = []
    for batch in batches:
        rows = batch.rows.encode().splitlines(keepends=True)
        if batch.output is None:
            found.append(Remains(rows, []))
        elif not is_file(batch.output):
            found.append(_in_a_pipe(batch.seq, rows, written))
        else:
            name = repr(sorted(batch.output.items()))
            if name not in there:
                of_it = [one for one in batches if one.output == batch.output]
                there[name] = _in_file(batch.output, of_it)
            lines = there[name]
            missing = [] if lines is None else [row for row in rows if row not in lines]
            found.append(Remains(missing, rows if lines is None else []))
    return found


def _in_a_pipe(seq: int, rows: list[bytes], written: Written | None) -> Remains:
    if written is None:
        return Remains([], rows)
    if seq != written.seq:
        return Remains(rows if seq > written.seq else [], [])
    missing, doubtful, end = [], [], 0
    for row in rows:
        end += len(row)
        if end > written.begun:
            missing.append(row)
        elif end > written.done:
            doubtful.append(row)
    return Remains(missing, doubtful)


def _in_file(output: dict[str, Any], batches: list[RowBatch]) -> set[bytes] | None:
    """Return those rows of the batches that are in the file, without half a row at its end."""
    rows = {row for one in batches for row in one.rows.encode().splitlines(keepends=True)}
    with _opened(output) as descriptor:
        if descriptor is None:
            return None
        there: set[bytes] = set()
        position = at = min(one.at for one in batches)
        rest = b""
        for line in _lines(descriptor, at):
            if line.endswith(b"\n"):
                position += len(line)
                # Another program may have written into the file, and not ended its line.
                there |= {line} & rows
            else:
                rest = line
        if rest and any(row.startswith(rest) for row in rows):
            with contextlib.suppress(OSError):  # then it stays, as the reader has seen it
                os.ftruncate(descriptor, position)
        return there


def _lines(descriptor: int, at: int) -> Iterator[bytes]:
    rest = b""
    while block := os.pread(descriptor, READ, at):
        at += len(block)
        *lines, rest = (rest + block).split(b"\n")
        yield from (line + b"\n" for line in lines)
    if rest:
        yield rest


@contextlib.contextmanager
def _opened(output: dict[str, Any]) -> Iterator[int | None]:
    """Open the file that is described, also under another name in its folder; None: it is gone."""
    identity = output["device"], output["inode"]
    for path in _candidates(output["path"], identity[1]):
        with contextlib.suppress(OSError):
            descriptor = _open(path)
            facts = os.fstat(descriptor)
            if (facts.st_dev, facts.st_ino) == identity:
                try:
                    yield descriptor
                finally:
                    os.close(descriptor)
                return
            os.close(descriptor)
    yield None


def _open(path: str) -> int:
    flags = os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW
    try:
        return os.open(path, os.O_RDWR | flags)
    except PermissionError:
        return os.open(path, os.O_RDONLY | flags)


def _candidates(path: str, inode: int) -> Iterable[str]:
    yield path
    with contextlib.suppress(OSError), os.scandir(Path(path).parent) as entries:
        yield from [entry.path for entry in entries if entry.inode() == inode]


def _path_of(descriptor: int) -> str:
    with contextlib.suppress(OSError):
        if sys.platform == "darwin":
            import fcntl

            return os.fsdecode(fcntl.fcntl(descriptor, fcntl.F_GETPATH, b"\0" * 1024).rstrip(b"\0"))
        return str(Path(f"/proc/self/fd/{descriptor}").readlink())
    return ""
