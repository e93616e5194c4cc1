"""Everything about a type: its charts, limits, breaker, strikes and newest failures, live."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from chasqui.console.acting.steering import Steering
from chasqui.console.acting.type_commands import TypeCommands
from chasqui.console.actions.table import bindings_for
from chasqui.console.model.charts import Plot
from chasqui.console.model.line import Span
from chasqui.console.model.past import Past
from chasqui.console.model.type_page import type_lines, type_title
from chasqui.console.refusing import refusal
from chasqui.console.screens.dialog import Dialog
from chasqui.console.session import Session
from chasqui.console.widgets.answer_line import AnswerLine
from chasqui.console.widgets.history_chart import HistoryChart
from chasqui.console.widgets.one_line import OneLine
from chasqui.console.widgets.text_view import TextView
from chasqui.control.port import ChartQuery, Snapshot, TypeRow, TypeView

NARROW = 100  # columns below which there are two charts

ROLES: Final = {"ok": "ok", "title": "ok", "dim": "dim"}
"""What the answer line calls the roles of answers; all others are errors."""


class TypePage(Dialog[None]):
    """A type, followed while it is shown."""

    BINDINGS: ClassVar = [
        Binding("q", "close", show=False),
        *bindings_for("metrics"),
        Binding("escape", "close", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    TypePage #charts { height: 6; }
    TypePage AnswerLine { height: 1; }
    """

    def __init__(self, session: Session, name: str) -> None:
        super().__init__()
        self.session = session
        self._type = name
        self._past = Past()
        self._view: TypeView | None = None
        self._is_reading = False
        self._title = ""
        commands = TypeCommands(self, Steering(self), lambda: self.row)
        self._acts = {
            **commands.acts(),
            "metrics.shorter": lambda: self._look_back(-1),
            "metrics.longer": lambda: self._look_back(+1),
            "type.open": self.action_close,
            "list.clear": self.action_close,
        }

    def compose(self) -> ComposeResult:
        """Make the title, the charts, the text and the keys."""
        with Vertical(classes="page"):
            yield Static(self.text(self._type), id="heading", classes="title")
            with Horizontal(id="charts"):
                yield HistoryChart(Plot("ended"), id="chart-ended")
                yield HistoryChart(Plot("p95 of runs"), id="chart-run")
                yield HistoryChart(Plot("waiting"), id="chart-waiting")
            yield TextView(id="type")
            yield AnswerLine()
            yield OneLine(id="keys")

    def on_mount(self) -> None:
        """Read the type."""
        self.query_one(TextView).focus()
        self.query_one("#chart-waiting").display = self.size.width >= NARROW
        if self.session.snapshot is not None:
            self.show_snapshot(self.session.snapshot)

    def on_resize(self) -> None:
        """Show as many charts as there is room for."""
        self.query_one("#chart-waiting").display = self.size.width >= NARROW

    @property
    def row(self) -> TypeRow | None:
        """The type, as it was last read."""
        return None if self._view is None else self._view.row

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Read the type again, unless a reading is under way."""
        if not self._is_reading:
            self._is_reading = True
            self.run_worker(self._read(), exit_on_error=False)

    async def action_act(self, id: str) -> None:
        """Carry out an action of the table; those that are about the list do nothing here."""
        act = self._acts.get(id)
        if act is not None:
            act()

    async def read(self) -> None:
        """Read the type, and show what has changed."""
        await self._read()

    def say(self, text: str, role: str = "title", shorter: Sequence[str] = ()) -> None:
        """Show the answer to a command; an empty one takes a dim text back, as `DetailLine.say`."""
        line = self.query_one(AnswerLine)
        if text or line.has_class("dim"):
            line.say(text, ROLES.get(role, "error"))

    def _look_back(self, by: int) -> None:
        if self._past.move(by):
            self.run_worker(self._read(), exit_on_error=False)
        else:
            self.say(self._past.no_more(by))

    async def _read(self) -> None:
        try:
            room = max(1, self.query_one("#chart-ended", HistoryChart).room)
            query = ChartQuery(type=self._type, seconds=self._past.seconds, values=room)
            self._view = await self.session.type_view(query)
            self._show()
        except Exception as error:  # no answer, or a bug in drawing it: the screen is stale
            self.session.poller.note(error)
        finally:
            self._is_reading = False

    def _show(self) -> None:
        view, snapshot = self._view, self.session.snapshot
        if view is None or snapshot is None:
            gone = Span(f"there is no type {self._type} any more", "warn")
            self.query_one(TextView).show((gone,))
            return
        title = type_title(view, self.glyphs)
        if title != self._title:
            self._title = title
            self.query_one("#heading", Static).update(self.text(title), layout=False)
        self.query_one(TextView).show(type_lines(view, snapshot.at, self.glyphs))
        past, row = view.charts, view.row
        known = row.rate is not None
        plots = {
            "#chart-ended": Plot(
                "ended", past.ended, past.seconds, "/s", known=known, now=row.rate
            ),
            "#chart-run": Plot(
                "p95 of runs", past.run_p95, past.seconds, "s", known=known, now=row.run_p95 or None
            ),
            "#chart-waiting": Plot(
                "waiting", past.backlog, past.seconds, known=known, now=row.queued
            ),
        }
        for id, plot in plots.items():
            self.query_one(id, HistoryChart).show(plot)
        self._show_keys(row)

    def _show_keys(self, row: TypeRow) -> None:
        past = self.session.keys.key("metrics.longer")
        keys = [Span("Esc Back", "key")]
        if past:
            keys.append(Span(f"{past} Past", "key", priority=2, lead=len(past)))
        if not refusal(self.session.caps):
            of = self.session.keys.key
            keys.append(Span(f"{of('type.limits')} Limits", "key"))
            keys.append(Span(f"{of('type.pause')} {'Resume' if row.is_paused else 'Pause'}", "key"))
            if row.state in ("breaker open", "half open"):
                keys.append(Span(f"{of('type.reset')} Reset breaker", "key"))
        self.query_one(OneLine).show(keys)
