"""Ctrl+Z and `fg`: a run stops with all that it has started, and goes on with it.

Commands that run in process groups of their own do not get what the terminal sends to the run, so
that they would go on unnoticed. They are found by the variable that marks them
(``CHASQUI_COMMAND``), which needs /proc; where there is none, as on macOS, only the run itself
stops. A process that guards a command has no such mark, and stays awake.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Final

from chasqui.pool.signals import handle

MARK: Final = b"CHASQUI_COMMAND="
PROC: Final = Path("/proc")
LOOKS: Final = 5
"""How often to look for more at most: what is about to be stopped may be starting others."""


class Suspending:
    """Handles SIGTSTP.

    Args:
        before: is called by the handler before the run stops, so it may wait for no lock.
    """

    def __init__(self, before: Callable[[], object]) -> None:
        self._before = before

    def listen(self) -> None:
        """Handle the signal from now on, unless it is ignored."""
        handle((signal.SIGTSTP,), self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        stopped = stop_commands()
        self._before()
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        # Here the process stops, and this returns when SIGCONT comes. Without a shell that could
        # continue it the kernel ignores the signal, and the run goes on at once.
        os.kill(os.getpid(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, self._on_signal)
        for process in stopped:
            _tell(process, signal.SIGCONT)


def stop_commands() -> list[int]:
    """Stop the commands that this process has started, and return what was stopped."""
    stopped: dict[int, None] = {}
    for _ in range(LOOKS):
        fresh = [one for one in commands() if one not in stopped]
        if not fresh:
            break
        for process in fresh:
            _tell(process, signal.SIGSTOP)
            stopped[process] = None
    return list(stopped)


def commands() -> Iterator[int]:
    """Find the processes of commands: children in groups of their own, and what has their marks."""
    own, group = os.getpid(), os.getpgrp()
    marks: dict[int, bytes] = {}
    mine: set[bytes] = set()
    for name in _processes():
        if mark := _mark_of(name):
            marks[int(name)] = mark
            parent, its_group = _family_of(name)
            if parent == own and its_group != group:
                mine.add(mark)
    yield from (process for process, mark in marks.items() if mark in mine and process != own)


def _mark_of(process: str) -> bytes:
    try:
        environment = (PROC / process / "environ").read_bytes()
    except OSError:  # it is gone, or another user's
        return b""
    return next((one for one in environment.split(b"\0") if one.startswith(MARK)), b"")


def _processes() -> list[str]:
    try:
        names = os.listdir(PROC)  # noqa: PTH208 - a Path for each of hundreds is slow
    except OSError:  # there is none, as on macOS
        return []
    return [name for name in names if name.isdigit()]


def _family_of(process: str) -> tuple[int, int]:
    """Return the parent of a process and its group; 0 and 0 for one that is gone."""
    try:
        text = (PROC / process / "stat").read_bytes()
    except OSError:
        return 0, 0
    _state, parent, group, *_ = text.rpartition(b")")[2].split()
    return int(parent), int(group)


def _tell(process: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(process, number)
