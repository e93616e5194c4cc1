"""A file that is locked by flock: by one process at a time, until it ends, however it ends.

The lock belongs to the open file, so the system frees it when the last process that has it open is
gone; no stale lock has to be recognized. The file stays: if it were removed, one process could hold
the lock of a file that has gone while another locks the new one. Its text says who has the lock.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

_PAUSE: Final = 0.005  # seconds between two tries


class LockedFile:
    """A lock that this process holds.

    Its owner has `forked` called in each child that is forked meanwhile.

    Args:
        path: where the file is.
        descriptor: of the file, as `locked` returns it.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor
        self._process = os.getpid()

    @property
    def is_in_place(self) -> bool:
        """Tell whether the file with this lock is still where others look for it."""
        return self._descriptor >= 0 and _is_at(self._descriptor, self.path)

    def replace_text(self, text: bytes) -> None:
        """Write what the file says; on a full disk the lock is held all the same, and it says less.

        It is written before it is cut, so that a reader finds the beginning of it at any moment.
        """
        with contextlib.suppress(OSError):
            os.pwrite(self._descriptor, text, 0)
            os.ftruncate(self._descriptor, len(text))

    def release(self) -> None:
        """Free the lock; once it is free, nothing happens."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor < 0:
            return
        if os.getpid() == self._process:
            # For all copies: a child that is just being forked may still have one.
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)

    def forked(self) -> None:
        """Close the child's copy, or the lock would outlive the parent, which still holds it."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


def locked(path: Path, open: Callable[[], int], *, patience: float) -> int | None:
    """Lock a file for this process; None if another still has it after so many seconds.

    Args:
        path: where the file is.
        open: opens it; what this raises goes on to the caller.
        patience: how long the lock is tried.
    """
    patient_until = time.monotonic() + patience
    while True:
        descriptor = open()
        try:
            if _flocked(descriptor, fcntl.LOCK_EX):
                # A cleaner of old files may have removed it between opening and locking.
                if _is_at(descriptor, path):
                    taken, descriptor = descriptor, -1
                    return taken
            elif time.monotonic() > patient_until:
                return None
            else:
                time.sleep(_PAUSE)
        finally:
            if descriptor >= 0:
                os.close(descriptor)


def is_free(descriptor: int) -> bool:
    """Tell whether no process has locked an open file, without taking the lock from anyone.

    It has the lock for some microseconds, together with others that look.
    """
    return _flocked(descriptor, fcntl.LOCK_SH)


def _flocked(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False
