"""`run`: chosen keys of rows, and rows as tables."""

from __future__ import annotations

import csv
import io

import pytest

from chasqui.commands.given import Usage
from chasqui.commands.rows import refused_row
from chasqui.commands.run.line_keys import LineKey
from chasqui.commands.run.tables import KEYS, ColumnsForm, TableForm, cell, columns_of, value_at

ROW = {
    "line": 3,
    "number": 7,
    "type": "a.b",
    "params": {"url": "http://x", "a.b": {"c": 1}},
    "state": "completed",
    "attempts": 1,
    "result": {"size": 5, "names": ["é", None], "mapping": {"repr": "x"}},
    "error": None,
    "waited": 0.5,
    "ran": True,
}
KEY = LineKey(3)


def table(*columns: str, delimiter: str = ",", **values: object) -> list[list[str]]:
    """Return the cells of a table's header and its row, as the csv module reads them."""
    form = TableForm(columns or KEYS, delimiter=delimiter)
    text = (form.head + form.shown(KEY, {**ROW, **values}, b"").text).decode()
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def test_the_keys_are_those_of_a_row():
    assert list(KEYS) == list(refused_row(1, "a", {}, "b", "c"))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("line", 3),
        ("params.url", "http://x"),
        ("params.a.b.c", 1),
        ("result.names", ["é", None]),
        ("result.names.0", None),
        ("result.missing.x", None),
        ("error.message", None),
    ],
)
def test_a_column_is_a_path_of_keys_and_what_is_not_there_is_nothing(column, value):
    assert value == value_at(ROW, column)


def test_a_path_goes_through_a_mapping_that_is_marked():
    assert "x" == value_at({"result": {"mapping": {"repr": "x"}}}, "result.repr")


def test_chosen_keys_are_in_the_order_of_the_choice():
    form = ColumnsForm(columns_of("state, line,result.size"))

    assert b'{"state":"completed","line":3,"result.size":5}\n' == form.shown(KEY, ROW, b"").text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("size", "rows have no key 'size'; there are line, number, type"),
        ("", "rows have no key ''"),
        ("line,", "rows have no key ''"),
        ("log", "rows have no key 'log'"),
        ("line.x", "'line.x' names nothing; params and result and error have parts"),
        ("result.", "'result.' names nothing"),
        ("line,line", "'line' is given twice"),
    ],
)
def test_a_column_that_no_row_can_have_is_refused(text, why):
    with pytest.raises(Usage, match="--columns: ") as refused:
        columns_of(text)
    assert why in str(refused.value)


def test_the_log_is_a_column_where_rows_have_it():
    assert ("log_dropped",) == columns_of("log_dropped", log=True)
    assert (*KEYS, "log", "log_dropped") == columns_of(None, log=True)


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_a_table_has_a_header_and_values_that_are_read_back(delimiter):
    hostile = 'a,b\t"c"\nd\r\n\x00=1+2'
    head, row = table("line", "type", "result", "error", "ran", delimiter=delimiter, type=hostile)

    assert ["line", "type", "result", "error", "ran"] == head
    assert ["3", hostile, cell(ROW["result"]), "", "true"] == row


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "|", "'"])
def test_a_text_that_a_spreadsheet_may_take_for_a_formula_is_not_altered(text):
    form = TableForm(("type",))

    assert f"{text}\n".encode() == form.shown(KEY, {**ROW, "type": text}, b"").text


def test_on_a_terminal_control_characters_of_a_table_are_visible():
    form = TableForm(("type",), visibly=True)

    assert "␛[31m\n".encode() == form.shown(KEY, {**ROW, "type": "\x1b[31m"}, b"").text
