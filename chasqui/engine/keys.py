"""Keys: of the tasks with one key, at most one waits or runs at a time."""

from __future__ import annotations

from collections.abc import Callable

from chasqui.pool.pool import Pool
from chasqui.pool.task import Task


class Keys:
    """The tasks that hold their key, until they are final."""

    def __init__(self, pool: Pool) -> None:
        # The pool's own guards the index: with another, a thread that submits and a signal handler
        # in the middle of a call to the pool could wait for each other.
        self._lock = pool._lock
        self._holders: dict[str, Task] = {}

    def claim(self, key: str, accept: Callable[[], Task]) -> Task:
        """Return the task that holds a key, or the one that ``accept`` makes its holder.

        ``accept`` is called under the lock, so it must not wait.
        """
        with self._lock:
            holder = self._holders.get(key)
            if holder is not None and not holder.done:
                if holder._more is not None:
                    holder._more.submissions += 1
                return holder
            task = self._holders[key] = accept()
        task.add_done_callback(lambda task: self._release(key, task))
        return task

    def _release(self, key: str, task: Task) -> None:
        with self._lock:
            if self._holders.get(key) is task:
                del self._holders[key]
