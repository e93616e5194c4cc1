"""Mutants of what is looked at before a journal is opened."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

TESTS = "tests/engine/journal/test_killed_migration.py"

MUTANTS = (
    Mutant(
        "journal-migrated-again",
        "a migration that was killed just after its commit is not done again",
        "chasqui/engine/journal/opening.py",
        "migrate(path, looking.check_inside(path))",
        "looking.check_inside(path)\n        migrate(path, looking.header_of(path).version)",
        TESTS,
    ),
    Mutant(
        "journal-newer-in-the-log",
        "a newer version is refused also if it is in the log only",
        "chasqui/engine/journal/looking.py",
        "        if version > VERSION:\n",
        "        if version > VERSION + 1:\n",
        TESTS,
    ),
)
