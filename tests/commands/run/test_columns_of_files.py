"""`run` over files of columns: what each parameter gets of a record."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("words", "given"),
    [
        (["--csv", "--header"], b"name\nAda\n"),
        (["--csv", "--each", "name"], b"Ada\n"),
        (["--csv", "--each", "name"], b'"Ada"\n'),
        (["--tsv", "--header"], b"name\nAda\n"),
        (["--tsv", "--each", "name"], b"Ada\n"),
        (["--delimiter", ";", "--header"], b"name\nAda\n"),
        (["--delimiter", ";", "name={1}"], b"Ada\n"),
    ],
)
def test_the_only_column_of_a_file_is_the_value_of_its_parameter(chasqui, rows, words, given):
    (row,) = rows(chasqui("run", "hello.greet", *words, "-", input=given))

    assert {"name": "Ada"} == row["params"]
