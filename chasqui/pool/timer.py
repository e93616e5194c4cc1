"""Timer: calls made at their moment, on a thread of the pool's own.

The thread is started with the first call that is asked for, so that a pool without delays, retries
and limits has none. One call at a time is made, but one that is going to wait, as shutting the pool
down or a callback may, leaves those that follow to another thread. The lock here is the innermost
of all: it may be taken while the pool's is held, and no call is made while it is held.
"""

from __future__ import annotations

import heapq
import itertools
import math
import os
import threading
import time
from collections.abc import Callable
from typing import Final

from chasqui import loggers
from chasqui.pool import forking
from chasqui.pool.clock import Clock
from chasqui.pool.complaint import complain
from chasqui.pool.locks import Condition
from chasqui.pool.threads import StartThread

FORGOTTEN: Final = 64  # calls to be forgotten that are let lie, however few there are to be made

log = loggers.named("chasqui.pool")


class Timer:
    """A heap of calls, each with its moment on the pool's monotonic clock."""

    def __init__(self, name: str, clock: Clock, start_thread: StartThread) -> None:
        self._name = name
        self._clock = clock
        self._start_thread = start_thread
        # Guards all below. Re-entrant: a signal handler may ask for a call in the middle of one.
        self._lock = threading.RLock()
        self._changed = Condition(self._lock)
        self._calls: list[tuple[float, int, Callable[[], object]]] = []
        self._numbers = itertools.count(1)
        self._turn: object = None  # of the last change of the two others; see `commits`
        self._forgotten: set[int] = set()
        self._thread: threading.Thread | None = None
        self._relieved: list[threading.Thread] = []  # that may still be in a call
        self._closed = False
        forking.watch(self)

    @property
    def thread(self) -> threading.Thread | None:
        """The thread that makes the next call; None until the first is asked for."""
        return self._thread

    @property
    def next_moment(self) -> float:
        """When it looks at its calls next; infinite if it has none."""
        with self._lock:
            return self._calls[0][0] if self._calls else math.inf

    def start(self) -> None:
        """Start the thread unless it runs; after that `at` cannot fail.

        Raises:
            RuntimeError: the machine has no more threads.
        """
        if self._thread is not None:
            return  # without the lock, which a signal handler could then wait for in vain
        with self._lock:
            if self._thread is None and not self._closed:
                self._thread = self._start_thread(self._run, self._name)

    def at(self, moment: float, call: Callable[[], object]) -> int:
        """Have something called at a moment, or at once when that has passed; never once closed.

        Return its number, by which it can be forgotten.
        """
        with self._lock:
            number = next(self._numbers)
            if not self._closed:
                self._turn = None
                heapq.heappush(self._calls, (moment, number, call))
                self._changed.notify_all()
        return number

    def forget(self, number: int) -> None:
        """Do not make a call, should it not have been made yet.

        Those that lie about take hardly more memory, together, than those that will be made.
        """
        with self._lock:
            self._forgotten.add(number)
            self._locked_tidy()

    def _locked_tidy(self) -> None:
        while len(self._forgotten) > len(self._calls) // 2 + FORGOTTEN:
            turn = self._turn = object()
            calls = [one for one in self._calls if one[1] not in self._forgotten]
            heapq.heapify(calls)
            none: set[int] = set()
            if self._turn is turn:
                self._calls, self._forgotten = calls, none

    def relieve(self) -> None:
        """Have another thread make the next calls, if the caller's makes them.

        For a call that is going to wait for what only other calls can bring about. Without a thread
        to be had they are made once it has ended.
        """
        if self._thread is not threading.current_thread():
            return  # without the lock: only the thread itself makes it another
        with self._lock:
            try:
                if not self._closed:
                    self._locked_relieve()
            except Exception:  # whatever the starter raises
                log.exception("%s: its calls wait for one that takes long", self._name)

    def _locked_relieve(self) -> None:
        left = [one for one in self._relieved if one.is_alive()]
        self._relieved = [*left, threading.current_thread()]
        self._thread = self._start_thread(self._run, self._name)

    def close(self, timeout: float) -> None:
        """Make no more calls, and wait for those under way at most ``timeout`` seconds."""
        until = time.monotonic() + timeout
        with self._lock:
            self._closed = True
            self._calls.clear()
            self._changed.notify_all()
            threads = [*self._relieved, self._thread]
        for thread in threads:
            if thread is not None and thread is not threading.current_thread():
                thread.join(max(0.0, until - time.monotonic()))

    def anew(self) -> Timer:
        """Return another like this, for a forked child in which its pool is still new."""
        return Timer(self._name, self._clock, self._start_thread)

    def forked(self) -> None:
        """Make no more calls: this is a forked child. A timer that had none yet is a new one."""
        self._changed = Condition(self._lock)
        self._closed = self._closed or self._thread is not None or bool(self._calls)
        self._calls = []

    def _run(self) -> None:
        process = os.getpid()
        try:
            self._make_calls()
        finally:
            if forking.is_child(process):
                forking.end(None, self._name)

    def _make_calls(self) -> None:
        while True:
            try:
                call = self._next()
                if call is None:
                    return
                call()
            except BaseException as error:  # one call's mistake must not cost all the others
                complain(log, error, "%s: a call at its moment raised", self._name)

    def _next(self) -> Callable[[], object] | None:
        with self._lock:
            return self._locked_next()

    def _locked_next(self) -> Callable[[], object] | None:
        # `start` and `relieve` hold the lock, so that a new thread finds itself here. One whose
        # start was interrupted does not, and ends.
        while not self._closed and self._thread is threading.current_thread():
            if self._calls and self._calls[0][0] <= self._clock.monotonic():
                _, number, call = heapq.heappop(self._calls)
                if number not in self._forgotten:
                    return call
                self._forgotten.discard(number)
                continue
            self._clock.wait(self._changed, self._calls[0][0] if self._calls else None)
        return None
