"""What the console promises, and what its port does for it."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        "override-in-place",
        "the overrides file is replaced whole, with nothing left beside it",
        "chasqui/control/kept.py",
        "Path(name).replace(file)",
        "file.write_text(text)",
        "tests/control",
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
        "os.dup2(self._stray.fileno(), 1)",
        "os.fstat(self._stray.fileno())",
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
