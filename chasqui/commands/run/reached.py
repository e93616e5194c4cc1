"""How far a run that was stopped has come in its input."""

from __future__ import annotations

from pathlib import Path


class Reached:
    """Which line was read last, and which became a task last; 0 for none."""

    __slots__ = ("accepted", "read")

    def __init__(self) -> None:
        self.read = 0
        self.accepted = 0

    def text(self, failures: Path | None) -> str:
        """Say so; ``failures`` is the file of what was read and is not completed."""
        accepted = f"accepted up to line {self.accepted:,}" if self.accepted else "none accepted"
        kept = ""
        if failures is not None and self.accepted < self.read:
            kept = f"; lines read after the stop are in {failures}"
        return f"the input was read up to line {self.read:,}, {accepted}{kept}"
