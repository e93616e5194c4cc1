"""Telling what a command has done to many tasks or failures, and to which of them not."""

from __future__ import annotations

from typing import Protocol

from textual.geometry import Size

from chasqui.console.acting.steering import Steered
from chasqui.console.model.reasons import reasons_of
from chasqui.control.port import CommandOutcome


class Answering(Steered, Protocol):
    """A screen on which it is told what a command has done to many."""

    @property
    def size(self) -> Size:
        """Its size."""
        ...


def tell(screen: Answering, done: str, outcome: CommandOutcome) -> None:
    """Say what was done; what was skipped and does not fit in the line gets a list."""
    if not outcome.skipped:
        screen.say(done, "ok")
        return
    room = screen.size.width - len(f" {done};  ")
    screen.say(f"{done}; {reasons_of(outcome, room)}", "warn")
    if outcome.skipped_count > 1:
        from chasqui.console.screens.skipped import SkippedScreen

        screen.app.push_screen(SkippedScreen(done, outcome))


def samples(counted: CommandOutcome) -> list[str]:
    """Name some of what was counted, for the question before it is acted on."""
    shown = [f"  task {number}  {params}" for number, params in counted.notes]
    more = counted.count - len(shown)
    return [*shown, f"  and {more:,} more"] if shown and more > 0 else shown


def counted_of(done: int, wanted: int, what: str) -> str:
    """Say how many of those wanted it was: "12 tasks", "3 of 12 tasks"."""
    wanted_said = f"{wanted:,} {what}{'s' * (wanted != 1)}"
    return wanted_said if done == wanted else f"{done:,} of {wanted_said}"
