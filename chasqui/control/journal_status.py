"""How the journal is, as a console and `status` show it."""

from __future__ import annotations

from chasqui.control.record import Record
from chasqui.control.safe_text import SafeText


class LastEndStatus(Record, frozen=True, kw_only=True):
    """How the engine before this one ended, and what became of its tasks."""

    epoch: int
    pid: int
    started: float
    stopped: float | None = None  # None: it was killed, or crashed
    is_clean: bool = True
    interrupted: int = 0
    requeued: int = 0


class ParkedStatus(Record, frozen=True, kw_only=True):
    """The parked tasks of one type."""

    type: SafeText
    count: int
    reason: SafeText


class JournalStatus(Record, frozen=True, kw_only=True):
    """The journal; its mode is ``off`` when nothing is kept beyond the process."""

    mode: str = "off"  # empty: not known, of a host that does not say
    state: str = "off"  # "ok", "degraded", "closed" or "off"
    reason: SafeText = SafeText("")  # why it is degraded, and what to do
    path: SafeText = SafeText("")
    waiting: int = 0  # tasks in the file that wait for room in their pool
    parked: int = 0  # tasks in the file whose type is absent
    parked_types: tuple[ParkedStatus, ...] = ()
    size: int = 0  # bytes
    unflushed: int = 0  # ends of tasks that are not on disk yet
    opened: float = 0.0
    last_end: LastEndStatus | None = None


UNKNOWN = JournalStatus(mode="", state="")
"""Of a host that says nothing of its journal."""


def crash_sentence(end: LastEndStatus) -> str:
    """Say that an engine was killed or crashed, and what became of its tasks."""
    return (
        f"engine {end.epoch:,} (pid {end.pid}) ended without shutdown; "
        f"{end.interrupted:,} interrupted, {end.requeued:,} requeued"
    )
