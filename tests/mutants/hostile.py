"""Mutants of what an engine, its rows and its screens make of the objects of tasks."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

MARKS = "tests/engine/values/test_marks.py"
KEPT = "tests/engine/failures/test_keeping_parameters.py"

MUTANTS = (
    Mutant(
        "keys-dropped",
        "keys that are one key in JSON are marked",
        "chasqui/engine/values/jsonable.py",
        "        if len(found) != count:  # several",
        "        if False:  # several",
        MARKS,
    ),
    Mutant(
        "again-without-a-bound",
        "what lies in a value again and again is written up to a bound",
        "chasqui/engine/values/jsonable.py",
        "        return self._again >= 0",
        "        return self._again >= -95_000",
        MARKS,
    ),
    Mutant(
        "fields-lose-the-row",
        "a field that cannot be had is marked and the others stay",
        "chasqui/engine/values/jsonable.py",
        "    except BaseException as broken:\n        return _Words(",
        "    except Exception as broken:\n        return _Words(",
        MARKS,
    ),
    Mutant(
        "mapping-without-end-cut",
        "a mapping without an end is marked rather than cut",
        "chasqui/engine/values/jsonable.py",
        "slots.pairs(value, AGAIN))",
        "slots.pairs(value, AGAIN - 2))",
        MARKS,
    ),
    Mutant(
        "long-integers-read-by-python",
        "an integer of any size is kept to the last digit",
        "chasqui/engine/values/marks.py",
        "if LONG < len(digits) <= LONGEST and",
        "if False and",
        MARKS,
    ),
    Mutant(
        "secret-looked-for-in-a-repr",
        "a number too long to write loses no failure once a secret was revealed",
        "chasqui/engine/values/marks.py",
        "    if isinstance(value, str):\n        return text in value\n    if",
        "    return text in repr(unmarked(value))\n    if",
        KEPT,
    ),
    Mutant(
        "secret-in-bytes-kept",
        "a revealed value is found in text that is not UTF-8",
        "chasqui/engine/values/marks.py",
        'return text.encode() in base64.b64decode(value["bytes"])',
        "return False",
        KEPT,
    ),
    Mutant(
        "secret-in-a-key-kept",
        "a revealed value is found in the keys of a mapping",
        "chasqui/engine/values/marks.py",
        "any(text in name or holds(field, text)",
        "any(holds(field, text)",
        KEPT,
    ),
    Mutant(
        "parameter-named-as-a-mark",
        "the parameters of a task are no mark whatever their names are",
        "chasqui/engine/failures/failure.py",
        "    return list(msgspec.json.decode(given).values())",
        "    return [msgspec.json.decode(given)]",
        KEPT,
    ),
    Mutant(
        "screen-asks-a-result",
        "a screen runs no code of what a task returned",
        "chasqui/control/views.py",
        "outline.text(task.result(), RESULT)",
        "str(task.result())",
        MARKS,
    ),
    Mutant(
        "screen-asks-an-error",
        "a screen runs no code of what a task raised",
        "chasqui/pool/trace.py",
        "return super().message(error) if self._message is None else self._message",
        "return super().message(error)",
        MARKS,
    ),
    Mutant(
        "screen-asks-a-parameter",
        "a screen runs no code of what a task was given",
        "chasqui/engine/types/fields.py",
        "return outline.text(value, SHOWN)",
        "return str(value)",
        MARKS,
    ),
    Mutant(
        "retry-asks-the-error",
        "an error counts as its own class for a retry",
        "chasqui/engine/policy/retry.py",
        "if not foreign.is_a(error, *self._kinds_for(error)):",
        "if not isinstance(error, self._kinds_for(error)):",
        MARKS,
    ),
    Mutant(
        "row-lost",
        "a row that cannot be made says why",
        "chasqui/commands/rows.py",
        '        why = foreign.without("row", broken)',
        "        raise",
        "tests/commands/test_ended_row.py",
    ),
)
