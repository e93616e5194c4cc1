"""Mutants of the level of the tasks' logs."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

TESTS = "tests/control/test_settings.py"

MUTANTS = (
    Mutant(
        "log-level-said-only",
        "the level of what task logs keep changes at once",
        "chasqui/engine/logs/task_log.py",
        "self.keeps_from, self.level = level, logging.getLevelNamesMapping()[level.upper()]",
        "self.keeps_from = level",
        f"{TESTS}::test_the_level_of_what_task_logs_keep_changes_at_once_and_is_not_saved",
    ),
    Mutant(
        "log-level-of-no-log",
        "a level is refused where nothing that bodies log is kept",
        "chasqui/engine/logs/levels.py",
        "if logs.keeps_from is None:",
        "if False:",
        f"{TESTS}::test_a_level_is_refused_where_nothing_that_bodies_log_is_kept",
    ),
)
