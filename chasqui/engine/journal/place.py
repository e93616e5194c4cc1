"""The place of a journal: what must hold for its file before anything opens it.

A user who can write the folder can put another file in its place, so it belongs to this user
or to root, and only they can write it, or it is one like /tmp where each user's files are safe. The
file and those beside it are regular files of this user, under one name each, and no links: SQLite
finds the log of a file by its name. On a network file system neither locks nor SQLite's shared
memory can be relied on.
"""

from __future__ import annotations

import os
import shlex
import stat
from pathlib import Path
from typing import Final

from chasqui.errors import JournalUnsafe

BESIDE: Final = ("", "-wal", "-shm", "-journal", ".lock", ".slab")
"""The files of a journal are named after it, with these endings."""
NETWORK: Final = frozenset(
    {
        "9p",
        "afs",
        "ceph",
        "cifs",
        "coda",
        "gfs2",
        "gpfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "ocfs2",
        "smb3",
        "smbfs",
        "fuse.ceph",
        "fuse.curlftpfs",
        "fuse.davfs2",
        "fuse.gcsfuse",
        "fuse.glusterfs",
        "fuse.goofys",
        "fuse.juicefs",
        "fuse.moosefs",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.seaweedfs",
        "fuse.sshfs",
    }
)
"""File systems as /proc/self/mountinfo names them."""
MOUNTS: Final = Path("/proc/self/mountinfo")
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH


def check(path: Path) -> None:
    """Check a journal's folder and its files, which need not exist; nothing is changed.

    Raises:
        JournalUnsafe: others could change them, or a journal cannot work there.
    """
    if "\0" in str(path):
        raise JournalUnsafe(path, "has a NUL in its name; name another file")
    _check_folder(path)
    for ending in BESIDE:
        _check_file(path, Path(f"{path}{ending}"))
    kind = file_system(path.parent)
    if kind in NETWORK:
        raise JournalUnsafe(
            path,
            f"is on a network file system ({kind}), where locks cannot be relied on; name a file "
            "on a local disk",
        )


def make(path: Path) -> None:
    """Make the file if it is missing, for this user alone, and take permissions of others away.

    Raises:
        JournalUnsafe: it cannot be made.
    """
    # Not by a descriptor: closing one would free the locks of a reader in this process.
    try:
        facts = path.lstat()
    except FileNotFoundError:
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            os.close(os.open(path, flags, 0o600))
        except OSError as error:
            raise JournalUnsafe(path, f"cannot be made: {error.strerror}") from None
        return
    if facts.st_mode & _OTHERS:
        path.chmod(0o600)


def file_system(folder: Path, mounts: Path = MOUNTS) -> str:
    """Return the kind of the file system of a folder; empty where the system does not tell.

    macOS has no such list, and there the question is not asked.
    """
    try:
        device = folder.stat().st_dev
        text = mounts.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""
    number = f"{os.major(device)}:{os.minor(device)}"
    kind = ""
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        if before.split(" ", 3)[2:3] == [number]:
            kind = after.split(" ", 1)[0]
    return kind


def called(uid: int) -> str:
    """Return a user's name, or the number of one who has no name here."""
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"#{uid}"


def _check_folder(path: Path) -> None:
    folder = path.parent
    try:
        facts = folder.stat()
    except OSError as error:
        raise JournalUnsafe(
            path, f"cannot be opened: its folder {folder}: {error.strerror}; make it first"
        ) from None
    if facts.st_uid not in (os.geteuid(), 0):
        raise JournalUnsafe(
            path,
            f"is in {folder}, which belongs to {called(facts.st_uid)}; name a file in a folder of "
            "yours",
        )
    if facts.st_mode & _OTHERS_WRITE and not facts.st_mode & stat.S_ISVTX:
        raise JournalUnsafe(path, f"is in {folder}, which others can write: chmod go-w {folder}")


def _check_file(path: Path, file: Path) -> None:
    try:
        facts = file.lstat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise JournalUnsafe(path, f"cannot be opened: {error.strerror}") from None
    name = "" if file == path else f"has a file {file.name} beside it that "
    if stat.S_ISLNK(facts.st_mode):
        target = shlex.quote(str(path.parent / file.readlink()))
        what = f"is a link to {file.readlink()}; "
        if file == path:
            what += f"name the file itself: `chasqui-tui journal check {target}`"
        else:
            what += "put the file itself there, or remove the link"
    elif not stat.S_ISREG(facts.st_mode):
        what = "is no regular file; name another one"
    elif facts.st_uid != os.geteuid():
        owner = called(facts.st_uid)
        check = f"sudo -u {shlex.quote(owner)} chasqui-tui journal check {shlex.quote(str(path))}"
        what = f"belongs to {owner}; name a file of yours, or act as {owner}: `{check}`"
    elif facts.st_nlink > 1:
        what = "has a second name, under which its log is not found; remove that name"
    else:
        return
    raise JournalUnsafe(path, f"{name}{what}")
