"""What a run says, while it runs, to the person who started it."""

from __future__ import annotations

import math
import signal
import sys
import time

from chasqui.commands.run.stop import RunStop
from chasqui.commands.words import say, say_as_it_is
from chasqui.durations import duration
from chasqui.engine.engine import BaseEngine

PROGRESS_SECONDS = 0.5  # between two drawings of the line
AGAIN = {
    signal.SIGINT: ("stopping", "interrupt again to ask"),
    signal.SIGTERM: ("stopping (SIGTERM)", "a second signal asks"),
    signal.SIGHUP: ("stopping (SIGHUP)", "a second signal asks"),
}


class ProgressLine:
    """A line of counters, redrawn on a terminal only; and a word on what a stop waits for."""

    def __init__(self, engine: BaseEngine, before: int = 0) -> None:
        self._engine = engine
        self._before = f"{before:,} done before, " if before else ""
        self._shown = 0.0

    def show(self) -> None:
        """Draw the line, unless it was just drawn or stderr is no terminal."""
        now = time.monotonic()
        if now - self._shown < PROGRESS_SECONDS or not sys.stderr.isatty():
            return
        self._shown = now
        metrics = self._engine.metrics()
        say_as_it_is(
            f"\r\x1b[K{self._before}{metrics.completed:,} completed, {metrics.failed:,} failed, "
            f"{metrics.running:,} running, {metrics.queued:,} queued"
            + (f", {metrics.scheduled:,} scheduled" if metrics.scheduled else "")
        )

    def clear(self) -> None:
        """Take the line away, for what is written next."""
        if self._shown:
            say_as_it_is("\r\x1b[K")
            self._shown = 0.0

    def stopping(self, stop: RunStop, why: str, seconds: float) -> None:
        """Say why it stops, how long it waits for how many tasks, and how to have it wait no more.

        Nothing is said when a second signal came, or one that finds nothing running.
        """
        by, running = stop.signal, self._engine.metrics().running
        if by is None and stop.halts.rule is not None and (stop.hurries or not running):
            self.clear()
            asked = (
                f": {running:,} running {_tasks(running)} {_are(running)} asked to stop"
                if running
                else ""
            )
            say(f"{why}{asked}")
        if stop.hurries or not running or not seconds:
            return
        begin, again = AGAIN[by] if by is not None else (why, "interrupt to ask")
        within = f" within {duration(seconds)}" if math.isfinite(seconds) else ""
        tasks, them = _tasks(running), "it" if running == 1 else "them"
        self.clear()
        say(f"{begin}: {running:,} running {tasks} may end{within}; {again} {them} to stop at once")


def _tasks(count: int) -> str:
    return "task" if count == 1 else "tasks"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
