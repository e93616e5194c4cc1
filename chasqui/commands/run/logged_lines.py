"""Which lines a job log has, and as what: eight bytes for each, however many there are."""

from __future__ import annotations

from array import array
from typing import Final

from chasqui.commands.run.joblog_lines import STATES, LogEntry
from chasqui.commands.run.line_keys import Before

PAGE: Final = 1024  # lines: one that is far from all others costs 8 KiB, and no more
CODE_BITS: Final = 3  # of the digest, whose other 61 bits are kept


class LoggedLines:
    """The last end of each line of the input."""

    def __init__(self) -> None:
        self._pages: dict[int, array[int]] = {}
        self._counts = [0] * len(STATES)
        self.last = 0
        """The number of the last one that has an end."""

    def add(self, line: LogEntry) -> None:
        """Note an end; one that was there before no longer counts."""
        page = self._pages.setdefault(line.number // PAGE, array("Q", bytes(8 * PAGE)))
        if state := self.state(line.number):
            self._counts[STATES.index(state)] -= 1
        code = STATES.index(line.state)
        page[line.number % PAGE] = _kept(line.digest) << CODE_BITS | code + 1
        self._counts[code] += 1
        self.last = max(self.last, line.number)

    def state(self, number: int) -> str:
        """Return as what a line has ended; empty if it has no end."""
        code = self._at(number) & (1 << CODE_BITS) - 1
        return STATES[code - 1] if code else ""

    def is_same(self, number: int, digest: str) -> bool:
        """Tell whether a line that has ended had this digest."""
        return self._at(number) >> CODE_BITS == _kept(digest)

    def counts(self, *, completed_only: bool) -> Before:
        """Return how many have ended, or have completed."""
        return Before(self._counts[0]) if completed_only else Before(*self._counts)

    def _at(self, number: int) -> int:
        page = self._pages.get(number // PAGE)
        return 0 if page is None else page[number % PAGE]


def _kept(digest: str) -> int:
    return int(digest or "0", 16) >> CODE_BITS
