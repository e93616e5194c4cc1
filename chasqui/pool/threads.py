"""The threads backend: one daemon thread a worker.

Daemon, because a task that never returns must not keep the interpreter from exiting. A thread that
cannot be started, or dies outside a task's body, is reported to the pool, which replaces it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from time import monotonic

from chasqui.pool.backend import Source, Worker

StartThread = Callable[[Callable[[], None], str], threading.Thread]


def start_daemon(target: Callable[[], None], name: str) -> threading.Thread:
    """Start a daemon thread; RuntimeError when the machine has no more."""
    thread = threading.Thread(target=target, name=name, daemon=True)
    thread.start()
    return thread


class ThreadBackend:
    """Run task bodies on threads of this process."""

    def __init__(self, name: str, start_thread: StartThread = start_daemon) -> None:
        self._name = name
        self._start_thread = start_thread
        self._threads: dict[Worker, threading.Thread] = {}

    def start(self, source: Source, workers: Sequence[Worker]) -> None:
        """Start one thread a worker; one that cannot start is reported as lost."""
        for worker, thread in list(self._threads.items()):
            if not thread.is_alive():
                del self._threads[worker]
        for worker in workers:
            try:
                self._threads[worker] = self._start_thread(
                    lambda worker=worker: _serve(source, worker),  # type: ignore[misc]
                    f"chasqui-{self._name}-{worker.name}",
                )
            except Exception as error:  # whatever the starter raises, the pool must know
                source.lost(worker, error)

    def close(self, timeout: float) -> None:
        """Join the threads that are not inside a task."""
        deadline = monotonic() + timeout
        for worker, thread in list(self._threads.items()):
            if worker.task is None and thread is not threading.current_thread():
                thread.join(max(0.0, deadline - monotonic()))


def _serve(source: Source, worker: Worker) -> None:
    """Be a worker until the pool says stop."""
    worker.ident = threading.get_ident()
    try:
        while (task := source.claim(worker)) is not None:
            result = error = None
            try:
                result = task.work.execute(source.context(task))
            except BaseException as raised:
                # SystemExit and KeyboardInterrupt too: a task's failure is its own.
                error = raised
            source.end(worker, result, error)
            # Nothing of a finished task may wait here for the next one.
            del task, result, error
    except BaseException as died:
        source.lost(worker, died)
        raise
    source.lost(worker, None)
