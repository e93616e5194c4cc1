"""Plans: what a schedule submits and when, and its progress."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, get_args

from chasqui.engine.schedules.tables import Missed, Overlap, ScheduleConfig
from chasqui.pool.task import Task

if TYPE_CHECKING:
    from chasqui.engine.metrics.reading import LeftOut
    from chasqui.engine.schedules.cron import Cron

LATE_SECONDS: Final = 60.0  # after which a turn counts as missed
SET_BACK_SECONDS: Final = 3 * 3600.0  # as in other crons: more than any change of a zone's offset
LATELY_SECONDS: Final = 600.0  # for which left out turns are reported after the next one is taken
COUNTED: Final = 1000  # missed turns counted at a time; more would delay other schedules


@dataclass(frozen=True, slots=True)
class Plan:
    """What a schedule submits, and when."""

    name: str
    type: str
    params: Mapping[str, Any]
    cron: Cron
    missed: Missed = "skip"
    overlap: Overlap = "skip"


def plan_of(config: ScheduleConfig) -> Plan:
    """Make the plan of a schedule from the config; raises ValueError."""
    from chasqui.engine.schedules.cron import Cron, zone_named

    cron = Cron(config.cron, zone_named(config.zone))
    return Plan(config.name, config.type, config.params, cron, config.missed, config.overlap)


def check_words(missed: str, overlap: str) -> None:
    """Raise ValueError for a word that is not among the choices."""
    for key, value, choice in (("missed", missed, Missed), ("overlap", overlap, Overlap)):
        if value not in get_args(choice):
            words = " or ".join(get_args(choice))
            raise ValueError(f"{key} must be {words}, got {value!r}")


@dataclass(frozen=True, slots=True)
class ScheduleState:
    """The state of a schedule.

    Example: `chasqui-tui help engine`.
    """

    name: str
    type: str
    cron: str
    zone: str
    """The IANA name of its zone; empty: the machine's own."""
    missed: Missed
    overlap: Overlap
    next: datetime | None
    """Its next turn, in its zone; None if it has no more turns."""
    last: int | None
    """The number of the last task that it submitted."""
    skipped: int
    """How many turns it has left out since the engine was made."""
    reason: str
    """Why it left out the last of these."""


@dataclass(eq=False, slots=True)
class Entry:
    """A plan and its progress; the scheduler's lock guards it."""

    plan: Plan
    next: float | None = None
    since: float = 0.0
    """The moment after which ``next`` is the next turn: turns up to here are over."""
    last: int | None = None
    skipped: int = 0
    due: float = 0.0
    """When the first of the turns last taken together was due."""
    left_out: int = 0
    """How many turns were left out recently, the first of them due at ``first_left_out``."""
    first_left_out: float = 0.0
    last_left_out: float = 0.0
    reason: str = ""
    misses: bool = False
    """Whether the last turn was left out."""
    task: Callable[[], Task | None] = field(default=lambda: None)
    """A weak reference to the last task: its pool holds it while it waits or runs."""
    is_restored: bool = False
    """Whether the last task is of an earlier life of the engine."""
    is_removed: bool = False

    def go_on(self, since: float, last: int | None) -> None:
        """Go on from the turn that was the last in an earlier life."""
        self.next, self.since = self.plan.cron.after(since), since
        self.last, self.is_restored = last, True

    def begin(self, now: float) -> None:
        self.next, self.since = self.plan.cron.after(now), now

    def notice_set_back(self, now: float) -> None:
        allowed = SET_BACK_SECONDS if self.plan.cron.of_day else LATE_SECONDS
        if now < self.since - allowed:
            self.begin(now)

    def take(self, now: float) -> tuple[int, bool]:
        """Take the turns that are due; return how many, and whether to submit a task for them."""
        turns, cron, turn = 0, self.plan.cron, self.next
        self.due = now if turn is None else turn
        while turn is not None and turn <= now and turns < COUNTED:
            turns += 1
            turn = cron.after(turn)
        newest = cron.after(now - LATE_SECONDS)
        in_time = newest is not None and newest <= now
        self.begin(now)
        return turns, in_time or self.plan.missed == "once"

    def leave_out(self, turns: int, now: float, reason: str) -> None:
        if not self.misses and now - self.last_left_out > LATELY_SECONDS:
            self.left_out, self.first_left_out = 0, self.due
        self.left_out += turns
        self.skipped += turns
        self.misses, self.last_left_out, self.reason = True, now, reason

    def told(self, now: float) -> LeftOut | None:
        """Return the turns that were left out recently; None if there are none."""
        if not (self.misses or (self.left_out and now - self.last_left_out <= LATELY_SECONDS)):
            return None
        from chasqui.engine.metrics.reading import LeftOut

        return LeftOut(
            name=self.plan.name,
            type=self.plan.type,
            turns=self.left_out,
            first_ago=max(0.0, now - self.first_left_out),
            last_ago=max(0.0, now - self.last_left_out),
            reason=self.reason,
            ongoing=self.misses,
        )

    def state(self) -> ScheduleState:
        from chasqui.engine.schedules.cron import local

        plan = self.plan
        zone = plan.cron.zone
        return ScheduleState(
            name=plan.name,
            type=plan.type,
            cron=plan.cron.text,
            zone=zone.key if zone else "",
            missed=plan.missed,
            overlap=plan.overlap,
            next=None if self.next is None else local(self.next, zone),
            last=self.last,
            skipped=self.skipped,
            reason=self.reason,
        )
