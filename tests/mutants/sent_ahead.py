"""Mutants of short tasks that are sent to a child ahead of their turn."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

AHEAD = "chasqui/processes/ahead.py"
DRIVER = "chasqui/processes/driver.py"
POOL = "tests/pool/test_ahead.py::test_"
TESTS = "tests/processes/test_ahead.py::test_"

MUTANTS = (
    Mutant(
        "ahead-is-not-counted",
        "what was sent ahead counts as waiting",
        "chasqui/pool/ahead.py",
        "len(pool.queued) + sum([len(worker.ahead) for worker in pool.crew.workers])",
        "len(pool.queued)",
        POOL + "they_count_as_waiting_and_keep_their_room",
    ),
    Mutant(
        "ahead-leaves-room",
        "what was sent ahead keeps its room in the backlog",
        "chasqui/pool/room.py",
        "locked_size(pool) - locked_count(pool)",
        "locked_size(pool) - len(pool.queued)",
        POOL + "they_count_as_waiting_and_keep_their_room",
    ),
    Mutant(
        "ahead-is-not-full",
        "a backlog is full though some of it were sent ahead",
        "chasqui/pool/room.py",
        "            queued=locked_count(pool),\n",
        "            queued=len(pool.queued),\n",
        POOL + "a_backlog_is_full_though_some_of_it_are_ahead",
    ),
    Mutant(
        "ahead-cannot-be-cancelled",
        "a cancel asks what was sent ahead to stop",
        "chasqui/pool/handles.py",
        '"running" or task in list_ahead(pool)',
        '"running"',
        POOL + "one_is_found_is_queued_and_a_cancel_asks_it_to_stop",
    ),
    Mutant(
        "passes-the-limited",
        "none is sent ahead of a task of a limited type that could be next",
        "chasqui/pool/ahead.py",
        "if any(queue.lane.limited and waits(queue) for",
        "if any(queue.lane.limited and False for",
        POOL + "types_take_turns_and_none_passes_a_limited_one",
    ),
    Mutant(
        "killed-for-another",
        "a child is not killed for a task that it is past",
        AHEAD,
        "return self._locked_take_back(child) == number",
        "return self._locked_take_back(child) >= number",
        TESTS + "a_child_is_killed_for_the_task_that_it_runs_and_begins_none_after_it",
    ),
    Mutant(
        "passed-over-and-waited-for",
        "what comes after a task that was passed over is sent again as well",
        AHEAD,
        "                self._sent.clear()  # they come after it, and are not begun either\n",
        "",
        TESTS + "what_comes_after_a_task_that_was_passed_over_is_sent_again_as_well",
    ),
    Mutant(
        "ahead-stays-behind-a-long-one",
        "what waits behind a long task goes back",
        AHEAD,
        "            child.frames.wait_at_most(0)\n        self.give_back()\n",
        "            child.frames.wait_at_most(0)\n",
        TESTS + "what_waits_behind_a_long_one_goes_back_and_runs_elsewhere",
    ),
    Mutant(
        "given-back-and-begun",
        "a child begins nothing that its host has taken back",
        "chasqui/processes/serving.py",
        "self._page.begin(run.number) > run.generation",
        "self._page.begin(run.number) < 0",
        TESTS + "what_was_sent_to_the_only_worker_waits_in_the_backlog",
    ),
    Mutant(
        "kept-as-if-begun",
        "what a cancel has taken back is sent again, and not to a child that is to be killed",
        AHEAD,
        "        while len(sent) > begun:\n            sent.pop()\n        return last\n",
        "        return last\n",
        TESTS + "a_child_is_killed_for_the_task_that_it_runs_and_begins_none_after_it",
    ),
    Mutant(
        "chatter-keeps-the-others",
        "what waits behind a long task that prints all the time runs elsewhere",
        DRIVER,
        "                self._ahead.heard(began)\n",
        "",
        TESTS + "what_waits_behind_a_long_one_goes_back_and_runs_elsewhere",
    ),
    Mutant(
        "begun-and-forgotten",
        "what a child has begun stays begun, whatever it passes over since",
        AHEAD,
        "begun = sum([one.generation < self.generation for one in sent])",
        "begun = 0",
        TESTS + "what_was_begun_stays_so_whatever_its_child_passes_over_since",
    ),
    Mutant(
        "retired-and-not-recalled",
        "a worker that rests gives back what its child has not begun, and only that",
        "chasqui/pool/worker_loop.py",
        "locked_give_back(pool, worker, worker.recall())",
        "locked_give_back(pool, worker, 0)",
        TESTS + "a_pause_lets_nothing_of_the_backlog_begin",
    ),
    Mutant(
        "a-death-fails-who-waited",
        "the death of a child fails no task that it has not begun",
        DRIVER,
        "        if was_new or self._to_die or child.page.begun == task.number:",
        "        if was_new or self._to_die or child.page.begun >= 0:",
        TESTS + "what_a_child_has_not_begun_when_it_dies_is_run_by_the_next",
    ),
    Mutant(
        "more-than-it-may-have",
        "a child is given no more tasks than it may have",
        DRIVER,
        "        return most - child.tasks if most else DEPTH\n",
        "        return DEPTH + 0 * most\n",
        TESTS + "a_child_is_given_no_more_tasks_than_it_may_have",
    ),
)
