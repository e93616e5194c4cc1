"""Members: counting the tasks of a batch, and submitting what follows the last of them.

A task is among the open ones from its acceptance to its end, and in one of three counters from then
on, with no call between the two stores: every reader, a signal handler too, finds each task once.
The thread that counts the last end submits what follows. The lock decides which thread that is.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from chasqui.datarecord import listed
from chasqui.pool import forking
from chasqui.pool.bells import BellCondition
from chasqui.pool.callbacks import OfGroup
from chasqui.pool.clock import Clock
from chasqui.pool.event_loops import bell_here, is_rung
from chasqui.pool.states import ENDED, WAITING, TaskState
from chasqui.pool.task import Task


@listed("ended")
@dataclass(frozen=True, slots=True)
class BatchCounts:
    """One reading of a batch: ``total`` is the sum of the other fields.

    Example: `chasqui-tui help batches`.
    """

    total: int
    """How many tasks were accepted; it grows while the submitter waits for room."""
    waiting: int
    """For a worker, or for a time, such as that of a retry."""
    running: int
    completed: int
    failed: int
    cancelled: int

    @property
    def ended(self) -> int:
        """How many tasks are final."""
        return sum([getattr(self, state) for state in ENDED])


@dataclass(frozen=True, slots=True)
class BatchState:
    """How a batch stands.

    Example: `chasqui-tui help engine`.
    """

    number: int
    name: str
    size: int
    counts: BatchCounts
    done: bool
    then: int | None
    """The number of the task that follows."""
    refused: str
    """Why no task follows, although ``then`` was given."""


class Members:
    """The open tasks of a batch, and the counts of the ended ones. Any thread."""

    __slots__ = (
        "__weakref__",
        "_clock",
        "_ended",
        "_filled",
        "_lock",
        "_on_end",
        "_on_left",
        "_open",
        "_settled",
        "_settler",
        "_turn",
        "done",
        "follows",
        "name",
        "number",
        "refused",
        "size",
        "then",
        "total",
    )

    def __init__(
        self,
        number: int,
        name: str,
        size: int,
        clock: Clock,
        on_end: Callable[[Members], object],
        follows: str = "",
        on_left: Callable[[Members], object] = lambda members: None,
    ) -> None:
        self.number = number
        self.name = name
        self.size = size
        """How many tasks were submitted."""
        self.total = 0
        """How many of them were accepted."""
        self.done = False
        """Whether all have ended, and what follows has been submitted or refused."""
        self.follows = follows
        """The name of the task to follow; empty for none."""
        self.then: Task | None = None
        self.refused = ""
        self._clock = clock
        self._on_end = on_end
        self._on_left = on_left
        self._lock = threading.RLock()  # guards all below and the total
        self._settled = BellCondition(self._lock)
        forking.watch(self)
        self._turn: object = None  # as in a pool's core: replaced by each change
        self._open: dict[int, Task] = {}
        self._ended: dict[TaskState, int] = dict.fromkeys(ENDED, 0)
        self._filled = False
        self._settler: int | None = None

    def forked(self) -> None:
        """Use the new lock: the old one may be held by a thread that this child does not have."""
        self._settled = BellCondition(self._lock)

    def add(self, tasks: Sequence[Task]) -> None:
        """Count accepted tasks, and subscribe to their ends."""
        fresh = {task.number: task for task in tasks}
        count = len(fresh)
        with self._lock:
            self._turn = None
            self._open |= fresh
            self.total += count
        count_end = OfGroup(self)  # a single object; each task keeps it until its end
        for task in tasks:
            task.add_done_callback(count_end)
        if self.follows:
            self.report_left()  # a pool may have stopped before these were in place

    def close(self) -> None:
        """Note that no more tasks will come."""
        with self._lock:
            self._filled = True
            last = self._locked_is_last()
        if last:
            self._settle()

    def ended(self, task: Task) -> None:
        """Count the end of a task, once."""
        with self._lock:
            self._locked_count_end(task.number, task.state)
            last = self._locked_is_last()
        if last:
            self._settle()

    def all_ended(self, tasks: Sequence[Task]) -> None:
        """Count the ends of tasks, once each."""
        with self._lock:
            self._locked_count_ends(tasks)
            last = self._locked_is_last()
        if last:
            self._settle()

    def _locked_count_ends(self, tasks: Sequence[Task]) -> None:
        for task in tasks:
            self._locked_count_end(task.number, task.state)

    def _locked_count_end(self, number: int, state: TaskState) -> None:
        if number in self._open:
            self._turn = None
            del self._open[number]
            self._ended[state] += 1

    def _locked_is_last(self) -> bool:
        """Claim the last step for the calling thread, if all have ended and it is unclaimed."""
        if self._open or not self._filled or self._settler is not None:
            return False
        self._settler = threading.get_ident()
        return True

    def _settle(self) -> None:
        try:
            self._on_end(self)
        finally:
            with self._lock:
                self.done = True
                self._settled.notify_all()

    def await_settled(self, deadline: float | None) -> bool:
        """Wait until the thread that counted the last end has submitted what follows."""
        with self._lock:
            return self._locked_await_settled(deadline)

    def _locked_await_settled(self, deadline: float | None) -> bool:
        while not self.done:
            if self._settler == threading.get_ident():
                return True  # a signal handler in the middle of that would wait for itself
            if deadline is not None and self._clock.monotonic() >= deadline:
                return False
            self._clock.wait(self._settled, deadline)
        return True

    async def settled(self, deadline: float | None) -> bool:
        """Wait as `await_settled` does, in a coroutine."""
        if self.done:
            return True
        bell = bell_here()
        try:
            self._settled.bells[bell] = partial(is_rung, bell)
            while not self.done:
                left = None if deadline is None else deadline - self._clock.monotonic()
                if left is not None and left <= 0:
                    return False
                await bell.wait(left)
        finally:
            self._settled.bells.pop(bell, None)
        return True

    def open_tasks(self) -> list[Task]:
        """List the tasks whose end has not been counted."""
        with self._lock:
            return list(self._open.values())

    def left(self) -> int:
        """Return how many tasks will never end because their pool stopped and left them."""
        waiting = [task for task in self.open_tasks() if task.state in WAITING]
        return sum(task._pool.state == "stopped" for task in waiting)

    def report_left(self) -> None:
        """Report once that nothing will follow, because tasks were left."""
        if self.refused or not (left := self.left()):
            return  # this is called for each task
        with self._lock:
            if self.refused:
                return
            self.refused = f"{left:,} of its tasks were left in the backlog"
        self._on_left(self)

    def counts(self) -> BatchCounts:
        """Return one reading."""
        with self._lock:
            tasks, total, ended = self._locked_counts()
        found = Counter([task.state for task in tasks])
        found.update(ended)  # added up: tasks that have just ended are still among the open ones
        return BatchCounts(
            total,
            waiting=sum([found[state] for state in WAITING]),
            running=found["running"],
            **{state: found[state] for state in ENDED},
        )

    def _locked_counts(self) -> tuple[list[Task], int, dict[TaskState, int]]:
        while True:
            turn = self._turn = object()
            tasks, ended = list(self._open.values()), self._ended.copy()
            if self._turn is turn:
                return tasks, self.total, ended

    def cancel(self) -> int:
        """Cancel waiting tasks and ask running ones to stop; see `Batch.cancel`."""
        return sum(task.cancel() for task in self.open_tasks())

    def state(self) -> BatchState:
        """Return its present state."""
        then = None if self.then is None else self.then.number
        counts = self.counts()
        return BatchState(self.number, self.name, self.size, counts, self.done, then, self.refused)
