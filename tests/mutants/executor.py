"""Mutants of the executor over a pool and of its futures."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

EXECUTOR, FUTURES = "chasqui/pool/executor.py", "chasqui/pool/futures.py"
OF_EXECUTOR, OF_FUTURES = "tests/pool/test_executor.py", "tests/pool/test_futures.py"
LIBRARIES = "tests/pool/test_executor_libraries.py"

MUTANTS = (
    Mutant(
        "no-thread-pool-executor",
        "asyncio takes it as the default executor of a loop",
        EXECUTOR,
        "class PoolExecutor(ThreadPoolExecutor):",
        "class PoolExecutor(ThreadPoolExecutor.__base__):",
        LIBRARIES,
    ),
    Mutant(
        "parents-machinery",
        "nothing of its parent runs but what every executor has",
        EXECUTOR,
        "        self._pool = pool\n        # The lock",
        "        self._pool = pool\n        ThreadPoolExecutor._counter()\n        self._idle_semaphore = None\n        # The lock",
        OF_EXECUTOR,
    ),
    Mutant(
        "workers-of-yesterday",
        "dask is told how many workers the pool has now",
        EXECUTOR,
        "return self._pool.workers_wanted",
        "return 4",
        OF_EXECUTOR,
    ),
    Mutant(
        "executor-of-anything",
        "what is no pool is refused when the executor is made",
        EXECUTOR,
        "if not foreign.is_a(pool, Pool):",
        "if False:",
        OF_EXECUTOR,
    ),
    Mutant(
        "locked-out",
        "a signal handler may submit in the middle of a submission",
        EXECUTOR,
        "self._shutdown_lock: Any = threading.RLock()",
        "self._shutdown_lock: Any = threading.Lock()",
        OF_EXECUTOR + "::test_a_signal_handler_may_submit_in_the_middle_of_a_submission",
    ),
    Mutant(
        "waits-for-what-never-came",
        "a submission that failed is not waited for",
        EXECUTOR,
        "            self._pending.pop(future, None)\n            if isinstance",
        "            if isinstance",
        OF_EXECUTOR + "::test_a_submission_that_fails_is_not_waited_for",
    ),
    Mutant(
        "future-keeps-executor",
        "a future does not keep its executor alive",
        EXECUTOR,
        "future.add_done_callback(partial(_drop, self._pending))",
        "future.add_done_callback(lambda done: self._pending.pop(done, None))",
        OF_FUTURES,
    ),
    Mutant(
        "shutdown-hangs-within",
        "a call that shuts its executor down is refused the wait for itself",
        EXECUTOR,
        "if deadlock.current(self._pool) is None:",
        "if True:",
        OF_FUTURES + "::test_a_call_cannot_wait_for_the_end_of_its_own_executor",
    ),
    Mutant(
        "truth-of-an-error",
        "an error is raised whatever its truth value",
        FUTURES,
        "        if error is None:\n            return cast",
        "        if not error:\n            return cast",
        OF_FUTURES,
    ),
    Mutant(
        "frame-leads-back",
        "the frame that raises an error does not lead back to it",
        FUTURES,
        "            del error, self\n",
        "            pass\n",
        OF_FUTURES,
    ),
    Mutant(
        "worker-waits-for-ever",
        "a wait for a future that no worker is left to end is refused",
        FUTURES,
        "        task.wait(timeout)\n        # Who",
        "        # Who",
        OF_FUTURES + "::test_the_last_worker_that_would_wait_for_a_future_is_refused",
    ),
    Mutant(
        "future-keeps-its-task",
        "no cycle of a future and its task is left when it has ended",
        FUTURES,
        "            task._more.on_left = None\n",
        "            pass\n",
        OF_FUTURES,
    ),
    Mutant(
        "left-call-is-kept",
        "what a stopped pool left in its backlog keeps no future",
        FUTURES,
        "            task.work.drop()\n",
        "            pass\n",
        OF_FUTURES,
    ),
    Mutant(
        "future-never-told",
        "a call that the pool ends by itself ends its future",
        FUTURES,
        "        elif not self.done():  # the pool has ended it, and not the call\n            self.set_exception(task.error)\n",
        "",
        OF_EXECUTOR + "::test_a_call_that_the_pool_ends_by_itself_ends_its_future",
    ),
    Mutant(
        "call-made-twice",
        "a call is made once, though its task is tried again",
        FUTURES,
        "        if future is None or function is None or not future.begin():\n            return",
        "        assert future is not None and function is not None\n        if not future.begin():\n            return",
        OF_EXECUTOR + "::test_a_call_is_made_once_though_its_task_is_tried_again",
    ),
    Mutant(
        "name-that-raises",
        "a function whose attributes raise is called all the same",
        FUTURES,
        'name = foreign.attribute(function, "__qualname__")',
        'name = getattr(function, "__qualname__", None)',
        OF_FUTURES,
    ),
    Mutant(
        "timeout-of-a-future",
        "the timeout of a future is looked at as any other",
        FUTURES,
        '        timeout = numbers.wait("timeout", timeout)\n',
        "",
        OF_FUTURES,
    ),
)
