"""A ThreadPoolExecutor that is a PoolExecutor over a pool of its own.

It has the constructor that CPython's tests call, and nothing else of the original.
"""

from __future__ import annotations

import os
import threading

from chasqui import Pool, PoolExecutor

ROOM = 1_000_000  # the original's queue has no bound


class ThreadPoolExecutor(PoolExecutor):
    """The original's constructor and life over a pool."""

    def __init__(self, max_workers: int | None = None, thread_name_prefix: str = "") -> None:
        if max_workers is None:
            max_workers = min(32, (os.cpu_count() or 1) + 4)
        if max_workers <= 0:
            raise ValueError("max_workers must be greater than 0")
        self._own = Pool(max_workers, ROOM, name=thread_name_prefix or "stand-in")
        self._own.start()
        super().__init__(self._own)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the executor, then its pool, here or on a thread."""
        super().shutdown(wait, cancel_futures=cancel_futures)
        if wait:
            self._own.shutdown()
        else:
            threading.Thread(target=self._own.shutdown, daemon=True).start()
