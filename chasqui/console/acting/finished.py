"""Acting on finished tasks: submitting one again, as it was or with other parameters."""

from __future__ import annotations

from collections.abc import Mapping

from chasqui.console.acting.acts import Act
from chasqui.console.acting.filling import Filling
from chasqui.console.acting.steering import Steering, why_not
from chasqui.console.panes.finished import FinishedPane
from chasqui.console.screens.commanding import CommandingScreen
from chasqui.control.port import FillForm, SubmitOptions


class FinishedActions:
    """The actions of the pane of finished tasks."""

    def __init__(self, screen: CommandingScreen, steering: Steering, pane: FinishedPane) -> None:
        self._screen = screen
        self._session = screen.session
        self._steering = steering
        self._pane = pane
        self._filling = Filling(screen, screen.session)

    def acts(self) -> Mapping[str, Act]:
        """Return the code of each action."""
        return {"finished.again": self.again, "finished.edit": self.edit}

    def edit(self) -> None:
        """Open the form of the selected task's type, filled in with its parameters."""
        number = self._pane.selected_number
        if number is None:
            self._screen.say("no task is selected", "warn")
        else:
            self._filling.submit_again(number)

    def again(self) -> None:
        """Submit the chosen task again as it was.

        Until a row is chosen, the cursor is on the newest task, which is another one at any moment.
        """
        if self._steering.refused():
            return
        number = self._pane.selected_number
        if number is None:
            self._screen.say("no task is selected", "warn")
        elif not self._pane.table.selection.chosen:
            self._screen.say("choose a task with up and down first: the newest one changes", "warn")
        else:
            self._steering.start(self._submit(number))

    async def _submit(self, number: int) -> None:
        filled = await self._session.apply(lambda: FillForm(number=number))
        form = filled.form
        if form is None:
            self._screen.say(why_not(filled), "warn")
            return
        if form.untold:
            lacks = ", ".join(form.untold)
            edit = self._session.keys.key("finished.edit")
            self._screen.say(f"{lacks} cannot be repeated as it was: {edit} opens the form", "warn")
            return
        outcome = await self._session.submit(form.type, dict(form.texts), SubmitOptions())
        await self._screen.read()
        if outcome.ok:
            new = ", ".join(map(str, outcome.numbers))
            self._screen.say(f"submitted task {new}, with the parameters of {number}", "ok")
        else:
            self._screen.say(why_not(outcome), "error")
