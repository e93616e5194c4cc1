"""The archive's file: which format its name means, and how it comes into being.

It grows as a part beside its target and gets its name in one step when it is whole, so the target
is never seen half made. Whatever else happens, a cancel included, the part is removed. Only a
regular file, or a link, is ever replaced, and only on request.
"""

from __future__ import annotations

import errno
import io
import os
import re
import secrets
import stat
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Literal, Self

from chasqui_files.names import shown
from chasqui_files.reading import kind_of
from chasqui_files.tally import ArchiveFailed

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

Format = Literal["tar.gz", "zip", "tar", "tar.bz2", "tar.xz"]

SUFFIXES: Final[dict[str, Format]] = {
    ".tar.gz": "tar.gz",
    ".tgz": "tar.gz",
    ".zip": "zip",
    ".tar": "tar",
    ".tar.bz2": "tar.bz2",
    ".tbz2": "tar.bz2",
    ".tbz": "tar.bz2",
    ".tar.xz": "tar.xz",
    ".txz": "tar.xz",
}
KEPT_OF_NAME: Final = 200  # bytes of the target's name in its part's: a name has 255 at most
NO_LINKS: Final = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


def format_of(target: Path) -> Format:
    """Return the format that a target's name means.

    Raises:
        ValueError: it means none that can be made.
    """
    for suffix, format in SUFFIXES.items():
        if target.name.lower().endswith(suffix):
            return format
    raise ValueError(
        f"the name {shown(target.name)} does not tell which format it has; "
        f"let it end in {', '.join(SUFFIXES)}, or give format="
    )


def check(target: Path, overwrite: bool) -> None:
    """Refuse a target that cannot be made.

    Raises:
        FileExistsError: there is something, which is to be kept or is no file.
        ArchiveFailed: its path cannot be looked at.
    """
    try:
        facts = target.stat()
    except OSError as error:
        if not _is_link(target):  # one that leads nowhere is as good as a file
            if error.errno == errno.ENOENT:
                return
            raise ArchiveFailed(f"{shown(target)} cannot be made: {error.strerror}") from error
    else:
        if not stat.S_ISREG(facts.st_mode):
            raise FileExistsError(
                f"{shown(target)} is {kind_of(facts.st_mode)}; name a file to make"
            )
    if not overwrite:
        raise FileExistsError(f"{shown(target)} exists; say overwrite=yes to replace it")


class Part(io.RawIOBase):
    """The part of a target, open for writing; use it in a ``with`` block, which removes it.

    Raises:
        ArchiveFailed: it cannot be made there.
    """

    def __init__(self, target: Path) -> None:
        super().__init__()
        self._descriptor = -1
        self._target = target
        self._abandoned = False
        kept = os.fsdecode(os.fsencode(target.name)[:KEPT_OF_NAME])
        self._path = target.with_name(f".{kept}.part-{secrets.token_hex(4)}")
        self._siblings = re.compile(re.escape(f".{kept}.part-") + "[0-9a-f]{8}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        try:
            folder = target.parent.stat()
            self._descriptor = os.open(self._path, flags, 0o666)
        except OSError as error:
            raise ArchiveFailed(
                f"{shown(target)} cannot be made in its folder: {error.strerror}"
            ) from error
        self._folder = folder.st_dev, folder.st_ino

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.close()
        finally:
            self._path.unlink(missing_ok=True)

    def claims(self, folder: tuple[int, int], name: str) -> str | None:
        """Return why a name in a folder is left out of this archive, or None if it is not.

        The reason is "" for this part, which does not belong to the tree. The folder is compared by
        device and inode, since its path has many spellings; the file by name, since the old target
        may be a hard link to a file of the tree.
        """
        if folder != self._folder:
            return None
        if name == self._path.name:
            return ""
        if name == self._target.name:
            return "it is the target of this archive"
        return "it is an unfinished archive" if self._siblings.fullmatch(name) else None

    def abandon(self) -> None:
        """Drop what is written from now on, such as the ending of an archive that failed."""
        self._abandoned = True

    def publish(self, overwrite: bool) -> None:
        """Give it the target's name, once all of it is on the disk.

        Raises:
            FileExistsError: something else made the target in the meantime.
            ArchiveFailed: it cannot be done.
        """
        try:
            os.fsync(self._descriptor)
            if overwrite:
                self._path.replace(self._target)
            else:
                self._publish_new()
        except FileExistsError:
            raise FileExistsError(
                f"{shown(self._target)} was made by something else in the meantime; "
                "say overwrite=yes to replace it"
            ) from None
        except OSError as error:
            raise ArchiveFailed(
                f"{shown(self._target)} cannot be made: {error.strerror}"
            ) from error

    def _publish_new(self) -> None:
        try:
            os.link(self._path, self._target)  # fails if there is something, unlike a rename
        except OSError as error:
            if error.errno not in NO_LINKS:
                raise
            # The file system has no hard links. A target made between these two lines is lost.
            if os.path.lexists(self._target):
                raise FileExistsError(errno.EEXIST, "exists") from None
            self._path.rename(self._target)

    # What the writers need of a file.

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        """Write all of it, unlike other raw files; an error names the target."""
        view = memoryview(data).cast("B")
        size = len(view)
        try:
            while view and not self._abandoned:
                view = view[os.write(self._descriptor, view) :]
        except OSError as error:
            raise ArchiveFailed(
                f"{shown(self._target)} cannot be written: {error.strerror}"
            ) from error
        return size

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        return os.lseek(self._descriptor, offset, whence)

    def tell(self) -> int:
        return os.lseek(self._descriptor, 0, os.SEEK_CUR)

    def close(self) -> None:
        super().close()
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except OSError:
        return False
