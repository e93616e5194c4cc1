"""Mutants of what controls a run: when it ends early."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

HALT = "chasqui/commands/run/halt.py"
STOP = "chasqui/commands/run/stop.py"
HALTING = "tests/commands/run/test_halt.py"

CONTROL = "chasqui/commands/run/control.py"
CONTROLLED = "tests/commands/run/test_control.py"

MUTANTS = (
    Mutant(
        "share-of-the-first",
        "a share of the failures counts once three tasks have failed",
        HALT,
        "so >= FEWEST and so * 100",
        "so * 100",
        HALTING,
    ),
    Mutant(
        "halt-one-late",
        "the failure that makes the number full is the last one that counts",
        HALT,
        "return so >= self.limit\n",
        "return so > self.limit\n",
        HALTING,
    ),
    Mutant(
        "halt-lets-others-start",
        "no task starts after the end that stops a run",
        STOP,
        "            self._hold()\n",
        "            str(self._hold)\n",
        f"{HALTING}::test_no_task_starts_after_the_end_that_stops_it",
    ),
    Mutant(
        "halt-now-waits",
        "--halt now asks running tasks to stop",
        STOP,
        "self.hurries or (rule is not None and rule.now)",
        "self.hurries or rule is None",
        f"{HALTING}::test_a_halt_now_asks_running_tasks_to_stop",
    ),
    Mutant(
        "retries-forget-the-config",
        "a backoff leaves the rest of a type's retry as the config says",
        CONTROL,
        '{**table.get("retry", {}), **self.policy["retry"]}',
        '{**self.policy["retry"]}',
        f"{CONTROLLED}::test_a_backoff_is_the_pause_before_the_second_try",
    ),
    Mutant(
        "start-delay-in-bursts",
        "between two starts there is the whole start delay",
        CONTROL,
        'Rate(1, _seconds("--start-delay", args.start_delay), 1)',
        'Rate(2, 2 * _seconds("--start-delay", args.start_delay), 2)',
        CONTROLLED,
    ),
    Mutant(
        "share-of-no-workers",
        "a small share of the processors is one worker",
        "chasqui/commands/run/plan.py",
        "return max(1, math.floor",
        "return max(0, math.floor",
        CONTROLLED,
    ),
    Mutant(
        "enough-successes-are-a-failure",
        "a run that has the successes it was to have ends with 0",
        "chasqui/commands/run/run.py",
        "0 if self._stop.has_succeeded else",
        "0 if False else",
        f"{HALTING}::test_a_run_that_has_the_successes_it_was_to_have_ends_with_0",
    ),
)
