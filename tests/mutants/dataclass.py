"""Mutants of the package's own dataclasses."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

FILE = "chasqui/dataclass.py"
TESTS = "tests/test_dataclass.py"

MUTANTS = (
    Mutant(
        "record-can-be-changed",
        "a frozen record refuses to be changed",
        FILE,
        '        if frozen:\n            given |= {"__setattr__"',
        '        if False:\n            given |= {"__setattr__"',
        TESTS,
    ),
    Mutant(
        "record-forgets-its-bases",
        "a record has the fields of the classes it is made from",
        FILE,
        'fields.update(base.__dict__.get("__fields__", {}))',
        "pass",
        TESTS,
    ),
    Mutant(
        "record-compiled-at-import",
        "a record's methods are compiled when it is first used",
        FILE,
        '"__init__": _LateInit(cls, frozen),',
        '"__init__": _LateInit(cls, frozen).__get__(None, cls),',
        TESTS,
    ),
    Mutant(
        "record-is-no-dataclass",
        "other programs see a record as a dataclass",
        FILE,
        "value = getattr(twin, self._name)",
        "value = {}",
        TESTS,
    ),
)
