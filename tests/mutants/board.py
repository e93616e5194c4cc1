"""Mutants of what is done from the panes, on keys and in bulk."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

ACTS = "tests/console/test_bulk.py"
DETAIL = "tests/console/test_detail.py"
KEYS = "tests/console/test_keys.py"
LEAVING = "tests/console/test_leaving.py"
BULK = "chasqui/console/bulk.py"

MUTANTS = (
    Mutant(
        "done-has-no-room",
        "workers show what they have done at either size",
        "chasqui/console/panes/workers.py",
        'Column("PROGRESS", 16',
        'Column("PROGRESS", 19',
        "tests/console/test_panes.py",
    ),
    Mutant(
        "count-of-ever",
        "the dialog names how many it acts on, not how many there ever were",
        BULK,
        'what = f"{deed.capitalize()} {_failures(len(numbers))}"',
        'what = f"{deed.capitalize()} {_failures(ever or len(numbers))}"',
        ACTS,
    ),
    Mutant(
        "acts-on-what-matches-now",
        "what is carried out are the failures that the dialog counted",
        BULK,
        "self._carry_out(deed, numbers)",
        "self._carry_out(deed, tuple(row.number for row in self._session.port.failures))",
        ACTS,
    ),
    Mutant(
        "retried-counted",
        "what was retried already is not counted for a retry",
        BULK,
        'open_only=wanted.deed == "retry"',
        "open_only=False",
        ACTS,
    ),
    Mutant(
        "discard-all-untyped",
        "discarding all has the number typed",
        BULK,
        "if wanted.has_to_be_typed:",
        "if False:",
        ACTS,
    ),
    Mutant(
        "yes-in-focus",
        "no is in focus, so that Enter does nothing",
        "chasqui/console/screens/confirm.py",
        "answers.highlighted = 0",
        "answers.highlighted = 1",
        ACTS,
    ),
    Mutant(
        "skipped-untold",
        "what was skipped is said, with its reason",
        BULK,
        "        if not outcome.skipped:\n            self._screen.say(done",
        "        if outcome:\n            self._screen.say(done",
        ACTS,
    ),
    Mutant(
        "numbers-make-reasons",
        "reasons that differ by their numbers only are counted as one",
        "chasqui/console/model/reasons.py",
        "NUMBER.sub(FOLDED, why)",
        "why",
        ACTS,
    ),
    Mutant(
        "undo-time-untold",
        "how long a discard can be taken back is on screen",
        "chasqui/console/panes/failures.py",
        'f"Undo {age(undo.remaining)}" if undo else ""',
        '"Undo" if undo else ""',
        ACTS,
    ),
    Mutant(
        "read-only-asks",
        "a read-only console refuses to change failures",
        "chasqui/console/screens/acting.py",
        'if not self._steering.refused() and isinstance(self.pane, FailuresPane):\n            self._bulk.act("retry"',
        'if isinstance(self.pane, FailuresPane):\n            self._bulk.act("retry"',
        ACTS,
    ),
    Mutant(
        "retry-behind-probes",
        "of a retry behind a half open breaker only a few are said to start",
        BULK,
        "type in snapshot.half_open:",
        "False:",
        ACTS,
    ),
    Mutant(
        "log-not-followed",
        "the log follows its newest line",
        "chasqui/console/widgets/text_view.py",
        "if follow and was_at_end:",
        "if False:",
        DETAIL,
    ),
    Mutant(
        "log-always-followed",
        "the log stays where somebody reads",
        "chasqui/console/widgets/text_view.py",
        "if follow and was_at_end:",
        "if follow:",
        DETAIL,
    ),
    Mutant(
        "dropped-lines-untold",
        "lines of the log that are not kept are counted",
        "chasqui/console/model/detail.py",
        "    if detail.log_dropped:\n        yield",
        "    if False:\n        yield",
        DETAIL,
    ),
    Mutant(
        "refused-count-confirmed",
        "a dialog is not opened where the count was refused",
        BULK,
        "            if not outcome.ok:\n",
        "            if not outcome.ok and not chosen.filter:\n",
        ACTS,
    ),
    Mutant(
        "shutdown-time-unsaid",
        "the dialog names the time that a shutdown has",
        "chasqui/console/screens/leave.py",
        'return f" within {duration(session.caps.shutdown_timeout)}"',
        'return ""',
        LEAVING,
    ),
    Mutant(
        "held-unsaid",
        "the dialog says how many of the waiting tasks are held",
        "chasqui/console/screens/leave.py",
        "if snapshot.held:",
        "if False:",
        LEAVING,
    ),
    Mutant(
        "stopped-offers-workers",
        "a stopped engine offers no workers",
        "chasqui/console/panes/workers.py",
        "(ended(snapshot) or none)",
        "none",
        LEAVING,
    ),
    Mutant(
        "help-cut-in-words",
        "a long line of the help is broken between words, and goes on under its text",
        "chasqui/console/screens/help.py",
        ", role, hang=2 + KEYS_WIDTH)",
        ", role)",
        KEYS,
    ),
    Mutant(
        "columns-unexplained",
        "the help explains the columns of Metrics",
        "chasqui/console/screens/help.py",
        "for title, meaning in EXPLAINED.items())",
        "for title, meaning in ())",
        KEYS,
    ),
)
