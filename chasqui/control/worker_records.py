"""The records around the workers: who waits for room, sizes other than the config's, a place."""

from __future__ import annotations

from chasqui.control.record import Record
from chasqui.control.safe_text import SafeText


class ProducerRow(Record, frozen=True, kw_only=True):
    """A submitter that waits for room in a full backlog."""

    thread: SafeText
    site: SafeText  # the file and the line that submits: "shop/feed.py:25"
    since: float
    pool: SafeText = SafeText("")  # empty where there is only one


class PoolSize(Record, frozen=True, kw_only=True):
    """A pool that was given another number of workers than its config says."""

    pool: SafeText
    workers: int  # wanted now
    configured: int


class WorkerPlace(Record, frozen=True, kw_only=True):
    """Where a worker's task is in its code: the innermost frame of the user's own."""

    worker: SafeText
    task: int
    attempt: int  # this one
    attempts: int | None = None  # at most; None: it is not retried
    limit: float | None = None  # seconds that an attempt may run
    file: SafeText = SafeText("")  # empty: no Python code can be seen
    line: int = 0
    function: SafeText = SafeText("")
    since: float  # each look from then on has found the task there


class CrewView(Record, frozen=True, kw_only=True):
    """What there is to know about the workers besides their rows."""

    producers: tuple[ProducerRow, ...] = ()  # the longest wait first, bounded
    more_producers: int = 0  # besides those listed
    sizes: tuple[PoolSize, ...] = ()  # where they differ from the config
    place: WorkerPlace | None = None  # of the worker that was asked about
