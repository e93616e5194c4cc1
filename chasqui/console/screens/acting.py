"""The actions of the main screen that send commands to the engine; a method for each.

A read-only port refuses them itself; here they are refused at once, before any question.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from textual.screen import Screen

from chasqui.console.bulk import Bulk
from chasqui.console.host_watch import HostWatch
from chasqui.console.leaving import Leaving
from chasqui.console.panes.backlog import BacklogPane
from chasqui.console.panes.failures import FailuresPane
from chasqui.console.panes.metrics import MetricsPane
from chasqui.console.panes.pane import Pane
from chasqui.console.panes.workers import WorkersPane
from chasqui.console.session import Session
from chasqui.console.steering import Steering


class ActingScreen(Screen[None]):
    """A screen whose keys steer the engine; the pane says which row they apply to."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.is_asking = False
        """Whether a question is about to open: its failures are being counted."""
        self._steering = Steering(self)
        self._bulk = Bulk(self, self._steering)
        self._leaving = Leaving(self)
        self.host = HostWatch(self)

    @property
    @abstractmethod
    def pane(self) -> Pane:
        """The pane in use."""

    @abstractmethod
    def tick(self) -> None:
        """Start a reading of the port, whose changes are then shown."""

    @abstractmethod
    async def read(self) -> None:
        """Read the port and show what has changed."""

    @abstractmethod
    async def read_for_keys(self) -> None:
        """Read the port, but wait a moment at most: keys wait meanwhile."""

    @abstractmethod
    def say(self, text: str, role: str = "title", shorter: Sequence[str] = ()) -> None:
        """Show the answer to a command."""

    # The engine

    def action_engine_submit(self) -> None:
        """Submit a task."""
        if not self._steering.refused():
            self._steering.submit()

    def action_engine_pause(self) -> None:
        """Pause or resume."""
        if not self._steering.refused():
            self._steering.pause_or_resume()

    def action_engine_shutdown(self) -> None:
        """Stop the engine."""
        if not self._steering.refused(stops=True):
            self._leaving.shutdown()

    async def action_app_leave(self) -> None:
        """Leave."""
        await self._leaving.leave()

    def action_view_theme(self) -> None:
        """Change the theme."""
        self._steering.next_theme()

    def action_view_poll(self) -> None:
        """Read the engine now."""
        self.tick()

    def action_view_redraw(self) -> None:
        """Draw the screen again."""
        self.refresh(layout=True)

    def action_host_log(self) -> None:
        """Show the end of the host's log."""
        from chasqui.console.screens.host_log import HostLogScreen

        if self.session.caps.log:
            self.app.push_screen(HostLogScreen(self.session.caps.log))
        else:
            self.say("there is no log: the engine runs in this process, or its host keeps none")

    def action_app_help(self) -> None:
        """Show the help."""
        from chasqui.console.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.session))

    # Details

    def action_task_log(self) -> None:
        """Show what the selected task has logged."""
        self._open(log=True)

    def _open(self, *, log: bool) -> None:
        from chasqui.console.screens.task_detail import TaskDetailScreen
        from chasqui.console.screens.worker_detail import WorkerDetailScreen

        number = self.pane.selected_number
        if number is not None:
            self.app.push_screen(TaskDetailScreen(self.session, number, log=log))
        elif not log and isinstance(self.pane, WorkersPane) and self.pane.selected_worker:
            self.app.push_screen(WorkerDetailScreen(self.session, self.pane.selected_worker))
        else:
            self.say("no task is selected", "warn")

    # Workers, tasks and types

    def action_workers_up(self) -> None:
        """Add a worker to the pool of the selected worker."""
        if not self._steering.refused() and isinstance(self.pane, WorkersPane):
            self._steering.resize(+1, self.pane)

    def action_workers_down(self) -> None:
        """Remove a worker from the pool of the selected worker."""
        if not self._steering.refused() and isinstance(self.pane, WorkersPane):
            self._steering.resize(-1, self.pane)

    def action_task_cancel(self) -> None:
        """Cancel the selected task."""
        pane = self.pane
        if self._steering.refused():
            return
        if isinstance(pane, BacklogPane):
            self._steering.cancel_waiting(pane)
        elif isinstance(pane, WorkersPane):
            self._steering.cancel_running(pane)

    def action_type_pause(self) -> None:
        """Pause or resume the selected type."""
        if not self._steering.refused() and isinstance(self.pane, MetricsPane):
            self._steering.pause_or_resume_type(self.pane)

    def action_type_reset(self) -> None:
        """Close the breaker of the selected type."""
        if not self._steering.refused() and isinstance(self.pane, MetricsPane):
            self._steering.reset_breaker(self.pane)

    # Failures

    def action_failures_retry(self) -> None:
        """Retry the selected failure, or those of the selected kind."""
        if not self._steering.refused() and isinstance(self.pane, FailuresPane):
            self._bulk.act("retry", self.pane)

    def action_failures_discard(self) -> None:
        """Discard the selected failure, or those of the selected kind."""
        if not self._steering.refused() and isinstance(self.pane, FailuresPane):
            self._bulk.act("discard", self.pane)

    def action_failures_retry_all(self) -> None:
        """Retry all listed failures."""
        if not self._steering.refused() and isinstance(self.pane, FailuresPane):
            self._bulk.act_on_all("retry", self.pane)

    def action_failures_discard_all(self) -> None:
        """Discard all listed failures."""
        if not self._steering.refused() and isinstance(self.pane, FailuresPane):
            self._bulk.act_on_all("discard", self.pane)

    def action_failures_undo(self) -> None:
        """Take back the last retry or discard."""
        if not self._steering.refused():
            self._bulk.undo()
