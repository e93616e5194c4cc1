"""Track: the past of a pool, a type or the whole engine, as rings and as windows.

It gets a sample every second. The rings keep rows for charts, at three resolutions. A row covers
the time since the row before; for a backlog it has the maximum, so that no peak is lost between two
rows. The rows that windows are made of are kept separately, with all their durations.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Final, NamedTuple

from chasqui.engine.metrics.rings import GAP, RESOLUTIONS, Resolution, Ring
from chasqui.engine.metrics.windows import (
    NO_DURATIONS,
    Durations,
    Look,
    MetricWindow,
    Standing,
    Stretch,
    together,
)
from chasqui.pool.histogram import Histogram
from chasqui.pool.states import ENDED

COLUMNS: Final = (
    "accepted",
    *ENDED,
    "retried",
    "queued",
    "running",
    "oldest",
    "utilisation",
    "wait_p50",
    "wait_p95",
    "wait_p99",
    "run_p50",
    "run_p95",
    "run_p99",
)
"""The columns of a row: rates per second, maximal counts, seconds, and a share from 0 to 1."""

LOOK_BACK: Final = (10, 60, 600)
"""Seconds of the windows. Each begins at a row of its resolution, so it may be longer by one row:
up to 11, 70 and 660 s."""


class Track:
    """The past of a series. Its owner guards it; see `Sampler`."""

    def __init__(self, first: Standing) -> None:
        self._tiers = [_Tier(*pair, first) for pair in zip(RESOLUTIONS, LOOK_BACK, strict=True)]

    def put(self, tick: int, look: Look) -> None:
        """Add the sample of a second, each later than the one before, from 1 on."""
        percentiles = *_percentiles(look.waits), *_percentiles(look.runs)
        row = _Row(look.standing, Durations.of(look.waits), Durations.of(look.runs), percentiles)
        for tier in self._tiers:
            tier.put(tick, row)

    def windows(self) -> tuple[MetricWindow, MetricWindow, MetricWindow]:
        """Return the windows of 10 s, a minute and 10 minutes before the last sample."""
        ten, minute, more = (tier.window() for tier in self._tiers)
        return ten, minute, more

    def last(self, resolution: int, count: int) -> dict[str, Sequence[float]]:
        """Return the newest rows of a resolution (0 to 2) by column, oldest first; NaN is a gap."""
        ring = self._tiers[resolution].ring
        return {name: ring.last(at, count) for at, name in enumerate(COLUMNS)}


class _Row(NamedTuple):
    """A part of a window."""

    end: Standing
    waits: Durations = NO_DURATIONS
    runs: Durations = NO_DURATIONS
    percentiles: tuple[float, ...] = ()
    """The percentiles of both."""


class _Tier:
    """A resolution: its ring, the unfinished row, and the rows that windows are made of."""

    def __init__(self, resolution: Resolution, look_back: int, first: Standing) -> None:
        self.ring = Ring(resolution.rows, len(COLUMNS))
        self._step = resolution.seconds
        self._number = -1
        # The first one only marks the beginning of the window, and the unfinished row comes on top.
        self._rows = deque([_Row(first)], look_back // self._step + 1)
        self._under_way: list[_Row] = []

    def put(self, tick: int, row: _Row) -> None:
        number = (tick - 1) // self._step
        if number != self._number and self._under_way:
            self._end_row()  # it had no sample at its end
        self._number = number
        self._under_way.append(row)
        if tick % self._step == 0:
            self._end_row()

    def window(self) -> MetricWindow:
        return MetricWindow.later(_stretch([*self._rows, *self._under_way]))

    def _end_row(self) -> None:
        seconds, self._under_way = self._under_way, []
        stretch = _stretch([self._rows[-1], *seconds])
        row = seconds[0] if len(seconds) == 1 else _sum(stretch)
        self._rows.append(row)
        self.ring.put(
            self._number,
            (
                stretch.rate("accepted"),
                *map(stretch.rate, ENDED),
                stretch.rate("retried"),
                max([second.end.queued for second in seconds]),
                max([second.end.running for second in seconds]),
                max([second.end.oldest for second in seconds]),
                stretch.utilisation,
                *row.percentiles,
            ),
        )


def _sum(stretch: Stretch) -> _Row:
    wait, run = together(stretch.waits), together(stretch.runs)
    percentiles = *_percentiles(wait), *_percentiles(run)
    return _Row(stretch.after, Durations.of(wait), Durations.of(run), percentiles)


def _stretch(rows: Sequence[_Row]) -> Stretch:
    """Return the stretch from the end of the first row to the end of the last."""
    first, *rest = rows
    return Stretch(
        first.end,
        rows[-1].end,
        [row.waits for row in rest],
        [row.runs for row in rest],
        [row.end for row in rest[:-1]],
    )


def _percentiles(durations: Histogram) -> tuple[float, float, float]:
    """Return the percentiles; NaN if nothing was measured."""
    latency = durations.read()
    return (latency.p50, latency.p95, latency.p99) if latency.count else (GAP, GAP, GAP)
