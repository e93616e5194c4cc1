"""What can be seen of a journal: a frozen reading of its health, its size and what it holds.

Making one never waits for the disk.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol

from chasqui.datarecord import listed

if TYPE_CHECKING:
    from chasqui.engine.journal.health import JournalHealth

JournalState = Literal["off", "closed", "ok", "degraded"]
"""``closed`` before the engine starts and after it has stopped."""


@listed("is_clean")
@dataclass(frozen=True, slots=True)
class LastEnd:
    """How the life of the engine before this one ended, and what became of its tasks."""

    epoch: int
    """The number of that life."""
    pid: int
    started: float
    """When it began, as seconds since 1970."""
    stopped: float | None
    """When it ended; None: it was killed, or crashed."""
    interrupted: int = 0
    """Tasks that were running when it was killed."""
    requeued: int = 0
    """The other tasks that it has left, which run from now on."""

    @property
    def is_clean(self) -> bool:
        """Whether it ended by a shutdown."""
        return self.stopped is not None


@dataclass(frozen=True, slots=True)
class ParkedTask:
    """A task in the journal that cannot run yet, since its type is absent."""

    number: int
    type: str
    priority: int
    attempts: int
    created: float
    """When it was accepted, as seconds since 1970."""
    key: str | None
    params: str
    """As JSON."""
    reason: str
    """Such as ``unavailable: http``."""


@dataclass(frozen=True, slots=True)
class ParkedType:
    """The parked tasks of one type."""

    type: str
    count: int
    reason: str


class InFile(Protocol):
    """Counts the tasks that are in the file only."""

    @property
    def waiting(self) -> int: ...

    @property
    def parked(self) -> int: ...

    def parked_types(self) -> tuple[ParkedType, ...]: ...


@dataclass(frozen=True, slots=True)
class JournalView:
    """A reading of a journal; the defaults are those of an engine without one."""

    mode: str = "off"
    """``power``, ``process`` or ``off``."""
    state: JournalState = "off"
    reason: str = ""
    """Why it is degraded, and what to do."""
    path: str = ""
    waiting: int = 0
    """Tasks in the file that wait for room in their pool."""
    parked: int = 0
    """Tasks in the file whose type is absent."""
    parked_types: tuple[ParkedType, ...] = ()
    """The types with the most parked tasks first; at most 20."""
    size: int = 0
    """Bytes of the file and its log."""
    unflushed: int = 0
    """Ends of tasks that are not on disk yet."""
    opened: float = 0.0
    """When it was opened, as seconds since 1970; 0 before that."""
    last_end: LastEnd | None = None
    """None in the first life of the file."""


NO_JOURNAL = JournalView()


def with_health(
    view: JournalView, health: JournalHealth | None, backlog: InFile | None
) -> JournalView:
    """Return a view with the health of an open journal, None for a closed one, and its backlog."""
    if health is None:
        view = replace(view, state="closed")
    else:
        view = replace(
            view,
            state=health.state,
            reason=health.reason,
            size=health.size + health.log_size,
            unflushed=health.unflushed,
        )
    if backlog is None:
        return view
    waiting, parked, types = backlog.waiting, backlog.parked, backlog.parked_types()
    return replace(view, waiting=waiting, parked=parked, parked_types=types)
