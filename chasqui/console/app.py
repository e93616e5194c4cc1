"""The console of an engine: it shows what a port reports, and sends the port what to do.

`run_console` owns the terminal from its call to its return, whatever happens in between, and
returns how it ended. It must be called in the main thread.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import App
from textual.binding import Binding
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.screen import Screen

from chasqui.console import themes
from chasqui.console.actions.table import ACTIONS, textual_keys
from chasqui.console.appearance import Appearance
from chasqui.console.driver import HungUp, InputFailed, TerminalDriver
from chasqui.console.ending import ConsoleExit as ConsoleExit
from chasqui.console.guard import TerminalGuard, signals
from chasqui.console.model.format import Glyphs, glyphs_for
from chasqui.console.model.keymap import UNBOUND, Keymap, SaidKeys
from chasqui.console.program import Program
from chasqui.console.remembered import Remembered
from chasqui.console.screens.main import MainScreen
from chasqui.console.screens.sizes import classes_at
from chasqui.console.session import Session
from chasqui.console.widgets.drawn import ROLES
from chasqui.control.port import Port

TRIM_SECONDS = 10.0  # how often the file of stray output is looked at


def nothing() -> None:
    """Do nothing."""


class ConsoleApp(App[ConsoleExit]):
    """The console.

    Args:
        port: the engine to look at and steer.
        theme: one of the console's themes or of Textual's.
        refresh: readings per second.
        glyphs: the characters that the terminal can show; None: detect them.
        charts: what charts are drawn in, ``braille`` or ``blocks``, where glyphs are detected.
        keys: the keys that configs give actions; each overrides those before it.
        folder: where the engine's files lie, for pictures of the screen; None: nowhere.
        remembered: the user's file for named filters and the tour; None: they are not kept.
        has_tour: whether a tour begins, unless the user has seen it.
        config_theme: the theme without what consoles have changed; empty: ``theme``.
        streams_taken: called once Textual has replaced the standard streams with its own.
        program: what the engine belongs to, if it is more than the engine.
    """

    CSS_PATH: ClassVar = ["styles/base.tcss", "styles/main.tcss", "styles/modal.tcss"]
    COMPONENT_CLASSES: ClassVar[set[str]] = ROLES
    BINDINGS: ClassVar = [
        # Above dialogs as well, whose other keys are their own.
        Binding("f8", "picture", show=False, priority=True, id="app.screenshot")
    ]
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    TITLE = "chasqui"

    def __init__(
        self,
        port: Port,
        *,
        theme: str = themes.DEFAULT,
        refresh: float = 4.0,
        glyphs: Glyphs | None = None,
        charts: str = "braille",
        keys: Sequence[SaidKeys] = (),
        folder: Path | None = None,
        remembered: Path | None = None,
        has_tour: bool = False,
        config_theme: str = "",
        streams_taken: Callable[[], object] = nothing,
        program: Program | None = None,
    ) -> None:
        no_color = os.environ.get("NO_COLOR")
        if no_color == "":  # an empty value does not count
            del os.environ["NO_COLOR"]
        super().__init__()
        if no_color == "":
            os.environ["NO_COLOR"] = no_color
        for own in themes.OWN:
            self.register_theme(own)
        if theme in self.available_themes:  # now: once there are widgets, all are styled again
            self.theme = theme
        if glyphs is None:
            encoding = getattr(sys.stdout, "encoding", None)
            glyphs = glyphs_for(encoding, os.environ, charts)
        self.glyphs = glyphs
        self.session = Session(port, glyphs, Keymap(ACTIONS, keys))
        self.session.folder, self.session.remembered = folder, Remembered(remembered)
        self.session.has_tour, self.session.program = has_tour, program
        self.session.config_theme = config_theme or theme
        changed = self.session.keys.changed
        self.set_keymap({id: textual_keys(keys) or UNBOUND for id, keys in changed.items()})
        self.crash: BaseException | None = None
        self.guard: TerminalGuard | None = None
        self._streams_taken = streams_taken
        self._wanted_theme = theme
        self._rate = refresh

    def get_driver_class(self) -> type[Driver]:
        """Return our driver of the terminal, unless Textual was given another."""
        found = super().get_driver_class()
        return TerminalDriver if found is LinuxDriver else found

    def get_default_screen(self) -> Screen[None]:
        """Return the screen that is never left."""
        screen = MainScreen(self.session, refresh=self._rate)
        screen.add_class(*classes_at(self.size))  # now: with widgets, all would be styled again
        return screen

    @property
    def main(self) -> MainScreen:
        """The screen that is never left."""
        screen = self.screen_stack[0]
        assert isinstance(screen, MainScreen)
        return screen

    def on_mount(self) -> None:
        """Choose the theme, and start to bound the stray output."""
        self._streams_taken()
        self.set_class(self.glyphs.is_ascii, "-ascii")
        known = self._wanted_theme in self.available_themes
        self.theme = self._wanted_theme if known else themes.DEFAULT
        if not known:
            self.main.say(f"there is no theme {self._wanted_theme!r}", "warn")
        if self.session.keys.problems:
            self.main.say(self.session.keys.problems[0], "warn")
        if self.guard is not None:
            self.set_interval(TRIM_SECONDS, self.guard.trim)

    def on_hung_up(self, message: HungUp) -> None:
        """Leave: the terminal was closed."""
        is_gone = self.guard is not None and self.guard.hang_up()
        self.exit(ConsoleExit("sighup", "the terminal was closed" if is_gone else "SIGHUP"))

    def on_input_failed(self, message: InputFailed) -> None:
        """End as after any other error, and keep the traceback."""
        raise message.error

    async def action_quit(self) -> None:
        """Leave, as the leave key does; while text is typed, say how to end that first."""
        on_main = self.screen is self.main
        if self.main.prompt is not None if on_main else self.screen.query("Input, TextArea"):
            self.bell()
            self.main.say("press Esc first: text is being typed here; then ctrl+q leaves", "warn")
        else:
            await self.main.action_act("app.leave")

    async def action_picture(self) -> None:
        """Take a picture of what is on screen."""
        await self.main.action_act("app.screenshot")

    def action_help_quit(self) -> None:
        """Stop the program around the engine; without one, say how to leave.

        In a form ctrl+c is copy, and does neither.
        """
        keys, program = self.session.keys, self.session.program
        if program is not None:
            self.main.say(program.stop(), "warn")
            return
        leave, shutdown = keys.key("app.leave"), keys.key("engine.shutdown")
        self.main.say(f"{leave} leaves, {shutdown} shuts the engine down")

    def _fatal_error(self) -> None:
        """Keep the error, without Textual's report, which prints values."""
        if self.crash is None:
            self.crash = (
                self._exception or sys.exc_info()[1] or RuntimeError("the error is unknown")
            )
        self._close_messages_no_wait()


def run_console(
    port: Port,
    look: Appearance,
    *,
    streams_taken: Callable[[], object] = nothing,
    program: Program | None = None,
    terminal: int | None = None,
) -> ConsoleExit:
    """Show the console until it is left, and give the terminal back as it was.

    Args:
        terminal: a descriptor of the terminal where the standard streams have other uses.
    """
    before = sys.stdout, sys.stderr
    try:
        with TerminalGuard(terminal) as guard:
            app = ConsoleApp(port, **look._asdict(), streams_taken=streams_taken, program=program)
            app.guard = guard
            return asyncio.run(_run(app, guard))
    finally:
        # Textual's own may be left there at times, and what is printed to them is lost.
        sys.stdout, sys.stderr = before


async def _run(app: ConsoleApp, guard: TerminalGuard) -> ConsoleExit:
    calls = {
        signal.SIGTERM: lambda: app.exit(ConsoleExit("sigterm", "SIGTERM")),
        signal.SIGINT: lambda: app.exit(ConsoleExit("sigint", "SIGINT")),
        signal.SIGHUP: lambda: app.on_hung_up(HungUp()),
    }
    with signals(calls, guard.hasten):
        ended = await app.run_async()
    if app.crash is not None:
        return ConsoleExit("crash", crash=app.crash)
    return ended or ConsoleExit("quit")
