"""Mutants of how a pool ends, and of what stands on it: executor, dispatcher, signals."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

POOL = "tests/pool"

MUTANTS = (
    Mutant(
        "drain-drops",
        "a drain runs all that was accepted",
        "chasqui/pool/closing.py",
        '        if pool.stopping == "cancel":\n            locked_drop_all(pool, dropped)\n',
        "        locked_drop_all(pool, dropped)\n",
        POOL,
    ),
    Mutant(
        "late-drain-starts",
        "a shutdown whose time is over starts nothing that a pause held back",
        "chasqui/pool/commits.py",
        "    pool.paused = pool.paused and not has_time\n",
        "    pool.paused = False\n",
        "tests/pool/test_life.py",
    ),
    Mutant(
        "running-stopped-early",
        "running tasks are left alone until the deadline",
        "chasqui/pool/closing.py",
        "return until is not None and self.pool.monotonic() >= until",
        "return True",
        POOL,
    ),
    Mutant(
        "deaf-to-deadline",
        "at the deadline running tasks are asked to stop",
        "chasqui/pool/closing.py",
        "    for task in running:\n        ask_to_stop(pool, task)",
        "    for task in running:\n        pass",
        POOL,
    ),
    Mutant(
        "deadlock-allowed",
        "the last free worker is refused a wait",
        "chasqui/pool/deadlock.py",
        "if not paused and all(_waits_beyond(one, until) for one in others):",
        "if False:",
        POOL,
    ),
    Mutant(
        "ended-wait-counts",
        "a worker whose wait is over is left, although its thread has not noticed",
        "chasqui/pool/own_wait.py",
        " or bool(self.is_over())\n",
        "\n",
        "tests/pool/test_deadlock.py",
    ),
    Mutant(
        "timeout-does-not-count",
        "a worker that gives up by itself is left for a wait without a timeout",
        "chasqui/pool/deadlock.py",
        "inf if wait.deadline is None else now",
        "now",
        "tests/pool/test_deadlock.py",
    ),
    Mutant(
        "timeouts-wait-in-vain",
        "a wait with a timeout is refused if all others wait with one",
        "chasqui/pool/deadlock.py",
        "inf if wait.deadline is None else now",
        "inf",
        "tests/pool/test_deadlock.py::"
        "test_a_wait_with_a_timeout_is_refused_if_all_others_wait_with_one",
    ),
    Mutant(
        "patient-one-refused-later",
        "a wait with a timeout that others count on is not refused when it looks again",
        "chasqui/pool/deadlock.py",
        "    if wait.is_begun and wait.deadline is not None:\n        return\n",
        "",
        "tests/pool/test_deadlock.py",
    ),
    Mutant(
        "room-does-not-count",
        "a worker that waited for room is left once there is room",
        "chasqui/pool/room.py",
        "        return not pool.is_open or locked_free(pool) > 0\n",
        "        return not pool.is_open\n",
        "tests/pool/test_deadlock.py",
    ),
    Mutant(
        "exit-drops",
        "the exit of a program ends what it has left running",
        "chasqui/pool/exits.py",
        "shut_down(left, EXIT_SECONDS)",
        "shut_down(left, 0, drain=False)",
        POOL,
    ),
    Mutant(
        "future-not-cancelled",
        "a cancelled future leaves the backlog",
        "chasqui/pool/futures.py",
        "            task.cancel()",
        "            pass",
        POOL,
    ),
    Mutant(
        "executor-leaves-early",
        "the shutdown of an executor waits for its own",
        "chasqui/pool/executor.py",
        "                future.exception()\n",
        "                pass\n",
        "tests/pool/test_executor.py",
    ),
    Mutant(
        "second-signal-deaf",
        "a second signal ends the wait of a shutdown",
        "chasqui/pool/signals.py",
        "shut_down((pool,), 0)",
        "pass",
        POOL,
    ),
    Mutant(
        "partial-batch-lost",
        "a dispatcher flushes its last partial batch",
        "chasqui/pool/dispatcher.py",
        "if self._buffer and (full or ending or",
        "if self._buffer and (full or",
        POOL,
    ),
    Mutant(
        "refused-batch-lost",
        "what a target refuses is in the report",
        "chasqui/pool/dispatcher.py",
        "self._left += batch[accepted:]",
        "pass",
        POOL,
    ),
)
