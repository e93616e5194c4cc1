"""Acting on failures: the question before, and the message afterwards.

The selected failure is retried or discarded at once. Before several are, or one that is marked
elsewhere, a dialog names how many they are and of what kind. The action then applies to the
failures that were counted, whatever has failed since: by number, or for many of them by the
engine's token.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from chasqui.console.acting.acts import Act
from chasqui.console.acting.exporting import Exporting
from chasqui.console.acting.filling import Filling
from chasqui.console.acting.steering import Steering, why_not
from chasqui.console.acting.telling import samples, tell
from chasqui.console.panes.failures import FailuresPane
from chasqui.console.screens.commanding import CommandingScreen
from chasqui.console.screens.confirm import ConfirmScreen, TypedConfirm
from chasqui.console.screens.dialog import Dialog
from chasqui.control.port import (
    Chosen,
    CommandOutcome,
    CountFailures,
    DiscardFailures,
    FailureRow,
    GroupRow,
    Marked,
    RetryFailures,
)

Deed = Literal["retry", "discard"]
NAMED_KINDS = 3  # of those that are marked, in the question
DONE: dict[Deed, str] = {"retry": "retried", "discard": "discarded"}
UNDOABLE: dict[Deed, str] = {
    "retry": "{} undoes it within 30 seconds, except for tasks that have started.",
    "discard": "{} undoes it within 30 seconds.",
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """An action, its failures, and how a question names them."""

    deed: Deed
    chosen: Chosen
    words: Sequence[str]
    has_to_be_typed: bool = False
    marked: Marked | None = None
    """Only what is marked of them."""


class FailureActions:
    """The actions of the failures pane."""

    def __init__(self, screen: CommandingScreen, steering: Steering, pane: FailuresPane) -> None:
        self._screen = screen
        self._session = screen.session
        self._steering = steering
        self._pane = pane
        self._filling = Filling(screen, screen.session)
        self._exporting = Exporting(screen, steering, pane)

    def acts(self) -> Mapping[str, Act]:
        """Return the code of each action."""
        return {
            "task.open": self.open,
            "failures.retry": lambda: self.act("retry"),
            "failures.discard": lambda: self.act("discard"),
            "failures.retry_all": lambda: self.act_on_all("retry"),
            "failures.discard_all": lambda: self.act_on_all("discard"),
            "failures.edit": self.edit,
            "failures.export": self._exporting.export,
        }

    def open(self) -> None:
        """List the failures of the selected kind, or show the selected one."""
        if self._pane.open_group():
            self._screen.refocus()
        else:
            self._screen.open_task()

    def edit(self) -> None:
        """Open the form that retries the selected failure with other parameters."""
        row = self._pane.selected_row
        if row is None:
            self._screen.say("no failure is selected", "warn")
        elif isinstance(row, GroupRow) and row.kept != 1:
            key = self._session.keys.named("task.open")
            self._screen.say(f"{key} lists the failures of this kind; choose the one to edit there")
        else:
            self._filling.edit_retry(self._pane.selected_number or 0)

    def act(self, deed: Deed) -> None:
        """Retry or discard what is marked, else the selected failure or kind.

        The selected failure is acted on at once; several, or one that is marked elsewhere, only
        when confirmed.
        """
        if self._steering.refused():
            return
        row, marks = self._pane.selected_row, self._pane.table.marks
        if marks and not (isinstance(row, FailureRow) and marks.is_only(row.number)):
            words = [*self._about_marked(deed)]
            self._ask(Proposal(deed, Chosen(), words, marked=marks.asked))
        elif row is None:
            self._screen.say("no failure is selected", "warn")
        elif isinstance(row, GroupRow):
            words = [f"{row.type}: {row.error}"]
            if deed == "retry":
                words += self._behind_a_breaker(row.type)
            self._ask(Proposal(deed, Chosen(group=row.id), words), ever=row.count)
        else:
            chosen = Chosen(numbers=(row.number,))
            marked = marks.asked if marks else None
            self._carry_out(Proposal(deed, chosen, (), marked=marked), chosen, 1)

    def act_on_all(self, deed: Deed) -> None:
        """Retry or discard all listed failures, when confirmed."""
        if self._steering.refused():
            return
        listing = self._pane.listing
        words = []
        if listing.group is not None:
            words.append(f"{listing.group.type}: {listing.group.error}")
        if listing.filter:
            words.append(f"all that match: {listing.filter}")
        typed = deed == "discard"
        self._ask(
            Proposal(deed, listing.chosen, words or ["all kept failures, of every kind"], typed)
        )

    def _about_marked(self, deed: Deed) -> Iterator[str]:
        if not self._pane.listing.is_groups:
            yield self._pane.table.marks.words
            return
        kinds = self._pane.marked_kinds
        yield from (f"{kind.type}: {kind.error}" for kind in kinds[:NAMED_KINDS])
        if more := len(self._pane.table.marks) - len(kinds[:NAMED_KINDS]):
            yield f"and {more:,} more kind{'s' * (more != 1)}"
        if deed == "retry":
            for type in dict.fromkeys(kind.type for kind in kinds):
                yield from self._behind_a_breaker(type)

    def _behind_a_breaker(self, type: str) -> Iterator[str]:
        snapshot = self._session.snapshot
        if snapshot is not None and type in snapshot.breakers:
            yield f"The breaker of {type} is open: they will wait until it closes."
        if snapshot is not None and type in snapshot.half_open:
            yield f"The breaker of {type} is half open: all but a few will wait until it closes."

    def _ask(self, wanted: Proposal, ever: int | None = None) -> None:
        async def ask() -> None:
            chosen = msgspec.structs.replace(wanted.chosen, open_only=wanted.deed == "retry")
            try:
                outcome = await self._count(chosen, wanted.marked)
                is_none = outcome.ok and not outcome.count
                why_none = await self._why_none(wanted) if is_none else ""
            finally:
                self._screen.is_asking = False
            if not outcome.ok:
                self._screen.say(f"nothing done: {why_not(outcome)}", "error")
            elif is_none:
                self._screen.say(why_none, "warn")
            else:
                self._confirm(wanted, outcome, ever)

        self._screen.is_asking = True
        self._steering.start(ask())

    async def _count(self, chosen: Chosen, marked: Marked | None) -> CommandOutcome:
        return await self._session.apply(lambda: CountFailures(chosen=chosen, marked=marked))

    async def _why_none(self, wanted: Proposal) -> str:
        """Say why none of the failures can be acted on: they may be there, and retried already."""
        if wanted.deed == "retry":
            count = (await self._count(wanted.chosen, wanted.marked)).count
            # Discarded ones are among them only where the filter asks for such.
            done = "retried or discarded" if wanted.chosen.filter else "retried"
            if count == 1:
                return f"this failure was {done} already"
            if count:
                return f"these {_failures(count)} were {done} already"
        return f"none of these failures is left to {wanted.deed}"

    def _confirm(self, wanted: Proposal, counted: CommandOutcome, ever: int | None) -> None:
        count, deed = counted.count, wanted.deed
        what = f"{deed.capitalize()} {_failures(count)}"
        words = [*wanted.words, *samples(counted)]
        if ever is not None and ever != count:
            left = "kept, and not retried" if deed == "retry" else "kept"
            words.append(f"{ever:,} have failed this way; {count:,} of them are {left}.")
        words.append(UNDOABLE[deed].format(self._session.keys.named("engine.undo")))
        screen: Dialog[bool] = ConfirmScreen(f"{what}?", words, what)
        if wanted.has_to_be_typed:
            screen = TypedConfirm(f"{what}?", words, f"{deed} {count}")

        def answered(yes: bool | None) -> None:
            if yes:
                self._carry_out(wanted, counted.chosen, count)

        self._screen.app.push_screen(screen, answered)

    def _carry_out(self, wanted: Proposal, chosen: Chosen, count: int) -> None:
        deed = wanted.deed
        kind = RetryFailures if deed == "retry" else DiscardFailures

        async def carry_out() -> None:
            outcome = await self._session.apply(lambda: kind(chosen=chosen))
            if wanted.marked is not None and (outcome.count or outcome.skipped):
                self._pane.table.marks.clear()
            await self._screen.read()
            done = outcome.count
            if not done and not outcome.skipped:
                self._screen.say(why_not(outcome), "error")
            elif count == 1 and done:
                tell(self._screen, f"{DONE[deed]} task {outcome.numbers[0]}", outcome)
            else:
                tell(self._screen, f"{DONE[deed]} {_of(done, count)}", outcome)

        self._steering.start(carry_out())


def _of(done: int, wanted: int) -> str:
    return _failures(done) if done == wanted else f"{done:,} of {_failures(wanted)}"


def _failures(count: int) -> str:
    return f"{count:,} failure{'s' * (count != 1)}"
