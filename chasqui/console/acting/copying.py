"""Copying a part of a task: the menu, the way to the clipboard, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from textual.app import App

from chasqui.console.clipboard import Send, copy_text, write_file
from chasqui.console.model.copying import Copyable, as_json, parts_of
from chasqui.console.poller import ask
from chasqui.console.session import Session
from chasqui.control.port import TaskDetail
from chasqui.control.unkept import why_unkept


class Telling(Protocol):
    """A screen that says what was done."""

    @property
    def app(self) -> App[Any]:
        """The application."""
        ...

    def say(self, text: str, role: str = "title") -> None:
        """Show what was done, or why it was not."""
        ...

    def run_worker(self, work: Any, *, group: str, exit_on_error: bool) -> Any:
        """Run a coroutine on the loop of the application."""
        ...


class Copying:
    """Copies parts of tasks for a screen."""

    def __init__(self, screen: Telling, session: Session) -> None:
        self._screen = screen
        self._session = session

    async def task(self, number: int) -> None:
        """Ask for a task, and then what to copy of it."""
        try:
            detail = await self._session.detail(number, 0)
        except Exception as error:  # the port failed: the user who pressed the key must know
            self._screen.say(f"nothing copied: {type(error).__name__}: {error}", "error")
            return
        if detail is None:
            read = self._session.snapshot
            self._screen.say(why_unkept(number, read.last_number if read else None), "warn")
        else:
            self.menu(detail)

    def menu(self, detail: TaskDetail) -> None:
        """Ask what to copy of a task."""
        from chasqui.console.screens.copy_menu import FILE, CopyMenu

        parts = [*parts_of(detail, [info.name for info in self._session.types])]

        def chosen(name: str | None) -> None:
            found = next((part for part in parts if part.name == name), None)
            if name == FILE:
                self._start(lambda _: _written(detail))
            elif found is not None:
                file = f"task-{detail.number}-{found.name}.txt"
                self._start(lambda send: _copied(found, file, send))

        self._screen.app.push_screen(CopyMenu(detail, parts), chosen)

    def line(self, line: str, said: str, again: str, *, to_file: bool = False) -> None:
        """Copy a command line, and say so in the given words.

        Args:
            again: the key that writes it to a file instead.
            to_file: whether that is asked for.
        """
        file, otherwise = "command.txt", f"to a file: {again} again"

        def work(send: Send) -> str:
            if to_file:
                return f"wrote the command to {write_file(line, file)}"
            return f"{said} {copy_text(line, file, send, otherwise=otherwise)}"

        self._start(work)

    def numbers(self, numbers: Sequence[int] | None) -> None:
        """Copy the numbers of tasks, as commands take them; None: only the engine has them."""
        if numbers is None:
            why = "so many are marked that only the engine knows all of them"
            self._screen.say(f"nothing copied: {why}", "warn")
            return
        part = Copyable("n", f"numbers of {len(numbers):,} tasks", " ".join(map(str, numbers)))
        self._start(lambda send: _copied(part, "task-numbers.txt", send))

    def _start(self, work: Callable[[Send], str]) -> None:
        self._screen.run_worker(self._carry_out(work), group="copying", exit_on_error=False)

    async def _carry_out(self, work: Callable[[Send], str]) -> None:
        """Do it aside, since a tool or a disk may be slow; then say what was done."""
        sent: list[str] = []
        try:
            said = await ask(lambda: work(sent.append))
        except OSError as error:
            self._screen.say(f"nothing copied: {error}", "error")
            return
        for sequence in sent:
            send_to_terminal(self._screen.app, sequence)
        self._screen.say(said, "ok")


def send_to_terminal(app: App[Any], sequence: str) -> None:
    """Write a sequence to the terminal of an app as it is."""
    # The driver has no public name; Textual's own copying writes to it like this.
    if app._driver is not None:
        app._driver.write(sequence)


def _copied(part: Copyable, file: str, send: Send) -> str:
    return f"copied the {part.name} {copy_text(part.text, file, send)}"


def _written(detail: TaskDetail) -> str:
    return (
        f"wrote task {detail.number} to {write_file(as_json(detail), f'task-{detail.number}.json')}"
    )
