"""Mutants of how locks are held, and of what an interruption leaves behind."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

TESTS = "tests/pool/test_locks.py"

MUTANTS = (
    Mutant(
        "lock-by-condition",
        "a lock is held by `with` on itself",
        "chasqui/pool/timer.py",
        "        with self._lock:\n            self._forgotten",
        "        with self._changed:\n            self._forgotten",
        TESTS,
    ),
    Mutant(
        "wait-keeps-lock",
        "a wait gives the lock up, and holds it again after",
        "chasqui/pool/locks.py",
        "            lock._acquire_restore(given_up[0])\n",
        "            len(given_up)\n",
        TESTS,
    ),
    Mutant(
        "recursion-keeps-lock",
        "a submission at the recursion limit leaves no lock held",
        "chasqui/pool/intake.py",
        "        if pool.lock._is_owned():\n            pool.lock.release()\n",
        "        variables(pool)\n        pool.lock.release()\n",
        TESTS,
    ),
    Mutant(
        "ghost-worker",
        "a worker that was not started is taken off the crew again",
        "chasqui/pool/staffing.py",
        "            crew.forget_unborn(fresh)\n",
        "            len(fresh)\n",
        TESTS,
    ),
)
