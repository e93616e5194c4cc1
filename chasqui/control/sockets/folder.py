"""Folders that hold sockets: made for one user alone, and checked each time they are used.

The checks are those of tmux: a real folder and no link, that belongs to this user, with no
permission for anyone else. The folder above must be safe as well: where others can rename what is
in it, they could put a folder of theirs in place of the one that was checked.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from chasqui.control.sockets.users import called, us
from chasqui.errors import SocketUnusable

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def prepared(folder: Path) -> Path:
    """Make a folder for this user alone, unless it is there, check it, and return it.

    Raises:
        SocketUnusable: it cannot be made, or others could see or change what is in it.
    """
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass  # checked like one that was just made: another user may have been first
    except OSError as error:
        raise SocketUnusable(
            folder,
            f"this folder for sockets cannot be made ({error.strerror});"
            " set XDG_RUNTIME_DIR to a folder that you can write",
        ) from None
    if not checked(folder):
        raise SocketUnusable(folder, "this folder for sockets was removed by another process")
    return folder


def checked(folder: Path) -> bool:
    """Check a folder of this user; False says that it does not exist.

    Raises:
        SocketUnusable: others could see or change what is in it.
    """
    facts = _facts_of(folder)
    if facts is None:
        return False
    if facts.st_uid != us():
        raise SocketUnusable(
            folder,
            f"this folder for sockets belongs to {called(facts.st_uid)}, not to {called(us())};"
            " remove it, or set XDG_RUNTIME_DIR to a folder of yours",
        )
    if facts.st_mode & _OTHERS:
        raise SocketUnusable(
            folder,
            f"other users can reach this folder for sockets (mode {facts.st_mode & 0o7777:04o});"
            f" if what is in it is yours, `chmod 700 {folder}`",
        )
    _check_above(folder)
    return True


def check_shared(folder: Path) -> None:
    """Check a folder with a socket for a group: others may reach it, and change nothing in it.

    Raises:
        SocketUnusable: it does not exist, or others could replace what is in it.
    """
    facts = _facts_of(folder)
    if facts is None:
        raise SocketUnusable(
            folder, "this folder for the socket of a group does not exist; make it first"
        )
    problem = _others_could_replace(facts)
    if problem:
        raise SocketUnusable(
            folder,
            f"a socket in this folder is not safe: {problem}; use a folder that only you can write",
        )
    _check_above(folder)


def _facts_of(folder: Path) -> os.stat_result | None:
    """Return what the system says of a folder; None if it does not exist."""
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        link = error.errno in (errno.ELOOP, errno.EMLINK) or folder.is_symlink()
        if link or error.errno == errno.ENOTDIR:
            kind = "a link" if link else "no folder"
            reason = f"the folder for sockets belongs here, and this is {kind}; remove it"
        else:
            reason = f"this folder for sockets cannot be opened ({error.strerror})"
        raise SocketUnusable(folder, reason) from None
    try:
        return os.fstat(opened)
    finally:
        os.close(opened)


def _check_above(folder: Path) -> None:
    above = folder.parent
    try:
        problem = _others_could_replace(above.stat())
    except OSError as error:
        problem = f"it cannot be looked at ({error.strerror})"
    if problem:
        raise SocketUnusable(
            above,
            f"a folder for sockets in this folder is not safe: {problem};"
            " set XDG_RUNTIME_DIR to a folder that only you can write",
        )


def _others_could_replace(facts: os.stat_result) -> str | None:
    """Say how others could replace what is in a folder; None if they could not."""
    if facts.st_uid not in (us(), 0):
        return f"it belongs to {called(facts.st_uid)}"
    if facts.st_mode & _OTHERS_WRITE and not facts.st_mode & stat.S_ISVTX:
        return f"others can write it (mode {facts.st_mode & 0o7777:04o})"
    return None
