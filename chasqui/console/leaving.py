"""Leaving the console and stopping the engine: the questions first, the messages at the end.

A host that was there before is left at once, and so is an idle engine. Where work would be lost or
go on unwatched, a dialog asks, with the harmless answer in focus. To abort, the word must be typed.
"""

from __future__ import annotations

from chasqui.console.acting.steering import why_not
from chasqui.console.ending import ConsoleExit, Reason
from chasqui.console.program import Program
from chasqui.console.screens.commanding import CommandingScreen
from chasqui.console.screens.confirm import TypedConfirm
from chasqui.control.port import Shutdown, ShutdownMode

GENTLE: dict[str | None, ShutdownMode] = {"drain": "drain", "cancel": "cancel"}
"""The ways to stop that need no typed word."""


class Leaving:
    """The ways out of the main screen."""

    def __init__(self, screen: CommandingScreen) -> None:
        self._screen = screen
        self._session = screen.session

    async def leave(self) -> None:
        """Leave, or ask what to do with the work."""
        from chasqui.console.screens.leave import LeaveScreen

        if any(isinstance(screen, LeaveScreen) for screen in self._screen.app.screen_stack):
            return
        if self._decides() and self._session.poller.error is None:
            # What was submitted a moment ago is not in the last reading. Further keys wait for it.
            await self._screen.read_for_keys()
        snapshot = self._session.snapshot
        if snapshot is not None and snapshot.ledger is not None:
            self._exit("stopped")
        elif self._decides() and self._has_work():
            self._screen.app.push_screen(LeaveScreen(self._session), self._leave_as)
        else:
            self._exit("quit")

    def shutdown(self) -> None:
        """Ask how to stop the engine, or show the shutdown under way.

        An engine that belongs to a program ends with it: then that is asked to stop.
        """
        from chasqui.console.screens.leave import ShutdownChoice

        snapshot, program = self._session.snapshot, self._session.program
        if program is not None:
            self._stop(program)
        elif snapshot is not None and (snapshot.shutdown or snapshot.ledger):
            self._watch()
        else:
            self._screen.app.push_screen(ShutdownChoice(self._session), self._shut_down_as)

    def _stop(self, program: Program) -> None:
        from chasqui.console.screens.leave import StopScreen

        if program.ended():
            self._screen.say(program.ended())
            return

        def stop(choice: str | None) -> None:
            if choice == "stop":
                self._screen.say(program.stop(), "warn")

        self._screen.app.push_screen(StopScreen(self._session), stop)

    def sharpen(self) -> None:
        """Abort running tasks, once the word is typed."""
        self._screen.app.push_screen(_abort_screen(), self._sharpened)

    def _decides(self) -> bool:
        """Whether what becomes of the work depends on how this console is left."""
        snapshot, caps = self._session.snapshot, self._session.caps
        if not caps.beside:
            return caps.embedded
        is_gone = self._session.poller.gone_seconds is not None
        is_watched = snapshot is not None and snapshot.clients > 1
        return not (is_gone or is_watched or caps.read_only)

    def _has_work(self) -> bool:
        snapshot = self._session.snapshot
        if snapshot is None or self._session.poller.error is not None:
            return True  # unknown, so ask
        counts = snapshot.counts
        left = counts.queued + counts.scheduled + counts.running + snapshot.journal.waiting
        return bool(left) or snapshot.state == "stopping"

    def _leave_as(self, choice: str | None) -> None:
        if choice == "leave":
            self._exit("leave")
        elif choice == "abort":
            screen = _abort_screen()
            self._screen.app.push_screen(
                screen, lambda yes: self._begin("abort", leave=True) if yes else None
            )
        elif choice in GENTLE:
            self._begin(GENTLE[choice], leave=True)

    def _shut_down_as(self, choice: str | None) -> None:
        if choice == "abort":
            self.sharpen()
        elif choice in GENTLE:
            self._begin(GENTLE[choice], leave=False)

    def _sharpened(self, yes: bool | None) -> None:
        if yes:
            self._begin("abort", leave=False)

    def _begin(self, mode: ShutdownMode, *, leave: bool) -> None:
        async def begin() -> None:
            outcome = await self._session.apply(lambda: Shutdown(mode=mode))
            await self._screen.read()
            snapshot = self._session.snapshot
            under_way = snapshot is not None and (snapshot.shutdown or snapshot.ledger)
            if not outcome.ok and not under_way:
                self._screen.say(why_not(outcome), "error")
            elif leave:
                self._exit(mode)
            else:
                self._watch()

        self._screen.run_worker(begin(), group="commands", exit_on_error=False)

    def _watch(self) -> None:
        from chasqui.console.screens.shutdown import ShutdownScreen

        if not any(isinstance(one, ShutdownScreen) for one in self._screen.app.screen_stack):
            screen = ShutdownScreen(self._session, self.sharpen)
            self._screen.app.push_screen(screen, self._watched)

    def _watched(self, reason: Reason | None) -> None:
        if reason is not None:
            self._exit(reason)

    def _exit(self, reason: Reason) -> None:
        self._screen.app.exit(ConsoleExit(reason))


def _abort_screen() -> TypedConfirm:
    words = (
        "Everything that waits is cancelled, and what runs is asked to stop.",
        "The engine does not wait for it: the ledger names what was still running.",
    )
    return TypedConfirm("Abort", words, "abort")
