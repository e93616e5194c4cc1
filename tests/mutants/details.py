"""Mutants of the page of a task."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

KEYS = "tests/console/test_task_keys.py"
PAGE = "tests/console/test_task_page.py"
CLIPBOARD = "tests/console/test_clipboard.py"
TEXT = "tests/console/test_text.py"
TRACES = "tests/control/test_traces.py"

MUTANTS = (
    Mutant(
        "words-broken-at-the-edge",
        "no word is broken that fits a line",
        "chasqui/console/model/text.py",
        "            end = _break(text, start, end, rest)\n",
        "            pass\n",
        TEXT,
    ),
    Mutant(
        "long-text-measured-for-each-line",
        "to lay out a long text takes as long as its length, not the square of it",
        "chasqui/console/model/line.py",
        "    signs = width + 1\n",
        "    signs = len(text)\n",
        TEXT,
    ),
    Mutant(
        "wrapped-under-the-margin",
        "a long line goes on under its own text",
        "chasqui/console/model/text.py",
        "yield (indent, *parts) if number and indent.text else parts",
        "yield parts",
        TEXT,
    ),
    Mutant(
        "last-frame-of-a-library",
        "an error comes with the innermost frame of the user's own code",
        "chasqui/console/model/stack.py",
        "(frame for frame in trace.frames if frame.own)",
        "(frame for frame in trace.frames)",
        f"{PAGE}::test_a_failed_task_begins_with_its_error_and_the_users_own_last_frame",
    ),
    Mutant(
        "first-error-of-a-chain-first",
        "the error that a task failed with comes before what caused it",
        "chasqui/control/traces.py",
        "tuple(reversed(found[-CHAIN:]))",
        "tuple(found[-CHAIN:])",
        TRACES,
    ),
    Mutant(
        "outcome-of-a-failure-is-not-shown",
        "the details of a failed task say what was done about it",
        "chasqui/control/local.py",
        "failure_views.with_failure(found, engine.failures.find(number))",
        "failure_views.with_failure(found, None)",
        TRACES,
    ),
    Mutant(
        "far-desktop-gets-the-text",
        "over SSH no tool of the far machine's desktop gets what is copied",
        "chasqui/console/clipboard.py",
        'if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):',
        "if False:",
        f"{CLIPBOARD}::test_over_ssh_the_terminal_is_asked_and_no_desktop_of_the_far_machine",
    ),
    Mutant(
        "copied-file-for-all-to-read",
        "a file with a copied text is its user's only",
        "chasqui/console/clipboard.py",
        "0o600)",
        "0o644)",
        f"{CLIPBOARD}::test_what_no_terminal_takes_goes_into_a_file_that_only_its_user_reads",
    ),
    Mutant(
        "key-of-the-menu-acts",
        "a key that chooses from the menu of copies never reaches a command",
        "chasqui/console/acting/looking.py",
        "self._screen.is_asking = True  # the next key",
        "pass  # the next key",
        f"{CLIPBOARD}::test_a_letter_that_comes_before_the_menu_is_no_command",
    ),
    Mutant(
        "command-with-a-masked-value",
        "no command is offered in which a parameter is masked",
        "chasqui/console/model/copying.py",
        "MASK not in value and ",
        "",
        f"{CLIPBOARD}::test_no_command_is_offered_that_would_not_be_the_same",
    ),
    Mutant(
        "key-before-the-form-acts",
        "no key typed while a form is about to open reaches a command",
        "chasqui/console/screens/task_detail.py",
        'if is_typing and action != "close":',
        "if False:",
        f"{KEYS}::test_e_opens_the_form_with_the_tasks_parameters",
    ),
    Mutant(
        "cursor-of-the-list-stays",
        "the cursor of the list goes with the page that goes through it",
        "chasqui/console/acting/stepping.py",
        "                table.action_list_down()",
        "                pass",
        f"{KEYS}::test_n_goes_on_to_the_next_task_of_the_list_and_the_cursor_with_it",
    ),
    Mutant(
        "undo-of-something-else",
        "a page says first what it would undo that is not about its task",
        "chasqui/console/acting/undoing.py",
        "if last is None or last.number == number or self._was_offered(number, last):",
        "if True:",
        f"{KEYS}::"
        "test_u_on_the_page_of_another_task_says_what_it_would_undo_and_acts_when_pressed_again",
    ),
    Mutant(
        "undo-of-what-was-done-since",
        "a second key undoes what was said, and nothing that was done since",
        "chasqui/console/acting/undoing.py",
        "return page == number and is_same and last.remaining <= before.remaining",
        "return page == number and is_same",
        f"{KEYS}::test_u_again_undoes_nothing_that_was_done_since_it_was_said",
    ),
    Mutant(
        "running-task-cancelled-unasked",
        "a running task is only asked to stop once that is confirmed",
        "chasqui/console/acting/one_task.py",
        'elif task.state != "running":',
        "elif True:",
        f"{KEYS}::test_x_cancels_a_waiting_task_and_asks_before_a_running_one",
    ),
    Mutant(
        "ended-task-is-never-read-again",
        "the page of an ended task is read again when something was changed",
        "chasqui/console/following.py",
        "        self._is_stale = True\n",
        "        pass\n",
        f"{PAGE}::test_what_was_done_by_hand_is_named_with_who_did_it_and_followed",
    ),
    Mutant(
        "deed-without-its-client",
        "the details of a task say which client did something to it",
        "chasqui/control/event_book.py",
        "        self.deeds.sign(command, by)\n",
        "",
        "tests/control/host/test_audit.py::"
        "test_the_details_of_a_task_say_which_client_did_something_to_it_and_why",
    ),
    Mutant(
        "deeds-without-end",
        "what was done to tasks is kept in a bounded list",
        "chasqui/control/deeds.py",
        "deque(maxlen=DEEDS)",
        "deque()",
        "tests/control/test_deeds.py",
    ),
    Mutant(
        "deed-of-another-is-not-seen",
        "the page of an ended task shows what another client does about it",
        "chasqui/console/screens/task_detail.py",
        "if snapshot.change != self._change:",
        "if False:",
        f"{PAGE}::test_what_was_done_by_hand_is_named_with_who_did_it_and_followed",
    ),
)
