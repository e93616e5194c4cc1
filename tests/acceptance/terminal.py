"""A program on a real pseudo-terminal, its screen read by a terminal emulator."""

from __future__ import annotations

import contextlib
import copy
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyte

WAIT = 20.0  # seconds for something to appear on a screen
QUIET, LONGEST = 0.1, 2.0  # seconds without drawing after which a screen is whole; to wait for that
SWITCH = re.compile(rb"(\x1b\[\?1049[hl])")  # to the screen of a program, and back


class Terminal:
    """A program on a real pseudo-terminal, its screen read by a terminal emulator."""

    def __init__(
        self,
        words: Sequence[str],
        columns: int = 80,
        lines: int = 24,
        more: Mapping[str, str] | None = None,
    ) -> None:
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self._left: tuple[Any, int, int] | None = None  # the screen that a program does not draw on
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.modes = termios.tcgetattr(self.slave)
        self.raw = bytearray()
        self.began = self.read_at = time.monotonic()
        self.program = subprocess.Popen(
            words,
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            start_new_session=True,
            env={**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", **(more or {})},
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )

    @property
    def text(self) -> str:
        """What the screen shows."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def read(self, seconds: float = 0.1) -> None:
        """Take in what the program draws for a while."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            ready, _, _ = select.select([self.master], [], [], left)
            if ready:
                try:
                    data = os.read(self.master, 65536)
                except OSError:
                    return
                self.raw += data
                self.read_at = time.monotonic()
                # The emulator does not know this private form, and would draw a part of it.
                for piece in SWITCH.split(re.sub(rb"\x1b\[[<>=?][0-9;]*[u]", b"", data)):
                    self._stream.feed(piece)
                    if SWITCH.fullmatch(piece):
                        self._switch(piece.endswith(b"h"))

    def _switch(self, away: bool) -> None:
        """Change the screen as terminals do; the emulator has a single one."""
        screen = self.screen
        if away:
            self._left = copy.deepcopy(screen.buffer), screen.cursor.y, screen.cursor.x
            screen.erase_in_display(2)
        elif self._left is not None:
            screen.buffer, line, column = self._left
            screen.cursor_position(line + 1, column + 1)
            self._left = None

    def settle(self) -> None:
        """Take in what is drawn until nothing more comes for a moment: a screen comes in pieces."""
        until = time.monotonic() + LONGEST
        while time.monotonic() < until:
            read_at = self.read_at
            self.read(QUIET)
            if self.read_at == read_at:
                return

    def type(self, keys: str) -> None:
        """Type, for whoever waits for something that is not on the screen yet."""
        os.write(self.master, keys.encode())

    def pour(self, data: bytes) -> None:
        """Send bytes as fast as they are taken, and drop what is drawn meanwhile."""
        os.set_blocking(self.master, False)
        while data and self.program.poll() is None:
            with contextlib.suppress(BlockingIOError):
                data = data[os.write(self.master, data) :]
            if select.select([self.master], [], [], 0.005 if data else 0)[0]:
                with contextlib.suppress(OSError):
                    self.raw = bytearray(os.read(self.master, 65536))
        os.set_blocking(self.master, True)

    def resize(self, columns: int, lines: int) -> None:
        """Change the size, so that all of the screen is drawn again."""
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.screen.reset()
        self.screen.resize(max(1, lines), max(1, columns))

    def press(self, keys: str) -> None:
        """Type, and take in what the program draws then."""
        self.type(keys)
        self.read(0.3)

    def await_text(self, pattern: str, seconds: float = WAIT) -> re.Match[str]:
        """Wait until the screen shows a pattern."""
        found: re.Match[str] = self.await_that(
            lambda: re.search(pattern, self.text), repr(pattern), seconds
        )
        return found

    def insist(self, key: str, pattern: str, seconds: float = WAIT) -> None:
        """Press a key until it does what it should: keys before it may still be on their way."""
        until = time.monotonic() + seconds
        while not re.search(pattern, self.text):
            if time.monotonic() > until:
                raise SystemExit(f"{key!r} never brought {pattern!r}\n{self.text}")
            self.type(key)
            again = time.monotonic() + 1.0
            while not re.search(pattern, self.text) and time.monotonic() < again:
                self.read(0.05)  # in small steps: the next press may undo what this one brought

    def await_gone(self, pattern: str, seconds: float = WAIT) -> None:
        """Wait until the screen shows a pattern no more, so that a key is not meant for it."""
        self.await_that(lambda: not re.search(pattern, self.text), f"no {pattern!r}", seconds)

    def await_that(self, holds: Callable[[], Any], what: str, seconds: float = WAIT) -> Any:
        """Wait until something holds of the screen."""
        until = time.monotonic() + seconds
        while not (found := holds()):
            if time.monotonic() > until:
                raise SystemExit(f"never on the screen: {what}\n{self.text}")
            self.read(0.05)
        return found

    def restored(self) -> bool:
        """Tell whether modes and screen are as they were before."""
        left = self.raw.rfind(b"\x1b[?1049l") > self.raw.rfind(b"\x1b[?1049h")
        return left and termios.tcgetattr(self.slave) == self.modes

    def end(self, seconds: float = WAIT) -> int:
        """Wait for the program to end, and return its exit status."""
        until = time.monotonic() + seconds
        while self.program.poll() is None:
            if time.monotonic() > until:
                self.close()
                raise SystemExit(f"did not end\n{self.text}")
            self.read(0.02)
        self.read(0.1)
        return self.program.returncode

    def close(self) -> None:
        """End the program, whatever it does."""
        if self.program.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.program.pid, signal.SIGKILL)
            self.program.wait()
