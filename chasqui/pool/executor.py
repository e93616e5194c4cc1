"""PoolExecutor: a pool behind the interface of `concurrent.futures`.

For asyncio's ``run_in_executor``, `as_completed`, `wait`, and every library that takes an executor.
The pool stays its owner's: several executors may share one, and the shutdown of an executor ends
what was submitted through it, never the pool. A future's error keeps its traceback, as users of
futures expect; the pool counts the failure as a `CallRaised`.

It is a `ThreadPoolExecutor` by its class, because asyncio takes nothing else as a loop's default.
None of its parent's machinery runs: not its constructor, not its threads, not its wait for them at
the interpreter's exit. What libraries read of its private attributes, as dask reads
``_max_workers``, is answered from the pool.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Future, wait

# From its own module: a program may have put something else into `concurrent.futures`.
from concurrent.futures.thread import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, NoReturn, ParamSpec, TypeVar

from chasqui import foreign, numbers
from chasqui.errors import PoolClosed
from chasqui.pool import deadlock, forking
from chasqui.pool.futures import Call, PoolFuture
from chasqui.pool.pool import Pool
from chasqui.pool.state import state_of

P = ParamSpec("P")
T = TypeVar("T")


class PoolExecutor(ThreadPoolExecutor):
    """An executor over a pool that is running, or will be.

    `submit` waits while the pool's backlog is full: an event loop should leave room in it.

    A call that asks a future of its own pool for its result, when no worker is left to bring it,
    gets WouldDeadlock, as from a task. `concurrent.futures.wait`, `as_completed` and an ``await``
    wait without the pool's help: they are not refused, and hang.

    Raises:
        TypeError: it is given something else than a pool.
    """

    def __init__(self, pool: Pool) -> None:
        if not foreign.is_a(pool, Pool):
            raise TypeError(_no_pool(pool))
        self._pool = pool
        # The lock guards the two below: no future comes in once the executor is shut down.
        # Re-entrant: a signal handler may submit in the middle of a submission.
        self._shutdown_lock: Any = threading.RLock()
        self._closed = False
        self._pending: dict[Future[Any], None] = {}  # in order of their coming
        forking.watch(self)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have ``fn(*args, **kwargs)`` called by the pool, and return the future of its result.

        Raises:
            RuntimeError: the executor or its pool is shut down.
            PoolForked: this is a forked child, and the pool is its parent's.
            WouldDeadlock: called from a task, and no worker would be left to make room.
        """
        state_of(self._pool).check_fork()  # before the lock, which a thread of the parent may hold
        future: PoolFuture[T] = PoolFuture(self._pending)
        try:
            with self._shutdown_lock:
                if self._closed:
                    raise RuntimeError("cannot schedule new futures after shutdown")
                self._pending[future] = None
            task = self._pool.submit(Call(future, fn, args, kwargs))
            future.follow(task)
        except BaseException as error:
            self._pending.pop(future, None)
            if isinstance(error, PoolClosed):
                text = f"cannot schedule new futures after shutdown: {error}"
                raise RuntimeError(text) from error
            raise
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Accept no more, and with ``wait`` return when all that was submitted here has ended.

        With ``cancel_futures`` what has not begun is cancelled. The pool goes on. In a forked child
        it returns at once: what was submitted ends in the parent, if anywhere.

        Raises:
            WouldDeadlock: called from a task that it would wait for, or with no worker left.
        """
        if state_of(self._pool).is_forked:
            self._closed = True
            return
        with self._shutdown_lock:
            self._closed = True
            pending = list(self._pending)
        if cancel_futures:
            # Newest first and giving way each time: a worker that was woken for the oldest has
            # them by then, so that what was about to begin does begin.
            for future in reversed(pending):
                future.cancel()
                time.sleep(0)
        if wait:
            self._await(pending)

    def _await(self, futures: Iterable[Future[Any]]) -> None:
        if deadlock.current(state_of(self._pool)) is None:
            _wait(futures)
            return
        for future in futures:
            with suppress(CancelledError):
                future.exception()

    def __exit__(self, *exc_info: object) -> None:
        if not state_of(
            self._pool
        ).is_forked:  # a child that leaves the block has nothing to wait for
            self.shutdown()

    def forked(self) -> None:
        """Take the new lock: the old one may be held by a thread that is not in this child."""
        self._shutdown_lock = threading.RLock()

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "a PoolExecutor cannot be pickled; where it is needed, make one over a pool of its own"
        )

    def __repr__(self) -> str:
        return f"<PoolExecutor over {self._pool!r}>"

    # What libraries read of a ThreadPoolExecutor

    @property
    def _max_workers(self) -> int:  # type: ignore[override]
        return self._pool.workers_wanted

    @property
    def _threads(self) -> set[threading.Thread]:  # type: ignore[override]
        idents = {worker.ident for worker in self._pool.workers()}
        return {thread for thread in threading.enumerate() if thread.ident in idents}

    @property
    def _work_queue(self) -> WorkQueue:  # type: ignore[override]
        return WorkQueue(self._pool)

    @property
    def _shutdown(self) -> bool:  # type: ignore[override]
        return self._closed or self._pool.state in ("stopping", "stopped")

    @property
    def _thread_name_prefix(self) -> str:  # type: ignore[override]
        return f"chasqui-{self._pool.name}"

    _broken = False
    _initializer = None
    _initargs = ()


class WorkQueue:
    """The backlog of a pool as the queue of an executor: it can be looked at."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def qsize(self) -> int:
        """Return how many tasks wait, those of others too."""
        return len(state_of(self._pool).queued)

    def empty(self) -> bool:
        """Tell whether no task waits."""
        return self.qsize() == 0


_wait = wait


def _no_pool(given: object) -> str:
    if foreign.is_a(foreign.attribute(given, "pool"), Pool):  # an engine
        return (
            f"a PoolExecutor is over one pool, got an {foreign.kind_of(given)}; "
            'give engine.pool, or engine.pools["NAME"]'
        )
    return f"a PoolExecutor is over a Pool, got {numbers.shown(given)}"
