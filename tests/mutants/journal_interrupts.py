"""Mutants of what an interruption by the end of the process means for a task."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

RULES = "tests/engine/policy/test_rules.py"

MUTANTS = (
    Mutant(
        "on-interrupt-any-word",
        "only known words say what an interruption means",
        "chasqui/engine/policy/rules.py",
        '    "on_interrupt": ("retry", "fail"),\n',
        "",
        f"{RULES}::test_a_policy_of_another_kind_is_refused_where_the_type_is_made",
    ),
    Mutant(
        "on-interrupt-of-a-submission",
        "a submission does not say what an interruption means",
        "chasqui/engine/submission/entries.py",
        ', "keep", "on_interrupt", "ack"}',
        ', "keep"}',
        f"{RULES}::"
        "test_what_an_interruption_means_is_said_by_a_type_or_the_config_and_by_no_submission",
    ),
    Mutant(
        "edit-of-an-older-version",
        "what an edit replaces needs not fit the type any more",
        "chasqui/engine/types/parameters.py",
        "        kept = {name: value for name, value in given.items() if name in self._by_name}\n",
        "        self.parse_marked(given, type_name)\n        kept = dict(given)\n",
        "tests/engine/failures/test_retrying.py::"
        "test_an_edit_mends_parameters_of_an_older_version_of_the_type",
    ),
)
