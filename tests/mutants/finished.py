"""Mutants of the list of finished tasks."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

BOUNDS = "tests/engine/history/test_bounds.py"
LISTING = "tests/control/test_finished.py"
PANE = "tests/console/test_finished.py"
CHUNKS = "chasqui/engine/history/chunks.py"
PAGES = "chasqui/control/finished_pages.py"

MUTANTS = (
    Mutant(
        "window-of-too-old-tasks",
        "a window of the history has no task that is too old",
        CHUNKS,
        "total = max(0, min(total - too_old, self.retention.keep))",
        "total = max(0, min(total, self.retention.keep))",
        f"{BOUNDS}::test_a_window_has_no_task_that_is_too_old_even_if_its_chunk_is_kept",
    ),
    Mutant(
        "window-beyond-the-bound",
        "a window of the history ends where its bound is",
        CHUNKS,
        "total = max(0, min(total - too_old, self.retention.keep))",
        "total = total - too_old",
        f"{BOUNDS}::test_a_window_of_the_history_is_a_part_of_all_of_it_whichever_chunks_it_needs",
    ),
    Mutant(
        "window-reads-everything",
        "a window of the history reads no chunks but those it needs",
        CHUNKS,
        "            if passed >= last:\n                break\n            if passed + count > offset:\n",
        "            if True:\n",
        f"{BOUNDS}::test_a_window_reads_no_chunks_but_those_it_needs",
    ),
    Mutant(
        "finished-beyond-the-list-unsaid",
        "a filter that selects more than can be listed says how many more",
        PAGES,
        "more = selected.total - len(selected.rows)",
        "more = 0",
        f"{LISTING}::test_a_filter_lists_the_newest_it_selects_and_says_how_many_more_there_are",
    ),
    Mutant(
        "filter-of-another-list-shown",
        "a filter selects the rows of the list that it is typed over",
        "chasqui/console/panes/finished.py",
        "finished_of=self.filter.text",
        'finished_of=""',
        f"{PANE}::test_a_filter_lists_what_it_selects_while_it_is_typed_and_esc_lists_all_again",
    ),
    Mutant(
        "esc-keeps-the-filter",
        "Esc lists all rows again",
        "chasqui/console/widgets/list_filter.py",
        '        self.select("")\n        return had',
        "        return had",
        f"{PANE}::test_a_filter_lists_what_it_selects_while_it_is_typed_and_esc_lists_all_again",
    ),
    Mutant(
        "completion-of-other-lists",
        "only the fields that a list has are offered for its filter",
        "chasqui/engine/filters/completion.py",
        "if field in fields and field.startswith(begun)",
        "if field.startswith(begun)",
        "tests/control/test_completing.py::test_only_fields_of_the_list_are_offered",
    ),
    Mutant(
        "filter-note-unsaid",
        "what is not understood of a filter is said",
        "chasqui/console/model/filters.py",
        "if page is not None and page.note:",
        "if False:",
        f"{PANE}::test_what_is_not_understood_of_a_filter_is_said_and_what_selects_nothing",
    ),
    Mutant(
        "row-shown-before-unmasked",
        "a row that was shown before is masked once its secret is revealed",
        PAGES,
        "        if longest_revealed():\n",
        "        if False:\n",
        f"{LISTING}::test_a_row_that_was_shown_before_is_masked_once_its_secret_is_revealed",
    ),
    Mutant(
        "filtered-types-folded",
        "types at rest that a filter selects are listed, not folded",
        "chasqui/console/panes/metrics.py",
        "return self._idle > FOLDED and not self.filter.text",
        "return self._idle > FOLDED",
        f"{PANE}::test_types_at_rest_that_a_filter_selects_are_not_folded",
    ),
    Mutant(
        "filtered-types-at-rest-uncounted",
        "of the types that a filter selects, those at rest are counted",
        "chasqui/control/pages.py",
        "idle = sum(row.name in resting for row in kept)",
        "pass",
        "tests/control/test_row_filters.py",
    ),
    Mutant(
        "unchosen-task-run-again",
        "no task is submitted again that was not chosen",
        "chasqui/console/acting/finished.py",
        "elif not self._pane.table.selection.chosen:",
        "elif False:",
        f"{PANE}::test_r_submits_the_chosen_task_again_and_never_one_that_was_not_chosen",
    ),
    Mutant(
        "run-again-with-defaults",
        "a task with a parameter that has no text is not submitted again without it",
        "chasqui/console/acting/finished.py",
        "if form.untold:",
        "if False:",
        f"{PANE}::test_a_task_that_cannot_be_repeated_as_it_was_is_not_submitted",
    ),
    Mutant(
        "newest-sinks",
        "the newest row stays selected until another is chosen",
        "chasqui/console/model/selection.py",
        "self.key is None or (self.stays_first and not self.chosen)",
        "self.key is None",
        f"{PANE}::test_the_newest_stays_selected_until_a_row_is_chosen_and_then_that_one_does",
    ),
)
