"""The lock of a journal: one process at a time, until it ends, however it ends.

It is on a file beside the journal, which says who has the lock, so that others can name the holder.
A process that does not get the lock writes nothing.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Final

import msgspec

from chasqui.errors import JournalBusy, JournalUnsafe
from chasqui.locked_file import LockedFile, is_free, locked
from chasqui.pool import forking

PATIENCE: Final = 0.05
"""Seconds: a process that was killed, or one that is just starting another, is gone by then."""
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


class JournalLock(LockedFile):
    """A lock that this process holds; see `take`."""

    def __init__(self, path: Path, descriptor: int) -> None:
        super().__init__(path, descriptor)
        self.before = _read(descriptor)
        """What the file said when the lock was taken."""
        self._holder = LockNote()
        forking.watch(self)

    @classmethod
    def take(cls, journal: Path) -> JournalLock:
        """Take the lock of a journal, within 100 ms or not at all.

        Raises:
            JournalBusy: another holder has it.
            JournalUnsafe: the file of the lock cannot be opened.
        """
        path, holder = Path(f"{journal}.lock"), LockNote()

        def opened() -> int:
            nonlocal holder
            descriptor = _opened(journal, path)
            holder = _read(descriptor)
            return descriptor

        descriptor = locked(path, opened, patience=PATIENCE)
        if descriptor is None:
            raise JournalBusy(journal, holder.pid, holder.socket, holder.since)
        return cls(path, descriptor)

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
        self.replace_text(msgspec.json.encode(self._holder))


def holder_of(journal: Path) -> LockNote | None:
    """Return who holds the lock of a journal, without taking it; None if it is free."""
    try:
        descriptor = os.open(f"{journal}.lock", os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        return None if is_free(descriptor) else _read(descriptor)
    finally:
        os.close(descriptor)


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
