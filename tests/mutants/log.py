"""Mutants of `chasqui-tui log`."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

LOG = "chasqui/commands/log.py"
TESTS = "tests/commands/test_log.py"

MUTANTS = (
    Mutant(
        "log-of-the-old-file-lost",
        "a follower reads the old file of a log to its end and goes on with the new one",
        LOG,
        "        fresh = _replaced(file, opened)",
        "        fresh = None",
        f"{TESTS}::test_a_log_is_followed_into_the_file_that_takes_its_place",
    ),
    Mutant(
        "log-cut-at-its-turn",
        "where a new log has too few lines, those of the file before are shown",
        LOG,
        "    if len(lines) < count:",
        "    if len(lines) < 0:",
        f"{TESTS}::test_lines_of_the_file_before_are_shown_where_the_new_one_has_too_few",
    ),
    Mutant(
        "log-takes-over-the-terminal",
        "what a task printed cannot take over the terminal of who reads the log",
        LOG,
        "            show(safe_line(line.expandtabs()))",
        "            show(line.expandtabs())",
        f"{TESTS}::test_what_a_task_printed_cannot_take_over_the_terminal",
    ),
    Mutant(
        "log-of-any",
        "of two hosts with one name, log asks which",
        LOG,
        "    if len(several) > 1:",
        "    if len(several) > 2:",
        f"{TESTS}::test_a_name_that_two_hosts_have_left_logs_under_asks_which",
    ),
)
