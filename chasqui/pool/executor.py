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
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from concurrent.futures._base import PENDING

# From its own module: a program may have put something else into `concurrent.futures`.
from concurrent.futures.thread import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, NoReturn, ParamSpec, TypeVar

from chasqui import foreign, numbers
from chasqui.errors import PoolClosed
from chasqui.pool import deadlock
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

    Example: `chasqui-tui help executor`.
    """

    def __init__(self, pool: Pool) -> None:
        if not foreign.is_a(pool, Pool):
            raise TypeError(_no_pool(pool))
        self._pool = pool
        # A submission stores its future, then looks whether the executor is shut down. A shutdown
        # notes that it is, then looks at the futures. So one of the two sees the other, and neither
        # takes a lock. A future that a shutdown sees and that is refused is cancelled.
        self._closed = False
        self._pending: dict[Future[Any], None] = {}  # in order of their coming

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have ``fn(*args, **kwargs)`` called by the pool, and return the future of its result.

        Raises:
            RuntimeError: the executor or its pool is shut down.
            PoolForked: this is a forked child, and the pool is its parent's.
            WouldDeadlock: called from a task, and no worker would be left to make room.
        """
        pending = self._pending
        future: PoolFuture[T] = PoolFuture(pending)
        call = Call(future, (fn, args, kwargs))
        try:
            pending[future] = None
            if self._closed:
                state_of(self._pool).check_fork()
                raise RuntimeError("cannot schedule new futures after shutdown")
            future._task = task = self._pool.submit(call)
            if future._state is not PENDING:
                future.follow(task)
        except BaseException as error:
            pending.pop(future, None)
            future.cancel()  # a shutdown on another thread may wait for it
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

        >>> with Pool(workers=1) as pool:
        ...     PoolExecutor(pool).shutdown()
        ...     pool.state
        'running'
        """
        if state_of(self._pool).is_forked:
            self._closed = True
            return
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

    def _await(self, futures: Sequence[Future[Any]]) -> None:
        # A worker asks the oldest first, and is refused at once where it would wait for itself.
        # Other threads begin with the newest: the others have ended then, or soon will have.
        is_worker = deadlock.current(state_of(self._pool)) is not None
        for future in futures if is_worker else reversed(futures):
            with suppress(CancelledError):
                future.exception()

    def __exit__(self, *exc_info: object) -> None:
        if not state_of(
            self._pool
        ).is_forked:  # a child that leaves the block has nothing to wait for
            self.shutdown()

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


def _no_pool(given: object) -> str:
    if foreign.is_a(foreign.attribute(given, "pool"), Pool):  # an engine
        return (
            f"a PoolExecutor is over one pool, got an {foreign.kind_of(given)}; "
            'give engine.pool, or engine.pools["NAME"]'
        )
    return f"a PoolExecutor is over a Pool, got {numbers.shown(given)}"
