"""Which processes belong to a command, and signals to all of them.

A command leads a process group of its own. On Linux its family also includes every process in its
session, and every process with its mark, a variable of the environment that children inherit: so
one that left the group by setsid, or whose parent has gone, is still found, unless it was given an
environment without the mark. Where there is no /proc, as on macOS, the family is the group.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

MARK = b"CHASQUI_COMMAND"
"""The variable that marks a command's family; its value is different for each."""

PROC = Path("/proc")


class Family:
    """The processes of one command. ``group`` is its process group, ``mark`` the value of MARK.

    The kernel gives the number of a group to no other while it has members. One without members may
    be given anew, but numbers go up and come round again: not between two looks at it.
    """

    def __init__(self, group: int, mark: str) -> None:
        self._group = group
        self._mark = MARK + f"={mark}".encode()

    def group_lives(self) -> bool:
        """Whether anything still runs in the group."""
        try:
            os.killpg(self._group, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return _has_proc()  # elsewhere this is how a group of the dead looks
        # It may consist only of dead processes that were not waited for.
        return not _has_proc() or any(group == self._group for _, group, _ in _running())

    def lives(self) -> bool:
        """Whether anything of it still runs, in the group or outside."""
        return self.group_lives() or any(self._strays())

    def tell(self, number: signal.Signals) -> None:
        """Send a signal to all; those that may not be sent one, or are gone, are passed over."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._group, number)
        for process in self._strays():
            with suppress(ProcessLookupError, PermissionError):
                os.kill(process, number)

    def _strays(self) -> Iterator[int]:
        if _has_proc():
            for process, group, session in _running():
                if group != self._group and (session == self._group or self._is_marked(process)):
                    yield process

    def _is_marked(self, process: int) -> bool:
        try:
            environment = (PROC / str(process) / "environ").read_bytes()
        except OSError:  # it is gone, or not ours
            return False
        return self._mark in environment.split(b"\0")


def _has_proc() -> bool:
    return (PROC / "self" / "stat").exists()


def _running() -> list[tuple[int, int, int]]:
    """Return process, group and session of everything that runs, the dead left out."""
    found = []
    for name in os.listdir(PROC):  # noqa: PTH208 - a Path for each of hundreds, at every look
        if not name.isdigit():
            continue
        try:
            with open(f"{PROC}/{name}/stat", "rb") as file:  # noqa: PTH123 - as above
                facts = file.read()
        except OSError:  # gone meanwhile
            continue
        # The name of the program comes before, in brackets, and may hold brackets itself.
        state, _parent, group, session = facts[facts.rindex(b")") + 2 :].split(maxsplit=4)[:4]
        if state not in (b"Z", b"X"):
            found.append((int(name), int(group), int(session)))
    return found
