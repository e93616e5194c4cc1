"""The threads backend: a daemon thread for each worker.

Daemon, because a task that never returns must not keep the interpreter from exiting. A thread that
cannot be started, or dies outside a task's body, is reported to the pool, which replaces it.
"""

from __future__ import annotations

import os
import sys
import threading
from _thread import start_new_thread
from collections.abc import Callable, Mapping, Sequence
from contextvars import Context as Variables
from time import monotonic, sleep
from typing import Any

from chasqui.numbers import shown
from chasqui.pool import forking
from chasqui.pool.backend import BackendCapabilities, BackendSetup, Source, Worker
from chasqui.pool.backend import StartThread as StartThread
from chasqui.pool.body import performer
from chasqui.pool.coroutines import Coroutines
from chasqui.pool.locks import new_lock, wait_for
from chasqui.pool.stacks import Stack, stack_from
from chasqui.pool.task import Task
from chasqui.pool.trace import stack_of

NO_MEMORY_SECONDS = 0.05  # until a worker that could not even report its end tries again
UP_SECONDS = 10.0  # for a new thread to start; without memory it may end before it can report


def start_daemon(target: Callable[[], None], name: str) -> threading.Thread:
    """Start a daemon thread; RuntimeError when the machine has no more.

    `threading.Thread.start` is Python code, which waits for the new thread. An exception in the
    middle of it, from a signal handler or at the recursion limit, leaves a thread that never runs,
    or that `threading.enumerate` lists forever. So it is called on a launching thread, where no
    handler runs and no stack is deep; a single call of C code starts that thread. When the caller
    is interrupted, the new thread may run all the same.

    A new thread that runs out of memory before its first line ends silently, and `start` waits
    for it forever. After `UP_SECONDS` the start counts as failed; a thread that comes up later
    than that does nothing.
    """
    started: list[threading.Thread] = []
    failed: list[BaseException] = []
    over, turn = new_lock(), new_lock()
    over.acquire()

    def run() -> None:
        if wait_for(turn, 0.0):  # False when its starter no longer waits
            target()

    def launch() -> None:
        try:
            thread = threading.Thread(target=run, name=name, daemon=True)
            thread.start()
            started.append(thread)
        except BaseException as error:
            failed.append(error)
        finally:
            over.release()

    start_new_thread(launch, ())
    if not wait_for(over, UP_SECONDS):
        if wait_for(turn, 0.0):
            raise RuntimeError(f"the thread {name} did not start within {UP_SECONDS:g} s")
        wait_for(over, None)  # it has just started
    if failed:
        raise failed[0]
    return started[0]


class ThreadBackend:
    """Run task bodies on threads of this process.

    Example: `chasqui-tui help authors`.

    Raises:
        ValueError: there are settings: threads take none.
    """

    capabilities = BackendCapabilities(kills=False, shares_memory=True, measures_memory=False)

    def __init__(self, setup: BackendSetup) -> None:
        self.check_settings(setup.settings)
        self._name = setup.pool
        self._start_thread = setup.start_thread
        # Each thread adds itself: its starter may be interrupted before it knows the thread.
        self._threads: dict[Worker, threading.Thread] = {}

    def start(self, source: Source, workers: Sequence[Worker]) -> None:
        """Start a thread for each worker; report a worker whose thread cannot start as lost."""
        for worker, thread in list(self._threads.items()):
            if not thread.is_alive():
                self._threads.pop(worker, None)  # another caller may have removed it
        # The last to fall idle gets the first task, so workers named first are busy first.
        for worker in reversed(workers):
            # A thread may inherit the context variables of its starter; a worker must not.
            run = Variables().run
            try:
                self._start_thread(
                    lambda worker=worker, run=run: run(self._be, source, worker),  # type: ignore[misc]
                    f"chasqui-{self._name}-{worker.name.rpartition('/')[2]}",
                )
            except Exception as error:  # whatever the starter raises is reported
                source.lost(worker, error)

    def _be(self, source: Source, worker: Worker) -> None:
        self._threads[worker] = threading.current_thread()
        _serve(source, worker)

    @staticmethod
    def check_settings(settings: Mapping[str, Any]) -> None:
        """Raise ValueError for any setting: threads have none."""
        if settings:
            raise ValueError(f"threads take no settings, got {shown(dict(settings))}")

    def refusal(self, type_: object, name: str) -> str:
        """Return nothing: any body runs here."""
        return ""

    def stop(self, task: Task) -> None:
        """Do nothing: the body looks at its task."""

    def abandon(self, worker: Worker) -> bool:
        """Return False: a thread cannot be killed, and goes on with its body."""
        return False

    def stack(self, worker: Worker) -> str:
        """Return where the worker's thread is now, from the task's own code on."""
        return stack_of(worker.ident)

    def stacks(self, workers: Sequence[Worker], depth: int) -> Mapping[Worker, Stack]:
        """Return where the tasks of these workers are now, by one look at all threads."""
        frames, found = sys._current_frames(), {}
        for worker in workers:
            frame = None if worker.ident is None else frames.get(worker.ident)
            if frame is not None and worker.task is not None:
                body = worker.coroutines and worker.coroutines.body
                found[worker] = stack_from(frame, body, depth)
        return found

    def usage(self, worker: Worker) -> tuple[float, int]:
        """Return zero: a worker has no process of its own."""
        return 0.0, 0

    def close(self, timeout: float) -> None:
        """Join the threads that are not inside a task."""
        deadline = monotonic() + timeout
        for worker, thread in list(self._threads.items()):
            if worker.task is None and worker.ident != threading.get_ident():
                thread.join(max(0.0, deadline - monotonic()))


def _serve(source: Source, worker: Worker) -> None:
    """Be a worker until the pool tells it to stop."""
    worker.ident = threading.get_ident()
    coroutines, variables = Coroutines(), Variables()
    worker.coroutines = coroutines
    perform = performer(worker, coroutines, variables)
    process = os.getpid()
    try:
        try:
            variables.run(source.serve, worker, perform)
        finally:
            if forking.is_child(process):
                # Before its event loop is closed, which would touch that of the parent.
                forking.end(_error_of(worker), f"the body of a task on {worker.name}")
    except BaseException as died:
        _report(source, worker, died)
        raise
    finally:
        coroutines.close()
    _report(source, worker, None)


def _error_of(worker: Worker) -> BaseException | None:
    """Return what the body that forked raised in the child."""
    return worker.raised or getattr(worker.task, "_error", None) or sys.exc_info()[1]


def _report(source: Source, worker: Worker, error: BaseException | None) -> None:
    """Report that a worker is gone; try again while there is no memory even for that."""
    while True:
        try:
            return source.lost(worker, error)
        except MemoryError:
            sleep(NO_MEMORY_SECONDS)
