"""A plain Textual program: what any console costs on this machine, whatever it shows.

    python -m tests.benchmarks.plain_program COUNT FILE

It changes a table on a terminal COUNT times, four times a second, and writes JSON to FILE: of each
time the milliseconds of CPU, and those until it was drawn. Its first drawing says RUNNING.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from textual.app import App, ComposeResult
from textual.widgets import DataTable, Static

ROWS = 40
COLUMNS = 8
SETTLE_SECONDS = 1.0
PAUSE_SECONDS = 0.25


class PlainApp(App[None]):
    """Shows a line and a table of numbers."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.found: dict[str, list[float]] = {"costs": [], "waits": []}
        self._count = count
        self._changed_at = 0.0

    def compose(self) -> ComposeResult:
        yield Static("RUNNING")
        yield DataTable[str]()

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns(*(f"column {number}" for number in range(COLUMNS)))
        for _ in range(ROWS):
            table.add_row(*("" for _ in range(COLUMNS)))
        self.run_worker(self._measure())

    async def _measure(self) -> None:
        await asyncio.sleep(SETTLE_SECONDS)
        table = self.query_one(DataTable)
        for turn in range(self._count):
            began, self._changed_at = time.process_time(), time.monotonic()
            self.query_one(Static).update(f"RUNNING {turn}")
            for row in range(0, ROWS, 4):
                for column in range(COLUMNS):
                    table.update_cell_at((row, column), f"{turn} {row * column}")  # type: ignore[arg-type]
            self.call_after_refresh(self._drawn)
            await asyncio.sleep(PAUSE_SECONDS)
            self.found["costs"].append(1000 * (time.process_time() - began))
        self.exit()

    def _drawn(self) -> None:
        self.found["waits"].append(1000 * (time.monotonic() - self._changed_at))


if __name__ == "__main__":
    app = PlainApp(int(sys.argv[1]))
    app.run()
    Path(sys.argv[2]).write_text(json.dumps(app.found))
