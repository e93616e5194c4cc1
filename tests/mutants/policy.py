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
        "chasqui/pool/worker_loop.py",
        "    more.attempt += 1\n",
        "    more.attempt = 1\n",
        MACHINE,
    ),
    Mutant(
        "late-result-accepted",
        "what a body given up brings home is dropped",
        "chasqui/pool/ending.py",
        "            if worker.ending:\n",
        "            if False:\n",
        MACHINE,
    ),
    Mutant(
        "key-released-early",
        "a key is held until its task is final",
        "chasqui/engine/submission/keys.py",
        "if task is None or (task.state in FINAL and not cools) or ",
        'if task is None or task.state not in ("queued", "running") or ',
        MACHINE,
    ),
    Mutant(
        "expired-runs",
        "what could not start in time does not run",
        "chasqui/pool/body.py",
        "if is_too_late(task, more):",
        "if False:",
        MACHINE,
    ),
    Mutant(
        "schedule-not-dropped",
        "a shutdown that drops cancels what is scheduled",
        "chasqui/pool/dropping.py",
        "[one for one in scheduled if may_start(one)]",
        "[]",
        MACHINE,
    ),
    Mutant(
        "delay-ignored-on-resume",
        "a delay lasts through a pause",
        "chasqui/pool/life.py",
        "        pool.paused = False\n        locked_rouse_all(pool)\n",
        "        pool.paused = False\n        for task in list(pool.scheduled.values()):\n            task._more.due = None\n            _come_due(pool, task.number)\n        locked_rouse_all(pool)\n",
        MACHINE,
    ),
    Mutant(
        "abandoned-not-replaced",
        "a worker that is given up is replaced",
        "chasqui/pool/limits.py",
        "staff(pool, fresh)  # before",
        "fresh.clear()  # before",
        MACHINE,
    ),
    Mutant(
        "abandoned-unbounded",
        "no more workers are given up than may be",
        "chasqui/pool/limits.py",
        "elif room > 0 or pool",
        "elif True or pool",
        MACHINE,
    ),
    Mutant(
        "put-off-while-dropping",
        "nothing is put off while the engine drops",
        "chasqui/pool/state.py",
        'return not (self.stopped or self.stopping == "cancel")',
        "return not self.stopped",
        MACHINE,
    ),
    Mutant(
        "refused-batch-sleeps",
        "what a refused batch got in starts at once",
        "chasqui/pool/room.py",
        "    if pool.idle and not pool.waking:\n        wake(pool)  # for what this batch has put in already\n",
        "",
        MACHINE,
    ),
    Mutant(
        "surplus-leaves-a-drain",
        "a drain runs every retry, though the pool was made smaller",
        "chasqui/pool/closing.py",
        "        pool.crew.recall()\n",
        "",
        MACHINE,
    ),
)
