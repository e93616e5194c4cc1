"""The terminal's input: no input, however malformed, ends the console.

Textual's own loop ends the program at a byte that is not UTF-8, at a report that it cannot parse,
and when the terminal is gone. It also believes unrequested reports, such as that of a screen with a
million columns. This loop goes on. It promises:

- Bytes that are not UTF-8 count as a character each, so that an old mouse report keeps its length.
  As keys they are dropped.
- A report that cannot be parsed is dropped, and nothing else with it.
- Pasted input is text, even if it holds escape sequences or never ends; see `Pastes`.
- The size of the screen is what the system says, never what a report says, and a mouse report
  beyond it is dropped. However fast the size changes, the last one wins.
- Input is read no faster than the screen handles it.
- When the terminal is gone, the app gets the message `HungUp`.
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

READ_BYTES: Final = 512  # small, so that little input waits for the app
LOOK_SECONDS: Final = 0.1  # how often to check whether the app has ended
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
    """Textual's driver, with an input loop that runs until the app ends."""

    def start_application_mode(self) -> None:
        """Take over the terminal, and follow its size in the order of the changes."""
        if self._size is None:
            # Else Textual would ask descriptors 0 to 2 first, which may be files; two first sizes
            # that differ chase each other for good.
            self._size = self._get_terminal_size()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        loop = asyncio.get_running_loop()
        # Textual's handler reads the size itself. A second signal may interrupt it before it has
        # posted the size: then the older size comes last and stays. So this handler only schedules
        # a reading. It takes the way of Textual's first reading, so it cannot overtake that one.
        signal.signal(
            signal.SIGWINCH,
            lambda *_: asyncio.run_coroutine_threadsafe(self._measure(), loop),
        )
        asyncio.run_coroutine_threadsafe(self._measure(), loop)  # it may have changed by now

    def _get_terminal_size(self) -> tuple[int, int]:
        """Return the size that the system says.

        Textual believes COLUMNS and LINES first; a shell that exports them does not change them in
        a console that runs.
        """
        try:
            columns, lines = os.get_terminal_size(self.fileno)
        except OSError:  # it was hung up
            columns = lines = 0
        return (columns, lines) if columns and lines else super()._get_terminal_size()

    async def _measure(self) -> None:
        """Post the size of the terminal to the app, without a turn of the loop in between."""
        size = Size(*self._get_terminal_size())
        self._app.post_message(events.Resize(size, size))

    def run_input_thread(self) -> None:
        """Read the terminal and pass its input on, until the app ends or the terminal is gone."""
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
        """Pass a message to the app, unless what it reports is impossible."""
        if isinstance(message, events.Resize | messages.InBandWindowResize | events.CursorPosition):
            return  # an answer that was not asked for
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
        """Yield what is complete after a further character; drop what cannot be parsed."""
        try:
            found = list(self._parser.feed(character))
        except Exception:  # such as a key code without a Unicode character: the sequence is dropped
            found = []
            self._parser = XTermParser()
        if any(isinstance(one, events.Resize) for one in found):
            self._parser = XTermParser()  # this one now counts in pixels, which it was told to
        yield from found

    def _ticked(self) -> Iterator[Message]:
        """Yield what was not continued in time, such as a lone Esc."""
        try:
            yield from list(self._parser.tick())
        except Exception:  # as above
            self._parser = XTermParser()

    def _start_over(self) -> None:
        """Take what the parser holds as complete."""
        self._post(self._fed(""))
        self._parser = XTermParser()

    def _is_behind(self) -> bool:
        """Tell whether enough messages wait for the app, or for the widgets that a key passes."""
        try:
            begin = self._app.focused or self._app.screen
        except ScreenStackError:  # the app has not begun, or is ending
            return False
        return sum(node.message_queue_size for node in begin.ancestors_with_self) > AHEAD

    def _is_on_screen(self, event: events.MouseEvent) -> bool:
        width, height = self._app.size
        return 0 <= event.x < width and 0 <= event.y < height


def _readable(descriptor: int, seconds: float) -> bool:
    """Wait for input, or for a hang-up."""
    # Not poll(): it does not support terminals on every system.
    return bool(select.select([descriptor], [], [], seconds)[0])


def _is_text(text: str) -> bool:
    """Tell whether a text holds characters only, and no stray byte."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)
