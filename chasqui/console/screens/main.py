"""The main screen: status line, panes, detail line, key bar; it hands each its part of a snapshot.

It asks only for what is on screen. No error of a reading or a pane ends the console: the status
line then shows the age of what is on screen, and the reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import Reactive
from textual.widget import Widget

from chasqui.console.actions import DANGEROUS, bindings_for
from chasqui.console.panes.backlog import BacklogPane
from chasqui.console.panes.failures import FailuresPane
from chasqui.console.panes.metrics import MetricsPane
from chasqui.console.panes.pane import Pane
from chasqui.console.panes.workers import WorkersPane
from chasqui.console.reader import Reader
from chasqui.console.screens.acting import ActingScreen
from chasqui.console.screens.dialog import Dialog
from chasqui.console.screens.lines import Lines
from chasqui.console.screens.sizes import HEIGHTS, WIDTHS, first_query
from chasqui.console.session import Session
from chasqui.console.widgets.filter_prompt import FilterPrompt
from chasqui.console.widgets.no_filter import NoFilter
from chasqui.console.widgets.one_line import OneLine
from chasqui.console.widgets.snap_table import SnapTable
from chasqui.control.port import Snapshot, ViewQuery

COMPLETIONS = 12  # offered for a prompt; a line holds no more


class MainScreen(ActingScreen):
    """The screen that is never left."""

    BINDINGS = bindings_for("main")
    AUTO_FOCUS = None
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    # As Textual has it, but a new focus does not repaint the screen: the panes draw where it is.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self, session: Session, *, refresh: float) -> None:
        super().__init__(session)
        self.ticks = 0
        self._is_made = False  # until on_mount
        self._rate = refresh
        self._readings: set[asyncio.Future[None]] = set()  # asyncio itself does not keep them
        self._reader = Reader(session.poller, self._query, self._show_reading)
        self._active = 0
        self._lines = Lines(session)
        glyphs = session.glyphs
        self._panes: tuple[Pane, ...] = (
            WorkersPane(1, glyphs),
            BacklogPane(2, glyphs),
            FailuresPane(3, glyphs),
            MetricsPane(4, glyphs),
        )

    def compose(self) -> ComposeResult:
        """Make every widget that this screen ever has; the first reading is under way meanwhile."""
        self._begin_reading()
        with Vertical(id="content"):
            yield from self._lines.above()
            with self._lines.around:
                yield from self._panes
            yield NoFilter()
            yield from self._lines.below()
        yield self._lines.too_small

    def on_mount(self) -> None:
        """Read at once, and then at every interval."""
        self._is_made = True
        if self.session.snapshot is not None:
            self._show_reading(self.session.snapshot)
        self.run_worker(self.session.read_types())
        self._activate(0)
        self.refocus()
        if self.session.caps.forgets:
            self.say(self.session.caps.forgets, "warn")
        self.call_after_refresh(self.tick)
        self.set_interval(1 / self._rate, self.tick)

    # Reading

    @property
    def pane(self) -> Pane:
        """The pane in use."""
        return self._panes[self._active]

    def tick(self) -> None:
        """Start a reading, whose changes are then shown; wait for nothing, raise nothing."""
        self.ticks += 1
        self._lines.show_status()
        if not self._reader.is_full:
            self._begin_reading()

    def _begin_reading(self) -> None:
        # Not a worker of Textual's, of which each posts three messages.
        reading = asyncio.ensure_future(self.read())
        self._readings.add(reading)
        reading.add_done_callback(self._readings.discard)

    async def read(self) -> None:
        """Read the port and show what has changed since this was called; raise nothing."""
        await self._reader.read()

    async def read_for_keys(self) -> None:
        """Read the port, but wait a moment at most: keys wait meanwhile."""
        await self._reader.read_for_keys()

    def _show_reading(self, snapshot: Snapshot | None) -> None:
        if not self._is_made:
            return
        try:
            with self.app.batch_update():
                if snapshot is not None:
                    self._show(snapshot)
                    self.host.look(snapshot)
        except Exception as error:  # a bug in a pane must not end the console
            self.session.poller.note(error)
        self._lines.show_status()

    def say(self, text: str, role: str = "title", shorter: Sequence[str] = ()) -> None:
        """Show a message on the detail line; ``shorter`` has forms for less room."""
        self._lines.detail.say(text, role, shorter)

    def _query(self) -> ViewQuery:
        if not self._is_made:
            return first_query(self.app.size)
        query = ViewQuery()
        if self.query_one("#content").display:
            for pane in self._panes:
                if pane.display:
                    query = pane.ask(query)
        return query

    def _show(self, snapshot: Snapshot) -> None:
        if self.session.types:
            self.query_one(BacklogPane).example = self.session.types[0].name
        for pane in self._panes:
            if pane.display:
                pane.show(snapshot)
                pane.set_title(pane.tab(snapshot), pane is self.pane)
        self._lines.show(snapshot, self._panes, self._active)
        for screen in self.app.screen_stack[1:]:
            if isinstance(screen, Dialog):
                screen.show_snapshot(snapshot)

    def on_snap_table_moved(self, event: SnapTable.Moved) -> None:
        """Describe the row now selected; read the rows that came into view."""
        self._lines.detail.quiet()
        if any(pane.needs_rows for pane in self._panes):
            self.tick()
        elif self.session.snapshot is not None:
            self._lines.show(self.session.snapshot, self._panes, self._active)

    def on_resize(self, event: events.Resize) -> None:
        """Read what has come into view, and keep the focus where it was."""
        self.call_after_refresh(self._resized)

    def _resized(self) -> None:
        if self.focused is None:
            prompt = self.prompt
            if prompt is None:
                self.refocus()
            else:
                prompt.focus()
        self.tick()

    # The prompt, which gets all keys while it is open

    @property
    def prompt(self) -> FilterPrompt | NoFilter | None:
        """The open prompt, on screen or under the card of a small terminal."""
        filters, no_filter = self.query_one(FilterPrompt), self.query_one(NoFilter)
        return filters if filters.display else no_filter if no_filter.display else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Refuse all actions while a prompt is open or the screen is not made yet.

        Commands are also refused while a question is about to open: the next keys may answer it.
        """
        if not self.is_mounted:
            return False
        if self.is_asking and action in DANGEROUS:
            self.app.bell()
            return False
        return self.prompt is None and super().check_action(action, parameters)

    def on_filter_prompt_offered(self, event: FilterPrompt.Offered) -> None:
        """List the completions, from the chosen one on."""
        rest = event.options[event.chosen :] if event.options else ("nothing completes this",)
        self.say("   ".join(rest[:COMPLETIONS]), "dim")

    # Moving between panes

    async def action_pane_focus(self, index: int) -> None:
        """Go to a pane; its rows are read unless they are on screen already."""
        was_shown = self._panes[index].display
        self._activate(index)
        self._focus_list()
        if self.pane.needs_rows or not was_shown:
            await self.read_for_keys()

    async def action_pane_next(self) -> None:
        """Go to the next pane."""
        await self.action_pane_focus((self._active + 1) % len(self._panes))

    async def action_pane_previous(self) -> None:
        """Go to the previous pane."""
        await self.action_pane_focus((self._active - 1) % len(self._panes))

    def _focus_list(self) -> None:
        self.set_focus(self.pane.table)  # at once: the next key may have arrived already
        self._lines.detail.quiet()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Follow a click into another pane."""
        for index, pane in enumerate(self._panes):
            if pane in event.widget.ancestors and index != self._active:
                self._activate(index)
                self.tick()

    def _activate(self, index: int) -> None:
        self._active = index
        for number, pane in enumerate(self._panes):
            pane.set_active(number == index)
        if self.session.snapshot is not None:
            self._lines.show(self.session.snapshot, self._panes, self._active)

    async def on_one_line_clicked(self, event: OneLine.Clicked) -> None:
        """Carry out the clicked action; a prompt is closed first."""
        if self.prompt is not None:
            self.prompt.give_up()
            self.refocus()
        await self.run_action(f"screen.{event.action}")

    # Looking

    def action_task_open(self) -> None:
        """Show the details of the selected task."""
        pane = self.pane
        if isinstance(pane, FailuresPane) and pane.open_group():
            self.refocus()
        else:
            self._open(log=False)

    async def action_failures_view(self) -> None:
        """Switch between kinds of failure and single failures."""
        if isinstance(self.pane, FailuresPane):
            self.pane.switch_view()
            self._focus_list()
            await self.read_for_keys()

    def action_list_filter(self) -> None:
        """Type a filter."""
        if isinstance(self.pane, FailuresPane):
            self.pane.type_filter(self.session.vocabulary())
        else:
            self.query_one(NoFilter).tell(self.pane.TITLE)

    def on_no_filter_closed(self, event: NoFilter.Closed) -> None:
        """Give the keys back to the list."""
        self.refocus()

    async def action_list_clear(self) -> None:
        """Drop the filter, or go back to the kinds."""
        if isinstance(self.pane, FailuresPane):
            self.pane.go_back()
            self._focus_list()
            await self.read_for_keys()

    def on_failures_pane_changed(self, event: FailuresPane.Changed) -> None:
        """Read the failures to list now."""
        self.tick()

    def refocus(self) -> None:
        """Give the focus to the list on screen, and read its rows."""
        self.set_focus(self.pane.table)
        self._lines.detail.quiet()
        self.tick()

    def on_snap_table_opened(self, event: SnapTable.Opened) -> None:
        """Open the double-clicked row."""
        self.action_task_open()
