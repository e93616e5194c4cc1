"""The past of an engine or a type as few values: as many as a chart can draw.

Rows of the past are combined in groups that begin at fixed moments, so that a chart only moves on
when a group is full, and does not flicker with every new row. Of rates a group has the mean, of
counts and percentiles the highest, so that no peak is lost.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

from chasqui.control.metric_records import ChartQuery, ChartView
from chasqui.engine.engine import BaseEngine
from chasqui.engine.metrics.rings import RESOLUTIONS
from chasqui.engine.metrics.samples import History
from chasqui.pool.states import ENDED

ROWS: Final = {resolution.seconds: resolution.rows for resolution in RESOLUTIONS}
Combine = Callable[[Sequence[float]], float]


def charts(engine: BaseEngine, query: ChartQuery) -> ChartView:
    """Return the charts that a query asks for."""
    rows = ROWS[query.seconds]
    past = engine.history(type=query.type, seconds=query.seconds, rows=rows)
    each = max(1, math.ceil(rows / query.values))
    seconds = each * query.seconds

    def of(name: str, how: Combine) -> tuple[float, ...]:
        return grouped(past.columns.get(name, ()), each, _newest(past), how)

    ended = [of(state, mean) for state in ENDED]
    return ChartView(
        seconds=seconds,
        span=float(rows * query.seconds),
        ended=tuple(sum(states) for states in zip(*ended, strict=True)),
        failed=of("failed", mean),
        backlog=of("queued", highest),
        running=of("running", highest),
        run_p95=of("run_p95", highest),
        wait_p95=of("wait_p95", highest),
    )


def grouped(values: Sequence[float], each: int, newest: int, combine: Combine) -> tuple[float, ...]:
    """Combine rows in groups of ``each``; ``newest`` is the number of the last row."""
    first = newest - len(values) + 1
    cut = -first % each  # the rows before the first whole group
    groups = [values[:cut]] if cut and cut < len(values) else []
    starts = range(cut if cut < len(values) else 0, len(values), each)
    groups += [values[at : at + each] for at in starts]
    return tuple(combine(group) for group in groups)


def mean(values: Sequence[float]) -> float:
    """Return the mean; a moment without a sample, as while the machine slept, is one of no work."""
    return sum(value for value in values if not math.isnan(value)) / len(values)


def highest(values: Sequence[float]) -> float:
    """Return the highest value; nothing measured is zero."""
    return max([value for value in values if not math.isnan(value)], default=0.0)


def _newest(past: History) -> int:
    """Return the number of the newest row, as counted from a fixed moment."""
    return int(past.until / past.seconds + 0.5)
