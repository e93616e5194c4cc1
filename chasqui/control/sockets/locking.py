"""A lock on a file beside a socket, which ends with the process that holds it, however that dies.

The file has the number of the process that took the lock last.
"""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path
from typing import Final, Self

from chasqui.control.sockets import forked
from chasqui.control.sockets.users import called, us
from chasqui.errors import SocketUnusable
from chasqui.locked_file import LockedFile, is_free, locked

PATIENCE: Final = 0.25
"""Seconds for which a lock is tried: `is_held` has it for some microseconds."""

LOOK_SECONDS: Final = 0.05
"""Between two looks at whether a lock is free."""

END_SECONDS: Final = 10.0
"""For a process to be gone once its engine has stopped, or once it answers no more."""


class FileLock(LockedFile):
    """A lock that this process holds; see `take`."""

    def __init__(self, path: Path, descriptor: int) -> None:
        super().__init__(path, descriptor)
        forked.watch(self)

    @classmethod
    def take(cls, path: Path) -> FileLock | None:
        """Take a lock for this process; None if another holder has it.

        Raises:
            SocketUnusable: the file cannot be used as a lock, or belongs to another user.
        """
        descriptor = locked(path, lambda: _opened(path), patience=PATIENCE)
        if descriptor is None:
            return None
        lock = cls(path, descriptor)
        lock.replace_text(f"{os.getpid()}\n".encode())
        return lock

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
        return not is_free(descriptor)
    finally:
        os.close(descriptor)


def wait_freed(path: Path, pid: int, timeout: float = END_SECONDS) -> None:
    """Wait until a process no longer holds a lock, or so many seconds have passed.

    Raises:
        SocketUnusable: the file cannot be used as a lock, or belongs to another user.
    """
    until = time.monotonic() + timeout
    while is_held(path) and pid_in(path) == pid and time.monotonic() < until:
        time.sleep(LOOK_SECONDS)


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
