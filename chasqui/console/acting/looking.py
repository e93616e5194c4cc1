"""Acting on what the screen shows: details, help, logs, theme; the engine is left alone."""

from __future__ import annotations

from collections.abc import Mapping

from chasqui.console import themes
from chasqui.console.acting.acts import Act
from chasqui.console.acting.copying import Copying
from chasqui.console.acting.steering import Steering
from chasqui.console.acting.stepping import Stepping
from chasqui.console.model.settings import OWN
from chasqui.console.panes.workers import WorkersPane
from chasqui.console.refusing import refusal
from chasqui.console.screens.commanding import CommandingScreen
from chasqui.control.port import SetTheme

# The screens are imported when a key opens them: the console starts sooner.


class LookingActions:
    """The actions that change what is on screen."""

    def __init__(self, screen: CommandingScreen, steering: Steering) -> None:
        self._screen = screen
        self._session = screen.session
        self._steering = steering
        self._copying = Copying(screen, screen.session)

    def acts(self) -> Mapping[str, Act]:
        """Return the code of each action."""
        return {
            "task.open": self.open_task,
            "task.log": lambda: self.open_task(log=True),
            "task.copy": self.copy_task,
            "view.theme": self.next_theme,
            "view.poll": self._screen.tick,
            "view.redraw": self._screen.redraw,
            "app.help": self.help,
            "host.log": self.host_log,
        }

    def open_task(self, *, log: bool = False) -> None:
        """Show the selected task with its details, or its log."""
        from chasqui.console.screens.task_detail import TaskDetailScreen
        from chasqui.console.screens.worker_detail import WorkerDetailScreen

        pane = self._screen.pane
        number = pane.selected_number
        if number is not None:
            step = Stepping(self._screen, pane).step
            page = TaskDetailScreen(self._session, number, log=log, step=step)
            self._screen.app.push_screen(page)
        elif not log and isinstance(pane, WorkersPane) and pane.selected_worker:
            self._screen.app.push_screen(WorkerDetailScreen(self._session, pane.selected_worker))
        else:
            self._screen.say("no task is selected", "warn")

    def copy_task(self) -> None:
        """Copy the numbers of the marked tasks, else ask what to copy of the selected one."""
        marks = self._screen.pane.table.marks
        if len(marks) > 1 and marks.numbers != ():
            self._copying.numbers(marks.numbers)
            return
        number = self._screen.pane.selected_number
        if number is None:
            self._screen.say("no task is selected", "warn")
            return

        async def read_and_ask() -> None:
            try:
                await self._copying.task(number)
            finally:
                self._screen.is_asking = False

        self._screen.is_asking = True  # the next key chooses from the menu: it must not act here
        self._steering.start(read_and_ask())

    def open_number(self, number: int) -> None:
        """Show the task with a number, whatever has become of it."""
        from chasqui.console.screens.task_detail import TaskDetailScreen

        self._screen.app.push_screen(TaskDetailScreen(self._session, number))

    def help(self, topic: str = "") -> None:
        """Show the help, at the topic of the pane in use unless another is named."""
        from chasqui.console.screens.help import HelpScreen

        self._screen.app.push_screen(HelpScreen(self._session, topic or self._screen.pane.KIND))

    def host_log(self) -> None:
        """Show the end of the host's log."""
        from chasqui.console.screens.host_log import HostLogScreen

        if self._session.caps.log:
            self._screen.app.push_screen(HostLogScreen(self._session.caps.log))
        else:
            why = "the engine runs in this process, or its host keeps none"
            self._screen.say(f"there is no log: {why}")

    def next_theme(self) -> None:
        """Change to the next theme, and remember it."""
        self.set_theme(themes.after(self._screen.app.theme))

    def set_theme(self, theme: str) -> None:
        """Change to a theme, and remember it."""
        self._screen.app.theme = theme
        if refusal(self._session.caps):
            why = "it is read-only" if self._session.caps.read_only else "the host is another"
            self._screen.say(f"theme {theme}, {OWN}: {why}", "ok")
            return
        self._steering.apply(lambda: SetTheme(theme=theme), lambda *_: f"theme {theme}", lasts=OWN)
