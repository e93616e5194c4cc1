"""The hosts of this user, by the sockets in the user's folder."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from chasqui.control.sockets.folder import checked
from chasqui.control.sockets.locking import is_held, pid_in
from chasqui.control.sockets.place import ENDING, OBSERVED, folder_of_user, lock_of, name_in
from chasqui.errors import SocketUnusable
from chasqui.identity import DIGITS


class FoundSocket(NamedTuple):
    """A socket in this user's folder."""

    name: str
    """Of the engine."""
    digest: str
    """Of the path of its config file."""
    path: Path
    alive: bool
    """A process holds its lock; otherwise it is what a host that was killed has left."""
    pid: int | None


def sockets_of_user() -> list[FoundSocket]:
    """Return the sockets in this user's folder by name; nothing is connected to or disturbed.

    Raises:
        SocketUnusable: the folder is not safe, or ``XDG_RUNTIME_DIR`` is not this user's.
    """
    folder = folder_of_user()
    if not checked(folder):
        return []
    found = []
    for path in sorted(folder.glob(f"*{ENDING}")):
        name, lock = name_in(path), lock_of(path)
        if name is None or path.stem.endswith(OBSERVED) or not path.is_socket():
            continue
        try:
            alive = is_held(lock)
        except SocketUnusable:
            continue  # no host can be there with such a lock file
        pid = pid_in(lock) if alive else None
        found.append(FoundSocket(name, path.stem[-DIGITS:], path, alive, pid))
    return found
