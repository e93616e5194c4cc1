"""Mutants of what becomes of retried failures, and of where it is shown."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

OUTCOMES = "tests/engine/failures/test_retry_outcomes.py"
RETRIES = "chasqui/engine/failures/retries.py"
BOOK = "chasqui/engine/failures/book.py"
KEPT = "tests/engine/journal/test_failures.py"
KINDS = "tests/console/test_kinds.py"
PANE = "chasqui/console/model/failures.py"
USES = "chasqui/console/form_uses.py"
EDITS = "tests/console/test_edit_retry.py"
REFILLING = "chasqui/control/refilling.py"
REFILLED = "tests/control/test_refilling.py"

OPTIONS = "chasqui/engine/submission/options.py"
RETRYING = "tests/engine/failures/test_retrying.py"

MUTANTS = (
    Mutant(
        "expires-between-attempts",
        "a task that has started in time does not expire before another attempt",
        "chasqui/pool/body.py",
        " and more.attempt <= 1 and ",
        " and ",
        "tests/engine/policy/test_rules.py"
        "::test_a_task_that_has_started_in_time_does_not_expire_before_another_attempt",
    ),
    Mutant(
        "retry-says-nothing",
        "a retry keeps what the submission said",
        "chasqui/engine/failures/remedies.py",
        "key=failure.key, **options)",
        "key=failure.key)",
        RETRYING,
    ),
    Mutant(
        "retry-for-all-errors",
        "a retry keeps for which errors it was to be retried",
        OPTIONS,
        'said["retry"] = more.policy.retry  #',
        "pass  #",
        RETRYING,
    ),
    Mutant(
        "retry-expires",
        "a retry leaves out when the failed task was to start",
        OPTIONS,
        'for name, value in options.items() if name != "expires"}',
        "for name, value in options.items()}",
        RETRYING,
    ),
    Mutant(
        "retry-priority-of-type",
        "a retry keeps a priority of 0",
        OPTIONS,
        "if more.priority != (route.rules.priority or 0):",
        "if more.priority:",
        RETRYING,
    ),
    Mutant(
        "said-kept-for-ever",
        "what a submission said is dropped with its failure",
        "chasqui/engine/failures/kept.py",
        "self.said.pop(number, None)",
        "pass",
        RETRYING,
    ),
    Mutant(
        "said-not-written",
        "a retry in the next life keeps what the submission said",
        BOOK,
        "[keywords_as_json(said)] if said else []",
        "[]",
        KEPT,
    ),
    Mutant(
        "said-by-a-failed-work",
        "a task that could only fail is retried by the rules of its type",
        OPTIONS,
        "None if more.policy is ONCE else more.policy",
        "more.policy",
        KEPT,
    ),
    Mutant(
        "retried-said-to-be-gone",
        "failures that were all retried already are said to be so, and not to be gone",
        "chasqui/console/acting/failures.py",
        "count = (await self._count(wanted.chosen, wanted.marked)).count",
        "count = 0",
        "tests/console/test_bulk.py",
    ),
    Mutant(
        "discarded-said-to-be-retried",
        "discarded failures that a filter lists are not said to be retried",
        "chasqui/console/acting/failures.py",
        '"retried or discarded" if wanted.chosen.filter else',
        '"" if False else',
        "tests/console/test_bulk.py",
    ),
    Mutant(
        "undone-retry-counted",
        "a retry that was taken back counts no more",
        RETRIES,
        "state = self._states.pop(number, None)",
        "state = self._states.get(number)",
        OUTCOMES,
    ),
    Mutant(
        "retry-end-not-kept",
        "a failure keeps how its retry has ended",
        RETRIES,
        "        self._settle(number, task.number, state)\n",
        "",
        OUTCOMES,
    ),
    Mutant(
        "retry-end-forgotten-by-restart",
        "how a retry has ended survives a restart",
        BOOK,
        "self._marks[number] = [state, again, failure.retry_ended]",
        "self._marks[number] = [state, again, None]",
        KEPT,
    ),
    Mutant(
        "retry-of-earlier-life-not-followed",
        "a retry of an earlier life is followed to its end",
        BOOK,
        "                self.awaited[mark[1]] = number\n",
        "                pass\n",
        KEPT,
    ),
    Mutant(
        "retry-end-before-crash-unknown",
        "an end that only the task's row has is found after a crash",
        BOOK,
        "mark[2] = ENDS.get(state)",
        "mark[2] = None",
        KEPT,
    ),
    Mutant(
        "retry-outcome-not-shown",
        "the outcome of the last retry stays on screen",
        PANE,
        "    if snapshot.retried is not None:\n",
        "    if snapshot.retried is not None and snapshot.undo is not None:\n",
        KINDS,
    ),
    Mutant(
        "kind-retried-not-said",
        "a kind of which all were retried says how the retries have ended",
        PANE,
        "    if row.open or not row.retried:\n",
        "    if row.open or row.retried:\n",
        KINDS,
    ),
    Mutant(
        "edit-sends-everything",
        "an edited retry sends only what was changed",
        USES,
        "if begun.get(pair[0]) != pair[1])",
        "if begun.get(pair[0]) != pair[1] or begun)",
        EDITS,
    ),
    Mutant(
        "edit-default-not-sent",
        "a field that is back at its default is sent as that",
        USES,
        "defaults=tuple(name for name in begun if name not in values),",
        "defaults=(),",
        EDITS,
    ),
    Mutant(
        "edit-kept-value-needed",
        "a value that has no text stays as it was, and need not be typed in",
        "chasqui/console/screens/form_problems.py",
        "return [name for name in self._use.kept if not values.get(name)]",
        "return []",
        EDITS,
    ),
    Mutant(
        "edit-keys-reach-list",
        "a key typed while the form is asked for does not reach the list",
        "chasqui/console/acting/filling.py",
        "        self._screen.is_asking = True\n",
        "",
        EDITS,
    ),
    Mutant(
        "edit-of-another-type",
        "the form of another type retries nothing",
        REFILLING,
        "if failure is None or failure.type != command.type:",
        "if failure is None:",
        REFILLED,
    ),
    Mutant(
        "form-text-unsendable",
        "a text that cannot be sent is not filled in",
        REFILLING,
        "if text is None or not is_text(text):",
        "if text is None:",
        REFILLED,
    ),
    Mutant(
        "audit-quotes-texts",
        "the audit names edited parameters without their values",
        "chasqui/control/host/audit.py",
        "each for each, _ in value",
        "each + text for each, text in value",
        "tests/control/host/test_audit.py",
    ),
    Mutant(
        "export-part-twice",
        "an export goes on after the failures that it has",
        "chasqui/control/orders.py",
        "if one.number > command.after}",
        "if one.number >= command.after}",
        "tests/control/test_reading_failures.py",
    ),
    Mutant(
        "export-half-kept",
        "an export that fails leaves no file",
        "chasqui/console/export_file.py",
        "            self._part.unlink(missing_ok=True)\n",
        "",
        "tests/console/test_exporting.py",
    ),
    Mutant(
        "export-over-another",
        "an export replaces no file",
        "chasqui/console/export_file.py",
        "file.touch(mode=0o600, exist_ok=False)",
        "file.touch(mode=0o600)",
        "tests/console/test_exporting.py",
    ),
)
