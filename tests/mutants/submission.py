"""Mutants of the short way into a pool, which a submission takes that says nothing of its own."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

SUBMITTER = "chasqui/engine/submission/submitter.py"

MUTANTS = (
    Mutant(
        "short-way-without-policy",
        "the policy of a type counts for a submission that says nothing of its own",
        SUBMITTER,
        "        if route.plain and (not self.durability.keeps",
        "        if route.pool and (not self.durability.keeps",
        "tests/engine/policy/test_rules.py",
    ),
    Mutant(
        "short-way-unfollowed",
        "at the level debug the log has every step of a task",
        SUBMITTER,
        "            self._follow_log()\n            return route.pool.submit(work, lane=route.lane)\n        return self.submit(work)\n\n    def submit(",
        "            return route.pool.submit(work, lane=route.lane)\n        return self.submit(work)\n\n    def submit(",
        "tests/engine/logs/test_logbook.py",
    ),
)
