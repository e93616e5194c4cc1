"""Mutants of time limits, of the timer and what it calls, and of what is said of policies."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        "due-is-left",
        "a drain without a deadline runs what is due already",
        "chasqui/pool/closing.py",
        "            locked_bring_in(pool)\n",
        "",
        "tests/pool/test_schedule.py",
    ),
    Mutant(
        "timer-waits-for-itself",
        "a shutdown asked for on the timer's thread waits for no call of that thread",
        "chasqui/pool/closing.py",
        "        one.pool.timer.relieve()",
        "        pass",
        "tests/pool/test_limits.py",
    ),
    Mutant(
        "slow-callback-stops-timer",
        "a callback of a task given up that takes long delays no schedule",
        "chasqui/pool/limits.py",
        "            pool.timer.relieve()  # it may",
        "            pass  # it may",
        "tests/pool/test_limits.py",
    ),
    Mutant(
        "slow-call-left-behind",
        "the close of a timer waits for a call that has left the next ones to another thread",
        "chasqui/pool/timer.py",
        "threads = [*self._relieved, self._thread]",
        "threads = [self._thread]",
        "tests/pool/test_timer.py",
    ),
    Mutant(
        "two-given-up-in-one-look",
        "two that are given up at once may both shut down",
        "chasqui/pool/limits.py",
        "        if now < late or overdue is not None:\n",
        "        if overdue is not None:\n            worker.ending = 'limit'\n            pool.timer.at(now, lambda one=worker: _give_up(pool, one))\n        elif now < late:\n",
        "tests/pool/test_limits.py",
    ),
    Mutant(
        "claimed-uncounted",
        "no more threads are given up than may be, counting the one that is about to be",
        "chasqui/pool/limits.py",
        "len(crew.abandoned) - claimed",
        "len(crew.abandoned)",
        "tests/pool/test_limits.py",
    ),
    Mutant(
        "waits-for-whom-it-gives-up",
        "a shutdown does not wait for a worker that its own thread is about to give up",
        "chasqui/pool/closing.py",
        'and not (worker.ending == "limit" and worker.ender == here)',
        "",
        "tests/pool/test_limits.py",
    ),
    Mutant(
        "no-thread-no-shutdown",
        "a shutdown on the timer's thread ends the pool though there are no more threads",
        "chasqui/pool/timer.py",
        "            except Exception:  # whatever the starter raises",
        "            except KeyError:",
        "tests/pool/test_limits.py",
    ),
    Mutant(
        "brought-back",
        "a handler in the middle of forgetting brings no forgotten call back",
        "chasqui/pool/timer.py",
        "            if self._turn is turn:\n",
        "            if True:\n",
        "tests/pool/test_timer.py",
    ),
    Mutant(
        "lanes-read-later",
        "the lanes of a reading add up to it whatever a handler does",
        "chasqui/pool/reading.py",
        "        scheduled=scheduled,\n",
        "        scheduled=lane.scheduled,\n",
        "tests/pool/test_interruption.py",
    ),
    Mutant(
        "told-before-replaced",
        "a worker given up is replaced before anybody is told",
        "chasqui/pool/limits.py",
        "    staff(pool, fresh)  # before",
        "    settle(pool, task); staff(pool, fresh)  # before",
        "tests/pool/test_limits.py",
    ),
    Mutant(
        "stuck-with-its-next-task",
        "a worker that was stuck is not shown so any more once its body has ended",
        "chasqui/pool/worker_loop.py",
        '_take(pool, worker) if worker.phase == "idle" else None',
        "_take(pool, worker)",
        "tests/pool/test_limits.py::"
        "test_a_worker_that_was_stuck_is_shown_as_running_with_its_next_task",
    ),
)
