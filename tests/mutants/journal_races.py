"""Mutants of races that were found in the journal and below it."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        "journal-iterates-a-deque",
        "rows are taken while other threads bring more",
        "chasqui/engine/journal/gathering.py",
        "list(self.updates)[:BATCH_ROWS]",
        "[*(row for row in self.updates)][:BATCH_ROWS]",
        "tests/engine/journal/test_gathering.py",
    ),
    Mutant(
        "less-than-no-room",
        "a backlog that holds too much accepts nothing, and counts nothing off",
        "chasqui/pool/announcing.py",
        "max(0, min(locked_free(pool), len(tasks) - done))",
        "min(locked_free(pool), len(tasks) - done)",
        "tests/pool/test_announcing_full.py",
    ),
    Mutant(
        "cancelled-while-published",
        "a handler may cancel tasks in the middle of a submission of others",
        "chasqui/pool/announcing.py",
        "reserved = pool.reserved.copy()",
        "reserved = pool.reserved",
        "tests/pool/test_announcing_dropped.py",
    ),
    Mutant(
        "cancelled-while-retracted",
        "a handler may cancel tasks in the middle of a submission of others",
        "chasqui/pool/retracting.py",
        "reserved = pool.reserved.copy()",
        "reserved = pool.reserved",
        "tests/pool/test_announcing_dropped.py",
    ),
)
