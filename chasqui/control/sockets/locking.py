"""A lock on a file beside a socket, which ends with the process that holds it, however that dies.

It is flock, so it belongs to the open file, and a process that is killed frees it. The file stays:
if it were removed, one process could hold the lock of a file that has gone while another locks the
new one. The file has the number of the process that took the lock last.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import time
from pathlib import Path
from typing import Final, Self

from chasqui.control.sockets import forked
from chasqui.control.sockets.users import called, us
from chasqui.errors import SocketUnusable

PATIENCE: Final = 0.25
"""Seconds for which a lock is tried: `is_held` has it for some microseconds."""
_PAUSE: Final = 0.01


class FileLock:
    """A lock that this process holds; see `take`."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor
        self._process = os.getpid()
        forked.watch(self)

    @classmethod
    def take(cls, path: Path) -> FileLock | None:
        """Take a lock for this process; None if another holder has it.

        Raises:
            SocketUnusable: the file cannot be used as a lock, or belongs to another user.
        """
        patient_until = time.monotonic() + PATIENCE
        while True:
            descriptor = _opened(path)
            try:
                if _flocked(descriptor, fcntl.LOCK_EX):
                    # A cleaner of old files may have removed it between opening and locking.
                    if _is_at(descriptor, path):
                        _write_pid(descriptor)
                        taken, descriptor = descriptor, -1
                        return cls(path, taken)
                elif time.monotonic() > patient_until:
                    return None
                else:
                    time.sleep(_PAUSE)
            finally:
                if descriptor >= 0:
                    os.close(descriptor)

    @property
    def is_in_place(self) -> bool:
        """Tell whether the file with this lock is still where others look for it."""
        return self._descriptor >= 0 and _is_at(self._descriptor, self.path)

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
        """Close the child's copy; the parent still holds the lock."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def is_held(path: Path) -> bool:
    """Tell whether a process holds this lock, without taking it from anyone.

    Raises:
        SocketUnusable: the file cannot be used as a lock, or belongs to another user.
    """
    try:
        descriptor = _opened(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return not _flocked(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def pid_in(path: Path) -> int | None:
    """Return the number of the process that took a lock last; None if the file does not say."""
    try:
        descriptor = _opened(path, os.O_RDONLY)
    except (OSError, SocketUnusable):
        return None
    try:
        text = os.pread(descriptor, 20, 0).strip()
    finally:
        os.close(descriptor)
    return int(text) if text.isdigit() else None


def _opened(path: Path, how: int = os.O_RDWR | os.O_CREAT) -> int:
    """Open a lock file of this user; with other flags than these it may not exist."""
    try:
        # Without waiting, should it be a pipe.
        flags = how | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
        descriptor = os.open(path, flags, 0o600)
    except FileNotFoundError:
        if how & os.O_CREAT:
            raise SocketUnusable(path, "the folder of this lock file does not exist") from None
        raise
    except OSError as error:
        reason = "it is a link" if path.is_symlink() else error.strerror
        raise SocketUnusable(path, f"this lock file cannot be opened ({reason})") from None
    facts = os.fstat(descriptor)
    problem = None
    if not stat.S_ISREG(facts.st_mode):
        problem = "a lock file belongs here, and this is no regular file; remove it"
    elif facts.st_uid != us():
        problem = f"this lock file belongs to {called(facts.st_uid)}; remove it"
    elif facts.st_nlink > 1:  # its text is replaced, and could be that of another file
        problem = "this lock file has a second name somewhere; remove it"
    if problem:
        os.close(descriptor)
        raise SocketUnusable(path, problem)
    return descriptor


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


def _write_pid(descriptor: int) -> None:
    # On a full disk the lock is held all the same; it only cannot be said by which process.
    with contextlib.suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
