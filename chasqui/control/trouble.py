"""The order of task types: those in trouble first, those at rest last.

What decides is coarse, so that rows do not change places with every reading: the kind of trouble,
then tenths of an error rate or doublings of a queue, then the name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from chasqui.engine.metrics.reading import Reading, TypeReading

IDLE: Final = 7
"""The rank of types at rest; those that never had a task come after them."""
MINUTES: Final = 10

Rank = tuple[int, int, str]


def in_order(names: Iterable[str], reading: Reading) -> tuple[list[str], int]:
    """Return the names of types, and how many of them, at the end, are at rest."""
    left_out = {schedule.type for schedule in reading.schedules.values()}
    unused = TypeReading()
    ranks = [
        rank(name, reading.types.get(name, unused), left_out) for name in {*names, *reading.types}
    ]
    ranks.sort()
    idle = sum(kind >= IDLE for kind, _, _ in ranks)
    return [name for _, _, name in ranks], idle


def rank(name: str, read: TypeReading, left_out: Collection[str] = ()) -> Rank:
    """Return what a type is sorted by."""
    if read.breaker == "open":
        return 0, 0, name
    if read.breaker == "half open":
        return 1, 0, name
    if read.struck or name in left_out:
        return 2, 0, name
    if read.held:
        return 3, 0, name
    recent = read.minute
    if recent.failed:
        return 4, -round(10 * recent.failed / (recent.failed + recent.completed)), name
    if read.queued:
        return 5, -read.queued.bit_length(), name
    if read.running or read.scheduled or read.ten_minutes.accepted or read.ten_minutes.ended:
        return 6, 0, name
    return IDLE + (not read.accepted), 0, name


def trend(read: TypeReading) -> tuple[float, ...]:
    """Return how many tasks ended per second in each of the last ten minutes, oldest first."""
    return tuple(read.ten_minutes.stretch.minutes[-MINUTES:])
