"""Mutants of the test kit for plugin authors."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        "harness-time-while-working",
        "time never passes while a task works",
        "chasqui/testing/rest.py",
        "        and sleepers == sum(metrics.running for _, metrics in readings)\n",
        "",
        "tests/testing/test_harness.py",
    ),
    Mutant(
        "harness-left-quiet",
        "leaving with unfinished tasks raises",
        "chasqui/testing/harness.py",
        "        if left:\n",
        "        if left and kind:\n",
        "tests/testing/test_harness.py",
    ),
    Mutant(
        "harness-rate-is-work",
        "time passes for a task that its rate or its breaker holds",
        "chasqui/testing/rest.py",
        "    return not (state.reserved or state.backlog.startable(state.monotonic()))\n",
        "    return False\n",
        "tests/testing/test_harness_time.py::test_a_rate_of_one_lets_a_task_start_each_time_its_seconds_are_over",
    ),
    Mutant(
        "harness-scheduler-late",
        "time does not pass while the scheduler takes a turn",
        "chasqui/testing/rest.py",
        "        and _scheduler_waits(engine, clock)\n",
        "",
        "tests/testing/test_harness_time.py::test_a_schedule_has_its_turns_while_time_advances",
    ),
    Mutant(
        "harness-callback-is-work",
        "time does not pass while a worker makes the callbacks of a task",
        "chasqui/testing/rest.py",
        "        and all(_has_called_back(pool, clock) for pool in pools)\n",
        "",
        "tests/testing/test_harness_time.py::test_time_does_not_pass_while_a_callback_works",
    ),
    Mutant(
        "fake-context-sleeps-on",
        "a sleep of a fake context ends when the body should stop",
        "chasqui/testing/context.py",
        "until = min(math.inf if left is None else now + left, max(now, self._ends_at()))",
        "until = math.inf if left is None else now + left",
        "tests/testing/test_context.py",
    ),
    Mutant(
        "arguments-unfit",
        "nothing is drawn that submitting refuses",
        "chasqui/testing/arguments.py",
        "return strategy.filter(fits).map(field.convert)",
        "return strategy",
        "tests/testing/test_arguments.py",
    ),
)
