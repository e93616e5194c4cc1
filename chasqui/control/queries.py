"""What a reading is asked for: the panes on screen, and which rows of each."""

from __future__ import annotations

from typing import Final

from chasqui.control.commands import Chosen
from chasqui.control.marked_records import Marked
from chasqui.control.metric_records import ChartQuery
from chasqui.control.record import Record

ROWS: Final = 2000  # of a window: as many as a console reads to find a row that has moved


class Window(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which rows of a list are on screen.

    Raises:
        ValueError: it begins before the first row, or has a negative number of rows or over `ROWS`.
    """

    offset: int = 0
    limit: int = 50

    def __post_init__(self) -> None:
        if self.offset < 0 or not 0 <= self.limit <= ROWS:
            asked = f"{self.limit} rows from {self.offset} on"
            raise ValueError(f"a window has at most {ROWS:,} rows from 0 on, got {asked}")


class ViewQuery(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The panes on screen; a pane that is None is hidden, and costs nothing."""

    workers: Window | None = None
    workers_of: str = ""  # the filter of the workers
    place_of: str = ""  # the worker whose place in its code is wanted; empty: none
    backlog: Window | None = None
    backlog_of: str = ""  # the filter of the tasks that wait
    backlog_marked: Marked = Marked()  # of the tasks that wait
    backlog_order: str = ""  # "age", "-age" for the largest first; empty: as they start
    lanes: Window | None = None  # what waits, a type at a time
    failures: Window | None = None
    failures_of: Chosen = Chosen()  # which failures are listed
    failures_marked: Marked = Marked()  # of the failures, or of their groups
    groups: Window | None = None
    finished: Window | None = None
    finished_of: str = ""  # the filter of the tasks that have ended
    events: Window | None = None
    events_of: str = ""  # the filter of the events
    types: Window | None = None
    types_of: str = ""  # the filter of the types
    metrics: bool = False
    charts: ChartQuery | None = None  # of the metrics
    type_view: ChartQuery | None = None  # everything about the type that it names
    settings: bool = False
