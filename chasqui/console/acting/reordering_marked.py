"""Having marked tasks run next, or giving them another priority.

They are counted first. What is done applies to those that were counted and still wait.
"""

from __future__ import annotations

from collections.abc import Callable

from chasqui.console.acting.marking import chosen
from chasqui.console.acting.steering import Steering, why_not
from chasqui.console.acting.telling import counted_of, samples, tell
from chasqui.console.panes.backlog import BacklogPane
from chasqui.console.screens.commanding import CommandingScreen
from chasqui.console.screens.confirm import ConfirmScreen
from chasqui.control.port import (
    REORDERED_MOST,
    CommandOutcome,
    CountWaiting,
    Reprioritize,
    RunNext,
)

TOO_MANY = f"at most {REORDERED_MOST:,} tasks change places at a time: {{:,}} are marked"


class MarkedOrder:
    """Changes the places of the tasks that are marked in the backlog."""

    def __init__(self, screen: CommandingScreen, steering: Steering, pane: BacklogPane) -> None:
        self._screen = screen
        self._session = screen.session
        self._steering = steering
        self._pane = pane

    def run_next(self) -> None:
        """Have them start before all others, in the order of their marks.

        The selected one does at once; several, or one that is not selected, only when confirmed.
        """
        self._count(self._confirm)

    def prioritize(self) -> None:
        """Ask for another priority, and give it to all of them."""
        self._count(self._ask_priority)

    def _count(self, then: Callable[[CommandOutcome], None]) -> None:
        marked = chosen(self._pane)

        async def count() -> None:
            try:
                counted = await self._session.apply(lambda: CountWaiting(marked=marked))
            finally:
                self._screen.is_asking = False
            if not counted.ok:
                self._screen.say(f"nothing done: {why_not(counted)}", "error")
            elif not counted.count:
                self._screen.say("none of them waits any more", "warn")
            elif counted.count > REORDERED_MOST:
                self._screen.say(TOO_MANY.format(counted.count), "warn")
            else:
                then(counted)

        self._screen.is_asking = True
        self._steering.start(count())

    def _confirm(self, counted: CommandOutcome) -> None:
        numbers, token = _named(counted)
        command = RunNext(numbers=numbers, token=token)

        def told(who: str, outcome: CommandOutcome) -> str:
            said = f"{who} run{'s' * (counted.count == 1)} next"
            for number, why in outcome.notes[:1]:
                some = "held still" if counted.count == 1 else f"some held still, as task {number}"
                return f"{said}, but {some}: {why}"
            return said

        if counted.count == 1 and counted.numbers[0] == self._pane.selected_number:
            self._carry_out(command, counted, told)
            return
        what = f"Run {_who(counted)} next"
        order = ", in the order of their marks" if counted.count > 1 else ""
        words = [f"{self._pane.table.marks.words}{order}", *samples(counted)]

        def answered(yes: bool | None) -> None:
            if yes:
                self._carry_out(command, counted, told)

        self._screen.app.push_screen(ConfirmScreen(f"{what}?", words, what), answered)

    def _ask_priority(self, counted: CommandOutcome) -> None:
        from chasqui.console.screens.priority import PriorityScreen

        numbers, token = _named(counted)

        def answered(priority: int | None) -> None:
            if priority is not None:
                has = "has" if counted.count == 1 else "have"
                self._carry_out(
                    Reprioritize(numbers=numbers, token=token, priority=priority),
                    counted,
                    lambda who, _: f"{who} {has} priority {priority}",
                )

        self._screen.app.push_screen(PriorityScreen(_who(counted)), answered)

    def _carry_out(
        self,
        command: RunNext | Reprioritize,
        counted: CommandOutcome,
        told: Callable[[str, CommandOutcome], str],
    ) -> None:
        async def carry_out() -> None:
            outcome = await self._session.apply(lambda: command)
            if outcome.count or outcome.skipped:
                self._pane.table.marks.clear()
            await self._screen.read()
            if not outcome.count:
                self._screen.say(f"nothing done: {why_not(outcome)}", "error")
            else:
                tell(self._screen, told(_who(counted, outcome.count), outcome), outcome)

        self._steering.start(carry_out())


def _named(counted: CommandOutcome) -> tuple[tuple[int, ...], str | None]:
    """Return what names those that were counted: their numbers, or a token if they are many."""
    return ((), counted.token) if counted.token else (counted.numbers, None)


def _who(counted: CommandOutcome, done: int | None = None) -> str:
    if counted.count == 1:
        return f"task {counted.numbers[0]}"
    return counted_of(counted.count if done is None else done, counted.count, "task")
