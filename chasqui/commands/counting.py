"""How far a long command is, on a terminal only."""

from __future__ import annotations

import sys
import time
from typing import Final

from chasqui.commands.words import say_as_it_is

FIRST_SECONDS: Final = 0.5  # what is done by then needs no such line
AGAIN_SECONDS: Final = 0.25
CELLS: Final = 30


class CountingLine:
    """A line with a bar, or with the seconds where the part that is done is not known."""

    def __init__(self, word: str) -> None:
        self._word = word
        self._began = time.monotonic()
        self._next = self._began + FIRST_SECONDS
        self._is_shown = False

    def show(self, part: float | None) -> None:
        """Draw it, unless it was just drawn or stderr is no terminal."""
        now = time.monotonic()
        if now < self._next or not sys.stderr.isatty():
            return
        self._next = now + AGAIN_SECONDS
        self._is_shown = True
        how = f"{now - self._began:,.0f} s"
        if part is not None:
            full = int(part * CELLS)
            how = f"[{'#' * full}{'.' * (CELLS - full)}] {part:4.0%}"
        say_as_it_is(f"\r\x1b[K{self._word} {how}")

    def close(self) -> None:
        """Take the line away."""
        if self._is_shown:
            say_as_it_is("\r\x1b[K")
            self._is_shown = False
