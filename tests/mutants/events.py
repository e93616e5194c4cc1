"""Mutants of the list of events."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

BOOK = "chasqui/control/event_book.py"
NOTICING = "chasqui/engine/events/noticing.py"
LISTING = "tests/control/test_events.py"
NOTICED = "tests/engine/events/test_noticing.py"

MUTANTS = (
    Mutant(
        "events-of-single-tasks",
        "ends of single tasks push no event out of the book",
        BOOK,
        "if isinstance(event, TaskEvent) or kind in LEFT_OUT:",
        "if kind in LEFT_OUT:",
        f"{LISTING}::test_the_newest_are_kept_and_single_tasks_do_not_push_them_out",
    ),
    Mutant(
        "event-signed-by-another",
        "a signature is for an event of its kind",
        BOOK,
        "            elif of == kind:\n",
        "            else:\n",
        f"{LISTING}::test_a_signature_is_for_one_event_of_its_kind_and_for_a_moment_only",
    ),
    Mutant(
        "event-signed-late",
        "a signature is for a moment only",
        BOOK,
        "            if at - when > SIGNED_SECONDS:\n",
        "            if False:\n",
        f"{LISTING}::test_a_signature_is_for_one_event_of_its_kind_and_for_a_moment_only",
    ),
    Mutant(
        "event-flood-uncounted",
        "what happens again and again is one row with a count",
        BOOK,
        "same = None if by else self._locked_same(shown, at)",
        "same = None",
        f"{LISTING}::test_what_happens_again_and_again_is_one_row_with_a_count",
    ),
    Mutant(
        "event-raw",
        "what an event says is harmless on a terminal",
        BOOK,
        "shown = safe_line(text, TEXT)",
        "shown = SafeText(text)",
        f"{LISTING}::test_what_an_event_says_is_harmless_on_a_terminal",
    ),
    Mutant(
        "abandoned-worker-noticed-again",
        "an abandoned worker is noticed once",
        NOTICING,
        "self._held = {key: what for key, (what, _) in held.items()}",
        "self._held = {}",
        f"{NOTICED}::test_an_abandoned_worker_is_noticed_once_with_its_task",
    ),
    Mutant(
        "noticed-logged-twice",
        "what is noticed has a line in the log only where it happened",
        "chasqui/engine/logs/logbook.py",
        "if event.is_logged or not log.isEnabledFor(level):",
        "if not log.isEnabledFor(level):",
        f"{NOTICED}::test_the_engine_publishes_what_it_notices_but_logs_it_only_where_it_happened",
    ),
)
