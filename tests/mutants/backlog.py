"""Mutants of the backlog: choosing what waits, cancelling it, and putting it back."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

PAGES = "chasqui/control/backlog_pages.py"
COUNTING = "chasqui/control/counting.py"
MARKS = "chasqui/control/marks.py"
MARKED = "tests/control/test_marks.py"
LISTING = "tests/control/test_backlog.py"
WITHDRAWALS = "chasqui/engine/waiting/withdrawals.py"
WITHDRAWING = "tests/engine/waiting/test_withdrawals.py"
CHOOSING = "tests/engine/waiting/test_choosing.py"

ACTING = "chasqui/console/acting/backlog.py"
PANE = "tests/console/test_backlog.py"
MARKS_SET = "tests/console/test_marks.py"
LANES = "chasqui/control/lane_pages.py"
LANES_LISTED = "tests/control/test_lanes.py"
TYPES = "tests/console/test_lanes.py"

MUTANTS = (
    Mutant(
        "cancel-stops-what-started",
        "a cancel of what was counted leaves tasks alone that have started since",
        WITHDRAWALS,
        'elif waiting_only and task.state == "running":',
        "elif False:",
        f"{WITHDRAWING}::"
        "test_running_tasks_are_asked_to_stop_or_left_alone_where_only_waiting_ones_are_meant",
    ),
    Mutant(
        "put-back-at-once",
        "what is put back waits for the time at which the old task was due",
        WITHDRAWALS,
        "delay = 0.0 if one.due is None else max(0.0, one.due - now)",
        "delay = 0.0",
        f"{WITHDRAWING}::test_what_is_put_back_keeps_its_key_its_priority_its_limits_and_its_time",
    ),
    Mutant(
        "put-back-expires-anew",
        "what is put back expires when the old task would have",
        WITHDRAWALS,
        'options["expires"] = one.expires - now',
        'options["expires"] = one.expires',
        f"{WITHDRAWING}::test_what_is_put_back_keeps_its_key_its_priority_its_limits_and_its_time",
    ),
    Mutant(
        "put-back-by-another-of-its-key",
        "a task that joined another of its key was not put back",
        WITHDRAWALS,
        "if not _is_of(task, one.work):",
        "if False:",
        f"{WITHDRAWING}::"
        "test_a_task_that_has_expired_meanwhile_or_whose_key_is_taken_is_not_put_back",
    ),
    Mutant(
        "put-back-held-without-bound",
        "only so many cancelled tasks are held",
        WITHDRAWALS,
        "withdrawn if len(withdrawn) <= MOST else []",
        "withdrawn",
        f"{WITHDRAWING}::test_too_many_cancelled_tasks_are_not_held_to_be_put_back",
    ),
    Mutant(
        "cancelled-held-for-ever",
        "tasks that can no longer be put back are let go",
        "chasqui/engine/failures/undo.py",
        "                self._forget_cancel()\n",
        "                pass\n",
        f"{WITHDRAWING}::test_a_cancel_is_not_undone_after_half_a_minute_and_its_tasks_are_let_go",
    ),
    Mutant(
        "waiting-sorted-otherwise",
        "what is alike in a sorted backlog stays in the order in which it was accepted",
        "chasqui/engine/waiting/choosing.py",
        '    tasks.sort(key=ORDERS["number"])  # what is alike stays in this order\n',
        "",
        f"{CHOOSING}::test_what_is_chosen_is_sorted_and_what_is_alike_stays_in_its_order",
    ),
    Mutant(
        "counts-despite-a-mistake",
        "a filter of which something is not understood counts nothing",
        COUNTING,
        "                if note:  # the user is about to act on all counted tasks\n",
        "                if False:\n",
        f"{LISTING}::test_a_filter_with_a_mistake_counts_nothing",
    ),
    Mutant(
        "started-ones-listed",
        "a filtered page has no task that has started since",
        PAGES,
        "return self._pages.page(listed, window, len(found.numbers) - gone, rows, note=told)",
        "return self._pages.page(listed, window, len(found.numbers), rows, note=told)",
        f"{LISTING}::test_a_filtered_page_passes_over_what_has_started_since",
    ),
    Mutant(
        "cancel-all-asks-running-ones",
        "a cancel of all that match leaves those alone that have started meanwhile",
        ACTING,
        "Cancel(numbers=numbers, token=token, waiting_only=True)",
        "Cancel(numbers=numbers, token=token)",
        f"{PANE}::test_all_that_a_filter_selects_is_cancelled_as_it_was_counted",
    ),
    Mutant(
        "cancel-stops-what-has-just-started",
        "x on a waiting task leaves it alone if it has started meanwhile",
        "chasqui/console/acting/steering.py",
        "Cancel(numbers=(number,), waiting_only=True)",
        "Cancel(numbers=(number,))",
        "tests/console/test_keys.py::test_x_cancels_the_selected_waiting_task",
    ),
    Mutant(
        "cancel-everything-by-a-key",
        "a cancel of all that waits has its count typed",
        ACTING,
        "if typed or parked or count > PUT_BACK_MOST:",
        "if parked or count > PUT_BACK_MOST:",
        f"{PANE}::test_without_a_filter_the_count_has_to_be_typed",
    ),
    Mutant(
        "cancel-for-good-by-a-key",
        "a cancel that cannot be undone has its count typed",
        ACTING,
        "if typed or parked or count > PUT_BACK_MOST:",
        "if typed or parked:",
        f"{PANE}::test_more_than_can_be_put_back_has_to_be_typed_and_it_is_said",
    ),
    Mutant(
        "parked-for-good-by-a-key",
        "a cancel of parked tasks, which cannot be undone, has its count typed",
        ACTING,
        "if typed or parked or count > PUT_BACK_MOST:",
        "if typed or count > PUT_BACK_MOST:",
        f"{MARKS_SET}::test_a_cancel_of_marked_tasks_that_are_parked_promises_no_undo_and_is_typed",
    ),
    Mutant(
        "parked-promised-back",
        "no undo is promised of parked tasks",
        ACTING,
        "elif left:",
        "else:",
        f"{MARKS_SET}::test_a_cancel_of_marked_tasks_that_are_parked_promises_no_undo_and_is_typed",
    ),
    Mutant(
        "parked-cancelled-at-once",
        "a single parked task is cancelled only once that is typed",
        ACTING,
        "elif task.is_parked:",
        "elif False:",
        f"{MARKS_SET}::test_a_single_parked_task_is_cancelled_only_once_that_is_typed",
    ),
    Mutant(
        "parked-cancelled-at-once-from-its-page",
        "a parked task is cancelled from its page only once that is typed",
        "chasqui/console/acting/one_task.py",
        "elif task.is_parked:",
        "elif False:",
        "tests/console/test_task_keys.py::"
        "test_a_parked_task_is_cancelled_from_its_page_only_once_that_is_typed",
    ),
    Mutant(
        "parked-uncounted",
        "what is in the journal only is counted apart",
        COUNTING,
        "in_file += parked is not None",
        "in_file += 0",
        "tests/control/test_parked.py::"
        "test_those_of_a_count_are_counted_apart_since_their_cancel_is_not_taken_back",
    ),
    Mutant(
        "held-types-first",
        "types that are held are listed after those that may start",
        LANES,
        "return _is_held(lane), -sizes",
        "return False, -sizes",
        f"{LANES_LISTED}::"
        "test_types_are_listed_with_their_count_the_next_tasks_and_why_none_of_them_starts",
    ),
    Mutant(
        "lanes-change-places",
        "types of which about as much waits keep their places",
        "chasqui/control/steady_sizes.py",
        "if before is None or abs(size - before) > max(LEAST, SHARE * before):",
        "if True:",
        "tests/control/test_steady_sizes.py",
    ),
    Mutant(
        "busy-workers-unsaid",
        "what could start waits for a worker, and that is said",
        LANES,
        "if not why and read.busy >= read.workers:",
        "if False:",
        f"{LANES_LISTED}::test_what_could_start_waits_for_a_worker_or_for_the_engine",
    ),
    Mutant(
        "next-tasks-by-age",
        "the tasks shown of a type are those that start next",
        "chasqui/pool/backlog.py",
        "                mine += islice(windows.served(queue, self.queued), each - len(mine))",
        "                mine[:0] = islice(windows.served(queue, self.queued), each - len(mine))",
        f"{LANES_LISTED}::test_the_first_tasks_are_those_that_start_next_whatever_was_cancelled",
    ),
    Mutant(
        "types-take-over",
        "a list of tasks in which one was chosen stays one",
        "chasqui/console/panes/backlog.py",
        "return len(lanes) > 1 and not self.table.selection.chosen",
        "return len(lanes) > 1",
        f"{TYPES}::test_a_list_of_tasks_in_which_one_was_chosen_does_not_turn_into_types",
    ),
    Mutant(
        "head-without-its-type",
        "keys for a type act on that of a head",
        "chasqui/console/panes/backlog.py",
        "return self.selected_task or self.selected_lane",
        "return self.selected_task",
        f"{TYPES}::test_the_type_of_a_head_is_paused_and_its_limits_are_set",
    ),
    Mutant(
        "parked-cancelled-with-all",
        "a cancel of what is parked never becomes one of all that waits",
        ACTING,
        'if lane is not None and lane.kind == "parked":',
        "if False:",
        f"{TYPES}::test_parked_tasks_are_not_cancelled_all_at_once",
    ),
    Mutant(
        "started-ones-counted",
        "of what is marked, only what still waits is counted",
        COUNTING,
        "            if task is None and parked is None:\n                continue\n",
        "",
        f"{MARKED}::test_the_marked_are_counted_by_what_still_waits_and_cancelled_as_counted",
    ),
    Mutant(
        "marks-taken-away-stay",
        "a mark that was taken away from a set of many is away",
        MARKS,
        "sorted({*marked.numbers, *named}.difference(marked.without))",
        "sorted({*marked.numbers, *named})",
        f"{MARKED}::test_the_marked_are_counted_by_what_still_waits_and_cancelled_as_counted",
    ),
    Mutant(
        "later-ones-shown-as-marked",
        "a row that was not counted is not shown as marked",
        MARKS,
        "if at < len(numbers) and numbers[at] == number:",
        "if True:",
        f"{MARKED}::test_of_a_set_of_many_the_rows_that_are_shown_are_named_and_what_is_left_is_counted",
    ),
)
