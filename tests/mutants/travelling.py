"""Mutants of errors and records that go to another process or are copied."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

FILE = "chasqui/pickling.py"
TESTS = "tests/test_pickling.py"

MUTANTS = (
    Mutant(
        "error-not-rebuilt",
        "an error can be unpickled whatever its __init__ takes",
        "chasqui/error_base.py",
        "    def __reduce__(self)",
        "    def _reduce(self)",
        TESTS,
    ),
    Mutant(
        "tasks-not-sent",
        "an error of a submission takes the numbers of its tasks along",
        "chasqui/error_base.py",
        '        numbers = tuple(getattr(task, "number", task) for task in self.accepted)',
        "        numbers = ()",
        TESTS,
    ),
    Mutant(
        "one-handle-costs-all",
        "an entry that cannot be pickled costs only itself",
        FILE,
        "    if kind in (list, tuple, set, frozenset) and depth < DEPTH:",
        "    if kind is tuple and depth < DEPTH:",
        TESTS,
    ),
    Mutant(
        "written-not-read",
        "what can be pickled and not unpickled is replaced",
        FILE,
        "        pickle.loads(data)  # some",
        "        # some",
        TESTS,
    ),
    Mutant(
        "slots-left-behind",
        "an attribute in a slot travels",
        FILE,
        "                if isinstance(member, MemberDescriptorType):",
        "                if member is None:",
        TESTS,
    ),
    Mutant(
        "cause-left-behind",
        "the cause of an error travels",
        FILE,
        "            _sendable(error.__cause__),",
        "            None,",
        TESTS,
    ),
    Mutant(
        "own-cause-endless",
        "an error that is its own cause travels",
        FILE,
        "    if id(error) in above or len(above) >= DEPTH:",
        "    if len(above) >= DEPTH:",
        TESTS,
    ),
    Mutant(
        "chain-doubles",
        "each error within an error is pickled once",
        FILE,
        "    return _Pickled(data)\n\n\ndef _instead",
        "    return value\n\n\ndef _instead",
        f"{TESTS}::test_an_error_within_errors_is_pickled_once",
    ),
    Mutant(
        "file-of-oserror-lost",
        "an error that is an OSError too keeps its file",
        FILE,
        "    args: tuple[Any, ...] = _reduced(error)[1]",
        "    args: tuple[Any, ...] = error.args",
        TESTS,
    ),
    Mutant(
        "notes-shared",
        "a copy has notes of its own",
        FILE,
        '        vars(twin)["__notes__"] = notes.copy()',
        '        vars(twin)["__notes__"] = notes',
        TESTS,
    ),
    Mutant(
        "frozen-error-stays",
        "an error that refuses to be changed travels",
        FILE,
        "        object.__setattr__(error, name, value)  # a class",
        "        setattr(error, name, value)  # a class",
        TESTS,
    ),
)
