"""Mutants of what goes from a journal's file, and of its log."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

KEEPING = "chasqui/engine/journal/housekeeping.py"
STORE = "chasqui/engine/journal/store.py"
TESTS = "tests/engine/journal/test_housekeeping.py"
AGE = f"{TESTS}::test_finished_tasks_go_by_age_with_their_failures_and_open_ones_stay"
NUMBER = f"{TESTS}::test_of_more_finished_tasks_than_are_kept_the_oldest_go_in_slices"

MUTANTS = (
    Mutant(
        "journal-keeps-old",
        "finished tasks go by age",
        KEEPING,
        "self._keep_days * DAY",
        "1000 * self._keep_days * DAY",
        AGE,
    ),
    Mutant(
        "journal-keeps-failures",
        "the failures of a task go with it",
        STORE,
        "        self._connection.execute(FORGET_FAILURES, (numbers,))\n",
        "",
        AGE,
    ),
    Mutant(
        "journal-prunes-all",
        "only finished tasks beyond the number that is kept go",
        KEEPING,
        "        excess = min(SLICE, max(0, self._final - self._keep_rows))\n",
        "        excess = min(SLICE, self._final)\n",
        NUMBER,
    ),
    Mutant(
        "journal-prunes-youngest",
        "the oldest finished tasks go first",
        STORE,
        "is not null order by finished_us limit ?",
        "is not null order by finished_us desc limit ?",
        NUMBER,
    ),
    Mutant(
        "journal-prunes-at-once",
        "finished tasks go in slices",
        KEEPING,
        "        excess = min(SLICE, max",
        "        excess = max(0, max",
        NUMBER,
    ),
    Mutant(
        "journal-prunes-late",
        "a busy journal prunes once it is clearly over its number",
        KEEPING,
        "            return self._is_over_cap()\n",
        "            return False\n",
        f"{TESTS}::test_a_busy_journal_prunes_as_well_once_it_is_clearly_over_its_number",
    ),
    Mutant(
        "journal-keeps-log",
        "the log is emptied after five seconds without a commit",
        KEEPING,
        "            self._store.checkpoint(patient=False)\n",
        "",
        f"{TESTS}::test_the_log_is_emptied_after_five_seconds_without_a_commit",
    ),
    Mutant(
        "journal-waits-for-readers",
        "a reader of the file delays no submission",
        STORE,
        '            run("pragma busy_timeout = 0")\n',
        '            run("pragma busy_timeout = 1")\n',
        f"{TESTS}::test_a_reader_of_the_file_keeps_the_log_and_delays_no_submission",
    ),
)
