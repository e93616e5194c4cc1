"""The status record: what `status --json` prints and the verb ``status`` answers.

Its names are stable: keys may be added, none is renamed or removed. Durations are in seconds, rates
per second.
"""

from __future__ import annotations

import msgspec

from chasqui.control.journal_status import JournalStatus
from chasqui.control.safe_text import SafeText


class PoolStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A pool."""

    state: str
    backend: str
    workers: int
    busy: int
    queue_size: int
    queued: int


class CountStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The counters of a reading, each counted on its own."""

    accepted: int = 0
    rejected: int = 0
    queued: int = 0
    scheduled: int = 0
    running: int = 0
    completed: int = 0
    failed: int = 0
    cancelled: int = 0


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """A distribution of durations, in seconds."""

    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    max: float = 0.0


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a host and its engine, in one consistent reading."""

    name: str
    state: str
    """A word of the engine's states; a newer host may have others."""
    paused: bool
    version: str
    protocol: int
    pid: int
    uptime: float
    pools: dict[str, PoolStatus]
    counts: CountStatus
    conservation: bool
    """Whether accepted is the sum of where all tasks are."""
    rate: float
    """Tasks ended per second, over the last ten seconds."""
    oldest: float
    """For how long the task that waits longest has waited."""
    wait: Spread = Spread()
    run: Spread = Spread()
    journal: JournalStatus = JournalStatus()
    """The journal; its mode is ``off`` when nothing is kept beyond the process."""
    breakers: tuple[SafeText, ...] = ()
    """The types whose circuit breaker is open."""
    findings: tuple[SafeText, ...] = ()
    problems: tuple[SafeText, ...] = ()
    schedules: int = 0
    """How many there are, which give the engine work by themselves."""
    clients: int = 0
    folder: str = ""
    python: str = ""
    strikes: tuple[SafeText, ...] = ()
    """The strikes, such as ``app.charge customer=c7``; the first 20."""
    open_kinds: int | None = None
    """How many kinds of failure are neither retried nor discarded; None: an older host."""
