"""Mutants of readings as data: what is listed, worked out late, copied and sent."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

FILE = "chasqui/datarecord.py"
TESTS = "tests/engine/test_records.py"
LEDGER = "tests/pool/test_dropping.py"

MUTANTS = (
    Mutant(
        "property-not-listed",
        "what a reading works out is among its fields",
        FILE,
        "            known[name] = one\n",
        "",
        "tests/help/test_json.py",
    ),
    Mutant(
        "property-is-an-argument",
        "what a reading works out is no argument when it is made again with changes",
        FILE,
        "            one.init = one.repr = one.compare = False",
        "            one.repr = one.compare = False",
        TESTS,
    ),
    Mutant(
        "property-set-by-a-copy",
        "a record with slots can be copied although it lists properties",
        FILE,
        '        if "__getstate__" in vars(kind):',
        '        if "__gone__" in vars(kind):',
        TESTS,
    ),
    Mutant(
        "half-worked-out",
        "all fields of a record are there once one was looked at",
        FILE,
        "            for field, value in values.items():",
        "            for field, value in ():",
        LEDGER,
    ),
    Mutant(
        "bytes-in-a-failure",
        "the parameters of a failure are text, which JSON can hold",
        "chasqui/engine/failures/failure.py",
        '    return given.decode(), ""\n',
        '    return given, ""\n',
        TESTS,
    ),
    Mutant(
        "traceback-left-out",
        "the dict of a failure has its traceback",
        "chasqui/engine/failures/failure.py",
        '@listed("message", "traceback")',
        '@listed("message")',
        "tests/help/test_json.py",
    ),
    Mutant(
        "left-at-once",
        "a shutdown that leaves very many tasks makes no record of them",
        "chasqui/pool/ledger.py",
        '        object.__delattr__(made, "left")\n',
        '        object.__setattr__(made, "left", left.values()["left"])\n',
        LEDGER,
    ),
)
