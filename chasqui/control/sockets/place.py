"""Where the socket of an engine lies: in a folder of this user's, under the engine's own name.

The folder is ``$XDG_RUNTIME_DIR/chasqui``, and without that variable ``chasqui-<uid>`` in the
temporary directory. Programs and consoles of one user have to agree on it, so there is no second
choice when the first cannot be used: that is refused, with what mends it.
"""

from __future__ import annotations

import os
import re
import socket
import sys
from pathlib import Path
from typing import Final

from chasqui.control.sockets.folder import checked
from chasqui.control.sockets.users import called, us
from chasqui.errors import SocketUnusable
from chasqui.identity import DIGITS, NAME, stem

ENDING: Final = ".sock"
OBSERVED: Final = ".observe"
"""Before the ending of a read-only socket."""
LONGEST: Final = 107 if sys.platform == "linux" else 103
"""Bytes of a path that fit into the address of a socket."""


def supported() -> bool:
    """Tell whether this Python has sockets with a path."""
    return hasattr(socket, "AF_UNIX")


def folder_of_user() -> Path:
    """Return the folder of this user's sockets; it may not exist yet.

    Raises:
        SocketUnusable: ``XDG_RUNTIME_DIR`` is not a folder of this user.
    """
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    if runtime.is_absolute():  # its specification says to ignore others
        _check_runtime(runtime)
        return runtime / "chasqui"
    return temporary_folder() / f"chasqui-{us()}"


def temporary_folder() -> Path:
    """Return the temporary directory; `tempfile` would fall back on the working directory."""
    temporary = Path(os.environ.get("TMPDIR", ""))
    return temporary if temporary.is_absolute() else Path("/tmp")


def socket_of(name: str, config: Path | None) -> Path:
    """Return the path of an engine's socket.

    Raises:
        SocketUnusable: it has no place: the name of the engine cannot name a file, the path would
            be too long, or ``XDG_RUNTIME_DIR`` is not a folder of this user.
    """
    folder = folder_of_user()
    if not re.match(NAME, name):
        raise SocketUnusable(
            folder,
            f"the name of the engine, {name!r}, cannot name a socket;"
            " use 1 to 40 letters, digits, - and _",
        )
    path = folder / f"{stem(name, config)}{ENDING}"
    check_length(path)
    return path


def name_in(path: Path) -> str | None:
    """Return the name of the engine that a socket belongs to; None if it is not named after one."""
    stem = path.name.removesuffix(ENDING).removesuffix(OBSERVED)
    named = re.fullmatch(rf"(.+)-[0-9a-f]{{{DIGITS}}}", stem)
    return named[1] if named and path.suffix == ENDING else None


def lock_of(path: Path) -> Path:
    """Return the lock that the host of this socket holds while it lives."""
    return path.with_suffix(".lock")


def start_lock_of(path: Path) -> Path:
    """Return the lock that a console holds while it starts the host of this socket."""
    return path.with_suffix(".start")


def connectable(path: Path) -> bool:
    """Tell whether a socket's folder is there; raise if others could have put something into it.

    Raises:
        SocketUnusable: other users can write the folder, so the socket may be anyone's.
    """
    check_length(path)
    return checked(path.parent)


def check_length(path: Path) -> None:
    """Refuse a path that does not fit into the address of a socket."""
    length = len(os.fsencode(path))
    if length > LONGEST:
        raise SocketUnusable(
            path,
            f"this path of a socket has {length} bytes, and {LONGEST} is the most here; give the"
            " engine a shorter name, or set XDG_RUNTIME_DIR to a folder of yours with a short path",
        )


def _check_runtime(runtime: Path) -> None:
    try:
        owner = runtime.stat().st_uid
    except OSError as error:
        raise SocketUnusable(
            runtime,
            f"XDG_RUNTIME_DIR names this folder, and it cannot be used ({error.strerror});"
            " unset XDG_RUNTIME_DIR to use the temporary directory",
        ) from None
    if owner == us():
        return
    if us() == 0:
        raise SocketUnusable(
            runtime,
            f"XDG_RUNTIME_DIR names this folder of {called(owner)}, and this is root"
            f"{', by sudo' if 'SUDO_UID' in os.environ else ''}; for the hosts of {called(owner)}"
            " run this without sudo, for those of root unset XDG_RUNTIME_DIR",
        )
    raise SocketUnusable(
        runtime,
        f"XDG_RUNTIME_DIR names this folder of {called(owner)}, and this is {called(us())};"
        " unset XDG_RUNTIME_DIR, or log in as the other user with `su -`",
    )
