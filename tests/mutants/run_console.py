"""Mutants of `run --console`: the run and its console go on without each other."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

FILE = "chasqui/commands/run/in_console.py"
TESTS = "tests/commands/run/test_in_console.py"
CONSOLE = "tests/console/test_program.py"

MUTANTS = (
    Mutant(
        "console-of-a-run-resumes-a-stop",
        "nothing is resumed while the run stops",
        FILE,
        "if isinstance(command, Resume) and self._stop.now():",
        "if False:",
        f"{TESTS}::test_nothing_is_resumed_while_the_run_stops",
    ),
    Mutant(
        "console-of-a-run-loses-an-error",
        "what feeding raises is raised where the run is waited for",
        FILE,
        "            raise self._error",
        "            return",
        f"{TESTS}::test_what_feeding_raises_is_raised_where_the_run_is_waited_for",
    ),
    Mutant(
        "console-of-a-run-loses-words",
        "what is said while a console draws comes after it",
        "chasqui/commands/words.py",
        "                kept.seek(0)",
        "                kept.seek(0, 2)",
        f"{TESTS}::test_what_is_said_while_a_console_draws_comes_after_it_and_progress_does_not",
    ),
    Mutant(
        "console-of-a-run-takes-the-rows",
        "a console that is given a terminal leaves the rows where they go",
        "chasqui/console/guard.py",
        "if self._given is None or os.isatty(number)]",
        "if True]",
        f"{CONSOLE}::test_a_console_that_is_given_a_terminal_leaves_the_rows_where_they_go",
    ),
    Mutant(
        "console-of-a-run-stops-an-engine",
        "shutting down in the console of a run stops the run and no engine",
        "chasqui/console/leaving.py",
        "        if program is not None:\n            self._stop(program)",
        "        if False:\n            self._stop(program)",
        f"{CONSOLE}::test_shutting_down_asks_whether_the_run_is_to_stop_and_stops_no_engine",
    ),
)
