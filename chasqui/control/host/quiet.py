"""A log that a crowd cannot flood: so many lines in a while, and then how many were left out."""

from __future__ import annotations

import logging
import time
from typing import Final

LINES: Final = 20
SECONDS: Final = 10.0


class QuietLog:
    """Logs at most `LINES` warnings in `SECONDS`, and counts the others."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._began = float("-inf")
        self._said = self._left_out = 0

    def warning(self, text: str, *args: object) -> None:
        """Log a warning, unless there were too many."""
        now = time.monotonic()
        if now - self._began >= SECONDS:
            if self._left_out:
                self._log.warning("%d more such lines were left out", self._left_out)
            self._began, self._said, self._left_out = now, 0, 0
        if self._said < LINES:
            self._said += 1
            self._log.warning(text, *args)
        else:
            self._left_out += 1
