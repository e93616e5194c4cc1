"""Mutants of the fence: what a group commit changes of a task, and what it leaves alone."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

SCHEMA = "chasqui/engine/journal/schema.py"
STORE = "chasqui/engine/journal/store.py"
TESTS = "tests/engine/journal/test_fence.py"

MUTANTS = (
    Mutant(
        "journal-final-changes",
        "a final state in the file never changes",
        SCHEMA,
        "task.state < 10 and task.attempt <=",
        "task.attempt <=",
        TESTS,
    ),
    Mutant(
        "journal-fence-dropped",
        "the late end of an attempt that was given up changes nothing",
        SCHEMA,
        " and task.attempt <= u.value ->> 1;",
        ";",
        TESTS,
    ),
    Mutant(
        "journal-fence-too-high",
        "the end of the attempt that runs is written",
        SCHEMA,
        "task.attempt <= u.value ->> 1;",
        "task.attempt > u.value ->> 1;",
        TESTS,
    ),
    Mutant(
        "journal-unknown-states",
        "the file holds the known states, and no other",
        SCHEMA,
        "  check (state in (0, 2, 10, 11, 12)),\n",
        "",
        TESTS,
    ),
    Mutant(
        "journal-crashes-forever",
        "an attempt that ends sets the count of crashes in a row back",
        SCHEMA,
        "interrupted = coalesce(u.value ->> 10, 0)",
        "interrupted = coalesce(u.value ->> 10, interrupted)",
        TESTS,
    ),
    Mutant(
        "journal-numbers-again",
        "the number of a task that is gone is never used again",
        STORE,
        "select seq from sqlite_sequence where name = 'task'",
        "select max(id) from task",
        TESTS,
    ),
)
