"""Mutants of the table of states."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

STATES = "tests/pool/test_states.py"

MUTANTS = (
    Mutant(
        "step-not-in-the-table",
        "what a pool stores is allowed by the table",
        "chasqui/pool/states.py",
        '("completed", "failed", "cancelled", "scheduled")',
        '("completed", "failed", "cancelled")',
        STATES,
    ),
    Mutant(
        "step-that-never-comes",
        "what the table allows is done by a pool",
        "chasqui/pool/states.py",
        '"schedule", False, ("queued", "cancelled")',
        '"schedule", False, ("queued", "running", "cancelled")',
        STATES,
    ),
    Mutant(
        "cancelled-while-scheduled-is-queued",
        "a state changes only as the table says",
        "chasqui/pool/schedule.py",
        '        task.state = "queued"\n',
        '        task.state = "running"\n',
        STATES,
    ),
)
