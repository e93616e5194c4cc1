"""Mutants of a journal whose disk fails: what is refused, what is kept, and how it recovers."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

COMMITTER = "chasqui/engine/journal/committer.py"
WRITER = "chasqui/engine/journal/group_writer.py"
HEALTH = "chasqui/engine/journal/health.py"
TESTS = "tests/engine/journal/test_health.py"

MUTANTS = (
    Mutant(
        "journal-degraded-tries",
        "a degraded journal refuses new tasks without asking the disk",
        COMMITTER,
        "        if not self.health.is_ok:\n            raise self._un",
        "        if not self._store:\n            raise self._un",
        f"{TESTS}::test_new_tasks_are_refused_at_once_with_the_path_the_reason_and_what_to_do",
    ),
    Mutant(
        "journal-real-time-retry",
        "a degraded journal is tried again by the engine's clock",
        COMMITTER,
        "        deadline = self._clock.monotonic() + RETRY_SECONDS\n",
        "        deadline = self._clock.monotonic()\n",
        f"{TESTS}::test_it_is_tried_again_once_a_second_by_the_engines_clock",
    ),
    Mutant(
        "journal-logs-each-try",
        "a breakdown is logged once",
        HEALTH,
        "        if not self.is_ok:\n            return\n        self.error",
        "        self.error",
        f"{TESTS}::test_it_is_logged_when_it_begins_and_when_it_is_over",
    ),
    Mutant(
        "journal-easily-recovered",
        "a small commit on a disk that is as good as full is no recovery",
        WRITER,
        "            return  # it is degraded still",
        "            pass  # it is degraded still",
        f"{TESTS}::test_a_small_commit_on_a_disk_that_is_as_good_as_full_is_no_recovery",
    ),
    Mutant(
        "journal-never-copies-log",
        "a log that only has to be copied into the file is no breakdown",
        WRITER,
        "            self._store.make_room()\n            error =",
        '            error = self._applied(GroupCommit(-1, [""])) or error\n            error = error or',
        f"{TESTS}::test_a_log_that_only_has_to_be_copied_into_the_file_is_no_breakdown",
    ),
    Mutant(
        "journal-poisoned",
        "a row that the file refuses is refused alone",
        WRITER,
        "        if faults.is_of_rows(error):\n",
        "        if not error:\n",
        f"{TESTS}::test_a_row_that_the_file_refuses_is_refused_alone",
    ),
    Mutant(
        "journal-no-back-pressure",
        "workers wait while many ends are in memory only",
        COMMITTER,
        "            if not self.health.is_ok and worker_here() is None:\n",
        "            if not self.health.is_ok:\n",
        f"{TESTS}::test_workers_wait_while_many_ends_are_in_memory_only_and_other_threads_do_not",
    ),
    Mutant(
        "journal-all-held-back",
        "only workers wait while commits fail",
        COMMITTER,
        "            if not self.health.is_ok and worker_here() is None:\n",
        "            if not self.health.is_ok and not self._store:\n",
        f"{TESTS}::test_workers_wait_while_many_ends_are_in_memory_only_and_other_threads_do_not",
    ),
    Mutant(
        "journal-ack-batch",
        "a task with ack=sync is final in the file before anything that waits for it goes on",
        "chasqui/engine/policy/routes.py",
        '        return self.of(task.work).rules.ack == "sync"\n',
        '        return self.of(task.work).rules.ack == "batch"\n',
        "tests/engine/journal/test_engine.py::"
        "test_a_task_with_ack_sync_is_final_in_the_file_before_anything_that_waits_for_it_goes_on",
    ),
    Mutant(
        "journal-ack-gives-up",
        "a worker whose end must be on disk waits until the disk has room again",
        COMMITTER,
        "            while not (self._closing or self._is_flushed()):\n",
        "            while not (self._closing or self._is_flushed() or row):\n",
        f"{TESTS}::test_a_worker_whose_end_must_be_on_disk_waits_until_the_disk_has_room_again",
    ),
)
