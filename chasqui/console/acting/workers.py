"""Acting on workers: how many each pool has, and the task that one runs."""

from __future__ import annotations

from collections.abc import Mapping

from chasqui.console.acting.acts import Act
from chasqui.console.acting.steering import Steering
from chasqui.console.acting.type_commands import type_acts
from chasqui.console.model.crew import workers_text
from chasqui.console.model.settings import ENGINE
from chasqui.console.panes.workers import WorkersPane
from chasqui.console.screens.commanding import CommandingScreen
from chasqui.control.port import Command, CommandOutcome, PoolRow, PoolSize, Resize, WorkerRow

DEFAULT_POOL = "default"


class WorkerActions:
    """The actions of the workers pane.

    Args:
        open_task: opens the selected task or worker.
        open_sizes: opens the settings, which begin with the sizes of the pools.
    """

    def __init__(
        self,
        screen: CommandingScreen,
        steering: Steering,
        pane: WorkersPane,
        open_task: Act,
        open_sizes: Act,
    ) -> None:
        self._screen = screen
        self._session = screen.session
        self._steering = steering
        self._pane = pane
        self._open_task, self._open_sizes = open_task, open_sizes
        # Once it is paused, soon no worker here runs a task of it, so the key would find none.
        where = " in Metrics"
        self._of_type = type_acts(screen, steering, lambda: pane.selected_worker, where)

    def acts(self) -> Mapping[str, Act]:
        """Return the code of each action."""
        return {
            **self._of_type,
            "type.pause": self.pause_type,
            "workers.up": lambda: self.resize(+1),
            "workers.down": lambda: self.resize(-1),
            "workers.config": self.put_back,
            "task.cancel": self.cancel,
            "task.open": self.open,
        }

    def open(self) -> object:
        """Show the sizes of the pools on a row about one, else the selected task or worker."""
        if isinstance(self._pane.selected_extra, PoolRow | PoolSize):
            return self._open_sizes()
        return self._open_task()

    def resize(self, by: int) -> None:
        """Ask for a worker more or less than the selected pool is to have by now."""
        if self._cannot_resize():
            return
        pool = self._pane.selected_pool or DEFAULT_POOL

        async def make() -> Command:
            # Asked for now: other consoles resize too, and the last reading is older than a key.
            wanted = await self._session.workers_wanted(pool)
            return Resize(workers=max(1, wanted + by), pool=pool)

        def told(command: Command, _: CommandOutcome) -> str:
            assert isinstance(command, Resize) and command.workers is not None
            return f"asked for {workers_text(command.workers)}{self._where(pool)}"

        self._steering.apply(make, told, lasts=ENGINE)

    def put_back(self) -> None:
        """Give the selected pool as many workers as its config says."""
        if self._cannot_resize():
            return
        pool = self._pane.selected_pool or DEFAULT_POOL
        size = self._pane.size_of(pool)
        if size is None:
            self._screen.say(f"the number of workers{self._where(pool)} is that of the config")
            return
        workers = size.configured
        said = f"asked for {workers_text(workers)}{self._where(pool)}, as the config says"
        self._steering.apply(lambda: Resize(workers=workers, pool=pool), lambda *_: said)

    def _cannot_resize(self) -> bool:
        if self._steering.refused():
            return True
        if not self._session.caps.can_resize:
            self._screen.say("this engine cannot be resized", "warn")
        return not self._session.caps.can_resize

    def _where(self, pool: str) -> str:
        return f" in pool {pool}" if self._pane.selected_pool else ""

    def cancel(self) -> None:
        """Ask the selected worker's task to stop, once confirmed."""
        if self._steering.refused():
            return
        worker, meant = self._pane.selected_worker, self._pane.selected_number
        if worker is not None and self._pane.pinned.has_changed:
            self._say_gone_on(worker, meant)
            return
        if isinstance(self._pane.selected_extra, PoolRow):
            self._screen.say("a pool is no task: choose the worker whose task is meant", "warn")
            return
        if worker is None or worker.task is None:
            self._screen.say("this worker runs no task", "warn")
            return
        if worker.state == "abandoned":  # a cancel would reach another attempt, or none
            why = f"task {worker.task} ignores its limit, and cannot be cancelled again"
            self._screen.say(f"{worker.name} is abandoned: {why}", "warn")
            return
        self._steering.ask_to_stop(worker.task, worker.type, worker.name)

    def pause_type(self) -> object:
        """Pause the type of the selected worker's task, or resume it: at once, so only a seen one.

        Other tasks of it may have come in meanwhile.
        """
        worker = self._pane.selected_worker
        if worker is None or not self._pane.runs_another_type or self._steering.refused():
            return self._of_type["type.pause"]()
        key = self._session.keys.key("type.pause")
        self._pane.pinned_type.accept()
        self._screen.say(f"{worker.name} runs {worker.type} now: {key} again acts on it", "warn")
        return None

    def _say_gone_on(self, worker: WorkerRow, meant: int | None) -> None:
        """Do nothing to a task that came in while the key was on its way."""
        said = f"task {meant} has ended"
        if worker.task is not None:
            said += f"; {worker.name} runs task {worker.task} now: x again asks that one to stop"
        self._pane.pinned.accept()
        self._screen.say(said, "warn")
