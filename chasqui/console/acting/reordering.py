"""Having waiting tasks run next, or giving them another priority, from any screen."""

from __future__ import annotations

from chasqui.console.acting.steering import Steered, Steering
from chasqui.control.port import Command, CommandOutcome, Reprioritize, RunNext


class OrderActions:
    """Changes the place of a waiting task."""

    def __init__(self, screen: Steered, steering: Steering) -> None:
        self._screen = screen
        self._steering = steering

    def run_next(self, number: int) -> None:
        """Have a task start before all others, and say what holds it still."""
        command = RunNext(numbers=(number,))

        def told(command: Command, outcome: CommandOutcome) -> str:
            for _, why in outcome.notes[:1]:
                return f"task {number} is the first of its type, and held still: {why}"
            return f"task {number} runs next"

        self._steering.apply(lambda: command, told)

    def ask_priority(self, number: int, priority: int) -> None:
        """Ask for another priority, and give it to the task."""
        from chasqui.console.screens.priority import PriorityScreen

        def answered(chosen: int | None) -> None:
            if chosen is not None:
                command = Reprioritize(numbers=(number,), priority=chosen)
                done = f"task {number} has priority {chosen}"
                self._steering.apply(lambda: command, lambda *_: done)

        self._screen.app.push_screen(PriorityScreen(f"task {number}", priority), answered)
