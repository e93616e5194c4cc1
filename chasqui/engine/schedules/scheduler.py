"""The scheduler: submits a task whenever a schedule has a turn.

It compares the time of day at least every `LOOK_SECONDS`, so that it notices a clock that was set,
a process that was stopped and a laptop that slept. It promises:

- A turn is taken at most once, even if the clock is set back over it, unless by more than
  `SET_BACK_SECONDS` (a minute for expressions of an interval): then the new time counts.
- Turns that could not be taken in time are left out, or replaced by a single task; see `Missed`.
- Every turn that is left out is reported with its reason, and counted. Nothing that a submission
  raises ends the scheduler.

Its thread starts with the engine, or with the first schedule after that. Without a journal, turns
while no engine runs do not count: it begins afresh with each start. With one they are turns that
could not be taken in time; see `Turns`.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from chasqui import loggers
from chasqui.engine.background import Background
from chasqui.engine.events.event import Event
from chasqui.engine.schedules.turns import Turns
from chasqui.errors import ChasquiError, PoolClosed
from chasqui.pool.clock import Clock
from chasqui.pool.task import Task
from chasqui.pool.threads import StartThread

if TYPE_CHECKING:
    from chasqui.engine.metrics.reading import LeftOut
    from chasqui.engine.schedules.plan import Entry, Plan, ScheduleState

log = loggers.named(__name__)

LOOK_SECONDS: Final = 20.0


class Scheduler(Background):
    """Schedules, and the thread that takes their turns.

    Args:
        submit: accepts a task of a type at once, or raises.
        publish: called with every turn, taken or left out.
        turns: keeps the last turn of each schedule.
    """

    NAME = "chasqui-scheduler"

    def __init__(
        self,
        submit: Callable[[str, Mapping[str, Any]], Task],
        publish: Callable[[Event], None],
        turns: Turns,
        clock: Clock,
        start_thread: StartThread,
    ) -> None:
        super().__init__(clock, start_thread)
        self._turns = turns
        self._submit = submit
        self._publish = publish
        self._entries: list[Entry] = []
        self._started = False

    def add(self, plan: Plan) -> ScheduleState:
        """Add a schedule; without a name it gets that of its type, and a number if needed.

        Raises:
            ValueError: a schedule has this name already.
            PoolClosed: the engine is stopping or stopped.
            RuntimeError: the machine has no more threads.
        """
        with self._lock:
            if self._closed:
                raise PoolClosed("the engine is stopping or stopped and takes no more schedules")
            from chasqui.engine.schedules.plan import Entry

            entry = Entry(replace(plan, name=self._locked_name(plan)))
            entry.begin(self._clock.time())
            self._entries.append(entry)
            if self._started:
                self._locked_begin(entry)
                self._locked_start()
            self._changed.notify_all()
            return entry.state()

    def remove(self, name: str) -> ScheduleState:
        """Remove a schedule and return its state; raises ValueError if none has this name.

        A later schedule of this name begins afresh.
        """
        with self._lock:
            entry = self._locked_entry(name)
            # Another list: what a signal handler has interrupted may be going through this one.
            self._entries = [*self._entries]
            self._entries.remove(entry)
            entry.is_removed = True
            self._turns.forget(entry)
            return entry.state()

    def states(self) -> tuple[ScheduleState, ...]:
        """Return the state of each schedule, in the order in which they were added."""
        with self._lock:
            return tuple(entry.state() for entry in self._entries)

    def left_out(self) -> tuple[LeftOut, ...]:
        """Return the schedules that have left out turns recently, in the order of `states`."""
        with self._lock:
            return self._locked_left_out(self._clock.time())

    def start(self) -> None:
        """Start; the first turns are those after now.

        Raises:
            RuntimeError: it has schedules, and the machine has no more threads.
        """
        with self._lock:
            self._started = True
            self._locked_begin_all()
            if self._entries and not self._closed:
                self._locked_start()

    def _locked_begin_all(self) -> None:
        for entry in self._entries:
            self._locked_begin(entry)

    def _locked_begin(self, entry: Entry) -> None:
        entry.begin(self._clock.time())
        turn = self._turns.of(entry.plan)
        if turn is None:
            self._turns.note(entry)
        else:
            entry.go_on(*turn)

    def _locked_left_out(self, now: float) -> tuple[LeftOut, ...]:
        return tuple(told for entry in self._entries if (told := entry.told(now)) is not None)

    def _locked_entry(self, name: str) -> Entry:
        found = self._locked_by_name()
        if name not in found:
            there = f"there are: {', '.join(found)}" if found else "there are none"
            raise ValueError(f"no schedule has the name {name!r}; {there}")
        return found[name]

    def _locked_by_name(self) -> dict[str, Entry]:
        return {entry.plan.name: entry for entry in self._entries}

    def _locked_name(self, plan: Plan) -> str:
        taken = self._locked_by_name()
        if plan.name in taken:
            raise ValueError(f"a schedule {plan.name!r} exists already")
        numbered = (f"{plan.type} {count}" for count in itertools.count(2))
        free = (name for name in itertools.chain([plan.type], numbered) if name not in taken)
        return plan.name or next(free)

    def _run(self) -> None:
        while (due := self._next_due()) is not None:
            entry, turns, fires = due
            left_out = turns - fires
            if left_out:
                from chasqui.engine.schedules.plan import COUNTED

                more = " (there were more)" if turns == COUNTED else ""
                self._leave_out(entry, left_out, f"their time passed unattended{more}")
            self._note(entry, is_kept=fires and self._fire(entry))

    def _note(self, entry: Entry, *, is_kept: bool) -> None:
        """Keep a turn, unless it was kept with its task; none of a schedule that was removed."""
        with self._lock:
            if not entry.is_removed:
                if not is_kept:
                    self._turns.note(entry)
            elif entry.plan.name not in self._locked_by_name():  # else it is another's by now
                self._turns.forget(entry)

    def _next_due(self) -> tuple[Entry, int, bool] | None:
        """Wait for a schedule to be due and take its turns; None when closed."""
        with self._lock:
            return self._locked_next_due()

    def _locked_next_due(self) -> tuple[Entry, int, bool] | None:
        while not self._closed:
            # Monotonic first: when time passes between the two, the wait ends early, not late.
            began, now = self._clock.monotonic(), self._clock.time()
            wait = LOOK_SECONDS
            for entry in self._entries:
                entry.notice_set_back(now)
                if entry.next is None:
                    continue
                if entry.next <= now:
                    return (entry, *entry.take(now))
                wait = min(wait, entry.next - now)
            self._clock.wait(self._changed, began + wait)
        return None

    def _fire(self, entry: Entry) -> bool:
        """Submit the task of a turn; tell whether it was accepted."""
        plan = entry.plan
        try:
            if plan.overlap == "skip" and (state := self._state_before(entry)) is not None:
                reason = f"task {entry.last} of the turn before is still {state}"
                self._leave_out(entry, 1, reason)
                return False
            with self._turns.along(entry):
                task = self._submit(plan.type, plan.params)
        except PoolClosed as error:
            if not self._closed:
                self._leave_out(entry, 1, str(error))
        except ChasquiError as error:
            self._leave_out(entry, 1, str(error))
        except Exception as error:  # raised by a check of parameters: the next turn may succeed
            log.exception("schedule %s: its task could not be made", plan.name)
            self._leave_out(entry, 1, f"its task could not be made: {error!r}")
        else:
            # Published first: code that sees the new state can rely on the event.
            from chasqui.engine.events.records import ScheduleFired

            self._publish(ScheduleFired(self._clock.time(), plan.name, task.number))
            with self._lock:
                entry.last, entry.task = task.number, weakref.ref(task)
                entry.misses = entry.is_restored = False
            return True
        return False

    def _state_before(self, entry: Entry) -> str | None:
        """Return the state of the task of the turn before, unless it has ended."""
        if entry.is_restored:
            return None if entry.last is None else self._turns.waiting(entry.last)
        before = entry.task()
        return None if before is None or before.done else before.state

    def _leave_out(self, entry: Entry, turns: int, reason: str) -> None:
        now = self._clock.time()
        from chasqui.engine.events.records import ScheduleSkipped

        self._publish(ScheduleSkipped(now, entry.plan.name, turns, reason))
        with self._lock:
            entry.leave_out(turns, now, reason)
