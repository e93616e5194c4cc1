"""Mutants of what a forked child has of its parent, and of its own."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

TESTS = "tests/pool/test_fork.py"
FORKING = "chasqui/pool/forking.py"

MUTANTS = (
    Mutant(
        "child-takes-tasks",
        "the copy of a worker in a child takes no task",
        "chasqui/pool/inherited.py",
        "        worker.held = True  #",
        "        worker.held = False  #",
        TESTS,
    ),
    Mutant(
        "child-keeps-locks",
        "a lock that was held at the fork is free in the child",
        FORKING,
        '            owner._lock = threading.RLock() if hasattr(lock, "_is_owned") else',
        "            owner._lock = lock if lock else",
        TESTS,
    ),
    Mutant(
        "child-without-exit-hook",
        "a child that makes a pool has the exit hook",
        FORKING,
        "        Finalize(None, _end, exitpriority=0)\n",
        "        len(Finalize.__name__)\n",
        TESTS,
    ),
    Mutant(
        "child-cuts-its-pools",
        "the pools that a body makes in a child are ended before it",
        FORKING,
        "        _end()\n    finally:",
        "        len(_ends)\n    finally:",
        TESTS,
    ),
    Mutant(
        "child-status-lost",
        "a child ends with the status that the body has asked for",
        FORKING,
        "            return code & 0xFF\n",
        "            return 0\n",
        TESTS,
    ),
    Mutant(
        "child-keeps-capture",
        "a child has nothing of what its parent captured",
        "chasqui/engine/logs/capture.py",
        "        self._wanted, take_away, self._take_away = 0, self._take_away, None\n",
        "        take_away = None\n",
        TESTS,
    ),
    Mutant(
        "child-ignores-signals",
        "a child ends by a signal that its parent waits for",
        "chasqui/pool/signals.py",
        "            signal.signal(number, usual)\n",
        "            len((usual,))\n",
        TESTS,
    ),
    Mutant(
        "child-noise-at-with",
        "a child leaves a `with` of its parent in silence",
        "chasqui/pool/pool.py",
        "        if not self._state.is_forked:  #",
        "        if True:  #",
        TESTS,
    ),
    Mutant(
        "child-sets-future",
        "the future of a call that forks is the parent's",
        "chasqui/pool/futures.py",
        "        if task._pool.is_forked:  #",
        "        if not ctx:  #",
        TESTS,
    ),
    Mutant(
        "schedule-in-child",
        "a child is refused the parent's schedules",
        "chasqui/engine/submission/api.py",
        "        state_of(self._parts.pools.default).check_fork()\n",
        "",
        TESTS,
    ),
    Mutant(
        "unused-pool-is-refused",
        "a pool that was not used before a fork is new in the child",
        "chasqui/pool/inherited.py",
        "    is_new = _locked_is_new(pool)\n",
        "    is_new = False\n",
        "tests/pool/test_fork_before_start.py",
    ),
    Mutant(
        "used-pool-goes-on",
        "a pool that had accepted a task before a fork is refused in the child",
        "chasqui/pool/inherited.py",
        "pool.stopped or pool.accepted\n",
        "pool.stopped\n",
        "tests/pool/test_fork_before_start.py",
    ),
    Mutant(
        "fork-within-a-start",
        "a pool whose lock was held at the fork is refused in the child",
        "chasqui/pool/inherited.py",
        "or not pool.lock.acquire(blocking=False):\n        return False",
        "or not pool.lock.acquire(blocking=False):\n        return True",
        "tests/pool/test_fork_before_start.py",
    ),
    Mutant(
        "half-an-engine-starts",
        "a child starts no pool of an engine of which another pool is the parent's",
        "chasqui/engine/parts.py",
        "            state_of(pool).check_fork()  # of all before any is started\n",
        "            state_of(pool).check_fork()\n            pool.start()\n",
        "tests/pool/test_fork_before_start.py::test_a_pool_used_before_the_fork_is_refused_in_the_child_and"
        "_the_error_says_what_to_do",
    ),
    Mutant(
        "child-without-events",
        "the events of an engine that a child starts are delivered there",
        "chasqui/engine/parts.py",
        "        self.bus.restart_if_forked()\n",
        "",
        "tests/pool/test_fork_before_start.py",
    ),
    Mutant(
        "child-pool-cut-at-exit",
        "a pool that was made before a fork and started after it is ended when the child ends",
        "chasqui/pool/exits.py",
        "weakref.WeakSet(pool for pool in _pools if not pool.is_forked)",
        "weakref.WeakSet()",
        "tests/pool/test_fork_before_start.py",
    ),
)
