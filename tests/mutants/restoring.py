"""Mutants of restored tasks and of the numbers that are given out beside theirs."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

RESTORING = "tests/pool/test_restoring.py"
INTERRUPTED = "tests/pool/test_restoring_interrupted.py"
NUMBERING = "tests/pool/test_numbering.py"
FILE = "chasqui/pool/restoring.py"

MUTANTS = (
    Mutant(
        "restored-number-given-again",
        "numbers given out later are higher than any restored",
        FILE,
        "        numbering.jump(max(numbers))\n",
        "",
        RESTORING,
    ),
    Mutant(
        "restored-number-of-a-running-task",
        "a number that a running task has is refused",
        FILE,
        "        if other.number in numbers:\n",
        "        if not numbers:\n",
        RESTORING,
    ),
    Mutant(
        "restored-number-of-a-reserved-task",
        "a number is in use while its task is reported to the observer",
        FILE,
        "(pool.queued, pool.scheduled, pool.reserved)",
        "(pool.queued, pool.scheduled)",
        RESTORING,
    ),
    Mutant(
        "restored-into-reserved-room",
        "the place of a task that is reported to the observer is taken",
        FILE,
        "places = room.locked_room(pool)",
        "places = room.locked_size(pool) - len(pool.queued)",
        RESTORING,
    ),
    Mutant(
        "restored-beyond-the-room",
        "without room a restored task is refused",
        FILE,
        "        if places < 0 or moments < 0:\n",
        "        if moments < 0:\n",
        RESTORING,
    ),
    Mutant(
        "restored-too-early",
        "a restored task that is not due yet waits for its time",
        FILE,
        "if more.due is not None and more.due > now:",
        "if False:",
        RESTORING,
    ),
    Mutant(
        "restored-and-young",
        "a restored task has waited since it was accepted",
        FILE,
        "        task._queued_at = now if since is None else min(now, since)\n",
        "",
        RESTORING,
    ),
    Mutant(
        "restored-attempts-forgotten",
        "a restored task has been started as often as before",
        FILE,
        '    more.attempt = rules.count("attempts", attempts, 0)\n',
        '    rules.count("attempts", attempts, 0)\n',
        RESTORING,
    ),
    Mutant(
        "restored-while-a-worker-moves",
        "a task that a worker is about to start is found by its number",
        FILE,
        "        turn = locked_freeze(pool)\n",
        "        turn = pool.turn = object()\n",
        RESTORING,
    ),
    Mutant(
        "number-of-a-closed-counter",
        "a number that was taken while its counter closed is not given out",
        "chasqui/pool/numbering.py",
        "            if not counter.closed:",
        "            if True:",
        NUMBERING,
    ),
    Mutant(
        "two-next-counters",
        "threads that jump at once use one counter",
        "chasqui/pool/numbering.py",
        'return self._next.setdefault("next", _Counter(start))',
        "return _Counter(start)",
        NUMBERING,
    ),
    Mutant(
        "next-counter-too-low",
        "a counter starts above what the closed one has given out",
        "chasqui/pool/numbering.py",
        "start = max(next(self.numbers), self.least)",
        "start = self.least",
        NUMBERING,
    ),
)
