"""Mutants of fresh copies of parameters."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

FILE = "chasqui/engine/types/copying.py"
PARAMETERS = "chasqui/engine/types/parameters.py"
TESTS = "tests/engine/types/test_copying.py"

MUTANTS = (
    Mutant(
        "default-shared",
        "a mutable default is a fresh copy for each task",
        PARAMETERS,
        "passed[field.name] = fresh(field.default)",
        "passed[field.name] = field.default",
        TESTS,
    ),
    Mutant(
        "attempt-spoils-the-next",
        "a later attempt sees the values as given",
        PARAMETERS,
        "passed[field.name] = fresh(arguments[field.name])",
        "passed[field.name] = arguments[field.name]",
        TESTS,
    ),
    Mutant(
        "submitters-own-kept",
        "what the submitter changes later does not reach the task",
        PARAMETERS,
        "arguments[name] = fresh(arguments[name])",
        "arguments[name] = arguments[name]",
        TESTS,
    ),
    Mutant(
        "setting-shared",
        "a plugin gets a default of its own",
        PARAMETERS,
        "values.get(f.name, fresh(f.default))",
        "values.get(f.name, f.default)",
        TESTS,
    ),
    Mutant(
        "shallow-list",
        "what is in a list is copied too",
        FILE,
        "items.extend([_copied(item, memo, strict=strict) for item in value])",
        "items.extend(value)",
        TESTS,
    ),
    Mutant(
        "records-shared",
        "dataclasses, Structs and attrs classes are copied",
        FILE,
        "foreign.said(kind, name) is not foreign.MISSING for name in _RECORDS",
        "name is None for name in _RECORDS",
        TESTS,
    ),
    Mutant(
        "uncopied-default",
        "a default that cannot be copied is refused",
        "chasqui/engine/types/fields.py",
        "        check_copy(default)\n",
        "",
        TESTS,
    ),
    Mutant(
        "twice-for-one",
        "what is there twice is copied once",
        FILE,
        "        memo[id(value)] = items  # before",
        "        # before",
        f"{TESTS}::test_values_that_hold_each_other_or_themselves_are_copied_as_they_are",
    ),
)
