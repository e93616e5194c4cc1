"""Mutants of several pools: their end, their numbers, who goes where, and keys across them."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

ENDS = "tests/pool/test_interrupted_end.py"
MANY = "tests/pool/test_closing_many.py"
KEYS = "tests/engine/submission/test_keys.py"
CLOSING = "chasqui/pool/closing.py"
INTAKE = "chasqui/pool/intake.py"

MUTANTS = (
    Mutant(
        "larger-queue-untold",
        "those who wait for room are let in when the queue becomes larger",
        "chasqui/pool/life.py",
        "            gate = locked_give_room(pool)\n",
        "",
        "tests/pool/test_queue_size.py",
    ),
    Mutant(
        "grace-added-up",
        "however many pools hang, the grace passes once",
        CLOSING,
        "        now = self.pool.monotonic()\n        deadline",
        "        threading.Event().wait(GRACE_SECONDS)\n        now = self.pool.monotonic()\n        deadline",
        MANY,
    ),
    Mutant(
        "ended-by-turns",
        "no pool accepts anything while another is waited for",
        CLOSING,
        "            _accept_no_more(pool, one.began, timeout, drain, tasks)\n",
        "            _accept_no_more(pool, one.began, timeout, drain, tasks)\n            _await_end([one])\n",
        MANY,
    ),
    Mutant(
        "last-pool-unheard",
        "a shutdown hears of the end of each of its pools",
        CLOSING,
        "    for one in waiting:\n        _attach(one.pool, wakeup)\n",
        "    _attach(waiting[0].pool, wakeup)\n",
        MANY,
    ),
    Mutant(
        "waits-elsewhere",
        "a handler in the middle of a pool lets its workers leave, whichever pools it ends",
        CLOSING,
        "next((pool for pool in pools if is_held(pool.lock)), pools[0])",
        "pools[0]",
        MANY,
    ),
    Mutant(
        "left-keeps-its-key",
        "the key of a task that its pool has left is free again",
        "chasqui/engine/submission/keys.py",
        " or left:",
        ":",
        KEYS,
    ),
    Mutant(
        "given-up-waited-for",
        "no shutdown waits for a pool that another has given up",
        CLOSING,
        "        if _is_over(self.pool):\n            return True",
        "        if False:\n            return True",
        MANY,
    ),
    Mutant(
        "bell-held-up",
        "no pool hangs on the lock of another that a signal handler holds",
        "chasqui/pool/wakeup.py",
        "        wake(self._gate)\n",
        "        with self._lock_of_pool:\n            wake(self._gate)\n",
        ENDS,
    ),
    Mutant(
        "review-disturbed",
        "a signal handler may cancel what a shutdown goes along",
        "chasqui/pool/schedule.py",
        "else list(pool.scheduled.values())",
        "else pool.scheduled.values()",
        ENDS,
    ),
    Mutant(
        "key-asked-under-lock",
        "no signal handler waits for whoever holds the keys",
        "chasqui/engine/submission/keys.py",
        "            if task is None or (task.state in FINAL and not cools) or left:",
        "            if task is None or task.state in FINAL or is_left(holder.pool, task):",
        KEYS,
    ),
    Mutant(
        "delayed-claim-settled-twice",
        "nor in the middle of one that is put off",
        "chasqui/pool/schedule.py",
        "        if claim is not None and (claim.task is not None or claim.closed):\n",
        "        if False:\n",
        KEYS,
    ),
    Mutant(
        "index-locked-while-accepting",
        "who holds a pool up never waits for a submission that waits for the pool",
        "chasqui/engine/submission/keys.py",
        "                return self._settle(mine)\n",
        "                with self._lock:\n                    return self._settle(mine)\n",
        KEYS,
    ),
    Mutant(
        "context-of-the-helper",
        "a task sees the context variables of its own submitter, whoever got it in",
        INTAKE,
        "seen = without(pool.copy_variables()) if claim is None else claim.variables\n        task",
        "seen = without(pool.copy_variables())\n        task",
        KEYS,
    ),
)
