"""The start of a process, and its exit status.

Every command starts through the C library's ``posix_spawn`` where that can do all that is needed:
close what must not be inherited, change the folder, and begin a session, as glibc can from 2.34 on.
Elsewhere, and to find out why a start failed, `subprocess` does it. The reason is speed: Python
3.11's subprocess holds the GIL until the new program is loaded, so that workers start their
commands one after the other, and it takes 0.3 ms of Python more for each.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

SETSIGDEF, SETSID = 0x04, 0x80  # POSIX_SPAWN_SETSIGDEF and POSIX_SPAWN_SETSID of glibc
OPAQUE = 1024  # bytes; its largest structure, that of attributes, has 336
IGNORED = (signal.SIGPIPE, signal.SIGXFSZ)  # by Python itself: a command gets the default
NEEDED = "posix_spawn_file_actions_addclosefrom_np"  # the youngest function that is used


class Start(NamedTuple):
    """What a process starts with. It leads a session, and both its outputs go to one place."""

    words: Sequence[str]
    program: Path
    folder: Path
    environment: Mapping[bytes, bytes]
    stdin: int | None
    """A descriptor, which stays open here; None for nothing to read."""
    output: int
    """A descriptor, which stays open here."""


class Started:
    """A child process that was started. The thread that started it asks for its status.

    Raises:
        OSError: the system refuses to start it.
        ValueError: a text has a character that no process can be given.
    """

    def __init__(self, start: Start) -> None:
        self._status: int | None = None
        self._popen: subprocess.Popen[bytes] | None = None
        library = _library()
        process = None if library is None else library.spawn(start)
        if process is None:
            self._popen = _popen(start)
            process = self._popen.pid
        self.pid: Final = process

    def poll(self) -> int | None:
        """Return its exit status, or the negative number of the signal that ended it.

        None until then. A process that has ended is reaped.
        """
        if self._status is None:
            self._status = self._reap() if self._popen is None else self._popen.poll()
        return self._status

    def _reap(self) -> int | None:
        try:
            process, status = os.waitpid(self.pid, os.WNOHANG)
        except ChildProcessError:  # the program ignores SIGCHLD, so that nothing can be known
            return 0
        return os.waitstatus_to_exitcode(status) if process else None


class _Library:
    """The functions of the C library. One object serves all threads: what it keeps is constant."""

    def __init__(self, c: Any) -> None:
        self._c = c
        self._posix_spawn = c.CDLL(None).posix_spawn  # gives the GIL up
        self._quick = c.PyDLL(None)  # keeps it: these calls take less than giving it up
        self._attributes = c.create_string_buffer(OPAQUE)
        self._quick.posix_spawnattr_init(self._attributes)
        self._quick.posix_spawnattr_setflags(self._attributes, c.c_short(SETSIGDEF | SETSID))
        ignored = c.create_string_buffer(OPAQUE)
        self._quick.sigemptyset(ignored)
        for number in IGNORED:
            self._quick.sigaddset(ignored, int(number))
        self._quick.posix_spawnattr_setsigdefault(self._attributes, ignored)

    def spawn(self, start: Start) -> int | None:
        """Start a process and return its number; None if it could not be started."""
        words = [os.fsencode(word) for word in start.words]
        variables = [name + b"=" + value for name, value in start.environment.items()]
        if any(b"\0" in text for text in (*words, *variables)):
            return None
        if any(one is not None and one <= 2 for one in (start.stdin, start.output)):
            return None  # an earlier action would take it from a later one
        program = os.fsencode(start.program)
        sys.audit("os.posix_spawn", program, words, start.environment)
        process = self._c.c_int()
        actions = self._c.create_string_buffer(OPAQUE)
        if self._quick.posix_spawn_file_actions_init(actions):
            return None
        try:
            error = self._fill(actions, start) or self._posix_spawn(
                self._c.byref(process),
                program,
                actions,
                self._attributes,
                self._texts(words),
                self._texts(variables),
            )
        finally:
            self._quick.posix_spawn_file_actions_destroy(actions)
        return None if error else process.value

    def _fill(self, actions: object, start: Start) -> int:
        """Note what the child does before it becomes the program; tells whether one failed."""
        add = self._quick
        error: int = add.posix_spawn_file_actions_addchdir_np(actions, os.fsencode(start.folder))
        if start.stdin is None:
            error |= add.posix_spawn_file_actions_addopen(
                actions, 0, os.fsencode(os.devnull), os.O_RDONLY, 0
            )
        else:
            error |= add.posix_spawn_file_actions_adddup2(actions, start.stdin, 0)
        error |= add.posix_spawn_file_actions_adddup2(actions, start.output, 1)
        error |= add.posix_spawn_file_actions_adddup2(actions, start.output, 2)
        error |= add.posix_spawn_file_actions_addclosefrom_np(actions, 3)
        return error

    def _texts(self, texts: Sequence[bytes]) -> Any:
        """Return texts as C has them: pointers, and a null at the end."""
        return (self._c.c_char_p * (len(texts) + 1))(*texts)


@cache
def _library() -> _Library | None:
    import ctypes  # takes 10 ms, for those who run commands

    # musl has all but this, with the same numbers; macOS has other numbers.
    return _Library(ctypes) if hasattr(ctypes.PyDLL(None), NEEDED) else None


def _popen(start: Start) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        start.words,
        executable=start.program,
        cwd=start.folder,
        env=start.environment,
        stdin=subprocess.DEVNULL if start.stdin is None else start.stdin,
        stdout=start.output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
