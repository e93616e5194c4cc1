"""Store: the results of a backend's tasks, in the memory of this process.

A result is kept while its task waits or runs, and of those that have ended the newest are. What is
handed out is a copy, which changes when it is refreshed, as with any backend.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from copy import copy
from typing import Any

from django.utils import timezone

from chasqui_django.framework import Framework


class Store:
    """Results by their ids. Any thread may use it."""

    def __init__(self, framework: Framework, keep: int) -> None:
        self._framework = framework
        self._keep = keep
        self._lock = threading.Lock()  # guards the two below, and the fields of every result
        self._open: dict[str, Any] = {}
        self._ended: OrderedDict[str, Any] = OrderedDict()

    def add(self, result: Any) -> Any:
        """Remember a result whose task is about to be submitted, and return a copy."""
        with self._lock:
            _set(result, enqueued_at=timezone.now())
            self._open[result.id] = result
            return _copy(result)

    def drop(self, id: str) -> None:
        """Forget a result whose task was refused."""
        with self._lock:
            self._open.pop(id, None)

    def begin(self, id: str, worker: str) -> Any:
        """Note that a worker has taken a task, and return its result itself."""
        with self._lock:
            result = self._open.get(id) or self._ended.pop(id, None)
            if result is None:
                return None
            self._open[id] = result
            now = timezone.now()
            _set(
                result,
                status=self._framework.status.RUNNING,
                started_at=result.started_at or now,
                last_attempted_at=now,
                finished_at=None,
            )
            result.worker_ids.append(worker)
            return result

    def succeed(self, id: str, value: Any) -> Any:
        """Note what a task returned."""
        return self._end(id, self._framework.status.SUCCESSFUL, _return_value=value)

    def fail(self, id: str, error: Any) -> Any:
        """Note that a task failed, or that it will not run."""
        return self._end(id, self._framework.status.FAILED, error=error)

    def get(self, id: str) -> Any:
        """Return a copy of a result as it is now; None if it is not remembered."""
        with self._lock:
            result = self._open.get(id) or self._ended.get(id)
            return None if result is None else _copy(result)

    def is_open(self, id: str) -> bool:
        """Tell whether the task has yet to end."""
        with self._lock:
            return id in self._open

    def _end(self, id: str, status: Any, error: Any = None, **values: Any) -> Any:
        with self._lock:
            result = self._open.pop(id, None)
            if result is None:
                return None
            if error is not None:
                result.errors.append(error)
            _set(result, status=status, finished_at=timezone.now(), **values)
            self._ended[id] = result
            while len(self._ended) > self._keep:
                self._ended.popitem(last=False)
            return _copy(result)


def _set(result: Any, **values: Any) -> None:
    for name, value in values.items():
        object.__setattr__(result, name, value)  # it is frozen, for its users


def _copy(result: Any) -> Any:
    copied = copy(result)
    _set(copied, errors=list(result.errors), worker_ids=list(result.worker_ids))
    return copied
