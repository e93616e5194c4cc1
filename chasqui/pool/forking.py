"""Forking: what becomes of pools and engines, and of their threads, in a forked child process.

In a child only the thread that forked goes on. Locks may be held by threads that are not there, so
whatever has one is watched here and gets a new one. What the parent had is refused in the child,
and what the child makes itself is as in a fresh process: nothing module-wide is left of the parent.

A thread of a pool or engine that forks, such as a worker in a task's body, comes back in the child
as well. There it does nothing more of its work, and the process ends with it: with status 0, with
the status of a SystemExit, or with 1 for any other error, which is logged. Python's own exit is
that of the parent's main thread, which is not there; so pools that the child made are ended here.
Buffers of the parent's files are not written, and hooks of the parent's program do not run.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Callable
from typing import Any, Final, NoReturn
from weakref import WeakSet

from chasqui import foreign, loggers

log = loggers.named("chasqui.pool")

_watched: WeakSet[Any] = WeakSet()
_renewals: Final[list[Callable[[], object]]] = []
_ends: Final[list[Callable[[], object]]] = []
_process = 0  # where the exit hooks are known to be in place


def watch(owner: Any) -> None:
    """Give an object a new ``_lock`` in a child, if it has one, and call its ``forked``."""
    _watched.add(owner)


def in_child(renew: Callable[[], object]) -> None:
    """Have something of the whole process made anew in a child."""
    _renewals.append(renew)


def at_exit(end: Callable[[], object]) -> None:
    """Have something called when the process ends, once `arm` was called in it."""
    _ends.append(end)


def arm() -> None:
    """Have what `at_exit` was given called at the end of this process."""
    global _process
    if _process == os.getpid():
        return
    _process = os.getpid()
    atexit.unregister(_end)
    atexit.register(_end)
    processes = sys.modules.get("multiprocessing.process")
    if processes is not None and processes.parent_process() is not None:
        # Before 3.13 a child of multiprocessing leaves without atexit, and has hooks of its own.
        from multiprocessing.util import Finalize

        Finalize(None, _end, exitpriority=0)


def is_child(process: int) -> bool:
    """Tell whether this is another process than a thread began in."""
    return os.getpid() != process


def end(error: BaseException | None, what: str) -> NoReturn:
    """End a child whose only thread has come to the end of what it forked in."""
    status = 1
    try:
        status = _status(error, what)
        for thread in threading.enumerate():
            if thread is not threading.current_thread() and not thread.daemon:
                thread.join()
        _end()
    finally:
        os._exit(status)


def _end() -> None:
    for one in _ends:
        one()


def _status(error: BaseException | None, what: str) -> int:
    if error is None:
        return 0
    if foreign.is_a(error, SystemExit):
        code = foreign.attribute(error, "code")
        if code is None:
            return 0
        if type(code) is int:
            return code & 0xFF
    text = foreign.text_of(error, 1000)
    log.error("process %d, forked in %s: %s: %s", os.getpid(), what, foreign.kind_of(error), text)
    return 1


def _renew() -> None:
    global _watched
    found = list(_watched)
    _watched = WeakSet(found)  # another thread may have been in the middle of going through it
    for owner in found:
        lock = getattr(owner, "_lock", None)
        if lock is not None:
            owner._lock = threading.RLock() if hasattr(lock, "_is_owned") else threading.Lock()
        forked = getattr(owner, "forked", None)
        if forked is not None:
            forked()
    for renew in _renewals:
        renew()


os.register_at_fork(after_in_child=_renew)
