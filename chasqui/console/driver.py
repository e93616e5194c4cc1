"""The terminal's input, whatever it is: it is taken for what it says, or dropped; it ends nothing.

Textual's own loop ends the program at a byte that is not UTF-8, at a report that it cannot read,
and at a terminal that is gone; and it believes unrequested reports, such as one of a
screen of a million columns. This loop goes on. What it promises:

- Bytes that are not UTF-8 stand for a character of their own, so that an old mouse report still has
  its length; as keys they are dropped.
- A report that cannot be read is dropped, and nothing else with it.
- What is pasted is text, also when it holds escape sequences or has no end; see `Pastes`.
- The size of the screen is what the system says, never what a report says, and a mouse report
  beyond it is dropped. However fast it changes, the last size that is taken is the one it has.
- Input is read no faster than the screen deals with it.
- A terminal that is gone is told to the app as `HungUp`.
"""

from __future__ import annotations

import asyncio
import codecs
import os
import select
import signal
import time
from collections.abc import Iterator
from typing import Final

from textual import events, messages

# The parser has no public name; Textual's own driver, which this stands in for, uses it like this.
from textual._xterm_parser import XTermParser
from textual.app import ScreenStackError
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from textual.message import Message

from chasqui.console.model.pastes import Part, Pastes

READ_BYTES: Final = 512  # little, so that what waits for the app stays little
LOOK_SECONDS: Final = 0.1  # how often the end of the app is looked for
HELD_SECONDS: Final = 0.02  # the same while a key may be held back
AHEAD: Final = 200  # messages that may wait for the app before more input is read


class HungUp(Message):
    """The terminal is gone: it can be neither read nor written."""


class InputFailed(Message):
    """The loop that reads the terminal has failed."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class TerminalDriver(LinuxDriver):
    """Textual's driver, with a loop for the input that nothing ends but the end of the app."""

    def start_application_mode(self) -> None:
        """Take the terminal, and follow its size in the order in which it changes."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        loop = asyncio.get_running_loop()
        # Textual's handler reads the size itself. A second signal may interrupt it between reading
        # and telling the app: then the older size comes last and stays. So this one only asks for
        # a reading. It goes the way of Textual's first reading, so it cannot overtake that one.
        signal.signal(
            signal.SIGWINCH,
            lambda *_: asyncio.run_coroutine_threadsafe(self._measure(), loop),
        )
        asyncio.run_coroutine_threadsafe(self._measure(), loop)  # it may have changed by now

    async def _measure(self) -> None:
        """Tell the app the size of the terminal; nothing else of the loop comes in between."""
        size = Size(*self._get_terminal_size())
        self._app.post_message(events.Resize(size, size))

    def run_input_thread(self) -> None:
        """Read the terminal and hand on what it sends, until the app ends or the terminal does."""
        try:
            self._read()
        except Exception as error:  # a console that takes no keys must not stay
            self.process_message(InputFailed(error))

    def _read(self) -> None:
        decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
        self._pastes, self._parser = Pastes(), XTermParser()
        while not self.exit_event.is_set():
            wait = HELD_SECONDS if self._pastes.is_waiting else LOOK_SECONDS
            if self._is_behind():
                self.exit_event.wait(HELD_SECONDS)
                continue
            if not _readable(self.fileno, wait):
                self._hand_on(self._pastes.tick(time.monotonic()))
                self._post(self._ticked())
                continue
            try:
                data = os.read(self.fileno, READ_BYTES)
            except BlockingIOError:  # a program that shares the terminal has taken it
                continue
            except OSError:  # the terminal was hung up
                data = b""
            if not data:
                self.process_message(HungUp())
                return
            self._hand_on(self._pastes.feed(decode(data), time.monotonic()))
            self._post(self._ticked())

    def process_message(self, message: Message) -> None:
        """Hand a message to the app, unless it says what cannot be."""
        if isinstance(message, events.Resize | messages.InBandWindowResize | events.CursorPosition):
            return  # it was not asked for
        if isinstance(message, events.Key) and not _is_text(message.character or ""):
            return
        if isinstance(message, events.MouseEvent) and not self._is_on_screen(message):
            return
        super().process_message(message)

    def _hand_on(self, parts: Iterator[Part]) -> None:
        for part in parts:
            if part.is_paste:
                self._start_over()
                text = part.text.encode("utf-8", "replace").decode().replace("\0", "")
                self._post(iter([events.Paste(text)]))
                continue
            for character in part.text:
                self._post(self._fed(character))
            if part.is_cut_off:
                self._start_over()

    def _post(self, found: Iterator[Message]) -> None:
        for message in found:
            self.process_message(message)

    def _fed(self, character: str) -> Iterator[Message]:
        """Give what a further character makes known; what it cannot mean is dropped."""
        try:
            found = list(self._parser.feed(character))
        except Exception:  # such as a key of no Unicode character: the sequence is no key, no more
            found = []
            self._parser = XTermParser()
        if any(isinstance(one, events.Resize) for one in found):
            self._parser = XTermParser()  # this one now counts in pixels, which it was told to
        yield from found

    def _ticked(self) -> Iterator[Message]:
        """Give what has come to nothing more in time, such as an Esc on its own."""
        try:
            yield from list(self._parser.tick())
        except Exception:  # as above
            self._parser = XTermParser()

    def _start_over(self) -> None:
        """Take what the parser holds as all there is of it."""
        self._post(self._fed(""))
        self._parser = XTermParser()

    def _is_behind(self) -> bool:
        """Tell whether the app has enough to do, in itself and where a key passes on its way."""
        try:
            begin = self._app.focused or self._app.screen
        except ScreenStackError:  # it has not begun, or it ends
            return False
        return sum(one.message_queue_size for one in begin.ancestors_with_self) > AHEAD

    def _is_on_screen(self, event: events.MouseEvent) -> bool:
        width, height = self._app.size
        return 0 <= event.x < width and 0 <= event.y < height


def _readable(descriptor: int, seconds: float) -> bool:
    """Wait for input, or for the end of the terminal."""
    # Not poll(): that does not take terminals on every system.
    return bool(select.select([descriptor], [], [], seconds)[0])


def _is_text(text: str) -> bool:
    """Tell whether a text is all characters, none of which stands for a stray byte."""
    return text.isascii() or not any("\ud800" <= one <= "\udfff" for one in text)
