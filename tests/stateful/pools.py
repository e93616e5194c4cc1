"""What one pool should do; nothing of Chasqui.

What the specification leaves open is told to it, and it sees that it was allowed: which tasks have
started (`told_of_starts`), in which order the workers stand (`stand`), when overdue tasks are
looked at (`told_of_looks`), and how many idle workers have not noticed yet that a stopping pool has
nothing left for them (`told_of_idle`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from tests.stateful.floor import GIVEN_UP_AFTER, Floor
from tests.stateful.job import NEVER, Job
from tests.stateful.turns import Turns

LOOKED_AT_AFTER = 1.0  # seconds until one that could not be given up is looked at again


class Pool(Floor):
    """A pool, as whoever uses it meets it."""

    # What is asked of it

    def room(self, count: int) -> int:
        """Say how many of so many tasks get in, and count those that do not."""
        free = 0 if self.stopping else max(0, self.queue_size - len(self.queue))
        self.rejected += max(0, count - free)
        return min(count, free)

    def cancel(self, job: Job) -> bool:
        """Cancel a task that waits, ask one that runs to stop; False when it is neither."""
        if job.final or job.lost:
            return False
        if job.state == "running":
            self._ask_to_stop(job)
        else:
            self._drop(job)
            self._owner.ended(job)
        return True

    def reprioritize(self, job: Job, priority: int) -> bool:
        """Have a waiting task go behind those of another priority; False when it does not wait."""
        if job.state not in ("queued", "scheduled") or job.lost:
            return False
        if job in self.queue and job.priority != priority:
            self.queue.remove(job)
            self.queue.append(job)
        job.priority = priority
        return True

    def run_next(self, job: Job) -> bool:
        """Have a waiting task start before all others, at once if it waits for a time."""
        others = [one.priority for one in self.queue if one is not job]
        if not self.reprioritize(job, max([job.priority, *(one + 1 for one in others)])):
            return False
        if job in self.scheduled:
            self._come_due(job)
        return True

    def end(self, job: Job, word: str, seconds: float = 0.0) -> None:
        """Have the body of a running task end as a word says."""
        self._end(job, {"complete": "", "heed": self._heeded(job)}.get(word, word), seconds)

    def come_back(self, job: Job, attempt: int) -> None:
        """Have a body that was given up end at last; nothing follows from it."""
        self.abandoned.remove((job, attempt))
        self.late += 1

    def resize(self, workers: int) -> None:
        """Change how many workers there should be; the surplus leaves once its task has ended."""
        self.wanted = workers
        staying = [job for job in self.crew if job not in self.retired]
        self.retired |= set(staying[: max(0, len(staying) - workers)])
        self._recall()

    def close(self, drain: bool, timeout: float | None) -> list[Job]:
        """Accept no more and come to an end; return what was cancelled for it."""
        if not self.stopping:
            self.leavers = self.free
        self.retired.clear()  # no capacity is surplus any more
        self.stopping = "drain" if drain and self.stopping != "drop" else "drop"
        self.paused = False
        if timeout is not None:
            self.deadline = min(self.deadline, self._owner.now + timeout)
        if self.stopping == "drain":
            return []
        dropped = [*self.queue, *self.scheduled]
        for job in dropped:
            self._drop(job)
        return dropped

    def give_up(self) -> None:
        """Come to the end, whatever still runs."""
        self.ended, self.lingerers = True, 0

    # Time

    def events(self) -> list[tuple[float, str, Callable[[], object]]]:
        """List what is to come by itself: when, what it is, and how it happens."""
        coming: list[tuple[float, str, Callable[[], object]]] = []
        for job in self.crew:
            if job.wakes < NEVER:
                coming.append((job.wakes, "wake", partial(self.end, job, "heed")))
        if self.ended:
            return coming
        coming += [(job.due, "due", partial(self._come_due, job)) for job in self.scheduled]
        coming += [(moment, "look", self._look) for moment in self.looks]
        for type, customer in {(job.type, job.customer) for job in self.queue}:
            lane = self.lanes[type]
            if not lane.shut(customer) and lane.opens_at(customer) > self._owner.now:
                coming.append((lane.opens_at(customer), "open", lambda: None))
        return coming

    # What can be seen of it

    @property
    def workers(self) -> int:
        """How many workers there are, those given up not counted."""
        return len(self.crew) + self.free

    # What it is told

    def told_of_starts(self, started: Sequence[Job]) -> str:
        """Take over which tasks have started, if it may be these and no more; else say why not."""
        able = 0 if self.paused or self.stopped else self.free
        before = Turns(self._owner.now, self.queue, able, self.lanes, self.passes, self.fresh)
        before.forget()
        after = before.take(started)
        if isinstance(after, str):
            return after
        self.passes = after.passes
        for job in after.order:
            self.leavers -= bool(self.stopping)
            self.queue.remove(job)
            self._start(job)
        self._let_go()
        return ""

    def settled(self) -> None:
        """Take over that nothing moves any more."""
        self.fresh.clear()

    def stand(self, numbers: Sequence[int]) -> None:
        """Take over in which order the workers stand that run these tasks."""
        running = {job.number: job for job in self.crew}
        assert running.keys() == set(numbers)
        self.crew = [running[number] for number in numbers]

    def told_of_looks(self, moments: frozenset[float]) -> None:
        """Take over when overdue tasks are looked at; none may be left alone for too long."""
        now = self._owner.now
        for job in self.crew:
            if job.deadline < NEVER and not self.ended:
                late = job.deadline + GIVEN_UP_AFTER
                latest = late if now < late else now + LOOKED_AT_AFTER
                assert min(moments, default=NEVER) <= latest, f"nobody looks at task {job.number}"
        self.looks = moments

    def told_of_idle(self, idle: int) -> None:
        """Take over how many workers have not noticed yet that they may leave."""
        assert idle == self.leavers or (self.stopping and idle <= self.lingerers)
        self.leavers, self.lingerers = idle, 0
