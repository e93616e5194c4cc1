"""Acting on the whole engine: submit, pause, stop, leave."""

from __future__ import annotations

from collections.abc import Mapping

from chasqui.console.acting.acts import Act
from chasqui.console.acting.steering import Steering
from chasqui.console.leaving import Leaving
from chasqui.console.screens.commanding import CommandingScreen
from chasqui.control.port import Command, Pause, Resume, TaskTypeInfo


class EngineActions:
    """The actions on the whole engine."""

    def __init__(self, screen: CommandingScreen, steering: Steering) -> None:
        self._screen = screen
        self._session = screen.session
        self._steering = steering
        self._leaving = Leaving(screen)

    def acts(self) -> Mapping[str, Act]:
        """Return the code of each action."""
        return {
            "engine.submit": self.submit,
            "engine.batch": self.submit_file,
            "engine.pause": self.pause_or_resume,
            "engine.shutdown": self.shutdown,
            "app.leave": self._leaving.leave,
        }

    def shutdown(self) -> None:
        """Stop the engine."""
        if not self._steering.refused(stops=True):
            self._leaving.shutdown()

    def pause_or_resume(self) -> None:
        """Pause a running engine, resume a paused one."""

        if self._steering.refused():
            return

        def make() -> Command:
            snapshot = self._session.snapshot
            return Resume() if snapshot and snapshot.state == "paused" else Pause()

        said = {
            Pause: "paused: no task starts, running ones go on; "
            f"{self._session.keys.named('engine.pause')} resumes",
            Resume: "resumed",
        }
        self._steering.apply(make, lambda command, _: said[type(command)])

    def submit(self) -> None:
        """Choose a type, fill in its form."""
        if not self._may_submit():
            return

        # Imported here, as are other screens that a console opens at a key: it starts sooner.
        from chasqui.console.screens.type_picker import TypePicker

        self._screen.app.push_screen(TypePicker(self._session), self._fill_in)

    def submit_file(self) -> None:
        """Choose a type and a file of rows for it."""
        if not self._may_submit():
            return

        from chasqui.console.screens.batch import BatchScreen
        from chasqui.console.screens.type_picker import FileTypePicker

        def chosen(info: TaskTypeInfo | None) -> None:
            if info is not None:
                self._screen.app.push_screen(BatchScreen(self._session, info, self._screen.say))

        self._screen.app.push_screen(FileTypePicker(self._session), chosen)

    def _may_submit(self) -> bool:
        """Tell whether tasks can be submitted, and say why not."""
        if self._steering.refused():
            return False
        if not self._session.types:
            self._screen.say("there are no task types; `chasqui-tui plugins` says why", "warn")
        return bool(self._session.types)

    def fill_in(self, type: str) -> None:
        """Fill in the form of a type."""
        self._fill_in(next((info for info in self._session.types if info.name == type), None))

    def _fill_in(self, info: TaskTypeInfo | None) -> None:
        from chasqui.console.screens.submit import SubmitScreen

        if info is not None:
            self._screen.app.push_screen(SubmitScreen(self._session, info, self._screen.say))
