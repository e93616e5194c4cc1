"""Mutants of the order in which waiting tasks start, changed by hand."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

POOL = "chasqui/pool/reordering.py"
COMMITS = "chasqui/pool/commits.py"
ORDERED = "tests/pool/test_reordering.py"
ENGINE = "chasqui/engine/waiting/ordering.py"
KEPT = "tests/engine/journal/test_reordering.py"

MUTANTS = (
    Mutant(
        "next-behind-equals",
        "a task that runs next starts before those of the highest priority that waits",
        POOL,
        "first = max(top + 1 + steps[-1], own[0])",
        "first = max(top + steps[-1], own[0])",
        f"{ORDERED}::test_the_last_one_that_was_told_to_run_next_is_the_next",
    ),
    Mutant(
        "next-in-turns",
        "tasks of several lanes run next in the order given, though lanes take turns",
        POOL,
        "together = task._lane is before._lane and task._lane.keys is None",
        "together = True",
        f"{ORDERED}::test_tasks_that_run_next_start_before_all_others_in_the_order_given",
    ),
    Mutant(
        "next-in-turns-of-values",
        "tasks of several values of a lane run next in the order given",
        POOL,
        "task._lane is before._lane and task._lane.keys is None",
        "task._lane is before._lane",
        f"{ORDERED}::test_values_that_take_turns_do_not_change_the_order_given",
    ),
    Mutant(
        "next-by-number-after-a-kill",
        "an order against that of the numbers survives a kill",
        POOL,
        "together = together and before.number < task.number",
        "together = bool(together)",
        f"{KEPT}::test_a_killed_engine_left_its_order_to_the_next_one",
    ),
    Mutant(
        "next-climbs",
        "the first of all keeps its priority however often it is told to run next",
        POOL,
        "if number in backlog.queued and number not in numbers:",
        "if number in backlog.queued:",
        f"{ORDERED}::test_the_first_of_all_keeps_its_priority",
    ),
    Mutant(
        "next-waits-for-its-time",
        "a scheduled task that runs next is due at once",
        POOL,
        "        if alarms is None:",
        "        if alarms is not None:",
        f"{ORDERED}::test_a_scheduled_task_runs_next_at_once",
    ),
    Mutant(
        "reprioritized-twice-in-the-backlog",
        "a task with another priority leaves its former place",
        COMMITS,
        "    source.remove(number)\n",
        "",
        f"{ORDERED}::test_counts_stay_right_in_lanes_with_limits_and_without",
    ),
    Mutant(
        "empty-priorities-stay",
        "priorities that have run empty slow no start down for long",
        "chasqui/pool/reading.py",
        "if len(pool.backlog.order) > LEVELS:",
        "if False:",
        f"{ORDERED}::test_priorities_that_ran_empty_are_dropped_with_the_next_reading",
    ),
    Mutant(
        "order-in-memory-only",
        "an order holds after a kill once the call has returned",
        ENGINE,
        "        if self._journal is not None and any(durable):\n",
        "        if self._journal is None and any(durable):\n",
        f"{KEPT}::test_a_killed_engine_left_its_order_to_the_next_one",
    ),
    Mutant(
        "order-taken-up-twice",
        "a task of an earlier life with a lower priority is not brought in once more",
        "chasqui/engine/journal/task_rows.py",
        "encode((task.number, task.priority, self.epoch, due))",
        "encode((task.number, task.priority, 0, due))",
        f"{KEPT}::test_what_comes_from_an_earlier_life_is_not_taken_up_twice",
    ),
    Mutant(
        "next-not-due-after-a-restart",
        "a scheduled task that was to run next is due in the next life",
        "chasqui/engine/journal/task_rows.py",
        "due = microseconds(self._clock.time()) if at_once else None",
        "due = None",
        f"{KEPT}::test_a_scheduled_task_that_runs_next_is_due_in_the_next_life",
    ),
    Mutant(
        "journal-of-the-first-version",
        "a journal of the first version can keep priorities once it was opened",
        "chasqui/engine/journal/migration.py",
        '{1: f"drop view batch; {BATCH}"}',
        '{1: "select 1;"}',
        f"{KEPT}::test_a_journal_of_the_first_version_gets_the_tables_of_this_one",
    ),
    Mutant(
        "next-held-in-silence",
        "what holds a task that runs next is said",
        "chasqui/control/reordering.py",
        "notes=self._held(done))",
        "notes=())",
        "tests/control/test_reordering.py::test_what_holds_a_task_still_is_in_the_notes",
    ),
    Mutant(
        "dry-run-cancels",
        "a dry run cancels nothing",
        "chasqui/commands/cancel.py",
        "if counted.ok and counted.count and not args.dry_run:",
        "if counted.ok and counted.count:",
        "tests/commands/test_steering.py::"
        "test_a_dry_run_names_what_it_would_cancel_and_cancels_nothing",
    ),
)
