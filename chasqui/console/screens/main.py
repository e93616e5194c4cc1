"""The main screen: status line, panes, detail line, key bar; it hands each its part of a snapshot.

It asks only for what is on screen. No error of a reading or a pane ends the console: the status
line then shows the age of what is on screen, and the reason.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import Reactive
from textual.widget import Widget

from chasqui.console.acting.backlog import BacklogActions
from chasqui.console.acting.failures import FailureActions
from chasqui.console.acting.finished import FinishedActions
from chasqui.console.acting.marking import marking
from chasqui.console.acting.panes import PaneActions
from chasqui.console.acting.picturing import PictureActions
from chasqui.console.acting.settings import SettingsActions
from chasqui.console.acting.sorting import SortingActions
from chasqui.console.acting.touring import Touring
from chasqui.console.acting.type_commands import type_acts
from chasqui.console.acting.types import TypeActions
from chasqui.console.acting.undoing import UndoActions
from chasqui.console.acting.viewing import ViewingActions
from chasqui.console.acting.workers import WorkerActions
from chasqui.console.actions.table import DANGEROUS, bindings_for
from chasqui.console.beat import Beat
from chasqui.console.freezing import Freezing
from chasqui.console.panes.backlog import BacklogPane
from chasqui.console.panes.events import EventsPane
from chasqui.console.panes.failures import FailuresPane
from chasqui.console.panes.finished import FinishedPane
from chasqui.console.panes.metrics import MetricsPane
from chasqui.console.panes.pane import Pane
from chasqui.console.panes.workers import WorkersPane
from chasqui.console.reader import Reader
from chasqui.console.screens.acting import ActingScreen
from chasqui.console.screens.dialog import dialogs_of
from chasqui.console.screens.lines import Lines
from chasqui.console.screens.panes import Panes
from chasqui.console.screens.sizes import HEIGHTS, WIDTHS, first_query
from chasqui.console.session import Session
from chasqui.console.widgets.filter_prompt import FilterPrompt
from chasqui.console.widgets.list_filter import ListFilter
from chasqui.console.widgets.one_line import OneLine
from chasqui.console.widgets.snap_table import SnapTable
from chasqui.control.port import Snapshot, ViewQuery

COMPLETIONS = 12  # offered for a prompt; a line holds no more


class MainScreen(ActingScreen):
    """The screen that is never left."""

    BINDINGS = bindings_for("main")
    AUTO_FOCUS = ""  # none: a list gets the focus
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    # As Textual has it, but a new focus does not repaint the screen: the panes draw where it is.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self, session: Session, *, refresh: float) -> None:
        super().__init__(session)
        self.ticks = 0
        self.add_class("-split")  # several panes, where there is room
        self._is_made = False  # until on_mount
        self._reader = Reader(session.poller, self._query, self._show_reading)
        self._beat = Beat(refresh, self.set_interval, self.tick)
        self._lines = Lines(session, self._beat.cadence)
        glyphs = session.glyphs
        workers, backlog = WorkersPane(1, glyphs), BacklogPane(2, glyphs)
        finished, failures = FinishedPane(3, glyphs), FailuresPane(4, glyphs)
        metrics = MetricsPane(5, glyphs)
        panes = (workers, backlog, finished, failures, metrics, EventsPane(6, glyphs))
        self._panes = Panes(panes, self._lines.around)
        self._freezing = Freezing(session, self._reader, self._panes)
        self.host.at_another = self._freezing.forget_numbers
        steering = self.steering

        def is_frozen() -> bool:
            return self._freezing.frozen is not None

        viewing = ViewingActions(self, self._freezing, self._beat)
        settings = SettingsActions(self, self.looking.set_theme, viewing)
        opens = (self.looking.open_task, settings.open)
        self.acts.add(WorkerActions(self, steering, workers, *opens).acts(), "workers")
        self.acts.add(SortingActions(self, backlog).acts(), "backlog")
        self.acts.add(marking(self, backlog, backlog.count_listed, is_frozen), "backlog")
        self.acts.add(marking(self, failures, failures.count_listed, is_frozen), "failures")
        self.acts.add(BacklogActions(self, steering, backlog).acts(), "backlog")
        self.acts.add(type_acts(self, steering, lambda: backlog.selected_row), "backlog")
        self.acts.add(FinishedActions(self, steering, finished).acts(), "finished")
        self.acts.add(FailureActions(self, steering, failures).acts(), "failures")
        self.acts.add(TypeActions(self, steering, metrics).acts(), "metrics")
        moving = PaneActions(
            self, self._panes, activate=self._activate, focus_list=self._focus_list
        )
        self.acts.add(moving.acts())
        self.acts.add(UndoActions(self, steering).acts())
        self._touring = Touring(self, self._lines.tour)
        self.acts.add(self._touring.acts())
        self.acts.add({**viewing.acts(), **settings.acts(), **PictureActions(self).acts()})

    def compose(self) -> ComposeResult:
        """Make every widget that this screen ever has; the first reading is under way meanwhile."""
        self._reader.begin()
        with Vertical(id="content"):
            yield from self._lines.above()
            with self._lines.around:
                yield from self._panes
            yield from self._lines.below()
        yield self._lines.too_small

    def on_mount(self) -> None:
        """Read at once, and then at every interval."""
        self._is_made = True
        self._activate(0)
        self.refocus()
        if self.session.snapshot is not None:  # after the focus: what it says must stay
            self._show_reading(self.session.snapshot)
        if self.session.caps.forgets:
            self.say(self.session.caps.forgets, "warn")
        self._touring.begin_once()
        self.call_after_refresh(self.tick)
        self._beat.start()

    # Reading

    @property
    def pane(self) -> Pane:
        """The pane in use."""
        return self._panes.in_use

    def tick(self) -> None:
        """Start a reading, whose changes are then shown; wait for nothing, raise nothing."""
        self.ticks += 1
        self._show_lines()
        self._reader.begin()

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
                    self.host.look(snapshot)  # before: another host has other tasks
                    self._show(snapshot)
        except Exception as error:  # a bug in a pane must not end the console
            self.session.poller.note(error)
        self._show_lines()

    def _show_lines(self) -> None:
        self._lines.show_status(self._freezing.seconds, are_old=self._panes.are_old)

    def draw(self, snapshot: Snapshot) -> None:
        """Draw a reading that is none, such as one without data."""
        self._lines.detail.quiet()
        self._panes.show(snapshot)
        self._lines.show(snapshot, self._panes)

    def say(self, text: str, role: str = "title", shorter: Sequence[str] = ()) -> None:
        """Show a message on the detail line; ``shorter`` has forms for less room."""
        self._lines.say(text, role, shorter)

    def _query(self) -> ViewQuery:
        if not self._is_made:
            return first_query(self.app.size)
        return self._freezing.query() if self.query_one("#content").display else ViewQuery()

    def _show(self, snapshot: Snapshot) -> None:
        if self.session.types:
            self.query_one(BacklogPane).example = self.session.types[0].name
        if self._freezing.frozen is None:
            self._panes.show(snapshot)
        self._lines.show(self._freezing.frozen or snapshot, self._panes)
        for dialog in dialogs_of(self.app):
            dialog.show_snapshot(snapshot)

    def on_snap_table_moved(self, event: SnapTable.Moved) -> None:
        """Describe the row now selected; read the rows that came into view."""
        self._lines.detail.quiet()
        if self._freezing.frozen is not None and self._panes.need_rows:
            key = self.session.keys.key("view.freeze")
            self.say(f"these rows were not read before the view was frozen; {key} lets it go on")
        elif self._panes.need_rows:
            self.tick()
        else:
            self._describe()

    def on_resize(self, event: events.Resize) -> None:
        """Read what has come into view, and keep the focus where it was."""
        self.call_after_refresh(self._resized)

    def read_once_drawn(self) -> None:
        """Read the rows that the panes have room for, once they have their places."""
        self.call_after_refresh(self.tick)

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
    def prompt(self) -> FilterPrompt | None:
        """The open prompt, on screen or under the card of a small terminal."""
        prompts = (pane.prompt for pane in self._panes)
        return next((one for one in prompts if one is not None and one.display), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Refuse all actions while a prompt is open or the screen is not made yet.

        Commands are also refused while a question is about to open: the next keys may answer it.
        """
        if not self.is_mounted:
            return False
        if self.is_asking and action == "act" and parameters[0] in DANGEROUS:
            self.app.bell()
            return False
        return self.prompt is None and super().check_action(action, parameters)

    def on_filter_prompt_offered(self, event: FilterPrompt.Offered) -> None:
        """List the completions, from the chosen one on."""
        rest = event.options[event.chosen :] if event.options else ("nothing completes this",)
        self.say("   ".join(rest[:COMPLETIONS]), "dim")

    def on_filter_prompt_saving(self, event: FilterPrompt.Saving) -> None:
        """Ask for a name to save the filter under."""
        self.keeping.save(event.text)

    # Moving between panes

    def _focus_list(self) -> None:
        self.set_focus(self.pane.table)  # at once: the next key may have arrived already
        self._lines.detail.quiet()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Follow a click into another pane."""
        for index, pane in enumerate(self._panes):
            if pane in event.widget.ancestors and index != self._panes.active:
                self._panes.activate(index)
                self.tick()
        self._describe()  # a prompt has other keys

    def _activate(self, index: int) -> None:
        self._panes.activate(index)
        self._describe()

    def _describe(self) -> None:
        """Show the pane in use in the lines around the panes."""
        snapshot = self._freezing.frozen or self.session.snapshot
        if snapshot is not None:
            self._lines.show(snapshot, self._panes)

    async def on_one_line_clicked(self, event: OneLine.Clicked) -> None:
        """Carry out the clicked action; a prompt is closed first."""
        if self.prompt is not None:
            if await self.prompt.clicked(event.action):
                return
            self.refocus()
        await self.run_action(f"screen.{event.action}")

    async def action_act(self, id: str) -> None:
        """Carry out an action of the table; it may be a step of the tour."""
        await super().action_act(id)
        self._touring.note(id)

    # Looking

    def on_list_filter_changed(self, event: ListFilter.Changed) -> None:
        """Read the rows to list now."""
        self.tick()

    def refocus(self) -> None:
        """Give the focus to the list on screen, and read its rows."""
        self.set_focus(self.pane.table)
        self._lines.detail.quiet()
        self.tick()

    async def on_snap_table_opened(self, event: SnapTable.Opened) -> None:
        """Open the double-clicked row."""
        await self.action_act("task.open")
