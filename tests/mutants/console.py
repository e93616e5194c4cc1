"""What the console promises, and what its port does for it."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        "styled-twice",
        "no screen is styled again once it has widgets",
        "chasqui/console/screens/styled_once.py",
        "event.refresh_styles = False",
        "event.refresh_styles = True",
        "tests/console/test_starting.py::test_no_screen_is_styled_again_once_it_has_widgets",
    ),
    Mutant(
        "sized-late",
        "the main screen has the classes of its size before it has widgets",
        "chasqui/console/app.py",
        "screen.add_class(*classes_at(self.size))",
        "classes_at(self.size)",
        "tests/console/test_starting.py::test_no_screen_is_styled_again_once_it_has_widgets",
    ),
    Mutant(
        "override-in-place",
        "the overrides file is replaced whole, with nothing left beside it",
        "chasqui/control/kept.py",
        "Path(name).replace(file)",
        "file.write_text(text)",
        "tests/control",
    ),
    Mutant(
        "marks-by-reading",
        "a mark goes with its row, and not before",
        "chasqui/console/model/marks.py",
        "        for key in (*view.gone, *view.gone_groups):",
        "        for key in [*self._by_hand]:",
        "tests/console/test_marks.py::test_a_mark_set_since_a_reading_was_asked_for_survives_its_answer",
    ),
    Mutant(
        "marked-cancelled-unasked",
        "several marked tasks are cancelled only when confirmed",
        "chasqui/console/model/marks.py",
        "return len(self) == 1 and key in self",
        "return True",
        "tests/console/test_marks.py::"
        "test_several_marked_tasks_are_counted_named_and_cancelled_as_they_were_counted",
    ),
    Mutant(
        "marked-elsewhere-cancelled-unasked",
        "a key asks before it acts on a task that is marked elsewhere",
        "chasqui/console/model/marks.py",
        "return len(self) == 1 and key in self",
        "return len(self) == 1",
        "tests/console/test_marks.py::"
        "test_a_single_marked_task_is_named_in_a_question_while_another_is_selected",
    ),
    Mutant(
        "marked-failure-elsewhere-acted-on",
        "a key asks before it acts on a failure that is marked elsewhere",
        "chasqui/console/acting/failures.py",
        "if marks and not (isinstance(row, FailureRow) and marks.is_only(row.number)):",
        "if len(marks) > 1:",
        "tests/console/test_marks.py::"
        "test_a_single_marked_failure_is_named_in_a_question_while_another_is_selected",
    ),
    Mutant(
        "marked-elsewhere-raised-unasked",
        "a task that is marked elsewhere runs next only when confirmed",
        "chasqui/console/acting/reordering_marked.py",
        "if counted.count == 1 and counted.numbers[0] == self._pane.selected_number:",
        "if counted.count == 1:",
        "tests/console/test_reordering_marked.py::"
        "test_a_single_marked_task_runs_next_at_once_only_while_it_is_selected",
    ),
    Mutant(
        "marks-before-the-filter",
        "Esc drops the filter before it takes marks away",
        "chasqui/console/acting/panes.py",
        "        if pane.drop_filter():\n",
        "        if not pane.table.marks and pane.drop_filter():\n",
        "tests/console/test_marks.py::"
        "test_esc_drops_the_filter_then_the_marks_then_the_zoom_and_then_goes_back",
    ),
    Mutant(
        "left-unasked",
        "leaving with work left asks first",
        "chasqui/console/leaving.py",
        'return bool(left) or snapshot.state == "stopping"',
        "return False",
        "tests/console",
    ),
    Mutant(
        "abort-untyped",
        "an abort has its word typed",
        "chasqui/console/leaving.py",
        'return TypedConfirm("Abort", words, "abort")',
        'return TypedConfirm("Abort", words, "abor")',
        "tests/console",
    ),
    Mutant(
        "read-only-writes",
        "a read-only console changes nothing",
        "chasqui/console/acting/steering.py",
        "        return bool(why)\n",
        "        return False\n",
        "tests/console/test_keys.py",
    ),
    Mutant(
        "stray-output-drawn",
        "what a task writes past Python stays off the screen",
        "chasqui/console/guard.py",
        "            os.dup2(self._stray.fileno(), number)",
        "            os.fstat(self._stray.fileno())",
        "tests/console",
    ),
    Mutant(
        "modes-not-restored",
        "the terminal is given back as it was",
        "chasqui/console/app.py",
        "signal.SIGTERM: lambda: app.exit(",
        "signal.SIGTERM: lambda: os._exit(0) or app.exit(",
        "tests/console",
    ),
    Mutant(
        "discard-all-untyped",
        "discarding all has the number typed",
        "chasqui/console/acting/failures.py",
        "if wanted.has_to_be_typed:",
        "if False:",
        "tests/console/test_bulk.py",
    ),
    Mutant(
        "secret-sent",
        "the text of a secret never leaves its field",
        "chasqui/console/model/form.py",
        'if info.kind == "secret" and not is_reference(text):',
        "if False:",
        "tests/console/test_field.py::test_the_text_of_a_secret_is_neither_shown_nor_sent_nor_kept",
    ),
    Mutant(
        "wrong-form-submitted-at-once",
        "what the form calls wrong is submitted only when it is asked for twice",
        "chasqui/console/screens/form_problems.py",
        "        if self._asked == asked:\n            return False\n",
        "        if asked:\n            return False\n",
        "tests/console/test_submit.py::"
        "test_what_the_form_calls_wrong_is_submitted_when_it_is_asked_for_twice",
    ),
    Mutant(
        "wrong-form-never-submitted",
        "the engine has the last word about what the form calls wrong",
        "chasqui/console/screens/form_problems.py",
        "        if self._asked == asked:\n            return False\n",
        "",
        "tests/console/test_submit.py::"
        "test_what_the_form_calls_wrong_is_submitted_when_it_is_asked_for_twice",
    ),
    Mutant(
        "secret-drawn",
        "the text of a secret is not drawn",
        "chasqui/console/widgets/field_input.py",
        "password=secret",
        "password=False",
        "tests/console/test_field.py::test_the_text_of_a_secret_is_neither_shown_nor_sent_nor_kept",
    ),
    Mutant(
        "answer-to-another",
        "the result of another question is never shown",
        "chasqui/control/lookup.py",
        "            found = self._found.get(key)\n            return",
        "            found = next(iter(self._found.values()), None)\n            return",
        "tests/control/test_lookup.py",
    ),
    Mutant(
        "held-uncounted",
        "what a drain cannot start is counted",
        "chasqui/control/type_views.py",
        "lane.queued if lane.held else lane.struck",
        "lane.queued if lane.full else lane.struck",
        "tests/control/test_lists.py",
    ),
)
