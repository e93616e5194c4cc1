"""Exporting failures: the listed ones, as lines of JSON, into a file that is named."""

from __future__ import annotations

import asyncio

from chasqui.console.acting.steering import Steering, why_not
from chasqui.console.export_file import ExportFile
from chasqui.console.panes.failures import FailuresPane
from chasqui.console.screens.commanding import CommandingScreen
from chasqui.control.port import Chosen, CommandOutcome, CountFailures, ReadFailures


class Exporting:
    """Writes the failures that the pane lists. It changes nothing in the engine."""

    def __init__(self, screen: CommandingScreen, steering: Steering, pane: FailuresPane) -> None:
        self._screen = screen
        self._session = screen.session
        self._steering = steering
        self._pane = pane
        self._is_under_way = False

    def export(self) -> None:
        """Export the listed failures, those that are listed now."""
        if self._is_under_way:
            self._screen.say("an export is under way", "warn")
            return
        self._is_under_way = True
        self._steering.start(self._export(self._pane.listing.chosen))

    async def _export(self, chosen: Chosen) -> None:
        try:
            await self._write(chosen)
        except OSError as error:
            self._screen.say(f"not exported: {error}", "error")
        finally:
            self._is_under_way = False

    async def _read(self, chosen: Chosen, after: int) -> CommandOutcome:
        return await self._session.apply(lambda: ReadFailures(chosen=chosen, after=after))

    async def _write(self, chosen: Chosen) -> None:
        counted = await self._session.apply(lambda: CountFailures(chosen=chosen))
        if not counted.ok:
            self._screen.say(f"not exported: {why_not(counted)}", "error")
            return
        if not counted.count:
            self._screen.say("none of these failures is kept any more", "warn")
            return
        snapshot = self._session.snapshot
        at, engine = (snapshot.at, snapshot.name) if snapshot else (0.0, "engine")
        with ExportFile("failures", engine, at) as file:
            done, after = 0, 0
            while True:
                found = await self._read(counted.chosen, after)
                if not found.ok:
                    self._screen.say(f"not exported: {why_not(found)}", "error")
                    return
                await asyncio.to_thread(file.write, found.lines)
                done += len(found.lines)
                if not found.more or not found.numbers:
                    break
                after = found.numbers[-1]
                self._screen.say(f"exporting: {done:,} of {counted.count:,}")
            path = await asyncio.to_thread(file.finish)
        gone = counted.count - done
        lost = f" ({gone:,} {'is' if gone == 1 else 'are'} no longer kept)" if gone else ""
        said = f"exported {done:,} failure{'s' * (done != 1)}{lost} to "
        name = path.rpartition("/")[2]
        self._screen.say(f"{said}{path}", "ok", (f"{said}{name}", f"exported to {name}", name))
