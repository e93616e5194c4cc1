"""The part of a file that has come so far, beside its target, and the record of what it belongs to.

``NAME.part`` holds the bytes and ``NAME.part.json`` the URL and the server's validator of them, so
that the rest can be asked for later, and only if it is the rest of the same bytes. Both are private
to the user. The part is locked while it is open: a second download to the same target, by this
process or another, is refused. The lock is the system's and ends with its process, however it ends.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import msgspec

from chasqui_http.errors import DownloadFailed
from chasqui_http.validators import is_validator

PRIVATE: Final = 0o600
BLOCK: Final = 1024 * 1024  # bytes
RECORD: Final = 256 * 1024  # bytes; no URL that can be asked for makes a larger one


class Record(msgspec.Struct, frozen=True):
    """What a part belongs to."""

    url: str
    mode: int
    """The permissions that the whole file will get."""
    validator: str | None = None
    """The ETag or the date that tells whether the server still has the same bytes."""
    total: int | None = None
    """How many bytes the whole has, if the server said so."""
    place: str = ""
    """Which URL the bytes came from, redirects followed, without its query."""

    def __post_init__(self) -> None:
        # It was read from a file that anything may have happened to.
        if not 0 <= self.mode <= 0o777 or (self.total is not None and self.total < 0):
            raise ValueError("no part has such a record")
        if self.validator is not None and not is_validator(self.validator):
            raise ValueError("no server is asked on such a condition")


class Part:
    """A locked part; use it in a ``with`` block.

    Raises:
        DownloadFailed: another download to this target is under way.
        OSError: it cannot be opened there.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self.path = target.with_name(f"{target.name}.part")
        self._record_path = target.with_name(f"{target.name}.part.json")
        self._gone = False
        self._begun = False
        self._descriptor = self._locked()
        try:
            self.record = self._read_record()
        except BaseException:
            os.close(self._descriptor)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if not self._gone and (not self.size or (self._begun and not self.onward)):
                self.discard()  # there is nothing in it to go on from
        finally:
            os.close(self._descriptor)

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return os.fstat(self._descriptor).st_size

    @property
    def onward(self) -> int:
        """Where a download can go on; 0 if it has to start over."""
        size, total = self.size, self.record.total
        if self.record.validator is None or (total is not None and size > total):
            return 0  # nothing to ask for the rest by, or something else has written there
        # At least the last byte is asked for: only an answer says that the rest is still right.
        return max(0, size - 1 if total is None else min(size, total - 1))

    def begin(self, url: str, place: str, validator: str | None, total: int | None) -> None:
        """Throw away what it has, and write down what will come."""
        os.ftruncate(self._descriptor, 0)  # first, so that no record ever stands for other bytes
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        self._begun = True
        self.record = Record(url, self.record.mode, validator, total, place)
        self._write_record()

    def cut(self, size: int) -> None:
        """Shorten it; `append` goes on from there."""
        os.ftruncate(self._descriptor, size)
        os.lseek(self._descriptor, size, os.SEEK_SET)

    def append(self, data: bytes) -> None:
        """Write all of the data behind what it has."""
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]

    def blocks(self) -> Iterator[bytes]:
        """Give what it has, from the beginning; it stays open at its end."""
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        while block := os.read(self._descriptor, BLOCK):
            yield block

    def publish(self) -> None:
        """Give it the target's name in one step, once all of it is on the disk."""
        os.fchmod(self._descriptor, self._mode())
        os.fsync(self._descriptor)
        self._record_path.unlink(missing_ok=True)  # while the lock keeps others from making one
        self.path.replace(self.target)
        self._gone = True
        _sync_folder(self.target.parent)

    def discard(self) -> None:
        """Remove it and its record."""
        self._record_path.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)
        self._gone = True

    def _locked(self) -> int:
        while True:
            # Made with the usual permissions, which the whole file will have; private from then on.
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
            descriptor = os.open(self.path, flags, 0o666)
            try:
                facts = os.fstat(descriptor)
                if not stat.S_ISREG(facts.st_mode):
                    raise FileExistsError(errno.EEXIST, "not a regular file", str(self.path))
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if self._is_still(facts):
                    self._made_with = stat.S_IMODE(facts.st_mode) & 0o777
                    os.fchmod(descriptor, PRIVATE)
                    return descriptor
            except BlockingIOError:
                os.close(descriptor)
                raise DownloadFailed(
                    "busy",
                    f"another download to {self.target} is under way; "
                    "wait for it, cancel it, or choose another target",
                ) from None
            except BaseException:
                os.close(descriptor)
                raise
            # Between the opening and the lock another download finished and this became its target.
            os.close(descriptor)

    def _mode(self) -> int:
        """Return the permissions of what it replaces, else those that a new file gets."""
        try:
            return stat.S_IMODE(self.target.stat().st_mode) & 0o777
        except OSError:  # nothing is there, or a link that leads nowhere
            return self.record.mode

    def _is_still(self, facts: os.stat_result) -> bool:
        try:
            now = self.path.lstat()
        except FileNotFoundError:
            return False
        return os.path.samestat(facts, now)

    def _read_record(self) -> Record:
        try:
            if self.size:
                return msgspec.json.decode(self._record_bytes(), type=Record)
        except (FileNotFoundError, msgspec.MsgspecError, ValueError, RecursionError):
            pass  # without a record nothing says what these bytes are: it begins anew
        return Record("", PRIVATE if self.size else self._made_with)

    def _record_bytes(self) -> bytes:
        flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        with os.fdopen(os.open(self._record_path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise FileExistsError(errno.EEXIST, "not a regular file", str(self._record_path))
            return file.read(RECORD)

    def _write_record(self) -> None:
        self._record_path.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        with os.fdopen(os.open(self._record_path, flags, PRIVATE), "wb") as file:
            file.write(msgspec.json.encode(self.record))


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
