"""Every record and table in the package has each state of the table; see `chasqui.pool.states`."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from dataclasses import fields
from pathlib import Path

import pytest

import chasqui
from chasqui.console.model import format, types
from chasqui.control.records import EndedRecord
from chasqui.pool.states import ENDED, OPEN, STATES, EndedCounts, OpenCounts, StateCounts

PACKAGE = Path(chasqui.__file__).parent
TABLE = PACKAGE / "pool" / "states.py"
SOME = {"completed", "failed"}  # what has both is about all final states


def modules():
    for found in pkgutil.walk_packages(chasqui.__path__, "chasqui."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def classes():
    for module in modules():
        for value in vars(module).values():
            if isinstance(value, type) and value.__module__ == module.__name__:
                yield value


def counts(record):
    return all(hasattr(record, word) for word in SOME)


def displays(tree):
    """Return the words that each tuple, list, set, mapping and `Literal` of a module spells out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            words = node.elts
        elif isinstance(node, ast.Dict):
            words = [key for key in node.keys if key is not None]
        else:
            continue
        yield node, {word.value for word in words if isinstance(word, ast.Constant)}


def test_the_counters_of_records_are_those_of_the_table():
    assert OPEN == tuple(field.name for field in fields(OpenCounts))
    assert ENDED == tuple(field.name for field in fields(EndedCounts))
    assert tuple(STATES) == tuple(field.name for field in fields(StateCounts))
    assert ENDED == EndedRecord.__struct_fields__


def test_a_record_with_counters_of_final_states_has_all_of_them():
    lacking = {
        f"{record.__module__}.{record.__qualname__} lacks {state}"
        for record in classes()
        if counts(record) and not any(counts(base) for base in record.__mro__[1:])
        for state in ENDED
        if not hasattr(record, state)
    }

    assert not lacking, "\n".join(sorted(lacking))


@pytest.mark.slow
def test_a_list_or_mapping_of_final_states_has_all_of_them():
    lacking = [
        f"{path.relative_to(PACKAGE)}:{node.lineno} lacks {set(ENDED) - words}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for node, words in displays(ast.parse(path.read_text(encoding="utf-8")))
        if path != TABLE and words >= SOME and not words >= set(ENDED)
    ]

    assert not lacking, "\n".join(lacking)


def test_the_console_has_a_glyph_a_role_and_a_column_for_each_state():
    for table in (format.UNICODE.states, format.ASCII.states, format.ROLES, types.COUNTED):
        assert set() == set(STATES) - set(table)
    assert set(types.COUNTED.values()) < {column.title for column in types.COLUMNS}


def test_the_glyphs_of_states_are_told_apart():
    for glyphs in (format.UNICODE, format.ASCII):
        assert len(STATES) == len({glyphs.states[state] for state in STATES})
