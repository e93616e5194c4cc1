"""Rows in a form: the head once and first, each text whole, and what is held back at the end."""

from __future__ import annotations

import threading
from typing import Any, cast

import pytest

from chasqui.commands.run.form_printer import FormPrinter
from chasqui.commands.run.forms import Form, Shown
from chasqui.commands.run.line_keys import NO_LINE, ONLY, LineKey
from chasqui.commands.run.line_order import LineOrder
from chasqui.commands.run.output import Output
from chasqui.commands.writing import Row
from chasqui.pool.task import Task

TASK = cast("Task[Any]", None)


class Collected(Output):
    """An output that keeps what is written."""

    def __init__(self) -> None:
        super().__init__(on_end=lambda: None)
        self.written: list[bytes] = []
        self.lines: list[int] = []

    def write_line(self, data: bytes, key: LineKey = ONLY) -> None:
        self.written.append(data)
        self.lines.append(key.number)


class Numbered(Form):
    """The number of each line, below a head; of line 9 there is only something to say."""

    head = b"head\n"

    def shown(self, key: LineKey, row: Row, data: bytes) -> Shown:
        return Shown(b"%d\n" % key.number if key.number < 9 else b"", f"said {key.number}")


@pytest.fixture
def output() -> Collected:
    return Collected()


def test_a_head_stands_before_all_rows_once(output):
    printer = FormPrinter(output, Numbered())
    threads = [threading.Thread(target=printer.put, args=(LineKey(1), {}, b"")) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    printer.close()

    assert [b"head\n", *[b"1\n"] * 20] == output.written


def test_an_output_without_rows_has_its_head(output):
    FormPrinter(output, Numbered()).close()

    assert [b"head\n"] == output.written


def test_what_is_said_goes_to_standard_error_and_a_line_without_text_is_printed_too(output, capsys):
    FormPrinter(output, Numbered()).put(LineKey(9), {}, b"")

    assert [(b"head\n", NO_LINE.number), (b"", 9)] == [
        *zip(output.written, output.lines, strict=True)
    ]
    assert "chasqui-tui: said 9\n" == capsys.readouterr().err


def test_what_is_held_back_is_printed_at_the_end_in_order_with_what_is_said(output, capsys):
    order = LineOrder(lambda: False)
    printer = FormPrinter(output, Numbered(), order)
    for line in (1, 2, 3):
        order.accepted(LineKey(line), TASK)
    for line in (3, 2):
        printer.put(LineKey(line), {}, b"")
    assert [] == output.written

    printer.close()
    assert [b"head\n", b"2\n", b"3\n"] == output.written
    assert ["said 2", "said 3"] == [
        line.removeprefix("chasqui-tui: ") for line in capsys.readouterr().err.splitlines()
    ]
