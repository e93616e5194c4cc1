"""Mutants of what a body learns of its attempt."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

TESTS = "tests/pool/test_attempts_told.py"

MUTANTS = (
    Mutant(
        "redelivered-for-ever",
        "an attempt that follows a redelivered one has not run before",
        "chasqui/pool/schedule.py",
        "    more.redelivered = False\n",
        "",
        TESTS,
    ),
    Mutant(
        "abandoned-attempt-counts-on",
        "an abandoned body still has the number of its attempt",
        "chasqui/pool/task_context.py",
        '        return getattr(self, "_attempt", 1)\n',
        "        return self.task.attempts\n",
        TESTS,
    ),
    Mutant(
        "prefix-made-each-time",
        "a pool's idempotency keys begin alike",
        "chasqui/pool/key_prefix.py",
        '        if "text" not in made:\n',
        "        made.clear()\n        if True:\n",
        TESTS,
    ),
    Mutant(
        "prefix-of-each-pool",
        "the idempotency keys of an engine's pools begin alike",
        "chasqui/engine/parts.py",
        "            state.key_prefix = prefix\n",
        "",
        TESTS,
    ),
    Mutant(
        "redelivered-forgotten",
        "a restored attempt may have run before",
        "chasqui/pool/restoring.py",
        '    more.redelivered = flag("redelivered", redelivered)\n',
        '    flag("redelivered", redelivered)\n',
        TESTS,
    ),
)
