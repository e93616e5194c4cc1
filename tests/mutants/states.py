"""Mutants of the table of states, and of when a task was in which."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

STATES = "tests/pool/test_states.py"
TABLES = "tests/test_states.py"

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
        "cancelled-counted-as-failed",
        "a task is counted in the state that it has ended in",
        "chasqui/pool/ending.py",
        "setattr(tally, state, getattr(tally, state) + 1)",
        "tally.failed += 1",
        "tests/pool/test_life.py",
    ),
    Mutant(
        "dropped-not-in-the-ledger",
        "a ledger counts tasks that were cancelled before they started",
        "chasqui/pool/crew.py",
        '        counts["cancelled"] += dropped\n',
        "",
        "tests/pool/test_life.py",
    ),
    Mutant(
        "counter-not-in-the-records",
        "records have a counter for each final state of the table",
        "chasqui/pool/states.py",
        "    failed: int = 0\n    cancelled: int = 0\n",
        "    failed: int = 0\n    revoked: int = 0\n",
        f"{TABLES}::test_the_counters_of_records_are_those_of_the_table",
    ),
    Mutant(
        "state-without-a-look",
        "the console has a glyph and a role for each state",
        "chasqui/console/model/format.py",
        '    "cancelled": _Look("⊘", "/", "dim"),\n',
        "",
        TABLES,
    ),
    Mutant(
        "window-without-a-state",
        "a record that counts tasks by state counts those of each state",
        "chasqui/engine/metrics/windows.py",
        "    cancelled: float = 0.0",
        "    revoked: float = 0.0",
        f"{TABLES}::test_a_record_with_counters_of_final_states_has_all_of_them",
    ),
    Mutant(
        "waiting-taken-for-a-step",
        "a thread that waits between its two readings of the clocks does not date tasks wrongly",
        "chasqui/pool/clock.py",
        " or clock.monotonic() - before >= CLOCK_STEP:",
        ":",
        "tests/pool/test_clock.py",
    ),
)
