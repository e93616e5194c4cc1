"""How the tasks of one pool go: waiting, running, and all their ends; nothing of Chasqui."""

from __future__ import annotations

from collections import Counter
from typing import Literal, Protocol

from tests.stateful.job import ASKED, NEVER, TYPES, Job, State, rules_of
from tests.stateful.turns import Lane, Passes

GIVEN_UP_AFTER = 1.0  # seconds past its limit, for a body that heeds nothing


class Owner(Protocol):
    """What a pool tells its model of, and asks it."""

    now: float
    reached: Counter[str]
    retried: list[tuple[int, int]]

    @property
    def finished(self) -> bool:
        """Whether the end of the engine has come."""

    def started(self, job: Job) -> None:
        """Take note of a start."""

    def failed(self, job: Job) -> None:
        """Take note of an attempt that failed."""

    def ended(self, job: Job) -> None:
        """Take note of an end."""


class Floor:
    """A backlog, its lanes, and the workers that serve it."""

    def __init__(
        self, name: str, owner: Owner, workers: int, queue_size: int, max_abandoned: int
    ) -> None:
        self.name, self._owner = name, owner
        self.wanted, self.queue_size, self.max_abandoned = workers, queue_size, max_abandoned
        self.queue: list[Job] = []  # in the order in which they came
        self.scheduled: list[Job] = []
        self.fresh: set[Job] = set()  # those that came in while others may have started
        self.passes: Passes = Counter()
        self.lanes = {name: _lane(name) for name in TYPES}
        self.crew: list[Job] = []  # those that run, in the order of their workers
        self.retired: set[Job] = set()  # those whose worker leaves after them
        self.abandoned: list[tuple[Job, int]] = []  # with the attempt that was given up
        self.stuck: set[Job] = set()
        self.looks: frozenset[float] = frozenset()
        self.paused = False
        self.stopping: Literal["", "drain", "drop"] = ""
        self.deadline = NEVER
        self.stopped = self.ended = False
        self.leavers = 0  # workers that are idle while the pool stops
        self.lingerers = 0  # how many of those told to leave may not have noticed
        self.rejected = self.late = self.begun = self.over = 0

    def put(self, job: Job, *, fresh: bool = False) -> None:
        """Let a task wait for a worker."""
        self.queue.append(job)
        self._enter(job, "queued")
        if fresh:
            self.fresh.add(job)

    def put_off(self, job: Job, due: float) -> None:
        """Let a task wait for its time."""
        job.due = job.filed = due
        self.scheduled.append(job)
        self._enter(job, "scheduled")

    @property
    def free(self) -> int:
        """How many workers are idle."""
        if self.stopping:
            return self.leavers
        return max(0, self.wanted - sum(job not in self.retired for job in self.crew))

    def _recall(self) -> None:
        """Keep workers that were to leave, where some are missing: no new ones come for them."""
        missing = self.wanted - sum(job not in self.retired for job in self.crew)
        self.retired -= set([job for job in self.crew if job in self.retired][: max(0, missing)])

    def stop_all(self) -> None:
        """Start nothing more, and ask what runs to stop."""
        self.stopped = True
        for job in list(self.crew):
            self._ask_to_stop(job)

    def _enter(self, job: Job, state: State) -> None:
        self._owner.reached[state] += job.enter(state)
        job.unwritten = job.final and self._owner.finished

    def _drop(self, job: Job) -> None:
        job.due = NEVER
        (self.queue if job in self.queue else self.scheduled).remove(job)
        self._enter(job, "cancelled")

    def _come_due(self, job: Job) -> None:
        job.due = NEVER
        self.scheduled.remove(job)
        self.put(job)

    def _let_go(self) -> None:
        """Let workers of a stopping pool leave, once it has told what it has started."""
        if self.stopping and (self.stopped or not (self._wants() or self._awaited())):
            self.lingerers, self.leavers = self.lingerers + self.leavers, 0
            if not self.crew:
                self.stopped = self.ended = True
        if self.ended:
            self.lingerers = 0

    def _wants(self) -> bool:
        """Whether something waits that is not held."""
        lanes = [(self.lanes[job.type], job.customer) for job in self.queue]
        return any(not lane.holds and customer not in lane.struck for lane, customer in lanes)

    def _awaited(self) -> bool:
        """Whether a drain waits for the schedule: for all that comes due before its deadline, and
        without one for retries."""
        if self.stopping != "drain":
            return False
        if self.deadline == NEVER:
            return any(job.attempts for job in self.scheduled)
        return any(job.due < self.deadline for job in self.scheduled)

    def _start(self, job: Job) -> None:
        now = self._owner.now
        self._enter(job, "running")
        self.crew.append(job)
        self.lanes[job.type].enter(now, job.customer)
        job.attempts += 1
        self.begun += 1
        job.began = now
        if job.time_limit is not None:
            job.deadline = now + job.time_limit
        self._owner.started(job)
        if now >= job.expires and job.attempts == 1:
            self._end(job, "Expired")
        elif job.nap is not None:
            job.wakes = min(now + job.nap, job.deadline)

    def _heeded(self, job: Job) -> str:
        if job.stop_asked:
            return "Cancelled"
        return "TimeLimit" if self._owner.now >= job.deadline else ""

    def _ask_to_stop(self, job: Job) -> None:
        job.stop_asked = True
        if job.nap is not None:
            self._end(job, "Cancelled")

    def _end(self, job: Job, error: str, seconds: float = 0.0) -> None:
        if self.stopping and job not in self.retired:
            self.leavers += 1
        asked = error == "Cancelled" and job.stop_asked
        if self._owner.now > job.deadline and not asked:
            error = "TimeLimit"
        if error and not asked:
            self._fail(job, error, seconds)
            return
        self._off(job)
        self._enter(job, "cancelled" if error else "completed")
        job.over_at = self._owner.now
        self._owner.ended(job)

    def _fail(self, job: Job, error: str, seconds: float = 0.0) -> None:
        self._off(job)
        self._owner.failed(job)
        delay = self._delay(job, error, seconds)
        if delay is None:
            job.error = error
            self._enter(job, "failed")
            self._owner.ended(job)
        else:
            job.earlier.append(error)
            self._owner.retried.append((job.number, job.attempts))
            self.put_off(job, self._owner.now + delay)

    def _off(self, job: Job) -> None:
        self.over += 1
        self.crew.remove(job)
        self.lanes[job.type].leave(job.customer)
        self.retired.discard(job)
        self.stuck.discard(job)
        job.deadline = job.wakes = NEVER
        if not self._owner.finished:
            job.interrupted = 0

    def _delay(self, job: Job, error: str, seconds: float) -> float | None:
        """Say in how many seconds a failed task is tried again, if it is."""
        tries = job.tries or (ASKED if error == "TryLater" else None)
        unwanted = job.stop_asked or self.stopped or self.stopping == "drop"
        if unwanted or tries is None or error == "Expired" or job.attempts >= tries.attempts:
            return None
        if error == "TryLater":
            return seconds
        return tries.base * tries.backoff ** (job.attempts - 1)

    def _look(self) -> None:
        """Give up the workers of overdue tasks, as many as may be."""
        room = self.max_abandoned - len(self.abandoned)
        overdue = [job for job in self.crew if self._owner.now >= job.deadline + GIVEN_UP_AFTER]
        self.stuck |= set(overdue[max(0, room) :])
        for job in overdue[: max(0, room)]:
            self.abandoned.append((job, job.attempts))
            self._owner.reached["abandoned"] += 1
            self._fail(job, "TimeLimit")
            self._recall()
            if self.stopping and not self.stopped:
                staying = sum(one not in self.retired for one in self.crew)
                self.leavers = max(self.leavers, self.wanted - staying)


def _lane(type: str) -> Lane:
    rules = rules_of(type)
    return Lane(rules.get("concurrency"), rules.get("pace"), by="by" in rules)
