"""Sending commands to the engine, and showing the answers: what all acting objects share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final, Protocol

from textual.app import App

from chasqui.console import reader
from chasqui.console.refusing import refusal
from chasqui.console.screens.confirm import ConfirmScreen, TypedConfirm
from chasqui.console.session import Making, Session, made_by
from chasqui.control.port import Cancel, Command, CommandOutcome

ASKING: Final = "asking the engine"
PARKED_FOR_GOOD: Final = "It is parked in the journal: it cannot be put back."


class Steered(Protocol):
    """A screen whose commands are sent."""

    session: Session

    @property
    def app(self) -> App[Any]:
        """The application."""
        ...

    async def read(self) -> None:
        """Read what the command has changed."""
        ...

    def say(self, text: str, role: str = "title", shorter: Sequence[str] = ()) -> None:
        """Show the answer to a command."""
        ...

    def run_worker(self, work: Any, *, group: str, exit_on_error: bool) -> Any:
        """Run a coroutine on the loop of the application."""
        ...


class Steering:
    """Sends the commands of a screen; an object for each screen."""

    def __init__(self, screen: Steered) -> None:
        self._screen = screen
        self._session = screen.session

    def refused(self, *, stops: bool = False) -> bool:
        """Tell whether commands are refused, and say why; some may only stop the engine."""
        why = refusal(self._session.caps, stops=stops)
        if why:
            self._screen.say(why, "warn")
        return bool(why)

    def cancel(self, number: int) -> None:
        """Cancel a waiting task; one that has started meanwhile is left alone, and that is said."""
        done = f"cancelled task {number}"
        self.apply(lambda: Cancel(numbers=(number,), waiting_only=True), lambda *_: done)

    def cancel_parked(self, number: int, *about: str) -> None:
        """Cancel a task that is in the journal only, once that was typed: no undo reaches it."""

        def answered(yes: bool | None) -> None:
            if yes:
                self.cancel(number)

        words = ("  ".join(part for part in about if part), PARKED_FOR_GOOD)
        screen = TypedConfirm(f"Cancel parked task {number}?", words, f"cancel {number}")
        self._screen.app.push_screen(screen, answered)

    def ask_to_stop(self, number: int, type: str, worker: str) -> None:
        """Ask a running task to stop, once confirmed: it may not notice for a while."""
        if not self._session.caps.can_cancel_running:
            self._screen.say("a running task cannot be cancelled here", "warn")
            return
        words = (
            f"Task {number}, {type}, runs on {worker}.",
            "It is only asked to stop: a thread cannot be killed, and it goes on",
            "until it checks the request.",
        )

        def answered(yes: bool | None) -> None:
            if yes:
                done = f"asked task {number} to stop"
                self.apply(lambda: Cancel(numbers=(number,)), lambda *_: done)

        screen = ConfirmScreen("Cancel a running task?", words, f"Ask task {number} to stop")
        self._screen.app.push_screen(screen, answered)

    def apply(
        self,
        make: Making,
        told: Callable[[Command, CommandOutcome], str],
        *,
        lasts: str = "",
    ) -> None:
        """Carry out a command, and show the outcome and where it is remembered.

        Args:
            make: makes the command.
            told: says what was done.
            lasts: until when it holds where no file keeps it; empty: it is not remembered at all.
        """
        made: list[Command] = []

        async def make_once() -> Command:
            made.append(await made_by(make))
            return made[0]

        async def apply() -> None:
            outcome = await self._session.apply(make_once)
            await self._screen.read()
            if outcome.ok:
                note = f" ({outcome.reason})" if outcome.reason else ""
                said = told(made[0], outcome)
                where = self._where(lasts) if lasts and not note else ()
                forms = tuple(said + one for one in where)
                self._screen.say((*forms, said + note)[0], "warn" if note else "ok", forms[1:])
            else:
                self._screen.say(why_not(outcome), "error")

        self.start(apply())

    def _where(self, lasts: str) -> tuple[str, ...]:
        """Say where the change is remembered or until when it holds; shorter forms follow."""
        file, keys = self._session.caps.remembered_in, self._session.keys
        if not file:
            return (f", {lasts}", f", {lasts.partition(':')[0]}")
        return (f", remembered in {file}", f", remembered: {keys.named('app.help')} says where")

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine that waits for the engine, without blocking the screen.

        When there is no answer for longer than keys wait, the screen says that the key was seen.
        """

        async def tell_if_late() -> None:
            loop = asyncio.get_running_loop()
            late = loop.call_later(reader.AHEAD_SECONDS, self._screen.say, ASKING, "dim")
            try:
                await work
            finally:
                late.cancel()
            self._screen.say("", "dim")

        self._screen.run_worker(tell_if_late(), group="commands", exit_on_error=False)


def why_not(outcome: CommandOutcome) -> str:
    """Return why a command was not carried out."""
    if outcome.reason:
        return outcome.reason
    if outcome.skipped:
        return "; ".join(f"task {number} {why}" for number, why in outcome.skipped[:3])
    return "the engine did not say why"
