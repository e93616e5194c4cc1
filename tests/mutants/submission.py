"""Mutants of the short way into a pool, which a submission takes that says nothing of its own."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

SUBMITTER = "chasqui/engine/submission/submitter.py"

MUTANTS = (
    Mutant(
        "short-way-without-policy",
        "the policy of a type counts for a submission that says nothing of its own",
        SUBMITTER,
        "        if route.plain:\n            self._follow_log()",
        "        if route.pool:\n            self._follow_log()",
        "tests/engine/policy/test_rules.py",
    ),
    Mutant(
        "short-way-unfollowed",
        "at the level debug the log has every step of a task",
        SUBMITTER,
        "        if route.plain:\n            self._follow_log()\n",
        "        if route.plain:\n",
        "tests/engine/logs/test_logbook.py",
    ),
)
