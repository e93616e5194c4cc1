"""A program that shows the real console of a host, and measures itself.

    python -m tests.benchmarks.console_program PATH RATE COUNT (ticks | keys) FILE

It shows COUNT seconds of readings at RATE a second, or that many presses of digit keys, and writes
JSON to FILE: milliseconds of CPU of each, and until a key is drawn; the bytes written meanwhile.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

from textual import events

from chasqui.console.app import ConsoleApp
from chasqui.control.client.client import Client
from chasqui.control.client.remote import RemotePort

SETTLE_SECONDS = 1.5  # the first readings and drawings are not counted
KEY_SECONDS = 0.3  # between two keys; all that one does is over by then


class Written:
    """Counts what is written to the terminal."""

    def __init__(self, app: ConsoleApp) -> None:
        self.bytes = 0
        self.first_at: float | None = None
        """When the first was written after this was set to None."""
        driver: Any = app._driver
        self._write = driver.write
        driver.write = self

    def __call__(self, data: str) -> None:
        self.bytes += len(data.encode())
        self.first_at = self.first_at or time.monotonic()
        self._write(data)


async def ticks(app: ConsoleApp, count: int) -> dict[str, object]:
    """Measure readings and their drawings, second by second."""
    written, began, costs = Written(app), time.monotonic(), []
    for _ in range(count):
        cpu, before = time.process_time(), app.main.ticks
        await asyncio.sleep(1)
        done = app.main.ticks - before
        costs.append(1000 * (time.process_time() - cpu) / max(1, done))
    return {"costs": costs, "bytes": written.bytes / (time.monotonic() - began)}


async def keys(app: ConsoleApp, count: int) -> dict[str, object]:
    """Measure digit keys, one after the other, each to another pane."""
    written, costs, waits = Written(app), [], []
    for number in range(count):
        cpu, began, written.first_at = time.process_time(), time.monotonic(), None
        key = "2413"[number % 4]
        app.post_message(events.Key(key, key))
        await asyncio.sleep(KEY_SECONDS)
        costs.append(1000 * (time.process_time() - cpu))
        waits.append(1000 * ((written.first_at or time.monotonic()) - began))
    return {"costs": costs, "waits": waits, "bytes": written.bytes / count}


async def main() -> None:
    path, rate, count, what, file = sys.argv[1:]
    client = Client.connect(Path(path), client="console", role="operate")
    app = ConsoleApp(RemotePort(client), refresh=float(rate))
    shown = asyncio.ensure_future(app.run_async())
    await asyncio.sleep(SETTLE_SECONDS)
    found = await {"ticks": ticks, "keys": keys}[what](app, int(count))
    app.exit()
    await shown
    Path(file).write_text(json.dumps(found if app.crash is None else {"crash": str(app.crash)}))


if __name__ == "__main__":
    asyncio.run(main())
