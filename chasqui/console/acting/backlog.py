"""Acting on waiting tasks: the question before, and the message afterwards.

A single task is cancelled at once, unless it is parked. Before several are, a dialog names how many
they are; the cancel then applies to those that were counted and still wait, whatever has been
submitted since. What no undo puts back has to be typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chasqui.console.acting.acts import Act
from chasqui.console.acting.reordering import OrderActions
from chasqui.console.acting.reordering_marked import MarkedOrder
from chasqui.console.acting.steering import Steering, why_not
from chasqui.console.acting.telling import counted_of, samples, tell
from chasqui.console.model.lanes import filter_of, title
from chasqui.console.panes.backlog import BacklogPane
from chasqui.console.screens.commanding import CommandingScreen
from chasqui.console.screens.confirm import ConfirmScreen, TypedConfirm
from chasqui.console.screens.dialog import Dialog
from chasqui.control.port import PUT_BACK_MOST, Cancel, CommandOutcome, CountWaiting, TaskRow

UNDONE = "{} puts {} back within 30 seconds, as {} with the same parameters."
FOR_GOOD = f"More than {PUT_BACK_MOST:,} cannot be put back."


class BacklogActions:
    """The actions of the backlog pane."""

    def __init__(self, screen: CommandingScreen, steering: Steering, pane: BacklogPane) -> None:
        self._screen = screen
        self._session = screen.session
        self._steering = steering
        self._pane = pane
        self._reordering = OrderActions(screen, steering)
        self._marked = MarkedOrder(screen, steering, pane)

    def acts(self) -> Mapping[str, Act]:
        """Return the code of each action."""
        return {
            "task.open": self.open,
            "task.cancel": self.cancel,
            "task.run_next": self.run_next,
            "task.priority": self.prioritize,
            "backlog.cancel_all": self.cancel_all,
            "backlog.view": self.switch_view,
        }

    def open(self) -> None:
        """List the tasks of the selected type, or show the selected task."""
        if self._pane.open_lane():
            self._screen.refocus()
        else:
            self._screen.open_task()

    def switch_view(self) -> None:
        """Switch between types and single tasks."""
        self._pane.switch_view()
        self._screen.refocus()

    def cancel(self) -> None:
        """Cancel what is marked, else the selected task or all of the selected type.

        The selected task is cancelled at once; several, one that is marked elsewhere, or a parked
        one only when confirmed.
        """
        if self._steering.refused():
            return
        marks, task = self._pane.table.marks, self._pane.selected_task
        if marks and not (task is not None and marks.is_only(task.number)):
            self._ask(CountWaiting(marked=marks.asked), marks.words)
            return
        lane = self._pane.selected_lane
        if lane is not None and lane.kind == "parked":
            key = self._session.keys.named("task.open")
            said = f"choose or mark the parked tasks to cancel: {key} lists them"
            self._screen.say(said, "warn")
            return
        if lane is not None:
            chosen = f"all of {title(lane)}" if lane.kind == "queued" else "all that is scheduled"
            self._ask(CountWaiting(filter=filter_of(lane)), chosen)
            return
        if task is None:
            self._say_gone()
        elif task.is_parked:
            self._steering.cancel_parked(task.number, task.type, task.params)
        else:
            self._steering.cancel(task.number)

    def run_next(self) -> None:
        """Have what is marked, else the selected waiting task, start before all others."""
        if self._pane.table.marks and not self._steering.refused():
            self._marked.run_next()
        elif (task := self._to_reorder()) is not None:
            self._reordering.run_next(task.number)

    def prioritize(self) -> None:
        """Ask for another priority of what is marked, else of the selected waiting task."""
        if self._pane.table.marks and not self._steering.refused():
            self._marked.prioritize()
        elif (task := self._to_reorder()) is not None:
            self._reordering.ask_priority(task.number, task.priority)

    def _to_reorder(self) -> TaskRow | None:
        """Return the selected waiting task; say why nothing is done if there is none."""
        if self._steering.refused():
            return None
        if self._pane.selected_lane is not None:
            key = self._session.keys.named("task.open")
            self._screen.say(f"choose a single task: {key} lists those of the type", "warn")
            return None
        task = self._pane.selected_task
        if task is None:
            self._say_gone()
        return task

    def _say_gone(self) -> None:
        number = self._pane.selected_number
        what = f"task {number} no longer waits" if number else "no task is selected"
        self._screen.say(what, "warn")

    def cancel_all(self) -> None:
        """Cancel all tasks that the filter selects, when confirmed; without a filter, all."""
        if self._steering.refused():
            return
        filter = self._pane.filter.text
        chosen = f"all that match: {filter}" if filter else "all that wait, of every type"
        self._ask(CountWaiting(filter=filter), chosen)

    def _ask(self, wanted: CountWaiting, chosen: str) -> None:
        is_all = wanted == CountWaiting()

        async def ask() -> None:
            try:
                counted = await self._session.apply(lambda: wanted)
            finally:
                self._screen.is_asking = False
            if not counted.ok:
                self._screen.say(f"nothing done: {why_not(counted)}", "error")
            elif not counted.count:
                none = "no waiting task matches" if wanted.filter else "none of them waits any more"
                self._screen.say("nothing waits" if is_all else none, "warn")
            else:
                self._confirm(counted, chosen, typed=is_all)

        self._screen.is_asking = True
        self._steering.start(ask())

    def _confirm(self, counted: CommandOutcome, chosen: str, *, typed: bool) -> None:
        count, parked = counted.count, counted.parked
        what = f"Cancel {counted_of(count, count, 'waiting task')}"
        words = [chosen, *samples(counted), *self._undone(count, parked)]
        if typed:
            words += self._staying()
        screen: Dialog[bool] = ConfirmScreen(f"{what}?", words, what)
        if typed or parked or count > PUT_BACK_MOST:
            screen = TypedConfirm(f"{what}?", words, f"cancel {count}")

        def answered(yes: bool | None) -> None:
            if yes:
                self._carry_out(counted)

        self._screen.app.push_screen(screen, answered)

    def _undone(self, count: int, parked: int) -> Iterator[str]:
        """Say what of a cancel can be undone."""
        if parked:
            are, they = ("is", "it") if parked == 1 else ("are", "they")
            yield f"{parked:,} of them {are} parked in the journal: {they} cannot be put back."
        left = count - parked
        if left > PUT_BACK_MOST:
            yield FOR_GOOD
        elif left:
            them, new = ("it", "a new task") if left == 1 else ("them", "new tasks")
            whom = f"the other{'s' * (left != 1)}" if parked else them
            yield UNDONE.format(self._session.keys.named("engine.undo"), whom, new)

    def _staying(self) -> Iterator[str]:
        """Say that parked tasks stay, which the tab counts and a cancel of all leaves alone."""
        snapshot = self._session.snapshot
        if snapshot is not None and (parked := snapshot.journal.parked):
            tasks, stay = ("task", "stays") if parked == 1 else ("tasks", "stay")
            yield f"{parked:,} parked {tasks} {stay}."

    def _carry_out(self, counted: CommandOutcome) -> None:
        token = counted.token or None
        numbers = () if token else counted.numbers

        async def carry_out() -> None:
            outcome = await self._session.apply(
                lambda: Cancel(numbers=numbers, token=token, waiting_only=True)
            )
            await self._screen.read()
            if not outcome.count and not outcome.skipped:
                self._screen.say(why_not(outcome), "error")
            else:
                done = counted_of(outcome.count, counted.count, "task")
                tell(self._screen, f"cancelled {done}", outcome)

        self._steering.start(carry_out())
