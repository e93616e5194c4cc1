"""Rows in the form and the order that were asked for."""

from __future__ import annotations

import threading

from chasqui.commands.run.forms import Form
from chasqui.commands.run.line_keys import NO_LINE, LineKey
from chasqui.commands.run.line_order import LineOrder
from chasqui.commands.run.output import Output
from chasqui.commands.run.printer import RowPrinter
from chasqui.commands.words import say
from chasqui.commands.writing import Row


class FormPrinter(RowPrinter):
    """Prints rows in a form, in the order in which tasks end or in that of their lines.

    Args:
        order: what knows the order of the lines; None: as tasks end.
    """

    def __init__(self, output: Output, form: Form, order: LineOrder | None = None) -> None:
        super().__init__(output)
        self._form = form
        self._order = order
        # The lock guards whether the head is out: it comes before all else, and once.
        self._lock = threading.Lock()
        self._has_begun = False

    @property
    def problem(self) -> str:
        """What could not be printed whole, in words; empty if nothing."""
        return self._form.problem

    def put(self, key: LineKey, row: Row, data: bytes) -> None:
        """Print the row of a line, once it is its turn."""
        text, said = self._form.shown(key, row, data)
        if self._order is None:
            self._print(key, text, said)
        else:
            self._order.hold(key, text, said)
            self._order.give(self._print)

    def close(self) -> None:
        """Print what is held back, and the head of an output without rows."""
        if self._order is not None:
            self._order.end()
            self._order.give(self._print)
        self._begin()

    def _print(self, key: LineKey, text: bytes, said: str) -> None:
        self._begin()
        self._output.write_line(text, key)  # also nothing: a job log waits for that
        if said:
            say(said)

    def _begin(self) -> None:
        with self._lock:
            if not self._has_begun and (head := self._form.head):
                self._output.write_line(head, NO_LINE)
            self._has_begun = True
