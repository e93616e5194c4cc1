"""A pool and a dispatcher as the seed had them, with each of its six defects; only tests use it.

It is written here anew, from what is known of its behaviour. Where another thread may come between
two steps that ought to be one, it lets it, so that what goes wrong at times goes wrong each time.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any


class SendOnClosedChannel(BaseException):
    """What a Go program panics with."""


class SeedPool:
    """Workers that receive from one bounded channel."""

    def __init__(self, workers: int, queue_size: int) -> None:
        self.state = "new"
        self._changed = threading.Condition()
        self._queue: deque[Any] = deque()
        self._size = queue_size
        self._waiting = self._accepted = self._running = self._processed = 0
        self._context = SimpleNamespace(cancelled=False)
        self._threads = [threading.Thread(target=self._serve) for _ in range(workers)]

    def start(self) -> None:
        """Start the workers."""
        self.state = "running"
        for thread in self._threads:
            thread.start()

    def submit(self, work: Any) -> None:
        """Send a work, and count it after (6)."""
        with self._changed:
            self._waiting += 1
            while len(self._queue) >= self._size and self.state != "stopping":
                self._changed.wait()
            self._waiting -= 1
            if self.state == "stopping":
                raise SendOnClosedChannel  # (2)
            self._queue.append(work)
            self._changed.notify_all()
        self._switch(0.05)
        self._accepted += 1

    def blocked(self) -> int:
        """Count the submitters that wait for room."""
        return self._waiting

    def metrics(self) -> SimpleNamespace:
        """Read the counters, one after the other (5)."""
        accepted, queued, running = self._accepted, len(self._queue), self._running
        time.sleep(0.001)  # another thread's turn
        processed = self._processed
        balanced = accepted == queued + running + processed
        return SimpleNamespace(accepted=accepted, processed=processed, balanced=balanced)

    def shutdown(self, timeout: float) -> None:
        """Cancel the context of everything first, then wait for the workers (1)."""
        with self._changed:
            self.state = "stopping"
            self._context.cancelled = True
            self._changed.notify_all()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(timeout)

    def _switch(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not self._queue and not self._running, seconds)

    def _serve(self) -> None:
        while (work := self._receive()) is not None:
            try:
                work.execute(self._context)
            except BaseException:
                return  # nothing recovers: there, the process ended; here, the worker (3)
            finally:
                with self._changed:
                    self._running -= 1
                    self._processed += 1
                    self._changed.notify_all()

    def _receive(self) -> Any:
        with self._changed:
            while not self._queue and self.state != "stopping":
                self._changed.wait()
            if self.state == "stopping":
                return None
            self._running += 1
            self._changed.notify_all()
            return self._queue.popleft()


class SeedDispatcher:
    """Batches for a pool; a partial batch waits for ever."""

    def __init__(self, pool: Any, *, batch_size: int, max_wait: float = 0.0) -> None:
        self._pool, self._batch_size = pool, batch_size
        self._running = False
        self._accepted = 0
        self._batch: list[Any] = []
        self._reader: threading.Thread | None = None

    def start(self) -> None:
        """Accept works."""
        self._running = True

    def process(self, works: Iterable[Any]) -> None:
        """Read works in the background, and send each batch that is full (4)."""

        def read() -> None:
            for work in works:
                self._batch.append(work)
                if len(self._batch) >= self._batch_size:
                    self._flush()

        self._reader = threading.Thread(target=read, daemon=True)
        self._reader.start()

    def shutdown(self, timeout: float) -> SimpleNamespace:
        """Clear the flag, and flush what is left through what looks at the flag (4)."""
        assert self._reader is not None
        self._reader.join(timeout)
        self._running = False
        self._flush()
        return SimpleNamespace(accepted=self._accepted, left=())

    def _flush(self) -> None:
        batch, self._batch = self._batch, []
        if not self._running:
            return
        for work in batch:
            try:
                self._pool.submit(work)
            except BaseException:
                return  # the rest of the batch is thrown away (5)
            self._accepted += 1
