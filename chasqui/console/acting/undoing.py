"""Undoing what was done last: a cancel of waiting tasks, a retry, a discard."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from chasqui.console.acting.acts import Act
from chasqui.console.acting.steering import Steering, why_not
from chasqui.console.acting.telling import Answering, counted_of, tell
from chasqui.control.port import CommandOutcome, Undo, UndoView


class UndoActions:
    """Takes the last action back, whichever pane or page is in use."""

    def __init__(self, screen: Answering, steering: Steering) -> None:
        self._screen = screen
        self._session = screen.session
        self._steering = steering
        self._offered: tuple[int, UndoView] | None = None
        """What a page, of the task of this number, has said that the next key undoes."""

    def acts(self) -> Mapping[str, Act]:
        """Return the code of each action."""
        return {"engine.undo": self.undo}

    def undo(self) -> None:
        """Take back the last cancel, retry or discard."""
        if self._steering.refused():
            return
        snapshot = self._session.snapshot
        self._steering.start(self._undo(None if snapshot is None else snapshot.undo))

    def undo_from(self, number: int) -> None:
        """Take it back from the page of a task; what is about others only by a second key."""
        if not self._steering.refused():
            self._steering.start(self._offer_or_undo(number))

    async def _offer_or_undo(self, number: int) -> None:
        try:
            # Asked for now: what the page has just done may be newer than the last reading.
            last = await self._session.undoable()
        except Exception as error:  # the port failed: the user who pressed the key must know
            self._screen.say(f"nothing done: {type(error).__name__}: {error}", "error")
            return
        if last is None or last.number == number or self._was_offered(number, last):
            self._offered = None
            await self._undo(last)
            return
        self._offered = number, last
        key = self._session.keys.named("detail.undo")
        said = f"the last action was the {last.verb} of {_whom(last)}: {key} again undoes it"
        self._screen.say(said, "warn")

    def _was_offered(self, number: int, last: UndoView) -> bool:
        """Tell whether the page of a task has said that the next key undoes this."""
        if self._offered is None:
            return False
        page, before = self._offered
        is_same = last == msgspec.structs.replace(before, remaining=last.remaining)
        # More time left than before: it is another action of the same kind.
        return page == number and is_same and last.remaining <= before.remaining

    async def _undo(self, last: UndoView | None) -> None:
        outcome = await self._session.apply(Undo)
        await self._screen.read()
        if not outcome.count and not outcome.skipped:
            self._screen.say(why_not(outcome), "warn")
        elif last is not None and last.verb == "cancel":
            tell(self._screen, _put_back(outcome), outcome)
        else:
            count = counted_of(outcome.count, outcome.count, "failure")
            tell(self._screen, f"undone for {count}", outcome)


def _whom(last: UndoView) -> str:
    if last.number is not None:
        return f"task {last.number}"
    return counted_of(last.count, last.count, "task" if last.verb == "cancel" else "failure")


def _put_back(outcome: CommandOutcome) -> str:
    """Say as which new tasks the cancelled ones wait again: they themselves are final."""
    if outcome.count == 1 and outcome.made:
        return f"task {outcome.numbers[0]} waits again, as task {outcome.made[0]}"
    first = f", from task {outcome.made[0]} on" if outcome.made else ""
    return f"{outcome.count:,} cancelled tasks wait again, as new ones{first}"
