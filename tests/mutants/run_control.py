"""Mutants of what controls a run, and of what it shows meanwhile."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

HALT = "chasqui/commands/run/halt.py"
STOP = "chasqui/commands/run/stop.py"
HALTING = "tests/commands/run/test_halt.py"

CONTROL = "chasqui/commands/run/control.py"
CONTROLLED = "tests/commands/run/test_control.py"
PACE = "chasqui/commands/run/pace.py"
GAUGE = "chasqui/commands/run/gauge.py"
TEXT = "chasqui/commands/run/progress_text.py"
LINE = "chasqui/commands/run/terminal_line.py"
RUN_TESTS = "tests/commands/run"

MUTANTS = (
    Mutant(
        "load-reached-is-kept",
        "no task starts while the load is what it may not reach",
        PACE,
        ">= bounds.load:",
        "> bounds.load:",
        f"{RUN_TESTS}/test_pace.py",
    ),
    Mutant(
        "pace-after-the-end",
        "a run that stops is never let go on by a load that falls",
        PACE,
        "            if self._is_over:\n",
        "            if not self._is_over and False:\n",
        f"{RUN_TESTS}/test_pace.py",
    ),
    Mutant(
        "rate-since-the-start",
        "the rate is of the last half minute",
        GAUGE,
        "while len(seen) > 2 and seen[1][0] <= now - WINDOW:",
        "while len(seen) > 2_000_000:",
        f"{RUN_TESTS}/test_gauge.py",
    ),
    Mutant(
        "gaps-without-bound",
        "an input with very many gaps takes no more memory",
        GAUGE,
        "if len(self._gaps) >= MOST_GAPS:",
        "if False:",
        f"{RUN_TESTS}/test_gauge.py",
    ),
    Mutant(
        "progress-too-wide",
        "the line of progress fits every width",
        TEXT,
        "if pieces.get(name) and cells(_joined(pieces, said | {name})) <= room:",
        "if pieces.get(name):",
        f"{RUN_TESTS}/test_progress_text.py",
    ),
    Mutant(
        "progress-to-the-last-column",
        "the line of progress is a column shorter than the terminal, which so never breaks it",
        LINE,
        "self._width() - 1",
        "self._width()",
        f"{RUN_TESTS}/test_terminal_line.py",
    ),
    Mutant(
        "progress-flickers",
        "the line of progress is drawn in one write, the end of the last one behind it",
        LINE,
        'self._write(f"\\r{made}\\x1b[K")',
        "self._write(CLEAR), self._write(made)",
        f"{RUN_TESTS}/test_terminal_line.py",
    ),
    Mutant(
        "commands-run-on",
        "Ctrl+Z stops the commands of a run",
        "chasqui/commands/run/suspending.py",
        "            _tell(process, signal.SIGSTOP)\n",
        "            str(process)\n",
        f"{RUN_TESTS}/test_watch.py::"
        "test_a_stop_of_the_terminal_stops_the_commands_too_and_fg_goes_on",
    ),
    Mutant(
        "progress-into-a-pipe",
        "a pipe gets no control characters",
        LINE,
        "return sys.stderr.isatty() and",
        "return",
        f"{RUN_TESTS}/test_watch.py::"
        "test_a_pipe_gets_a_status_when_it_is_asked_for_and_no_control_characters",
    ),
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
        HALTING,
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
