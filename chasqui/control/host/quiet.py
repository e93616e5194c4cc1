"""A log that a crowd cannot flood: so many lines of each kind in a while, then their number."""

from __future__ import annotations

import logging
import time
from collections import Counter
from typing import Final

LINES: Final = 20
SECONDS: Final = 10.0


class QuietLog:
    """Logs at most `LINES` warnings of each text in `SECONDS`, and counts the others."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._began = float("-inf")
        self._said: Counter[str] = Counter()

    def warning(self, text: str, *args: object, exc_info: Exception | None = None) -> None:
        """Log a warning, unless there were too many of this text, before its values are put in."""
        now = time.monotonic()
        if now - self._began >= SECONDS:
            for kind, count in self._said.items():
                if count > LINES:
                    self._log.warning("%d more lines were left out: %s", count - LINES, kind)
            self._began, self._said = now, Counter()
        self._said[text] += 1
        if self._said[text] <= LINES:
            self._log.warning(text, *args, exc_info=exc_info)
