"""What an archive holds of a tree: how many of each kind, what is missing or altered, and why.

Nothing is left out silently: what is in the tree but not in the archive is counted in ``skipped``,
and what is stored in another form in ``altered``. The first of both are named.
"""

from __future__ import annotations

from typing import Any, Final

from chasqui import ChasquiError, Context
from chasqui_files.names import shown

NAMED: Final = 20  # of what is skipped or altered, as many are named; the others are counted


class ArchiveFailed(ChasquiError):
    """An archive could not be made; the text names what was wrong."""


class Tally:
    """Counts of one archive; progress is in bytes of the files' own contents."""

    def __init__(self, ctx: Context, total: int) -> None:
        self._ctx = ctx
        self._total = total
        self._notes: list[str] = []
        self.files = self.folders = self.links = self.bytes = 0
        self.skipped = self.altered = 0

    def read(self, size: int) -> None:
        """Count bytes of content."""
        self.bytes += size
        self._ctx.progress(self.bytes, max(self._total, self.bytes), "bytes")

    def look(self) -> None:
        """Stop here if the task was cancelled."""
        self._ctx.raise_if_cancelled()

    def skip(self, path: str, why: str) -> None:
        """Count something that is not in the archive."""
        self.skipped += 1
        self._note(f"{shown(path)} is left out: {why}")

    def alter(self, path: str, how: str) -> None:
        """Count something that is in the archive, but not as it is in the tree."""
        self.altered += 1
        self._note(f"{shown(path)} {how}")

    def result(self) -> dict[str, Any]:
        """Return all of it."""
        more = self.skipped + self.altered - len(self._notes)
        return {
            "files": self.files,
            "folders": self.folders,
            "links": self.links,
            "bytes": self.bytes,
            "skipped": self.skipped,
            "altered": self.altered,
            "notes": [*self._notes, *([f"and {more} more"] if more else [])],
        }

    def _note(self, text: str) -> None:
        if len(self._notes) < NAMED:
            self._notes.append(text)
