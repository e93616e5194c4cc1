"""The lock of a journal: one process at a time, until it ends, however it ends.

It is flock on a file beside the journal. The lock belongs to the open file, so the system frees it
when the last process that has it open is gone; there is no stale lock to recognize. The file stays,
and says who has the lock, so that others can name the holder. A process that does not get the lock
writes nothing.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from pathlib import Path
from typing import Final

import msgspec

from chasqui.errors import JournalBusy, JournalUnsafe
from chasqui.pool import forking

PATIENCE: Final = 0.05
"""Seconds: a process that was killed, or one that is just starting another, is gone by then."""
_PAUSE: Final = 0.005
_LONGEST: Final = 4096  # bytes of the file that are looked at


class LockNote(msgspec.Struct, omit_defaults=True):
    """What the file says of the process that has, or had, the lock."""

    pid: int | None = None
    since: str = ""
    boot: str = ""
    uuid: str = ""
    """Of the journal: one that has been opened before is not empty."""
    socket: str = ""
    """Where consoles attach to its host."""


class JournalLock:
    """A lock that this process holds; see `take`."""

    def __init__(self, path: Path, descriptor: int, before: LockNote) -> None:
        self.path = path
        self.before = before
        """What the file said when the lock was taken."""
        self._descriptor = descriptor
        self._process = os.getpid()
        self._holder = LockNote()
        forking.watch(self)

    @classmethod
    def take(cls, journal: Path) -> JournalLock:
        """Take the lock of a journal, within 100 ms or not at all.

        Raises:
            JournalBusy: another holder has it.
            JournalUnsafe: the file of the lock cannot be opened.
        """
        path = Path(f"{journal}.lock")
        patient_until = time.monotonic() + PATIENCE
        while True:
            descriptor = _opened(journal, path)
            try:
                holder = _read(descriptor)
                if _flocked(descriptor):
                    # A cleaner of old files may have removed it between opening and locking.
                    if _is_at(descriptor, path):
                        taken, descriptor = descriptor, -1
                        return cls(path, taken, _read(taken))
                elif time.monotonic() > patient_until:
                    raise JournalBusy(journal, holder.pid, holder.socket, holder.since)
                else:
                    time.sleep(_PAUSE)
            finally:
                if descriptor >= 0:
                    os.close(descriptor)

    def write(self, uuid: str, socket: str = "") -> None:
        """Say in the file who has the lock, of which journal, and where consoles attach."""
        since = time.strftime("%Y-%m-%d %H:%M", time.localtime())
        self._holder = LockNote(os.getpid(), since, boot_id(), uuid, socket)
        self._write()

    def name_socket(self, socket: str) -> None:
        """Say where consoles attach, once that is known; "" for nowhere any more."""
        self._holder.socket = socket
        self._write()

    def _write(self) -> None:
        # On a full disk the lock is held all the same; it only cannot be said by which process.
        with contextlib.suppress(OSError):
            data = msgspec.json.encode(self._holder)
            os.pwrite(self._descriptor, data, 0)
            os.ftruncate(self._descriptor, len(data))

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
        """Close the child's copy, or the lock would outlive the parent."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


def holder_of(journal: Path) -> LockNote | None:
    """Return who holds the lock of a journal, without taking it; None if it is free."""
    try:
        descriptor = os.open(f"{journal}.lock", os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(descriptor)
    finally:
        os.close(descriptor)
    return None


def boot_id() -> str:
    """Return what tells this start of the machine from others; empty where it is not told."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _opened(journal: Path, path: Path) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    try:
        return os.open(path, flags, 0o600)
    except OSError as error:
        raise JournalUnsafe(journal, f"cannot be locked: {path}: {error.strerror}") from None


def _read(descriptor: int) -> LockNote:
    try:
        return msgspec.json.decode(os.pread(descriptor, _LONGEST, 0), type=LockNote)
    except (OSError, msgspec.MsgspecError):
        return LockNote()


def _flocked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False
