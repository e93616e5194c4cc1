"""Findings: the sentences of a diagnosis, with the numbers that they rest on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from string import Formatter
from typing import Any, Final, Literal

from chasqui.durations import age, duration
from chasqui.engine.metrics.reading import PoolReading, Reading

Kind = Literal[
    "unmetered",
    "breaker",
    "lost",
    "gil",
    "slower",
    "hog",
    "producers",
    "saturated",
    "workers",
    "behind",
    "unstopped",
    "slow",
    "schedule",
    "journal",
    "parked",
    "killed",
]

MOST_TIMES: Final = 1000  # more tells no more
BLOCKED_SECONDS: Final = 5.0  # a producer that waits for less is slowed down, not stopped


@dataclass(frozen=True)
class Finding:
    """A sentence, and every number in it by its name in the reading.

    A name begins with ``pool``, ``type`` or ``schedule``, which are those of the finding, with
    ``reading``, ``process`` or ``journal``: ``pool.ten_seconds.utilisation`` is
    ``reading.pools[finding.pool].ten_seconds.utilisation``. ``task`` is the first of
    ``reading.pools[finding.pool].unstopped``, ``slow`` the first of its ``slow``.

    Example: `chasqui-tui help diagnosis`.
    """

    kind: Kind
    text: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    pool: str = ""
    type: str = ""
    schedule: str = ""

    @property
    def about(self) -> str:
        """The schedule or type that it is about, else the pool; empty for the engine."""
        return self.schedule or self.type or self.pool

    def __str__(self) -> str:
        return self.text


def figure(value: float, unit: str) -> str:
    """Return a number as text: a count, or in one of the units below."""
    return _UNITS[unit](value)


def has_stopped_producers(pool: PoolReading) -> bool:
    """Tell whether a producer has waited for room so long that it counts as stopped."""
    return bool(pool.blocked and pool.producers and pool.blocked_for >= BLOCKED_SECONDS)


def finding(
    kind: Kind,
    template: str,
    reading: Reading,
    *,
    pool: str,
    type: str = "",
    schedule: str = "",
    **words: str,
) -> Finding:
    """Make a sentence from a template; every number in it is looked up in the reading."""
    records: dict[str, Any] = {"reading": reading, "process": reading.process}
    records["journal"] = reading.journal
    if pool in reading.pools:
        records["pool"] = reading.pools[pool]
    if type in reading.types:
        records["type"] = reading.types[type]
    if schedule in reading.schedules:
        records["schedule"] = reading.schedules[schedule]
    if "pool" in records and records["pool"].unstopped:
        records["task"] = records["pool"].unstopped[0]
    if "pool" in records and records["pool"].slow:
        records["slow"] = records["pool"].slow[0]
    if kind in ("breaker", "gil", "slower", "hog") and has_stopped_producers(records["pool"]):
        template += "; {pool.blocked:producers} for room"
    for parked in reading.journal.parked_types:
        if parked.type == type:
            records["parked"] = parked
    names = {"pool": pool, "type": type, "schedule": schedule, **words}
    text, numbers = "", {}
    for literal, name, unit, _ in Formatter().parse(template):
        text += literal
        if name is None:
            continue
        if name in names:
            text += names[name]
        else:
            value, _ = Formatter().get_field(name, (), records)
            numbers[name] = value
            text += figure(value, unit or "")
    return Finding(kind, text, numbers, pool, type, schedule)


def _wait(noun: str, count: float) -> str:
    return f"1 {noun} waits" if count == 1 else f"{count:,} {noun}s wait"


_UNITS: Final[Mapping[str, Callable[[float], str]]] = {
    "": lambda value: f"{value:,}",
    "%": lambda value: f"{value:.0%}".replace("%", " %"),
    "s": duration,
    "ago": age,
    "x": lambda value: f"{value:.1f}x" if value < MOST_TIMES else f"over {MOST_TIMES:,}x",
    "tasks/s": lambda value: f"{value:,.1f} tasks/s",
    "/s": lambda value: f"{value:,.1f}/s",
    ".1": lambda value: f"{value:.1f}",
    "producers": partial(_wait, "producer"),
    "tasks": partial(_wait, "task"),
    "workers": lambda value: "1 worker" if value == 1 else f"{value:,} workers",
    "workers are": lambda value: "1 worker is" if value == 1 else f"{value:,} workers are",
    "ends": lambda value: "1 end" if value == 1 else f"{value:,} ends",
    "turns": lambda value: "1 turn was" if value == 1 else f"{value:,} turns were",
}
