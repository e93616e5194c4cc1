"""Events: what happens to tasks and to the engine, as frozen records.

``at`` is in seconds since the epoch. Steps that every task goes through (accepted, started,
completed) are published only while the log book is at `debug`, since they cost time for each task.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from chasqui.durations import duration
from chasqui.engine.events.event import EngineChanged as EngineChanged
from chasqui.engine.events.event import Event as Event
from chasqui.engine.events.event import Level as Level
from chasqui.engine.events.event import TaskCancelled as TaskCancelled
from chasqui.engine.events.event import TaskEvent as TaskEvent
from chasqui.pool.states import EndedCounts, counts_of


@dataclass(frozen=True, slots=True)
class TaskAccepted(TaskEvent):
    """A task was accepted."""

    level: ClassVar[Level] = "debug"
    delay: float = 0.0
    """Seconds before it may start."""

    @property
    def what(self) -> str:
        """The step in words."""
        return f"accepted, due in {duration(self.delay)}" if self.delay else "accepted"


@dataclass(frozen=True, slots=True)
class TaskStarted(TaskEvent):
    """The body of a task began."""

    level: ClassVar[Level] = "debug"
    attempt: int = 1
    worker: str = ""

    @property
    def what(self) -> str:
        """The step in words."""
        return f"attempt {self.attempt} started on {self.worker}"


@dataclass(frozen=True, slots=True)
class TaskCompleted(TaskEvent):
    """A task ended well."""

    level: ClassVar[Level] = "debug"
    ran: float = 0.0
    """Seconds."""

    @property
    def what(self) -> str:
        """The step in words."""
        return f"completed in {duration(self.ran)}"


@dataclass(frozen=True, slots=True)
class TaskRetried(TaskEvent):
    """An attempt failed, and another will be made."""

    level: ClassVar[Level] = "warning"
    attempt: int
    """The attempt that failed."""
    error: str
    delay: float
    """Seconds until the next attempt."""

    @property
    def what(self) -> str:
        """The step in words."""
        return f"attempt {self.attempt} failed, next in {duration(self.delay)}: {self.error}"


@dataclass(frozen=True, slots=True)
class TaskFailed(TaskEvent):
    """A task failed for good."""

    level: ClassVar[Level] = "error"
    attempts: int
    error: str

    @property
    def what(self) -> str:
        """The step in words."""
        often = f" after {self.attempts} attempts" if self.attempts > 1 else ""
        return f"failed{often}: {self.error}"


@dataclass(frozen=True, slots=True)
class FailuresTreated(Event):
    """Failures were retried or discarded by hand, or that was undone."""

    what: str
    """Such as "12 retried"."""
    skipped: int = 0
    reason: str = ""
    """Why the first was skipped."""

    def __str__(self) -> str:
        skipped = f"; {self.skipped:,} skipped: {self.reason}" if self.skipped else ""
        return f"failures: {self.what}{skipped}"


@dataclass(frozen=True, slots=True)
class ScheduleFired(Event):
    """A schedule has submitted its task."""

    name: str
    number: int

    def __str__(self) -> str:
        return f"task {self.number}: submitted by schedule {self.name}"


@dataclass(frozen=True, slots=True)
class ScheduleSkipped(Event):
    """A schedule has skipped turns."""

    level: ClassVar[Level] = "warning"
    name: str
    turns: int
    reason: str

    def __str__(self) -> str:
        turns = "a turn" if self.turns == 1 else f"{self.turns} turns"
        return f"schedule {self.name}: left out {turns}: {self.reason}"


@dataclass(frozen=True, slots=True)
class TypeChanged(Event):
    """A type was paused, resumed or limited."""

    type: str
    what: str

    def __str__(self) -> str:
        return f"type {self.type} {self.what}"


@dataclass(frozen=True, slots=True)
class WorkerChanged(Event):
    """A worker was abandoned, is stuck, or is lost; noticed within a second or so."""

    level: ClassVar[Level] = "error"
    is_logged: ClassVar[bool] = True
    pool: str
    worker: str
    """Its name; empty: the event is about several or about one that has never run."""
    what: str

    def __str__(self) -> str:
        named = f"worker {self.worker}" if self.worker else f"pool {self.pool}:"
        return f"{named} {self.what}"


@dataclass(frozen=True, slots=True)
class JournalFailed(Event):
    """The journal cannot be written; noticed within a second or so."""

    level: ClassVar[Level] = "error"
    is_logged: ClassVar[bool] = True
    reason: str
    """What is wrong with it, and what to do."""

    def __str__(self) -> str:
        return f"journal cannot be written: {self.reason}"


@dataclass(frozen=True, slots=True)
class JournalRecovered(Event):
    """The journal can be written again; noticed within a second or so."""

    is_logged: ClassVar[bool] = True

    def __str__(self) -> str:
        return "journal can be written again"


@dataclass(frozen=True, slots=True)
class BreakerOpened(Event):
    """A type failed so often that none of its tasks starts for a while."""

    level: ClassVar[Level] = "error"
    type: str
    failures: int
    cooldown: float
    """Seconds until probes may start."""

    def __str__(self) -> str:
        times = "time" if self.failures == 1 else "times"
        return (
            f"type {self.type} failed {self.failures:,} {times}: its breaker is open, "
            f"probes start in {duration(self.cooldown)}"
        )


@dataclass(frozen=True, slots=True)
class BreakerHalfOpen(Event):
    """The time of an open breaker has passed, and a few tasks may start."""

    level: ClassVar[Level] = "warning"
    type: str
    probes: int

    def __str__(self) -> str:
        probes = "a probe" if self.probes == 1 else f"{self.probes:,} probes"
        return f"type {self.type}: its breaker is half open and lets {probes} start"


@dataclass(frozen=True, slots=True)
class BreakerClosed(Event):
    """The tasks of a type may start again."""

    type: str
    why: str

    def __str__(self) -> str:
        return f"type {self.type}: its breaker is closed: {self.why}"


@dataclass(frozen=True, slots=True)
class BatchEvent(Event):
    """Something that happened to a batch."""

    batch: int
    name: str

    def __str__(self) -> str:
        return f"batch {self.batch}{f' {self.name}' if self.name else ''}: {self.what}"

    @property
    def what(self) -> str:
        """What happened, in words."""
        return type(self).__name__


@dataclass(frozen=True, slots=True)
class BatchEnded(EndedCounts, BatchEvent):
    """All tasks of a batch are final."""

    @property
    def what(self) -> str:
        """What happened, in words."""
        counts = counts_of(self).items()
        return "ended: " + ", ".join([f"{state} {count:,}" for state, count in counts])


@dataclass(frozen=True, slots=True)
class BatchNotFollowed(BatchEvent):
    """A batch has ended, and the task that should follow was refused."""

    level: ClassVar[Level] = "error"
    then: str
    """The name of the task that should follow."""
    reason: str

    @property
    def what(self) -> str:
        """What happened, in words."""
        return f"{self.then} does not follow it: {self.reason}"


@dataclass(frozen=True, slots=True)
class EventsDropped(Event):
    """Observers were too slow, and events are missing before this one."""

    level: ClassVar[Level] = "warning"
    count: int

    def __str__(self) -> str:
        lines = "line is" if self.count == 1 else "lines are"
        return f"{self.count:,} {lines} missing here: more happened than could be written down"
