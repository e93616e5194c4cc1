"""A second socket, for the members of a group: they may look at an engine, and change nothing.

It lies in a folder of its own, since others cannot reach that of the first socket. The folder is
one that the user names, or ``chasqui-<uid>-observers`` in the temporary directory. The system's
permissions say who may connect: the socket belongs to the group.
"""

from __future__ import annotations

import os
from pathlib import Path

from chasqui.control.sockets.folder import check_shared
from chasqui.control.sockets.place import ENDING, OBSERVED, check_length, temporary_folder
from chasqui.control.sockets.users import group_called, us
from chasqui.errors import ConfigError, SocketUnusable
from chasqui.identity import stem


def observers_of(
    name: str, config: Path | None, *, group: str, folder: str = ""
) -> tuple[Path, int] | None:
    """Return the path of the second socket of an engine, and its group; None without a group.

    Args:
        name: of the engine.
        config: its config file; a relative ``folder`` starts at the folder of this file.
        group: a name or a number; empty: there is no second socket.
        folder: one that exists, and that the group can reach; empty: a default one is made.

    Raises:
        ConfigError: there is no such group.
        SocketUnusable: the folder cannot be used.
    """
    if not group:
        return None
    number = number_of(group)
    base = Path.cwd() if config is None else config.resolve().parent
    chosen = base / Path(folder).expanduser() if folder else _default(number)
    path = chosen / f"{stem(name, config)}{OBSERVED}{ENDING}"
    check_length(path)
    check_shared(chosen)
    return path, number


def number_of(group: str) -> int:
    """Return the number of a group; raises ConfigError if there is none of that name."""
    import grp

    try:
        return int(group) if group.isdecimal() else grp.getgrnam(group).gr_gid
    except KeyError:
        raise ConfigError(
            [f"host.observers: there is no group {group!r} here; `getent group` lists them"]
        ) from None


def _default(group: int) -> Path:
    """Make the folder in the temporary directory, unless it is there, and let the group in."""
    folder = temporary_folder() / f"chasqui-{us()}-observers"
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass  # checked below like one that was just made
    except OSError as error:
        raise SocketUnusable(
            folder,
            f"this folder for the socket of a group cannot be made ({error.strerror});"
            " name another by host.observers_folder",
        ) from None
    check_shared(folder)
    try:
        os.chown(folder, -1, group, follow_symlinks=False)
    except PermissionError:
        raise SocketUnusable(
            folder,
            f"this folder cannot be given to {group_called(group)}; that can be done by root and by"
            " members of the group",
        ) from None
    folder.chmod(0o750)
    return folder
