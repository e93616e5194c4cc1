"""Background: a thread of the engine, which waits for something to do until it is closed."""

from __future__ import annotations

import os
import threading
from abc import ABC, abstractmethod

from chasqui.pool import forking
from chasqui.pool.clock import Clock
from chasqui.pool.locks import Condition
from chasqui.pool.threads import StartThread


class Background(ABC):
    """What the engine's own threads share: each is started once, told to end, and joined."""

    NAME = "chasqui-background"

    def __init__(self, clock: Clock, start_thread: StartThread) -> None:
        self._clock = clock
        self._start_thread = start_thread
        # Guards all fields, here and below. Re-entrant: a signal handler may come in the middle.
        self._lock = threading.RLock()
        self._changed = Condition(self._lock)
        forking.watch(self)
        self._thread: threading.Thread | None = None
        self._starting = False
        self._closed = False

    @property
    def thread(self) -> threading.Thread | None:
        """The thread, once it was started."""
        return self._thread

    def close(self, timeout: float) -> None:
        """Tell the thread to end, and wait for that at most ``timeout`` seconds."""
        with self._lock:
            self._closed = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout)

    def _locked_start(self) -> None:
        """Start the thread unless it runs; RuntimeError when the machine has no more threads."""
        if self._thread is None and not self._starting:
            self._starting = True  # a signal handler in the middle starts no second thread
            try:
                self._thread = self._start_thread(self._begin, self.NAME)
            finally:
                self._starting = False

    def _begin(self) -> None:
        """Run, unless the start was interrupted before it was recorded: then another follows."""
        with self._lock:  # its starter holds it
            mine = self._thread is threading.current_thread()
        process = os.getpid()
        try:
            if mine:
                self._run()
        finally:
            if forking.is_child(process):
                forking.end(None, self.NAME)

    def forked(self) -> None:
        """Do nothing more, in a forked child. What was not started yet may be started there."""
        self._changed = Condition(self._lock)
        self._closed = self._closed or self._thread is not None or self._starting

    @abstractmethod
    def _run(self) -> None:
        """Work until closed."""
