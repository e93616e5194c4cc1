"""The end of the host's log, read from its file: it is there when the host is not."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static

from chasqui.console.model.line import Span
from chasqui.console.poller import ask
from chasqui.console.screens.dialog import Dialog
from chasqui.console.widgets.one_line import OneLine
from chasqui.console.widgets.text_view import TextView
from chasqui.control.log_end import log_end

SECONDS = 1.0  # between two looks at the file


class HostLogScreen(Dialog[None]):
    """The last lines of the log, as they come."""

    BINDINGS: ClassVar = [Binding("q,L,enter", "close", show=False)]

    def __init__(self, log: str) -> None:
        super().__init__()
        self._log = log
        self._is_reading = False

    def compose(self) -> ComposeResult:
        """Make the title and the text."""
        with Vertical(classes="page"):
            yield Static(self.text(f"Log of the host: {self._log}"), classes="title")
            yield TextView(id="log")
            yield OneLine(id="keys")

    def on_mount(self) -> None:
        """Read the file at once, and then every second."""
        self.query_one(TextView).focus()
        self.query_one(OneLine).show(
            [Span("Esc Back", "key"), Span("arrows PgUp PgDn Scroll", "key", priority=2)]
        )
        self.set_interval(SECONDS, self._look)
        self._look()

    def _look(self) -> None:
        if not self._is_reading:
            self._is_reading = True
            self.run_worker(self._read(), exit_on_error=False)

    async def _read(self) -> None:
        view = self.query_one(TextView)
        is_first = not view.lines
        try:
            found = await ask(lambda: log_end(Path(self._log)))
            lines = [Span(line) for line in found] or [Span("it is empty", "dim")]
        except OSError as error:
            lines = [Span(f"it cannot be read: {error.strerror or error}", "warn")]
        finally:
            self._is_reading = False
        view.show(lines, follow=True)
        if is_first:
            view.action_list_last()
