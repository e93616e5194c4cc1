"""What an engine should do, said plainly: no threads, no clock, and nothing of Chasqui.

Time is a number that only `pass_to` moves, from one event to the next. It is told the numbers of
tasks that follow batches, since several batches may end at once; see also `Pool`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from tests.stateful.circuit import Circuit
from tests.stateful.groups import Group
from tests.stateful.job import BREAKABLE, NEVER, Job, State, rules_of
from tests.stateful.pools import Pool
from tests.stateful.turns import Lane

STOPPED_FOR = 0.5  # seconds past a shutdown's deadline, for bodies that stop when asked
AT_LEAST = 0.05  # seconds of it, however late the shutdown was asked
HELD = "paused"

Event = tuple[float, str, Callable[[], object]]


class Closer:
    """One shutdown of some pools, which waits for each until a moment."""

    def __init__(self, pools: Iterable[Pool]) -> None:
        self.graces: dict[Pool, float] = dict.fromkeys(pools, NEVER)

    @property
    def going(self) -> list[Pool]:
        """Those that have not ended."""
        return [pool for pool in self.graces if not pool.ended]

    @property
    def until(self) -> float:
        """Until when it waits at most."""
        graces = self.graces
        moments = [graces[pool] if graces[pool] < NEVER else pool.deadline for pool in self.going]
        return min(moments, default=NEVER)


class Model:
    """What an engine holds and does."""

    def __init__(self, shapes: Mapping[str, tuple[int, int]], max_abandoned: int, now: float):
        self.now = now
        self.reached: Counter[str] = Counter()
        self.retried: list[tuple[int, int]] = []  # number and attempt
        self.pools = {
            name: Pool(name, self, workers, size, max_abandoned)
            for name, (workers, size) in shapes.items()
        }
        self.jobs: dict[int, Job] = {}
        self.last = 0  # the highest number
        self.past: list[Job] = []  # those that ended in earlier lives
        self.said_paused = False
        self.holders: dict[str, Job] = {}  # of keys
        self.groups: list[Group] = []
        self.following: list[Group] = []  # those whose follower's number is not known yet
        self.closers: list[Closer] = []
        self.shut = False  # whether all pools were told to end
        self.circuits = {
            name: Circuit(rules_of(name)["trips"], self._lanes(name), self.reached)
            for name in BREAKABLE
        }

    # What is asked of it

    def submit(
        self, type: str, said: Mapping[str, Any], count: int = 1, delay: float | None = None
    ) -> tuple[list[Job], str]:
        """Accept tasks: return them, and the name of the error if not all were."""
        key, pool = said.get("key"), self.pool_of(type, said)
        if key is not None and (holder := self._holder(key)) is not None:
            if "debounce" not in said or (holder.type, holder.pool.name) != (type, pool.name):
                holder.submissions += 1
                return [holder], ""
            if holder.state == "scheduled" and not holder.attempts:
                if pool.stopping:
                    pool.rejected += 1
                    return [], "PoolClosed"
                holder.submissions += 1
                holder.due = holder.filed = self.now + said["debounce"]
                holder.nap, holder.customer = said.get("nap"), said.get("customer", "x")
                self.reached["moved"] += 1
                return [holder], ""
            del self.holders[key]
        if delay is None:
            room = pool.room(count)
        else:
            room = 0 if pool.stopping else count
            pool.rejected += count - room
        jobs = [self._accept(type, said, delay) for _ in range(room)]
        if key is not None and jobs:
            (self.holders[key],) = jobs
        if room == count:
            return jobs, ""
        return jobs, "PoolClosed" if pool.stopping else "BacklogFull"

    def batch(
        self, types: Sequence[str], said: Mapping[str, Any], follows: str | None
    ) -> tuple[Group, str]:
        """Accept tasks of several types: return their group, and the error if not all were."""
        group, error = Group(len(self.groups) + 1, len(types), follows), ""
        self.groups.append(group)
        for n, (type, count) in enumerate(runs(types)):
            jobs, error = self.submit(type, said, count)
            group.jobs += jobs
            if n:  # others may have started meanwhile
                self.pool_of(type, said).fresh.update(jobs)
            if error:
                break
        self._see_to_groups()
        return group, error

    def pool_of(self, type: str, said: Mapping[str, Any] | None = None) -> Pool:
        """Return where a task goes."""
        return self.pools[{**rules_of(type), **(said or {})}.get("pool", "default")]

    def cancel(self, job: Job) -> bool:
        """Cancel a task that waits, ask one that runs to stop; False when it is neither."""
        return job.pool.cancel(job)

    def cancel_group(self, group: Group) -> int:
        """Cancel all of a batch that has not ended, and count them."""
        return sum([self.cancel(job) for job in group.jobs if not job.final])

    def pause(self, *, paused: bool) -> None:
        """Start no more tasks, or start them again."""
        self.said_paused = paused
        for pool in self.pools.values():
            pool.paused = paused and not pool.stopping

    def hold(self, type: str, *, held: bool) -> None:
        """Start no more tasks of a type, or start them again unless something else holds them."""
        for lane in self._lanes(type):
            lane.holds = lane.holds | {HELD} if held else lane.holds - {HELD}

    def strike(self, type: str, customer: str, *, struck: bool) -> bool:
        """Start no more of a customer, or start them again; tell whether that is new."""
        lanes = self._lanes(type)
        new = (customer in lanes[0].struck) is not struck
        for lane in lanes:
            lane.struck = lane.struck | {customer} if struck else lane.struck - {customer}
        return new

    def limit(self, type: str, limits: Mapping[str, Any]) -> None:
        """Change how many tasks of a type run at once, or at what pace they start."""
        for pool in self.pools.values():
            for passed in [one for one in pool.passes if f"{type}/" in one[1]]:
                del pool.passes[passed]  # customers take turns anew
        for lane in self._lanes(type):
            lane.turn_by(bool(limits.get("by", lane.by)))
            lane.concurrency = limits.get("concurrency", lane.concurrency)
            pace = limits.get("pace", lane.pace)
            if pace != lane.pace:
                lane.turn_to(pace, self.now)

    def close(self, pools: Sequence[Pool], drain: bool, timeout: float | None) -> Closer:
        """Bring pools to their end."""
        closer = Closer(pool for pool in pools if not pool.ended)
        self.closers.append(closer)
        self.shut |= len(pools) == len(self.pools)
        dropped = [job for pool in closer.graces for job in pool.close(drain, timeout)]
        for job in dropped:
            self.ended(job)
        for pool in closer.graces:
            if pool.deadline <= self.now:
                self._pass_deadline(pool)
        return closer

    # Time

    def events(self) -> list[Event]:
        """List what is to come next, all at the same moment; empty when nothing is."""
        coming: list[Event] = []
        for pool in self.pools.values():
            coming += pool.events()
            if not pool.stopped:
                coming.append((pool.deadline, "deadline", partial(self._pass_deadline, pool)))
        for circuit in self.circuits.values() if not self.finished else ():
            coming.append((circuit.half_at, "half", circuit.half_open))
        for closer in self.closers:
            for pool in closer.going:
                coming.append((closer.graces[pool], "grace", pool.give_up))
        first = min((at for at, _, _ in coming), default=NEVER)
        return [event for event in coming if event[0] == first < NEVER]

    def pass_to(self, moment: float, happening: Sequence[Event]) -> None:
        """Move the time to a moment, and let the events of it happen."""
        self.now = moment
        for _, _, happens in happening:
            happens()

    # What can be seen of it

    @property
    def crew(self) -> list[Job]:
        """Those that run, in whichever pool."""
        return [job for pool in self.pools.values() for job in pool.crew]

    @property
    def abandoned(self) -> list[tuple[Job, int]]:
        """Those whose worker was given up, with the attempt."""
        return [one for pool in self.pools.values() for one in pool.abandoned]

    @property
    def scheduled(self) -> list[Job]:
        """Those that wait for a time."""
        return [job for pool in self.pools.values() for job in pool.scheduled]

    @property
    def finished(self) -> bool:
        """Whether the end of the engine has come."""
        return self.shut and all(pool.ended for pool in self.pools.values())

    def count(self, state: State) -> int:
        """Count the tasks in a state."""
        return sum(job.state == state for job in self.jobs.values())

    # What pools tell

    def started(self, job: Job) -> None:
        """Take note of a start."""
        if circuit := self.circuits.get(job.type):
            circuit.started(job)

    def failed(self, job: Job) -> None:
        """Take note of an attempt that failed."""
        if circuit := self.circuits.get(job.type):
            circuit.failed(job, self.now)

    def ended(self, job: Job) -> None:
        """Take note of an end."""
        if circuit := self.circuits.get(job.type):
            circuit.ended(job)
        self._see_to_groups()

    # What it is told

    def told_of_followers(self, numbers: Mapping[int, int]) -> None:
        """Take over which number the task has got that follows a batch, by the batch's number."""
        jobs = {group.number: group.then for group in self.following}
        assert {job.number for job in jobs.values() if job} == set(numbers.values())
        for group in self.following:
            if group.then is not None:
                group.then.number = numbers[group.number]
                self.jobs[group.then.number] = group.then
        self.following.clear()

    # How it goes

    def _holder(self, key: str) -> Job | None:
        """Return the task that has a key still."""
        job = self.holders.get(key)
        if job is None or job.lost:
            return None
        if job.final:
            cools = job.state == "completed" and job.cooldown is not None
            if not cools or self.now >= job.over_at + (job.cooldown or 0.0):
                return None
            self.reached["cooling"] += 1
        return job

    def _lanes(self, type: str) -> list[Lane]:
        return [pool.lanes[type] for pool in self.pools.values()]

    def _accept(self, type: str, said: Mapping[str, Any], delay: float | None) -> Job:
        rules = {**rules_of(type), **said}
        self.last += 1
        job = Job(self.last, type, self.now, self.pool_of(type, said))
        job.priority, job.tries = rules.get("priority", 0), rules.get("tries")
        job.time_limit, job.nap, job.key = (rules.get(x) for x in ("time_limit", "nap", "key"))
        job.expires = self.now + rules.get("expires", NEVER)
        job.customer, job.cooldown = rules.get("customer", "x"), rules.get("cooldown")
        self.jobs[job.number] = job
        if delay is None:
            job.pool.put(job)
        else:
            job.pool.put_off(job, self.now + delay)
        return job

    def _see_to_groups(self) -> None:
        for group in self.groups:
            if group.is_over:
                group.done = True
                if group.follows is not None:
                    self._follow(group, group.follows)

    def _follow(self, group: Group, type: str) -> None:
        pool = self.pool_of(type)
        if len(group.jobs) < group.size or pool.stopping:
            group.refused = True
            self.reached["refused"] += 1
            pool.rejected += len(group.jobs) == group.size
            return
        group.then = job = self._accept(type, {}, 0.0)
        pool.scheduled.remove(job)  # for no time at all
        job.due = NEVER
        pool.put(job, fresh=True)
        self.reached["following"] += 1
        self.following.append(group)

    def _pass_deadline(self, pool: Pool) -> None:
        for closer in self.closers:
            if closer.graces.get(pool) == NEVER:
                since = min(self.now, pool.deadline)  # earlier, if this shutdown was asked late
                closer.graces[pool] = max(self.now + AT_LEAST, since + STOPPED_FOR)
        pool.stop_all()


def runs(types: Sequence[str]) -> list[tuple[str, int]]:
    """Say how many of each type come after one another."""
    return [(type, len(list(same))) for type, same in groupby(types)]
