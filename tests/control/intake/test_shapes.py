"""The shapes of a file of rows: how each is guessed, and how its lines become tasks."""

from __future__ import annotations

import pytest

from chasqui.control.details import ParameterInfo, TaskTypeInfo
from chasqui.control.intake.lines import InputLine, Unreadable
from chasqui.control.intake.shapes import Shape, guess, rows_of, shapes_of
from chasqui.control.intake.tasks import TaskMaker
from chasqui.control.safe_text import SafeText
from chasqui.control.submit_records import SubmitOptions

MAIL = TaskTypeInfo(
    name="app.mail",
    plugin="app",
    help=SafeText(""),
    parameters=(
        ParameterInfo(name="subject", kind="text", required=False, default=""),
        ParameterInfo(name="to", kind="text", required=True),
    ),
)
BARE = TaskTypeInfo(name="app.bare", plugin="app", help=SafeText(""))
JSON, COMMAS = Shape("json"), Shape("csv", ",")


def read(shape, *lines, info=MAIL):
    """Return each row as its line and its parameters, or why it has none."""
    maker = TaskMaker({info.name: info}, SubmitOptions())
    cut = (InputLine(at, text, len(text or "")) for at, text in enumerate(lines, 1))
    rows = rows_of(shape, info, maker, cut)
    return [
        (row.line, row.why if row.task is None else {**row.task.params, **row.task.texts})
        for row in rows
    ]


@pytest.mark.parametrize(
    ("name", "first", "shape"),
    [
        ("a.csv", "to,subject", COMMAS),
        ("a.csv", "to;subject", Shape("csv", ";")),
        ("a.tsv", "who\tsubject", Shape("csv", "\t")),
        ("a.CSV", "who", COMMAS),
        ("a.jsonl", "to", JSON),
        ("a.ndjson", "", JSON),
        ("a", ' {"to": "x"}', JSON),
        ("a.json", '[{"to": 1}]', JSON),
        ("a.txt", "subject, to", COMMAS),
        ("a.txt", "to", COMMAS),
        ("a.txt", "x@example.org", Shape("list", "to")),
        ("a", '"x', Shape("list", "to")),
    ],
)
def test_the_shape_is_guessed_from_the_name_and_the_first_line(name, first, shape):
    assert shape == guess(MAIL, name, first)
    assert shape in shapes_of(MAIL)


def test_a_type_without_parameters_has_only_objects():
    assert JSON == guess(BARE, "a", "x")
    assert [(1, {}), (2, "is not a JSON object, such as {}")] == read(JSON, "{}", "1", info=BARE)


def test_each_line_of_a_list_is_a_value_as_it_is():
    assert [(1, {"to": " a,b "}), (4, {"to": '"c"'})] == read(
        Shape("list", "to"), " a,b ", "", "  ", '"c"'
    )


def test_an_object_has_the_parameters_or_a_job_with_them():
    rows = read(
        JSON,
        '{"to": "a", "subject": null}',
        "",
        '{"type": "app.mail", "params": {"to": "b"}, "line": 7, "state": "failed"}',
        '{"type": "app.other", "params": {}}',
        "[1]",
        "{to: 1}",
        '{"to": "\\ud800"}',
        '{"\\ud800": 1}',
    )
    assert [(1, {"to": "a", "subject": None}), (3, {"to": "b"})] == rows[:2]
    assert [
        (4, "is a task of app.other, not of app.mail"),
        (5, 'is not a JSON object, such as {"subject": …}'),
    ] == rows[2:4]
    assert rows[4][1].startswith("is not JSON: ")
    assert isinstance(rows[5][1], dict)  # marked as what JSON cannot hold
    assert rows[6][1].startswith("cannot be sent")


def test_the_columns_of_a_csv_are_parameters_and_an_empty_cell_is_left_out():
    rows = read(COMMAS, "", "to , subject", 'a,"x, ""y"""', ",", "b,", " ", "c", "d,e,f")
    assert [
        (3, {"to": "a", "subject": 'x, "y"'}),
        (5, {"to": "b"}),
        (7, "has 1 value; the header names 2"),
        (8, "has 3 values; the header names 2"),
    ] == rows


def test_a_text_in_quotes_may_go_over_lines_and_counts_from_its_first():
    rows = read(COMMAS, "to,subject", 'a,"one', "", 'two"', 'b,"', None, "c,d")
    assert (2, {"to": "a", "subject": "one\n\ntwo"}) == rows[0]
    assert [
        (5, "is 0 bytes long; a line may have 1,048,576"),
        (7, {"to": "c", "subject": "d"}),
    ] == (rows[1:])


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (['a,"b'], "begins a text in quotes that does not end"),
        (['a,"' + "x" * 70_000, "x" * 70_000, "c,d"], "has a value of over 131,072 characters"),
        (['"a"b,c'], "is not CSV: "),
    ],
)
def test_what_is_no_csv_is_one_bad_row(lines, why):
    rows = read(COMMAS, "to,subject", *lines)
    assert rows[0][0] == 2
    assert rows[0][1].startswith(why)
    assert [(4, {"to": "c", "subject": "d"})] * (len(lines) == 3) == rows[1:]


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("to,wher", "the column 'wher' is no parameter of app.mail; it has subject, to"),
        ("to,to", "there are two columns to"),
        ("subject", "there is no column to, which is needed"),
        ('to,"x', "line 1 begins a text in quotes that does not end"),
    ],
)
def test_a_header_that_does_not_fit_is_said_of_the_whole_file(header, why):
    with pytest.raises(Unreadable) as raised:
        read(COMMAS, header, "a,b")
    assert why == str(raised.value)


def test_a_header_alone_has_no_rows():
    assert [] == read(COMMAS, "to,subject") == read(COMMAS)


def test_a_line_that_is_too_long_is_a_bad_row():
    for shape in (JSON, Shape("list", "to")):
        assert [(1, "is 0 bytes long; a line may have 1,048,576")] == read(shape, None)
