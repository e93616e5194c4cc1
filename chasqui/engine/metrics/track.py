"""Track: the past of one pool, one type or the whole engine, as rings and as windows.

Each second a standing comes in. The rings keep rows for charts, at three resolutions; a row says
what happened from the row before to its own moment, and of a backlog its highest, so that no peak
falls between two rows. Beside them lie the rows that windows take in, with all their durations.
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
"""What a row says: rates per second, highest counts, seconds, and a share from 0 to 1."""

LOOK_BACK: Final = (10, 60, 600)
"""Seconds of the windows. Each begins with a row of its resolution, so is that much longer at most:
up to 11, 70 and 660 s."""


class Track:
    """The past of one series. It has one owner; see `Sampler`."""

    def __init__(self, first: Standing) -> None:
        self._tiers = [_Tier(*pair, first) for pair in zip(RESOLUTIONS, LOOK_BACK, strict=True)]

    def put(self, tick: int, look: Look) -> None:
        """Take in how it stands at a second, each later than the one before, from 1 on."""
        percentiles = *_percentiles(look.waits), *_percentiles(look.runs)
        row = _Row(look.standing, Durations.of(look.waits), Durations.of(look.runs), percentiles)
        for tier in self._tiers:
            tier.put(tick, row)

    def windows(self) -> tuple[MetricWindow, MetricWindow, MetricWindow]:
        """Return what happened in the last 10 s, minute and 10 minutes before the last look."""
        ten, minute, more = (tier.window() for tier in self._tiers)
        return ten, minute, more

    def last(self, resolution: int, count: int) -> dict[str, Sequence[float]]:
        """Return the newest rows of a resolution (0 to 2) by column, oldest first; NaN is a gap."""
        ring = self._tiers[resolution].ring
        return {name: ring.last(at, count) for at, name in enumerate(COLUMNS)}


class _Row(NamedTuple):
    """What a window is put together from."""

    end: Standing
    waits: Durations = NO_DURATIONS
    runs: Durations = NO_DURATIONS
    percentiles: tuple[float, ...] = ()
    """Those of the two."""


class _Tier:
    """One resolution: its ring, the row that is under way, and the rows that windows take in."""

    def __init__(self, resolution: Resolution, look_back: int, first: Standing) -> None:
        self.ring = Ring(resolution.rows, len(COLUMNS))
        self._step = resolution.seconds
        self._number = -1
        # The first of them only says where the window begins, and the row under way is one more.
        self._rows = deque([_Row(first)], look_back // self._step + 1)
        self._under_way: list[_Row] = []

    def put(self, tick: int, row: _Row) -> None:
        number = (tick - 1) // self._step
        if number != self._number and self._under_way:
            self._end_row()  # no sample was taken at its end
        self._number = number
        self._under_way.append(row)
        if tick % self._step == 0:
            self._end_row()

    def window(self) -> MetricWindow:
        return _window([*self._rows, *self._under_way])

    def _end_row(self) -> None:
        seconds, self._under_way = self._under_way, []
        window = _window([self._rows[-1], *seconds])
        row = seconds[0] if len(seconds) == 1 else _sum(window)
        self._rows.append(row)
        self.ring.put(
            self._number,
            (
                window.accepted,
                *map(window.rate_of, ENDED),
                window.retried,
                max([one.end.queued for one in seconds]),
                max([one.end.running for one in seconds]),
                max([one.end.oldest for one in seconds]),
                window.utilisation,
                *row.percentiles,
            ),
        )


def _sum(window: MetricWindow) -> _Row:
    wait, run = together(window.waits), together(window.runs)
    percentiles = *_percentiles(wait), *_percentiles(run)
    return _Row(window.after, Durations.of(wait), Durations.of(run), percentiles)


def _window(rows: Sequence[_Row]) -> MetricWindow:
    """Return what happened from the end of the first row to that of the last."""
    first, *rest = rows
    return MetricWindow(
        first.end,
        rows[-1].end,
        [one.waits for one in rest],
        [one.runs for one in rest],
        [one.end for one in rest[:-1]],
    )


def _percentiles(durations: Histogram) -> tuple[float, float, float]:
    """Return the percentiles, which nothing has when nothing was measured."""
    latency = durations.read()
    return (latency.p50, latency.p95, latency.p99) if latency.count else (GAP, GAP, GAP)
