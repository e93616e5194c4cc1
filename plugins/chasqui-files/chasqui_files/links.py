"""Which links an archive may hold: those that every reader accepts.

A link is stored as a link, with its target as it is. Links that Python's ``filter="data"`` refuses
are left out: those with an absolute target, those that lead out of the folder that the archive is
unpacked in, and those that newer Pythons cannot resolve, through a file or into a loop. A link
whose target is missing is fine, and so is a link that is itself part of a loop.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import Final

from chasqui_files.walk import Member

HOPS: Final = 40  # as many links as Linux follows in one path

_NOWHERE: Final = {
    errno.ELOOP: "it leads into a loop of links",
    errno.ENOTDIR: "it leads through something that is not a folder",
    errno.ENAMETOOLONG: "a name in it is too long",
}


def refusal(member: Member, target: str) -> str:
    """Return why an archive cannot hold a link, or "" if it can."""
    if target.startswith("/"):
        return f"it is a link to an absolute path, {target}"
    depth = member.path.count("/")  # folders between it and where the archive is unpacked
    passed: list[str] = []
    for part in target.split("/"):
        if part == "..":
            # Where `..` leads after a link depends on what has been unpacked so far.
            if passed and _is_link(member, "/".join(passed)):
                return f"it is a link to {target}, which goes up from another link"
            depth -= 1
            if depth < 0:
                return f"it is a link out of the tree, to {target}"
        elif part not in ("", "."):
            depth += 1
        passed.append(part)
    try:
        os.stat(member.base, dir_fd=member.folder)
    except OSError as error:
        if error.errno == errno.ELOOP and _is_its_own_loop(member):
            return ""
        return _NOWHERE.get(error.errno or 0, "")
    return ""


def leads_somewhere(member: Member) -> bool:
    """Say whether a link's target exists."""
    try:
        os.stat(member.base, dir_fd=member.folder)
    except OSError:
        return False
    return True


def _is_link(member: Member, path: str) -> bool:
    try:
        return stat.S_ISLNK(os.lstat(path, dir_fd=member.folder).st_mode)
    except OSError:
        return False


def _is_its_own_loop(member: Member) -> bool:
    """Say whether following a link comes back to it, rather than ending in another loop."""
    path = member.base
    try:
        for _ in range(HOPS):
            target = os.readlink(path, dir_fd=member.folder)
            path = os.path.normpath(f"{path.rpartition('/')[0] or '.'}/{target}")
            if os.path.samestat(os.lstat(path, dir_fd=member.folder), member.facts):
                return True
    except OSError:
        pass  # not a link: the loop is in the folders above it
    return False
