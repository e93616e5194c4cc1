"""Undoing what was done last: a cancel of waiting tasks, a retry, a discard."""

from __future__ import annotations

from collections.abc import Mapping

from chasqui.console.acting.acts import Act
from chasqui.console.acting.steering import Steering, why_not
from chasqui.console.acting.telling import tell
from chasqui.console.screens.commanding import CommandingScreen
from chasqui.control.port import CommandOutcome, Undo


class UndoActions:
    """Takes the last action back, whichever pane is in use."""

    def __init__(self, screen: CommandingScreen, steering: Steering) -> None:
        self._screen = screen
        self._session = screen.session
        self._steering = steering

    def acts(self) -> Mapping[str, Act]:
        """Return the code of each action."""
        return {"engine.undo": self.undo}

    def undo(self) -> None:
        """Take back the last cancel, retry or discard."""
        if self._steering.refused():
            return
        snapshot = self._session.snapshot
        undo = None if snapshot is None else snapshot.undo
        is_cancel = undo is not None and undo.verb == "cancel"

        async def undo_it() -> None:
            outcome = await self._session.apply(Undo)
            await self._screen.read()
            if not outcome.count and not outcome.skipped:
                self._screen.say(why_not(outcome), "warn")
            elif is_cancel:
                tell(self._screen, _put_back(outcome), outcome)
            else:
                count = outcome.count
                tell(self._screen, f"undone for {count:,} failure{'s' * (count != 1)}", outcome)

        self._steering.start(undo_it())


def _put_back(outcome: CommandOutcome) -> str:
    """Say as which new tasks the cancelled ones wait again: they themselves are final."""
    if outcome.count == 1 and outcome.made:
        return f"task {outcome.numbers[0]} waits again, as task {outcome.made[0]}"
    first = f", from task {outcome.made[0]} on" if outcome.made else ""
    return f"{outcome.count:,} cancelled tasks wait again, as new ones{first}"
