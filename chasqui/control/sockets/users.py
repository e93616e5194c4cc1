"""Users and groups as messages name them, and which of them this process acts as."""

from __future__ import annotations

import os


def us() -> int:
    """Return the user that files made by this process belong to."""
    return os.geteuid()


def called(uid: int) -> str:
    """Return a user's name, or the number of one who has no name here."""
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def group_called(gid: int) -> str:
    """Return a group's name, or the number of one that has no name here."""
    import grp

    try:
        return f"group {grp.getgrgid(gid).gr_name}"
    except KeyError:
        return f"group {gid}"
