"""A console over a port, driven by keys; it reads the port only when a test says so."""

from __future__ import annotations

import asyncio
import base64
import gc
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.color_triplet import ColorTriplet
from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen

from chasqui.console import checker, reader
from chasqui.console.acting import copying
from chasqui.console.app import ConsoleApp
from chasqui.console.ending import ConsoleExit
from chasqui.control.port import Port
from tests.console.parsed import share_parsed_styles

NEVER = 0.001  # readings a second: no test lasts until the second one


async def idle(*_: float) -> None:
    """Wait until nothing in the event loop can go on but the caller.

    What is left then waits for a time, another thread or the caller. Textual's own `wait_for_idle`
    guesses it from the processor time that passes, and takes a fiftieth of a second at least.
    """
    loop: Any = asyncio.get_running_loop()
    await asyncio.sleep(0)
    while loop._ready:
        await asyncio.sleep(0)


@pytest.fixture(autouse=True, scope="session")
def _styles_are_parsed_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        share_parsed_styles(patch)
        yield


@pytest.fixture(autouse=True, scope="module")
def _garbage_is_looked_for_seldom() -> Iterator[None]:
    # Each console makes and drops so many objects that the search for cycles takes a fifth of all.
    before = gc.get_threshold()
    gc.set_threshold(20_000, 20, 10)
    yield
    gc.set_threshold(*before)


@pytest.fixture(autouse=True)
def _no_guess_at_idleness(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("textual.app", "textual.pilot"):
        monkeypatch.setattr(f"{module}.wait_for_idle", idle)


@pytest.fixture(autouse=True)
def _keys_wait_for_a_slow_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "AHEAD_SECONDS", 60.0)


class Console:
    """The running console, as its operator has it."""

    def __init__(self, app: ConsoleApp, pilot: Pilot[Any]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def lines(self) -> list[str]:
        """What is on screen."""
        return [strip.text.rstrip() for strip in self.app.screen._compositor.render_strips()]

    @property
    def text(self) -> str:
        """What is on screen, as one text."""
        return "\n".join(self.lines)

    def row(self, words: str) -> str:
        """Return the row of a list with these words, not the line below that describes it."""
        return next(line for line in self.lines if words in line)

    @property
    def widgets(self) -> int:
        """How many widgets there are on the main screen."""
        return len(self.app.main.query("*"))

    def colours_of(self, words: str) -> tuple[str, str]:
        """Return text and ground colour of words on screen."""
        for strip in self.app.screen._compositor.render_strips():
            at = 0
            for segment in strip:
                if words in segment.text:
                    style = segment.style
                    assert style is not None and style.color and style.bgcolor
                    return style.color.name, style.bgcolor.name
                at += len(segment.text)
        raise AssertionError(f"{words!r} is not on screen:\n{self.text}")

    @property
    def colours(self) -> set[ColorTriplet]:
        """All colours of text and ground on screen."""
        styles = {
            segment.style
            for strip in self.app.screen._compositor.render_strips()
            for segment in strip
            if segment.style is not None
        }
        both = [colour for style in styles for colour in (style.color, style.bgcolor)]
        return {colour.triplet for colour in both if colour is not None and colour.triplet}

    async def settle(self) -> None:
        """Wait until what was asked of the port is answered and shown."""
        while True:  # what an answer shows may start the next call, and so may a drawing
            await idle()
            if len(self.app.workers):
                await self.app.workers.wait_for_complete()
            elif self.top is not None and self.app.main._reader._in_line:
                await asyncio.sleep(0.001)  # a reading that keys wait for is no worker
            elif (screen := self.top) is not None and screen._update_timer._active.is_set():
                screen._on_timer_update()  # draws now, not within a sixtieth of a second
            else:
                return

    @property
    def top(self) -> Screen[Any] | None:
        """The screen in use; none once the console was left."""
        return self.app.screen_stack[-1] if self.app.screen_stack else None

    async def press(self, *keys: str) -> None:
        """Press keys, and wait for what they do."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Type a text into the field in focus."""
        await self.burst(*text)

    async def burst(self, *keys: str) -> None:
        """Press keys as a slow line delivers them: all before the first is looked at."""
        for key in keys:
            name = _character_to_key(key) if len(key) == 1 else key
            self.app.post_message(events.Key(name, key if len(key) == 1 else None))
        await self.settle()

    async def paste(self, text: str) -> None:
        """Paste into the field in focus."""
        self.app.post_message(events.Paste(text))
        await self.settle()

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until something holds, which a pause of the typing brings about."""
        for _ in range(2000):
            if holds():
                return
            await self.pilot.pause(0.01)
        raise AssertionError(f"never came:\n{self.text}")

    async def tick(self, times: int = 1) -> None:
        """Read the port."""
        for _ in range(times):
            self.app.main.tick()
            await self.settle()


Steps = Callable[[Console], Awaitable[None]]
Drive = Callable[..., ConsoleExit | None]


@pytest.fixture
def drive() -> Drive:
    """Return a function that runs steps in a console over a port, and says how it was left."""

    def run(port: Port, steps: Steps, size: tuple[int, int] = (80, 24), **more: Any) -> Any:
        async def main() -> ConsoleExit | None:
            app = ConsoleApp(port, refresh=NEVER, **more)
            async with app.run_test(size=size) as pilot:
                console = Console(app, pilot)
                await console.settle()
                await steps(console)
            assert app.crash is None, app.crash
            return app.return_value

        return asyncio.run(main())

    return run


@pytest.fixture
def never_pausing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the typing never pause, so that nothing is judged but what is submitted."""
    monkeypatch.setattr(checker, "PAUSE_SECONDS", 3600.0)


class Copied:
    """What a console has put on the clipboard of its terminal."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.sequences: list[str] = []

    @property
    def texts(self) -> list[str]:
        """The texts that the terminal was sent."""
        codes = [one.removeprefix("\x1b]52;c;").removesuffix("\a") for one in self.sequences]
        return [base64.b64decode(one).decode() for one in codes]

    def file(self, name: str) -> Path:
        """Return where a text is written that is copied to a file."""
        return self._folder / "chasqui" / "copied" / name


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Copied:
    """Be at a terminal with OSC 52, without a desktop or a multiplexer, and see what it gets."""
    found = Copied(tmp_path)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION", "SSH_TTY", "TMUX", "STY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(
        copying, "send_to_terminal", lambda _, sequence: found.sequences.append(sequence)
    )
    return found
