"""What an engine should do, said plainly: no threads, no clock, and nothing of Chasqui.

Time is a number that only `pass_to` moves, from one event to the next. What the specification
leaves open is told to the model, which sees that it was allowed: in which order the workers stand
(`stand`), when overdue tasks are looked at (`told_of_looks`), and how many idle workers have not
noticed yet that a stopping engine has nothing left for them (`told_of_idle`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from tests.stateful.turns import Lane, Passes, Turns

State = Literal["queued", "scheduled", "running", "completed", "failed", "cancelled"]
STATES: tuple[State, ...] = get_args(State)
FINAL = ("completed", "failed", "cancelled")

GIVEN_UP_AFTER = 1.0  # seconds past its limit, for a body that heeds nothing
LOOKED_AT_AFTER = 1.0  # seconds until one that could not be given up is looked at again
STOPPED_FOR = 0.5  # seconds past a shutdown's deadline, for bodies that heed it
NEVER = float("inf")


@dataclass(frozen=True)
class Tries:
    """How often a task is tried in all, and how long after each failure."""

    attempts: int
    base: float = 1.0
    backoff: float = 1.0


ASKED = Tries(3)  # when a body asks to be tried later and nobody has said how often it may

TYPES: Mapping[str, Mapping[str, Any]] = {
    "plain": {},
    "steady": {"tries": Tries(3, 2.0, 2.0)},
    "bounded": {"time_limit": 3.0},
    "urgent": {"priority": 5, "expires": 6.0},
    "told": {"tries": Tries(1)},
}
"""What types say of themselves."""

CONFIG: Mapping[str, Mapping[str, Any]] = {"told": {"tries": Tries(2, 1.5), "priority": -1}}
"""What the config says of types, over what they say."""


@dataclass(eq=False)
class Job:
    """One accepted task."""

    number: int
    type: str
    created: float
    priority: int = 0
    tries: Tries | None = None
    time_limit: float | None = None
    expires: float = NEVER
    nap: float | None = None
    """Seconds that its body sleeps, heeding all; None: it waits for a word, heeding nothing."""
    key: str | None = None
    submissions: int = 1
    attempts: int = 0
    history: list[State] = field(default_factory=list)
    due: float = NEVER
    began: float = 0.0
    deadline: float = NEVER
    wakes: float = NEVER
    stop_asked: bool = False
    error: str | None = None
    earlier: list[str] = field(default_factory=list)

    @property
    def state(self) -> State:
        """Where it is now."""
        return self.history[-1]

    @property
    def final(self) -> bool:
        """Whether it has ended."""
        return self.state in FINAL


class Model:
    """What an engine holds and does."""

    def __init__(self, workers: int, queue_size: int, max_abandoned: int, now: float) -> None:
        self.now = now
        self.wanted, self.queue_size, self.max_abandoned = workers, queue_size, max_abandoned
        self.jobs: dict[int, Job] = {}
        self.queue: list[Job] = []  # in the order in which they came
        self.passes: Passes = Counter()
        self.lanes = {name: Lane() for name in TYPES}
        self.crew: list[Job] = []  # those that run, in the order of their workers
        self.retired: set[Job] = set()  # those whose worker leaves after them
        self.abandoned: list[tuple[Job, int]] = []  # with the attempt that was given up
        self.stuck: set[Job] = set()
        self.looks: frozenset[float] = frozenset()
        self.paused = False
        self.stopping: Literal["", "drain", "drop"] = ""
        self.deadline = self.grace = NEVER  # of the shutdown
        self.stopped = self.ended = False
        self.leavers = 0  # workers that are idle while the engine stops
        self.lingerers = 0  # how many of those told to leave may not have noticed
        self.rejected = self.late = self.attempts_begun = self.attempts_ended = 0
        self.retried: list[tuple[int, int]] = []  # number and attempt
        self.reached: Counter[str] = Counter()

    # What is asked of it

    def submit(
        self, type: str, said: Mapping[str, Any], count: int = 1, delay: float | None = None
    ) -> tuple[list[Job], str]:
        """Accept tasks: return them, and the name of the error if not all were."""
        key = said.get("key")
        for job in self.jobs.values():
            if key is not None and job.key == key and not job.final:
                job.submissions += 1
                return [job], ""
        room = count if delay is not None else max(0, self.queue_size - len(self.queue))
        room = 0 if self.stopping else min(room, count)
        rules = {**TYPES[type], **CONFIG.get(type, {}), **said}
        jobs = [self._accept(type, rules, delay) for _ in range(room)]
        self.rejected += count - room
        if room == count:
            return jobs, ""
        return jobs, "PoolClosed" if self.stopping else "BacklogFull"

    def cancel(self, job: Job) -> bool:
        """Cancel a task that waits, ask one that runs to stop; False when it is final."""
        if job.final:
            return False
        if job.state == "running":
            self._ask_to_stop(job)
        else:
            self._leave_waiting(job)
            self._enter(job, "cancelled")
        return True

    def end(self, job: Job, word: str, seconds: float = 0.0) -> None:
        """Have the body of a running task end as a word says."""
        self._end(job, {"complete": "", "heed": self._heeded(job)}.get(word, word), seconds)

    def come_back(self, job: Job, attempt: int) -> None:
        """Have a body that was given up end at last; nothing follows from it."""
        self.abandoned.remove((job, attempt))
        self.late += 1

    def pause(self) -> None:
        """Start no more tasks."""
        self.paused = True

    def resume(self) -> None:
        """Start tasks again."""
        self.paused = False

    def resize(self, workers: int) -> None:
        """Change how many workers there should be; the surplus leaves once its task has ended."""
        self.wanted = workers
        staying = [job for job in self.crew if job not in self.retired]
        self.retired |= set(staying[: max(0, len(staying) - workers)])

    def stop(self, drain: bool, timeout: float | None) -> None:
        """Accept no more and bring all to an end."""
        self.leavers = self.free
        self.retired.clear()  # no capacity is surplus any more
        self.stopping = "drain" if drain else "drop"
        self.paused = False
        self.deadline = NEVER if timeout is None else self.now + timeout
        if not drain:
            for job in [*self.queue, *self.scheduled]:
                self._leave_waiting(job)
                self._enter(job, "cancelled")

    # Time

    def events(self) -> list[tuple[float, str, Job | None]]:
        """List what is to come next, all at the same moment; empty when nothing is."""
        coming: list[tuple[float, str, Job | None]] = []
        coming += [(job.wakes, "wake", job) for job in self.crew if job.wakes < NEVER]
        if not self.ended:
            coming += [(job.due, "due", job) for job in self.scheduled]
            coming += [(moment, "look", None) for moment in self.looks]
            coming += [(self.deadline, "deadline", None)] * (self.deadline < NEVER)
            coming += [(self.grace, "grace", None)] * (self.grace < NEVER)
        first = min((moment for moment, _, _ in coming), default=NEVER)
        return [event for event in coming if event[0] == first]

    def pass_to(self, moment: float, happening: Sequence[tuple[float, str, Job | None]]) -> None:
        """Move the time to a moment, and let the events of it happen."""
        self.now = moment
        for _, what, job in happening:
            if what == "look":
                self._look()
            elif what == "deadline":
                self.deadline, self.grace = NEVER, self.now + STOPPED_FOR
                self._stop_all()
            elif what == "grace":
                self.ended = True
            elif what == "wake" and job is not None:
                self._end(job, self._heeded(job))
            elif job is not None:
                job.due = NEVER
                self._enter(job, "queued")
                self.queue.append(job)

    # What can be seen of it

    @property
    def scheduled(self) -> list[Job]:
        """Those that wait for a time, the next one first."""
        waiting = [job for job in self.jobs.values() if job.state == "scheduled"]
        return sorted(waiting, key=lambda job: job.due)

    @property
    def free(self) -> int:
        """How many workers are idle."""
        if self.stopping:
            return self.leavers
        return max(0, self.wanted - sum(job not in self.retired for job in self.crew))

    @property
    def workers(self) -> int:
        """How many workers there are, those given up not counted."""
        return len(self.crew) + self.free

    def count(self, state: State) -> int:
        """Count the tasks in a state."""
        return sum(job.state == state for job in self.jobs.values())

    # What it is told

    def told_of_starts(self, started: Sequence[Job]) -> str:
        """Take over which tasks have started, if it may be these and no more; else say why not."""
        able = 0 if self.paused or self.stopped else self.free
        before = Turns(self.now, self.queue, able, self.lanes, self.passes)
        before.forget()
        after = before.take(started)
        if isinstance(after, str):
            return after
        self.passes = after.passes
        for job in after.order:
            self.leavers -= bool(self.stopping)
            self.queue.remove(job)
            self._start(job)
        self._settle()
        return ""

    def stand(self, numbers: Sequence[int]) -> None:
        """Take over in which order the workers stand that run these tasks."""
        assert {job.number for job in self.crew} == set(numbers)
        self.crew = [self.jobs[number] for number in numbers]

    def told_of_looks(self, moments: frozenset[float]) -> None:
        """Take over when overdue tasks are looked at; none may be left alone for too long."""
        for job in self.crew:
            if job.deadline < NEVER and not self.ended:
                late = job.deadline + GIVEN_UP_AFTER
                latest = late if self.now < late else self.now + LOOKED_AT_AFTER
                assert min(moments, default=NEVER) <= latest, f"nobody looks at task {job.number}"
        self.looks = moments

    def told_of_idle(self, idle: int) -> None:
        """Take over how many workers have not noticed yet that they may leave."""
        assert idle == self.leavers or (self.stopping and idle <= self.lingerers)
        self.leavers, self.lingerers = idle, 0

    # How it goes

    def _accept(self, type: str, rules: Mapping[str, Any], delay: float | None) -> Job:
        job = Job(len(self.jobs) + 1, type, self.now)
        job.priority, job.tries = rules.get("priority", 0), rules.get("tries")
        job.time_limit, job.nap, job.key = (rules.get(x) for x in ("time_limit", "nap", "key"))
        job.expires = self.now + rules.get("expires", NEVER)
        self.jobs[job.number] = job
        if delay is None:
            self.queue.append(job)
            self._enter(job, "queued")
        else:
            job.due = self.now + delay
            self._enter(job, "scheduled")
        return job

    def _enter(self, job: Job, state: State) -> None:
        assert not job.history or not job.final, f"task {job.number} ends twice"
        job.history.append(state)
        self.reached[state] += state not in job.history[:-1]

    def _leave_waiting(self, job: Job) -> None:
        job.due = NEVER
        if job in self.queue:
            self.queue.remove(job)

    def _settle(self) -> None:
        """Let workers of a stopping engine leave, once it has told what it has started."""
        if self.stopping and (self.stopped or not (self.queue or self._awaited())):
            self.lingerers, self.leavers = self.lingerers + self.leavers, 0
            if not self.crew:
                self.stopped = self.ended = True
        if self.ended:
            self.lingerers, self.deadline, self.grace = 0, NEVER, NEVER

    def _awaited(self) -> bool:
        """Whether a drain waits for the schedule: for all that comes due before its deadline, and
        without one for retries."""
        if self.stopping != "drain":
            return False
        if self.deadline == NEVER:
            return any(job.attempts for job in self.scheduled)
        return any(job.due < self.deadline for job in self.scheduled)

    def _start(self, job: Job) -> None:
        self._enter(job, "running")
        self.crew.append(job)
        job.attempts += 1
        self.attempts_begun += 1
        job.began = self.now
        if job.time_limit is not None:
            job.deadline = self.now + job.time_limit
        if self.now >= job.expires:
            self._end(job, "Expired")
        elif job.nap is not None:
            job.wakes = min(self.now + job.nap, job.deadline)

    def _heeded(self, job: Job) -> str:
        if job.stop_asked:
            return "Cancelled"
        return "TimeLimit" if self.now >= job.deadline else ""

    def _ask_to_stop(self, job: Job) -> None:
        job.stop_asked = True
        if job.nap is not None:
            self._end(job, "Cancelled")

    def _stop_all(self) -> None:
        self.stopped = True
        for job in list(self.crew):
            self._ask_to_stop(job)

    def _end(self, job: Job, error: str, seconds: float = 0.0) -> None:
        if self.stopping and job not in self.retired:
            self.leavers += 1
        if not error and self.now > job.deadline:
            error = "TimeLimit"
        if not error:
            self._off(job)
            self._enter(job, "completed")
        elif error == "Cancelled" and job.stop_asked:
            self._off(job)
            self._enter(job, "cancelled")
        else:
            self._fail(job, error, seconds)

    def _fail(self, job: Job, error: str, seconds: float = 0.0) -> None:
        self._off(job)
        delay = self._delay(job, error, seconds)
        if delay is None:
            job.error = error
            self._enter(job, "failed")
        else:
            job.earlier.append(error)
            job.due = self.now + delay
            self.retried.append((job.number, job.attempts))
            self._enter(job, "scheduled")

    def _off(self, job: Job) -> None:
        self.attempts_ended += 1
        self.crew.remove(job)
        self.retired.discard(job)
        self.stuck.discard(job)
        job.deadline = job.wakes = NEVER

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
        overdue = [job for job in self.crew if self.now >= job.deadline + GIVEN_UP_AFTER]
        self.stuck |= set(overdue[max(0, room) :])
        for job in overdue[: max(0, room)]:
            self.abandoned.append((job, job.attempts))
            self.reached["abandoned"] += 1
            self._fail(job, "TimeLimit")
            if self.stopping and not self.stopped:
                staying = sum(one not in self.retired for one in self.crew)
                self.leavers = max(self.leavers, self.wanted - staying)
