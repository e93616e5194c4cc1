"""What was given on the command line."""

from __future__ import annotations

import pytest

from chasqui.commands.given import Usage, names_and_files, seconds, task_numbers, whole


def test_words_are_values_of_parameters_or_files():
    assert ({"a": "1", "b": "x=y"}, ["-", "a-b=c"]) == names_and_files(
        ["a=1", "b=x=y", "-", "a-b=c"]
    )
    with pytest.raises(Usage, match="a is given twice"):
        names_and_files(["a=1", "a=2"])


def test_numbers_of_tasks_are_taken_once_each():
    assert (3, 1) == task_numbers(["3", "1", "3"])
    for wrong in ("x", "-1", "1.5", "¹", "9" * 30):
        with pytest.raises(Usage, match="is not the number of a task"):
            task_numbers([wrong])


def test_seconds_are_a_number_or_a_duration():
    given = ("0", "2.5", "90s", "1m", "1h30", "inf")

    assert [0.0, 2.5, 90.0, 60.0, 5400.0, None] == [seconds("--x", text) for text in given]


def test_a_wrong_number_names_its_argument():
    assert (4, 2.5, None) == (whole("N", "4"), seconds("S", "2.5"), seconds("S", None))
    for text in ("0", "many"):
        with pytest.raises(Usage, match="--x must be"):
            whole("--x", text)
    for text in ("nan", "soon", "-1", "-0.5", "-inf", "5x"):
        with pytest.raises(Usage, match="--x must be"):
            seconds("--x", text)
