"""The fields of filters: those of each list, and what is said of a field that a list lacks."""

from __future__ import annotations

from chasqui.control.completing import (
    BACKLOG_FIELDS,
    FAILURE_FIELDS,
    FINISHED_FIELDS,
    complete,
    note_of,
)
from chasqui.engine.failures.failure import READERS as OF_FAILURES
from chasqui.engine.filters.filter import parse
from chasqui.engine.filters.terms import FIELDS
from chasqui.engine.history.finished import READERS as OF_FINISHED
from chasqui.engine.waiting.choosing import READERS as OF_WAITING


def test_the_fields_of_each_list_are_those_that_its_rows_are_read_by():
    assert set(FAILURE_FIELDS) == OF_FAILURES.keys() - {""}
    assert set(FINISHED_FIELDS) == OF_FINISHED.keys() - {""}
    assert set(BACKLOG_FIELDS) == OF_WAITING.keys() - {""}
    assert set(FIELDS) >= {*FAILURE_FIELDS, *FINISHED_FIELDS, *BACKLOG_FIELDS}


def test_only_fields_of_the_list_are_offered():
    assert ("group=",) == complete("g", 1).options
    assert () == complete("g", 1, {}, FINISHED_FIELDS).options
    assert () == complete("group", 5, {}, FINISHED_FIELDS).options
    assert ("type=",) == complete("ty", 2, {}, FINISHED_FIELDS).options


def test_a_field_that_the_list_lacks_is_noted_beside_what_is_not_understood():
    note = note_of(parse("group=1 stat=x group=2 type=a word"), FINISHED_FIELDS)

    assert "stat=x: stat is not a field; did you mean state?; " in note
    assert note.endswith("group: this list has no such field")
    assert "" == note_of(parse("type=a word"), FINISHED_FIELDS)
