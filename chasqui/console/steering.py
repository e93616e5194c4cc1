"""The commands that keys of the main screen send to the engine, and how answers are shown."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from chasqui.console import themes
from chasqui.console.refusing import refusal
from chasqui.console.screens.commanding import CommandingScreen
from chasqui.console.screens.confirm import ConfirmScreen
from chasqui.control.port import (
    Cancel,
    Command,
    Outcome,
    Pause,
    PauseType,
    ResetBreaker,
    Resize,
    Resume,
    ResumeType,
    SetTheme,
    TaskTypeInfo,
)

if TYPE_CHECKING:
    from chasqui.console.panes.backlog import BacklogPane
    from chasqui.console.panes.metrics import MetricsPane
    from chasqui.console.panes.workers import WorkersPane


DEFAULT_POOL = "default"


class Steering:
    """The commands of the main screen; an object for each screen."""

    def __init__(self, screen: CommandingScreen) -> None:
        self._screen = screen
        self._session = screen.session
        self._wanted_workers: dict[str, int] = {}  # by pool

    def refused(self, *, stops: bool = False) -> bool:
        """Tell whether commands are refused, and say why; some may only stop the engine."""
        why = refusal(self._session.caps, stops=stops)
        if why:
            self._screen.say(why, "warn")
        return bool(why)

    def pause_or_resume(self) -> None:
        """Pause a running engine, resume a paused one."""

        def make() -> Command:
            snapshot = self._session.snapshot
            return Resume() if snapshot and snapshot.state == "paused" else Pause()

        said = {
            Pause: "paused: no task starts, running ones go on; p resumes",
            Resume: "resumed",
        }
        self.apply(make, lambda command, _: said[type(command)])

    def resize(self, by: int, pane: WorkersPane) -> None:
        """Ask for a worker more or less than was last asked for, in the selected pool."""
        if not self._session.caps.can_resize:
            self._screen.say("this engine cannot be resized", "warn")
            return
        worker = pane.selected_worker
        pool = worker.pool if worker and worker.pool else DEFAULT_POOL

        def make() -> Command:
            present = self._wanted_workers.get(pool) or pane.workers_of(pool)
            self._wanted_workers[pool] = max(1, present + by)
            return Resize(workers=self._wanted_workers[pool], pool=pool)

        def told(command: Command, _: Outcome) -> str:
            assert isinstance(command, Resize)
            where = f" in pool {pool}" if worker and worker.pool else ""
            return f"asked for {command.workers:,} workers{where}"

        self.apply(make, told, remembered=True)

    def cancel_waiting(self, pane: BacklogPane) -> None:
        """Cancel the selected waiting task."""
        task = pane.selected_task
        if task is None:
            number = pane.selected_number
            what = f"task {number} no longer waits" if number else "no task is selected"
            self._screen.say(what, "warn")
            return
        self._cancel(task.number, f"cancelled task {task.number}")

    def cancel_running(self, pane: WorkersPane) -> None:
        """Ask the selected worker's task to stop, once confirmed."""
        worker = pane.selected_worker
        if worker is None or worker.task is None:
            self._screen.say("this worker runs no task", "warn")
            return
        if not self._session.caps.can_cancel_running:
            self._screen.say("a running task cannot be cancelled here", "warn")
            return
        number = worker.task
        words = (
            f"Task {number}, {worker.type}, runs on {worker.name}.",
            "It is only asked to stop: a thread cannot be killed, and it goes on",
            "until it checks the request.",
        )

        def answered(yes: bool | None) -> None:
            if yes:
                self._cancel(number, f"asked task {number} to stop")

        screen = ConfirmScreen("Cancel a running task?", words, f"Ask task {number} to stop")
        self._screen.app.push_screen(screen, answered)

    def pause_or_resume_type(self, pane: MetricsPane) -> None:
        """Pause the selected type, or resume it."""
        row = pane.selected_type
        if row is None:
            self._screen.say("no type is selected", "warn")
            return
        name, is_paused = row.name, row.is_paused

        def make() -> Command:
            return ResumeType(type=name) if is_paused else PauseType(type=name)

        said = (
            f"resumed {name}"
            if is_paused
            else f"paused {name}: none of its tasks starts; P resumes it"
        )
        self.apply(make, lambda *_: said)

    def reset_breaker(self, pane: MetricsPane) -> None:
        """Close the breaker of the selected type, once confirmed."""
        row = pane.selected_type
        if row is None or row.state not in ("breaker open", "half open"):
            what = "no type is selected" if row is None else f"the breaker of {row.name} is closed"
            self._screen.say(what, "warn")
            return
        name = row.name
        words = (
            f"{row.queued:,} tasks of {name} wait; {row.failed:,} have failed.",
            "Its tasks start again at once, whether or not the cause of the failures is gone.",
        )

        def answered(yes: bool | None) -> None:
            if yes:
                self.apply(
                    lambda: ResetBreaker(type=name),
                    lambda *_: f"reset {name}: its tasks start again",
                )

        screen = ConfirmScreen("Reset a breaker?", words, f"Let {name} start again")
        self._screen.app.push_screen(screen, answered)

    def submit(self) -> None:
        """Choose a type, fill in its form."""
        if not self._session.types:
            self._screen.say("there are no task types; `chasqui-tui plugins` says why", "warn")
            return

        # Imported here, as are other screens that a console opens at a key: it starts sooner.
        from chasqui.console.screens.type_picker import TypePicker

        def chosen(info: TaskTypeInfo | None) -> None:
            from chasqui.console.screens.submit import SubmitScreen

            if info is not None:
                screen = SubmitScreen(self._session, info, self._screen.say)
                self._screen.app.push_screen(screen)

        self._screen.app.push_screen(TypePicker(self._session), chosen)

    def next_theme(self) -> None:
        """Change to the next theme, and remember it."""
        theme = themes.after(self._screen.app.theme)
        self._screen.app.theme = theme
        if refusal(self._session.caps):
            why = "it is read-only" if self._session.caps.read_only else "the host is another"
            self._screen.say(f"theme {theme}, until this console ends: {why}", "ok")
            return
        self.apply(lambda: SetTheme(theme=theme), lambda *_: f"theme {theme}", remembered=True)

    def _cancel(self, number: int, done: str) -> None:
        self.apply(lambda: Cancel(numbers=(number,)), lambda *_: done)

    def apply(
        self,
        make: Callable[[], Command],
        told: Callable[[Command, Outcome], str],
        *,
        remembered: bool = False,
    ) -> None:
        """Carry out a command, and show the outcome and where it is remembered."""
        made: list[Command] = []

        def make_once() -> Command:
            made.append(make())
            return made[0]

        async def apply() -> None:
            outcome = await self._session.apply(make_once)
            await self._screen.read()
            if outcome.ok:
                note = f" ({outcome.reason})" if outcome.reason else ""
                said = told(made[0], outcome)
                where = self._where() if remembered and not note else ()
                forms = tuple(said + one for one in where)
                self._screen.say((*forms, said + note)[0], "warn" if note else "ok", forms[1:])
            else:
                self._screen.say(why_not(outcome), "error")

        self.start(apply())

    def _where(self) -> tuple[str, ...]:
        """Say where the change is remembered, in full and in shorter forms."""
        file = self._session.caps.remembered_in
        if not file:
            return (", until this console ends",)
        return (f", remembered in {file}", ", remembered: ? says where")

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine that waits for the engine, without blocking the screen."""
        self._screen.run_worker(work, group="commands", exit_on_error=False)


def why_not(outcome: Outcome) -> str:
    """Return why a command was not carried out."""
    if outcome.reason:
        return outcome.reason
    if outcome.skipped:
        return "; ".join(f"task {number} {why}" for number, why in outcome.skipped[:3])
    return "the engine did not say why"
