"""The tables [[schedule]] of a config: which task types to start, and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from chasqui.keywords import hinting

if TYPE_CHECKING:
    from chasqui.engine.config.bounds import NotEmpty

Missed = Literal["skip", "once"]
Overlap = Literal["skip", "queue"]


@hinting
@dataclass(frozen=True, slots=True)
class ScheduleConfig:
    """A table [[schedule]]; see `Cron` for its expression."""

    type: NotEmpty
    cron: NotEmpty
    params: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    """Its name; empty: that of its type."""
    zone: str = ""
    """An IANA name such as ``Europe/Berlin``; empty: the machine's own zone."""
    missed: Missed = "skip"
    """What to do about turns that passed while the process or the machine slept: nothing, or a
    single task for all of them."""
    overlap: Overlap = "skip"
    """What to do while the task of the last turn still waits or runs: leave the turn out, or let
    its task wait like any other."""


def where_is(file: Path | None, number: int) -> str:
    """Name a schedule by its file and its position in it; the first is number 1."""
    return f"{file}: schedule number {number}"


def schedules(file: Path, tables: Any, problems: list[str]) -> Iterator[ScheduleConfig]:
    """Read the tables [[schedule]]; add mistakes to ``problems``."""
    from chasqui.engine.config.sections import converted

    if not isinstance(tables, list):
        problems.append(f"{file}: schedule must be an array of tables, [[schedule]]")
        return
    names: dict[str, int] = {}
    for number, table in enumerate(tables, 1):
        where = where_is(file, number)
        if not isinstance(table, dict):
            problems.append(f"{where} must be a table, [[schedule]]")
            continue
        values = converted(where, "", table, ScheduleConfig, problems)
        missing = [one for one in _REQUIRED if one not in table]
        problems.extend(f"{where}: {one} is required" for one in missing)
        name = values.get("name", "")
        if name in names:
            problems.append(f"{where}: name: {name!r} is that of number {names[name]} too")
        elif name:
            names[name] = number
        elif "type" in values:
            names.setdefault(values["type"], number)
        problems.extend(_wrong_time(where, values))
        if all(one in values for one in _REQUIRED):
            yield ScheduleConfig(**values)


_REQUIRED = ("type", "cron")


def _wrong_time(where: str, values: Mapping[str, Any]) -> Iterator[str]:
    from chasqui.engine.schedules.cron import Cron, zone_named

    for key, make in (("cron", Cron), ("zone", zone_named)):
        try:
            if key in values:
                make(values[key])
        except ValueError as error:
            yield f"{where}: {key}: {error}"
