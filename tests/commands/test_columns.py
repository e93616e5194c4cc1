"""Rows as aligned columns of text."""

from __future__ import annotations

from chasqui.commands.columns import aligned


def test_each_column_is_as_wide_as_its_widest_cell_and_numbers_end_together():
    rows = [("NAME", "DONE", "WHY"), ("w01", "7", ""), ("w02", "1,234", "waits")]

    assert ["NAME   DONE  WHY", "w01       7", "w02   1,234  waits"] == list(aligned(rows))


def test_wide_characters_and_marks_are_counted_as_terminals_draw_them():
    rows = [("a", "x"), ("日本", "y"), ("e\u0301", "z")]

    assert ["a     x", "日本  y", "e\u0301     z"] == list(aligned(rows))


def test_no_rows_are_no_lines():
    assert [] == list(aligned([]))
