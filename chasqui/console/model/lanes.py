"""The backlog by types: a head for each, with the next of its tasks below it."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from typing import Final, NamedTuple

from chasqui.console.model.columns import Cell, Column, TableRow
from chasqui.console.model.format import Glyphs, plain
from chasqui.console.model.keymap import Keymap
from chasqui.console.model.line import Span
from chasqui.console.model.waiting import why_waiting
from chasqui.control.port import LaneRow, TaskRow
from chasqui.durations import age

COLUMNS: Final = (
    Column("TYPE / TASK", 20, 0, least=12),
    Column("WAIT", 9, 0, right=True, least=6),
    Column("AGE", 5, 1, right=True),
    Column("WHY WAITING / PARAMETERS", 26, 0, flexible=True, least=16),
    Column("LIMITS", 16, 4),
    Column("POOL", 9, 5),
)
SHOWN_TASKS: Final = 2
"""Tasks below each head; a third is shown rather than said to be one more."""
_PLAIN: Final = re.compile(r"[\w.:-]+")


class LaneKey(NamedTuple):
    """What a head is found by again, and the line that says how many more there are."""

    kind: str
    type: str
    pool: str
    is_more: bool = False


UNLISTED: Final = LaneKey("", "", "")
"""The key of the line that says how many types are not listed."""


class LaneLine(NamedTuple):
    """A line of the list: a head, a task of it, or how many more there are, of it or of types."""

    lane: LaneRow
    task: TaskRow | None = None
    more: int = 0
    unlisted: str = ""

    @property
    def key(self) -> Hashable:
        """The number of the task, else the key of the lane."""
        if self.task is not None:
            return self.task.number
        if self.unlisted:
            return UNLISTED
        return LaneKey(self.lane.kind, self.lane.type, self.lane.pool, self.more > 0)


def lines_of(lanes: Sequence[LaneRow], unlisted: str = "") -> list[LaneLine]:
    """Return the lines of these lanes, and a last one that says how many are not listed."""
    lines = [line for lane in lanes for line in _lines(lane)]
    return [*lines, LaneLine(lanes[-1], unlisted=unlisted)] if lanes and unlisted else lines


def _lines(lane: LaneRow) -> Iterator[LaneLine]:
    yield LaneLine(lane)
    shown = lane.first if lane.count <= len(lane.first) else lane.first[:SHOWN_TASKS]
    for task in shown:
        yield LaneLine(lane, task)
    if shown and lane.count > len(shown):
        yield LaneLine(lane, more=lane.count - len(shown))


def unlisted(count: int, keys: Keymap) -> str:
    """Say how many types are not listed, and what finds them; empty if all are."""
    if count <= 0:
        return ""
    return f"{count:,} more type{'s' * (count != 1)}: {keys.named('list.filter')} finds them"


def row_of(line: LaneLine, now: float, glyphs: Glyphs) -> TableRow:
    """Draw a line; what is held is dim."""
    lane, task = line.lane, line.task
    dim = "dim" if lane.held else ""
    cells: tuple[Cell, ...]
    if task is not None:
        why = why_waiting(task, now) if lane.kind == "scheduled" else ""
        said = " ".join(part for part in (why, task.type if why else "", task.params) if part)
        cells = (
            Cell(f"   {task.number}", dim),
            Cell(""),
            Cell(age(now - task.created), dim),
            Cell(said, "dim"),
            Cell(""),
            Cell(""),
        )
    elif line.unlisted:
        said = f"{glyphs.ellipsis} {line.unlisted}"
        cells = (Cell(""), Cell(""), Cell(""), Cell(said, "dim"), Cell(""), Cell(""))
    elif line.more:
        cells = (Cell(f"   {glyphs.ellipsis} {line.more:,} more", "dim"), *[Cell("")] * 5)
    else:
        cells = (
            Cell(title(lane), dim or "title"),
            Cell(f"{lane.count:,}", dim),
            Cell(age(lane.oldest) if lane.kind == "queued" else "", dim),
            Cell(reason(lane, now), "dim" if not lane.reason else "warn"),
            Cell(lane.limits, "dim"),
            Cell(lane.pool, "dim"),
        )
    return TableRow(line.key, cells)


def title(lane: LaneRow) -> str:
    """Name a lane."""
    return "scheduled" if lane.kind == "scheduled" else lane.type


def reason(lane: LaneRow, now: float) -> str:
    """Say why nothing of it starts now, and of what is scheduled when the next is due."""
    if lane.kind == "scheduled":
        due = lane.first[0].due if lane.first else None
        return "" if due is None else f"next in {age(due - now)}, {lane.first[0].type}"
    if lane.kind == "parked":
        return f"parked: {lane.reason}"
    return lane.reason or "next to start"


def facts(lane: LaneRow, now: float, glyphs: Glyphs, keys: Keymap) -> list[Span]:
    """Describe a lane, and say what to press."""
    waits = f"{lane.count:,} {'parked' if lane.kind == 'parked' else 'waiting'}"
    spans = (
        Span(plain(title(lane), glyphs), "title"),
        Span(waits),
        Span(plain(reason(lane, now), glyphs), "warn" if lane.reason else "dim"),
        Span(f"the oldest for {age(lane.oldest)}" if lane.kind == "queued" else ""),
        Span(plain(lane.limits, glyphs), "dim", priority=3),
        Span(f"pool {plain(lane.pool, glyphs)}" if lane.pool else "", priority=4),
        Span(f"{keys.named('task.open')} lists them", "dim", priority=2),
    )
    return [span for span in spans if span.text]


def filter_of(lane: LaneRow) -> str:
    """Return the filter that selects what is in a lane; nothing for what no filter finds."""
    if lane.kind == "parked":
        return ""
    if lane.kind == "scheduled":
        return "state=scheduled"
    pool = f" pool={_quoted(lane.pool)}" if lane.pool else ""
    return f"type={_quoted(lane.type)}{pool} state=queued"


def _quoted(name: str) -> str:
    """Return a name as a value of a filter; only odd ones have quotes."""
    if _PLAIN.fullmatch(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
