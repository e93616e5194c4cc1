"""Mutants of the journal's group commits: who leads, what an exception leaves, what is in doubt."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

COMMITTER = "chasqui/engine/journal/committer.py"
EXITS = "chasqui/engine/journal/exits.py"
GATHERING = "chasqui/engine/journal/gathering.py"
WRITER = "chasqui/engine/journal/group_writer.py"
STORE = "chasqui/engine/journal/store.py"
TESTS = "tests/engine/journal/test_committer.py"
DOUBTS = "tests/engine/journal/test_doubts.py"

MUTANTS = (
    Mutant(
        "journal-open-at-exit",
        "a program that ends without a shutdown writes the ends of its last tasks",
        EXITS,
        "        journal.close()\n",
        "        pass\n",
        "tests/engine/journal/test_exits.py",
    ),
    Mutant(
        "journal-closed-by-child",
        "a forked child that exits leaves its parent's journal alone",
        EXITS,
        "    _open = weakref.WeakSet()\n",
        "    pass\n",
        "tests/engine/journal/test_exits.py",
    ),
    Mutant(
        "journal-main-thread-leads",
        "the main thread never commits, for a signal handler may interrupt it",
        COMMITTER,
        "            if get_ident() == main_thread().ident:\n",
        "            if not get_ident():\n",
        f"{TESTS}::test_a_thread_commits_its_own_submission_and_the_main_thread_has_it_committed",
    ),
    Mutant(
        "journal-never-shared",
        "all that come while a commit is written share the next",
        GATHERING,
        "BATCH_ROWS: Final = 2048",
        "BATCH_ROWS: Final = 1",
        f"{TESTS}::test_all_that_come_while_a_commit_is_written_share_the_next",
    ),
    Mutant(
        "journal-batch-left-behind",
        "a batch that landed although its leader was cut short is settled",
        WRITER,
        "        if left is not None and self._store.seq == left.group.seq:\n",
        "        if left is not None and self._store.seq == -1:\n",
        f"{TESTS}::test_a_leader_cut_short_leaves_nothing_held_and_what_others_wait_for_lands",
    ),
    Mutant(
        "journal-keeps-abandoned",
        "what landed after its submitter got an error is cancelled",
        GATHERING,
        "            if waiting.is_abandoned:\n",
        "            if not waiting:\n",
        f"{DOUBTS}::test_what_lands_after_its_submitter_was_refused_is_cancelled",
    ),
    Mutant(
        "journal-leader-stays",
        "a leader that is cut short gives the leadership back",
        "chasqui/engine/journal/leadership.py",
        "                self.leader = None\n",
        "                self.leader = None if self._writer._taken is None else me\n",
        f"{TESTS}::test_a_leader_cut_short_leaves_nothing_held_and_what_others_wait_for_lands",
    ),
    Mutant(
        "journal-kept-first-wins",
        "of values kept under one name the last wins",
        GATHERING,
        "        last = list(dict([*kept, *along]).values())",
        "        last = list(dict([*reversed(kept), *along]).values())",
        f"{TESTS}::test_of_values_kept_under_one_name_the_last_wins_also_within_one_commit",
    ),
    Mutant(
        "journal-drops-failed-ends",
        "ends whose commit failed are written with the next",
        WRITER,
        "            return None if self._store.seq == group.seq else error\n",
        "            return None if self._store.seq <= group.seq else error\n",
        DOUBTS,
    ),
    Mutant(
        "journal-believes-errors",
        "a commit that raised is looked up by its number",
        WRITER,
        "            return None if self._store.seq == group.seq else error\n",
        "            return error\n",
        f"{DOUBTS}::test_a_commit_that_raised_and_is_in_the_file_after_all_has_landed",
    ),
    Mutant(
        "journal-fsync-again",
        "after a failed fsync all is written to the disk again",
        STORE,
        '            if self.doubt == "sync":\n',
        '            if self.doubt == "ask":\n',
        f"{DOUBTS}::test_after_a_failed_fsync_all_is_written_to_the_disk_again_before_it_counts",
    ),
    Mutant(
        "journal-open-in-child",
        "a forked child cannot write to its parent's journal",
        COMMITTER,
        "        self._process, self._closing, self._leading.is_over = False, True, True\n",
        "        self._process, self._closing = True, False\n",
        "tests/engine/journal/test_fork.py",
    ),
    Mutant(
        "journal-closed-in-child",
        "a forked child never closes its parent's file",
        STORE,
        "        pythonapi.Py_IncRef(py_object(self._connection))\n",
        "        assert pythonapi, py_object\n",
        "tests/engine/journal/test_fork.py::"
        "test_a_child_that_outlives_a_killed_parent_does_not_touch_the_file_at_its_end",
    ),
    Mutant(
        "locks-wake-swallows-recursion",
        "a lock that could not be released at the recursion limit does not count as woken",
        "chasqui/pool/locks.py",
        "    except RecursionError:  # which is a RuntimeError too: it has not been released\n        raise\n",
        "",
        "tests/pool/test_locks.py::test_a_wake_at_the_recursion_limit_has_woken_or_raises",
    ),
    Mutant(
        "journal-interrupt-raised-early",
        "an interrupt while a commit is awaited is raised once its outcome is known",
        COMMITTER,
        "            while not (waiting.is_settled or self._leading.is_over):\n",
        "            while False:\n",
        f"{TESTS}::test_an_interrupt_while_the_commit_is_awaited_is_returned_once_it_has_landed",
    ),
    Mutant(
        "journal-interrupted-comes-back",
        "a task that an interrupt kept out is not open in the file",
        "chasqui/engine/observer.py",
        "            self._journal.retracted(tasks)\n",
        "            len(tasks)\n",
        "tests/engine/journal/test_engine.py::"
        "test_an_interrupted_submission_is_in_the_file_only_if_its_task_is_in_the_engine",
    ),
)
