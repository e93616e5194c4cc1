"""Mutants of schedules, policies of a config, the log book and the log file."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        "schedule-misses-once",
        "one task makes up for all missed turns",
        "chasqui/engine/schedules/plan.py",
        'return turns, in_time or self.plan.missed == "once"',
        "return turns, in_time",
        "tests/engine/schedules/test_scheduler.py",
    ),
    Mutant(
        "schedule-overlaps",
        "a turn is left out while the task before is not done",
        "chasqui/engine/schedules/scheduler.py",
        'if plan.overlap == "skip" and (state',
        'if plan.overlap == "never" and (state',
        "tests/engine/schedules/test_scheduler.py",
    ),
    Mutant(
        "schedule-set-back",
        "a clock set back by hours does not silence a schedule",
        "chasqui/engine/schedules/scheduler.py",
        "                entry.notice_set_back(now)\n",
        "",
        "tests/engine/schedules/test_scheduler.py",
    ),
    Mutant(
        "schedule-after-end",
        "after the shutdown no turn is taken",
        "chasqui/engine/parts.py",
        "        self.scheduler.close(SCHEDULER_SECONDS)\n",
        "",
        "tests/engine/schedules/test_scheduler.py",
    ),
    Mutant(
        "log-start-first",
        "a start is never told of before its acceptance",
        "chasqui/pool/intake.py",
        "    if pool.watches:\n        announce(pool, (task,), timeout)\n        return task\n",
        "",
        "tests/engine/logs/test_logbook.py",
    ),
    Mutant(
        "log-secret",
        "a secret is in no line of the log book",
        "chasqui/engine/logs/logbook.py",
        "text = masked(str(event))",
        "text = str(event)",
        "tests/engine/logs/test_logbook.py",
    ),
    Mutant(
        "cancel-untold",
        "whoever cancels, the observer hears of it",
        "chasqui/pool/dropping.py",
        "    report_cancelled(pool, tasks, told)\n",
        "    report_cancelled(pool, tasks[1:], told)\n",
        "tests/pool/test_dropping.py",
    ),
    Mutant(
        "signal-elsewhere",
        "a signal handed to another thread ends the wait",
        "chasqui/pool/signals.py",
        "readable([reader], LOOK_SECONDS)",
        "readable([reader])",
        "tests/pool/test_life.py",
    ),
    Mutant(
        "turn-of-a-removed-schedule",
        "a schedule that was removed begins afresh when it is made again",
        "chasqui/engine/schedules/turns.py",
        "return None if entry.is_removed else _written(entry, entry.last)",
        "return _written(entry, entry.last)",
        "tests/engine/journal/test_turns.py"
        "::test_a_schedule_that_was_removed_begins_afresh_when_it_is_made_again",
    ),
    Mutant(
        "turn-taken-as-its-schedule-is-removed",
        "a schedule that is removed as its task is accepted keeps no turn",
        "chasqui/engine/schedules/scheduler.py",
        "elif entry.plan.name not in self._locked_by_name():",
        "elif False:",
        "tests/engine/journal/test_turns.py"
        "::test_a_schedule_that_is_removed_as_its_task_is_accepted_keeps_no_turn",
    ),
    Mutant(
        "turn-of-the-next-schedule-of-a-name",
        "a schedule that replaces one in the middle of a turn keeps its own turn",
        "chasqui/engine/schedules/scheduler.py",
        "elif entry.plan.name not in self._locked_by_name():",
        "else:",
        "tests/engine/journal/test_turns.py"
        "::test_a_schedule_that_replaces_one_in_the_middle_of_a_turn_keeps_its_own",
    ),
)
