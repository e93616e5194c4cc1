"""What could be wrong with retries, delays, limits and keys, each for the engine's machine to find.

Only the machine is run on these: they are the proof that it looks at what it should.
"""

from __future__ import annotations

from tests.mutants.mutant import Mutant

MACHINE = "tests/stateful"

MUTANTS = (
    Mutant(
        "retry-uncounted",
        "every start is an attempt",
        "chasqui/pool/floor.py",
        "        more.attempt += 1\n",
        "        more.attempt = 1\n",
        MACHINE,
    ),
    Mutant(
        "one-attempt-too-many",
        "a task is started as often as its policy says at most",
        "chasqui/engine/retry.py",
        "if attempt >= self.attempts or",
        "if attempt > self.attempts or",
        MACHINE,
    ),
    Mutant(
        "backoff-ignored",
        "each delay is longer than the one before by the backoff",
        "chasqui/engine/retry.py",
        "self.base * self.backoff ** (attempt - 1)",
        "self.base",
        MACHINE,
    ),
    Mutant(
        "late-result-accepted",
        "what a body given up brings home is dropped",
        "chasqui/pool/ending.py",
        "                if worker.ending:\n",
        "                if False:\n",
        MACHINE,
    ),
    Mutant(
        "key-released-early",
        "a key is held until its task is final",
        "chasqui/engine/keys.py",
        "if task is None or task.state in FINAL or ",
        'if task is None or task.state not in ("queued", "running") or ',
        MACHINE,
    ),
    Mutant(
        "expired-runs",
        "what could not start in time does not run",
        "chasqui/pool/threads.py",
        "if more.expires is not None and task._claimed_at >= more.expires:",
        "if False:",
        MACHINE,
    ),
    Mutant(
        "schedule-not-dropped",
        "a shutdown that drops cancels what is scheduled",
        "chasqui/pool/dropping.py",
        "        self._locked_drop_from(self._scheduled, dropped)\n",
        "",
        MACHINE,
    ),
    Mutant(
        "due-order-ignored",
        "what is due first comes first",
        "chasqui/pool/timer.py",
        "heapq.heappush(self._calls, (moment, number, call))",
        "self._calls.append((moment, number, call))",
        MACHINE,
    ),
    Mutant(
        "delay-ignored-on-resume",
        "a delay lasts through a pause",
        "chasqui/pool/pool.py",
        "            self._paused = False\n            self._locked_rouse_all()\n",
        "            self._paused = False\n"
        "            for task in list(self._scheduled.values()):\n"
        "                task._more.due = None\n"
        "                self._come_due(task.number)\n"
        "            self._locked_rouse_all()\n",
        MACHINE,
    ),
    Mutant(
        "retry-after-cancel",
        "a task that was asked to stop is not tried again",
        "chasqui/engine/accepting.py",
        "task._pool.tries_again and not task.stop_asked and",
        "task._pool.tries_again and",
        MACHINE,
    ),
    Mutant(
        "abandoned-not-replaced",
        "a worker that is given up is replaced",
        "chasqui/pool/limits.py",
        "self._staff(fresh)  # before",
        "fresh.clear()  # before",
        MACHINE,
    ),
    Mutant(
        "abandoned-unbounded",
        "no more workers are given up than may be",
        "chasqui/pool/limits.py",
        "elif room > 0:",
        "elif True:",
        MACHINE,
    ),
    Mutant(
        "ends-twice",
        "a scheduled task that was cancelled does not come due",
        "chasqui/pool/handles.py",
        "                del waits[number]\n",
        "                self._queued.pop(number, None)\n",
        MACHINE,
    ),
    Mutant(
        "priority-lost-on-retry",
        "a task keeps its priority when it is tried again",
        "chasqui/pool/schedule.py",
        "        more.attempt = task.attempts\n",
        "        more.attempt = task.attempts\n        more.priority = 0\n",
        MACHINE,
    ),
    Mutant(
        "put-off-while-dropping",
        "nothing is put off while the engine drops",
        "chasqui/pool/core.py",
        'return not (self._stopped or self._stopping == "cancel")',
        "return not self._stopped",
        MACHINE,
    ),
    Mutant(
        "limit-from-acceptance",
        "each attempt has the whole of its time limit",
        "chasqui/pool/floor.py",
        "more.deadline = task._claimed_at + more.time_limit",
        "more.deadline = (more.created or task._claimed_at) + more.time_limit",
        MACHINE,
    ),
    Mutant(
        "told-at-first-failure",
        "callbacks hear of the last attempt only",
        "chasqui/pool/ending.py",
        "                arrange()\n                return False\n",
        "                arrange()\n                return True\n",
        MACHINE,
    ),
    Mutant(
        "last-failure-unnoted",
        "a failure that is final since the engine drops is in the failure log",
        "chasqui/engine/accepting.py",
        "if task._pool.tries_again and not",
        "if not",
        MACHINE,
    ),
    Mutant(
        "refused-batch-sleeps",
        "what a refused batch got in starts at once",
        "chasqui/pool/room.py",
        "            if self._idle and not self._waking:\n"
        "                self._wake()  # for what this batch has put in already\n",
        "",
        MACHINE,
    ),
    Mutant(
        "surplus-leaves-a-drain",
        "a drain runs every retry, though the pool was made smaller",
        "chasqui/pool/closing.py",
        "            self._crew.recall()\n",
        "",
        MACHINE,
    ),
)
