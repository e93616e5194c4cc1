"""Mutants of how a shutdown drops and leaves very many tasks."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

TESTS = "tests/pool/test_dropping.py"

MUTANTS = (
    Mutant(
        "drop-untold-group",
        "a batch counts the tasks that a shutdown drops",
        "chasqui/pool/dropping.py",
        "            group.all_ended(some)\n",
        "            len(some)\n",
        TESTS,
    ),
    Mutant(
        "drop-uncalled",
        "who asked to be called is called for a task that a shutdown drops",
        "chasqui/pool/dropping.py",
        "            more.callbacks = callbacks  # another was added meanwhile\n    settle(pool, task)\n",
        "            more.callbacks = callbacks  # another was added meanwhile\n    len(groups)\n",
        TESTS,
    ),
    Mutant(
        "schedule-searched-each-time",
        "a drain keeps the task that it waits for last",
        "chasqui/pool/schedule.py",
        "    if before is not None and before.number in pool.scheduled and _holds_up(pool, before):\n        return\n",
        "",
        TESTS,
    ),
    Mutant(
        "dropped-events-uncounted",
        "events of dropped tasks that did not fit are counted",
        "chasqui/engine/events/bus.py",
        "            self.dropped += count - len(fit)\n",
        "            self.dropped += 0\n",
        TESTS,
    ),
)
