"""Acting on the task whose page is open: retry it, cancel it, undo what was done last."""

from __future__ import annotations

from typing import Protocol

from chasqui.console.acting.reordering import OrderActions
from chasqui.console.acting.steering import Steering
from chasqui.console.acting.telling import Answering
from chasqui.console.acting.undoing import UndoActions
from chasqui.control.port import (
    FINAL,
    Chosen,
    Command,
    CommandOutcome,
    RetryFailures,
    TaskDetail,
)


class TaskScreen(Answering, Protocol):
    """A screen with the page of a task."""

    @property
    def known(self) -> TaskDetail | None:
        """What is known of the task."""
        ...


class TaskActions:
    """The actions on one task."""

    def __init__(self, screen: TaskScreen) -> None:
        self._screen = screen
        self._steering = Steering(screen)
        self._reordering = OrderActions(screen, self._steering)
        self._undoing = UndoActions(screen, self._steering)

    def retry(self) -> None:
        """Submit a failed task again."""
        task = self._screen.known
        if task is None or self._steering.refused():
            return
        if task.state != "failed":
            self._screen.say(f"task {task.number} has not failed: it is {task.state}", "warn")
            return
        chosen = Chosen(numbers=(task.number,))

        def told(command: Command, outcome: CommandOutcome) -> str:
            now = self._screen.known
            is_known = now is not None and now.number == task.number and now.retried_as is not None
            new = f" as task {now.retried_as}" if now is not None and is_known else ""
            key = self._screen.session.keys.named("detail.undo")
            return f"retried task {task.number}{new}; {key} undoes it while that has not started"

        self._steering.apply(lambda: RetryFailures(chosen=chosen), told)

    def undo(self) -> None:
        """Take back what was done last; if that is not about this task, only by a second key."""
        if (task := self._screen.known) is not None:
            self._undoing.undo_from(task.number)

    def cancel(self) -> None:
        """Cancel a waiting task, or ask a running one to stop, once confirmed."""
        task = self._screen.known
        if task is None or self._steering.refused():
            return
        number = task.number
        if task.state in FINAL:
            self._screen.say(f"task {number} has ended: it is {task.state}", "warn")
        elif task.is_parked:
            self._steering.cancel_parked(number, task.type)
        elif task.state != "running":
            self._steering.cancel(number)
        else:
            self._steering.ask_to_stop(number, task.type, task.worker or "a worker")

    def run_next(self) -> None:
        """Have a waiting task start before all others."""
        if (task := self._waiting()) is not None:
            self._reordering.run_next(task.number)

    def prioritize(self) -> None:
        """Ask for another priority of a waiting task."""
        if (task := self._waiting()) is not None:
            self._reordering.ask_priority(task.number, task.priority)

    def _waiting(self) -> TaskDetail | None:
        """Return the task if it waits; say why nothing is done otherwise."""
        task = self._screen.known
        if task is None or self._steering.refused():
            return None
        if task.state in FINAL:
            self._screen.say(f"task {task.number} has ended: it is {task.state}", "warn")
            return None
        if task.state == "running":
            self._screen.say(f"task {task.number} has started already", "warn")
            return None
        return task
