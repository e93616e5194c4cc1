"""Mutants of files whose rows are submitted."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

BATCH = "tests/console/test_batch.py"
FILES = "tests/control/intake/test_files.py"
TAKING = "tests/control/test_taking.py"

MUTANTS = (
    Mutant(
        "rows-without-details",
        "the row of a failed command has its status and output",
        "chasqui/commands/rows.py",
        "return error if details is None else",
        "return error if True else",
        "tests/commands/test_ended_row.py",
    ),
    Mutant(
        "rows-changed-after-the-check",
        "a file that was changed after its check is not submitted",
        "chasqui/control/intake/files.py",
        "        if (facts.st_size, facts.st_mtime_ns) != (then.st_size, then.st_mtime_ns):",
        "        if False:",
        FILES,
    ),
    Mutant(
        "rows-without-room-lost",
        "rows that found no room are sent again",
        "chasqui/console/batching.py",
        "            rest = right[len(outcome.numbers) :]",
        "            rest = []",
        BATCH,
    ),
    Mutant(
        "rows-in-doubt-unnamed",
        "lines that were sent and not acknowledged are named",
        "chasqui/console/batching.py",
        '                if outcome.kind == "lost":',
        "                if False:",
        f"{BATCH}::test_a_host_that_vanishes_leaves_what_was_acknowledged_and_what_was_not",
    ),
    Mutant(
        "rows-over-the-room",
        "rows beyond the room of a backlog are left, and not refused",
        "chasqui/control/taking.py",
        '                why = f"the backlog of pool {pool.name} is full"',
        '                why, ok = f"the backlog of pool {pool.name} is full", False',
        TAKING,
    ),
    Mutant(
        "rows-kept-by-deeds",
        "the tasks of a file are not kept with what was done by hand",
        "chasqui/control/deeds.py",
        "UNNOTED: Final = (*LOOKING, SeeFailures, SubmitTasks)",
        "UNNOTED: Final = (*LOOKING, SeeFailures)",
        TAKING,
    ),
)
