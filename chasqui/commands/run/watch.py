"""Watching a run: progress on the terminal, status on demand, and the pace of its starts."""

from __future__ import annotations

import math
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Final, Literal, TextIO, cast

from chasqui.commands.run import progress_text
from chasqui.commands.run.gauge import Gauge
from chasqui.commands.run.output import BesideLine
from chasqui.commands.run.pace import Pace
from chasqui.commands.run.stop import RunStop
from chasqui.commands.run.suspending import Suspending
from chasqui.commands.run.terminal_line import StreamBesideLine, TerminalLine
from chasqui.commands.run.ticker import Ticker
from chasqui.commands.words import say
from chasqui.durations import duration

Mode = Literal["no", "line", "bar"]

DRAW_SECONDS: Final = 0.5  # between two drawings of the line
PACE_SECONDS: Final = 1.0
RATE_SECONDS: Final = 10.0  # often enough for a rate of the last half minute
AGAIN: Final = {
    signal.SIGINT: ("stopping", "interrupt again to ask"),
    signal.SIGTERM: ("stopping (SIGTERM)", "a second signal asks"),
    signal.SIGHUP: ("stopping (SIGHUP)", "a second signal asks"),
}


class RunWatch:
    """What a run shows, and says, while it runs."""

    def __init__(self, gauge: Gauge, pace: Pace, mode: Mode | None = None) -> None:
        self.reached = gauge.reached
        self._gauge = gauge
        self._pace = pace
        self._line = TerminalLine()
        self._encoding = sys.stderr.encoding  # now: what a console puts in its place has none
        self._mode: Mode = (mode or "line") if self._line.is_possible() else "no"
        self._ticker: Ticker | None = None
        self._has_said = False  # what is waited for, where no line shows it

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Have what is written on standard error stand above the line, not in it."""
        if self._mode == "no":
            yield
            return
        stream = sys.stderr
        aside = StreamBesideLine(stream, self._line)
        sys.stderr = cast(TextIO, aside)
        try:
            yield
        finally:
            sys.stderr = stream
            aside.finish()

    def begin(self) -> None:
        """Start to watch; tasks that were to start now may have to wait."""
        self._look()
        seconds = PACE_SECONDS if self._pace.is_needed else RATE_SECONDS
        seconds = seconds if self._mode == "no" else DRAW_SECONDS
        self._ticker = Ticker(seconds, self._tick, self._say_status)
        self._ticker.start()
        Suspending(self._line.wipe).listen()

    def close(self) -> None:
        """Stop to watch, and leave nothing on the terminal."""
        if self._ticker is not None:
            self._ticker.close()
            self._ticker = None
        self._line.clear()

    def hold(self) -> None:
        """Have no task start from now on."""
        self._pace.end()

    def say(self, text: str) -> None:
        """Write a line for a person on standard error."""
        say(text)  # through `beside`

    @property
    def beside_rows(self) -> BesideLine | None:
        """Gives what a row is written inside of; None: it is not written where the line is."""
        return None if self._mode == "no" or not os.isatty(1) else self._line.beside

    def stopping(self, stop: RunStop, why: str, seconds: float) -> None:
        """Say why it stops, how long it waits for how many tasks, and how to have it wait no more.

        Nothing is said when a second signal came, or one that finds nothing running.
        """
        by, running = stop.signal, len(self._gauge.running())
        tasks, them, are = ("task", "it", "is") if running == 1 else ("tasks", "them", "are")
        if by is None and stop.halts.rule is not None and (stop.hurries or not running):
            self.say(f"{why}: {running:,} running {tasks} {are} asked to stop" if running else why)
        if stop.hurries or not running or not seconds:
            return
        begin, again = AGAIN[by] if by is not None else (why, "interrupt to ask")
        within = f" within {duration(seconds)}" if math.isfinite(seconds) else ""
        begin = f"{begin}: {running:,} running {tasks} may end{within}"
        self.say(f"{begin}; {again} {them} to stop at once")

    def _look(self) -> None:
        self._pace.look()
        if self._pace.waits and self._mode == "no" and not self._has_said:
            self._has_said = True  # once: a file is no place for what changes all the time
            say(f"no task starts: {self._pace.waits}")

    def _tick(self) -> None:
        self._look()
        now, waits = self._gauge.look(), self._pace.waits
        if self._mode != "no":
            bar, ascii = self._mode == "bar", self._is_ascii
            self._line.draw(
                lambda width: progress_text.line(now, width, waits=waits, bar=bar, ascii=ascii)
            )

    def _say_status(self) -> None:
        now, running = self._gauge.look(), self._gauge.running()
        waits = self._pace.waits
        for text in progress_text.lines(now, running, waits=waits, ascii=self._is_ascii):
            say(text)

    @cached_property
    def _is_ascii(self) -> bool:
        from chasqui.console.model.format import wants_ascii  # rows need not wait for it

        return wants_ascii(self._encoding, os.environ)
