"""Acting on a task type: pause it, close its breaker, set its limits and strikes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from chasqui.console.acting.acts import Act
from chasqui.console.acting.steering import Steered, Steering
from chasqui.control.port import Command, PauseType, ResetBreaker, ResumeType, TypeRow
from chasqui.control.safe_text import SafeText


class TypeCommands:
    """What keys do to a type, wherever one is selected.

    Args:
        screen: says the answers.
        steering: sends the commands.
        selected: returns the type, None without one.
        where: where the key that has paused a type resumes it, if not in the same place.
    """

    def __init__(
        self,
        screen: Steered,
        steering: Steering,
        selected: Callable[[], TypeRow | None],
        where: str = "",
    ) -> None:
        self._screen = screen
        self._steering = steering
        self._selected = selected
        self._where = where

    def acts(self) -> Mapping[str, Act]:
        """Return the code of each action."""
        return {
            "type.pause": self.pause_or_resume,
            "type.reset": self.reset_breaker,
            "type.limits": self.set_limits,
        }

    def pause_or_resume(self) -> None:
        """Pause the selected type, or resume it."""
        row = self._row()
        if row is None:
            return
        name, is_paused = row.name, row.is_paused

        def make() -> Command:
            return ResumeType(type=name) if is_paused else PauseType(type=name)

        key = self._screen.session.keys.named("type.pause")
        paused = f"paused {name}: none of its tasks starts; {key}{self._where} resumes it"
        said = f"resumed {name}" if is_paused else paused
        self._steering.apply(make, lambda *_: said)

    def reset_breaker(self) -> None:
        """Close the breaker of the selected type, once confirmed."""
        from chasqui.console.screens.confirm import ConfirmScreen

        row = self._row()
        if row is None:
            return
        if row.state not in ("breaker open", "half open"):
            self._screen.say(f"the breaker of {row.name} is closed", "warn")
            return
        name = row.name
        words = (
            f"{row.queued:,} tasks of {name} wait; {row.failed:,} have failed.",
            "Its tasks start again at once, whether or not the cause of the failures is gone.",
        )

        def answered(yes: bool | None) -> None:
            if yes:
                self._steering.apply(
                    lambda: ResetBreaker(type=name),
                    lambda *_: f"reset {name}: its tasks start again",
                )

        screen = ConfirmScreen("Reset a breaker?", words, f"Let {name} start again")
        self._screen.app.push_screen(screen, answered)

    def set_limits(self) -> None:
        """Open the form of the limits of the selected type."""
        from chasqui.console.screens.limits import LimitsScreen

        row = self._row()
        if row is None:
            return

        def answered(said: str | None) -> None:
            if said:
                self._screen.say(said, "ok")

        self._screen.app.push_screen(LimitsScreen(self._screen.session, row.name), answered)

    def _row(self) -> TypeRow | None:
        """Return the selected type, unless commands are refused; say why there is none."""
        if self._steering.refused():
            return None
        row = self._selected()
        if row is None:
            self._screen.say("no type is selected", "warn")
        return row


class Typed(Protocol):
    """A row that is about a type."""

    @property
    def type(self) -> SafeText:
        """The name of the type; empty: there is none."""
        ...


def type_acts(
    screen: Steered, steering: Steering, selected: Callable[[], Typed | None], where: str = ""
) -> Mapping[str, Act]:
    """Return the code of what keys do to the type of a selected task, in a list of tasks.

    Args:
        screen: says the answers.
        steering: sends the commands.
        selected: returns the row, None without one.
        where: as for `TypeCommands`.
    """

    def row() -> TypeRow | None:
        task, snapshot = selected(), screen.session.snapshot
        if task is None or not task.type or snapshot is None:
            return None
        return TypeRow(name=task.type, is_paused=task.type in snapshot.paused_types)

    acts = TypeCommands(screen, steering, row, where).acts()
    return {id: acts[id] for id in ("type.pause", "type.limits")}
