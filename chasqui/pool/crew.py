"""The crew: the workers that exist and the number wanted. The pool's lock guards it."""

from __future__ import annotations

from collections.abc import Callable

from chasqui.pool.backend import Worker
from chasqui.pool.lane import Lane
from chasqui.pool.ledger import Fate
from chasqui.pool.states import ENDED, WorkerState, counts_of, summed
from chasqui.pool.tally import Tallies
from chasqui.pool.task import Task


class Crew:
    """The workers in order of their names; a retired worker stays until its task has ended."""

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted
        self.prefix = ""
        """The prefix of workers' names."""
        self.lost = 0
        """How many could not start, or died outside a task's body; not those that were killed."""
        self.lost_because = ""
        """What the last of them was lost to."""
        self.workers: list[Worker] = []
        self.abandoned: list[Worker] = []
        """Abandoned workers, whose threads still run a body past its limit."""
        self.late = 0
        """How many bodies ended after their worker had been abandoned."""
        self.gone = Tallies()
        """The counts of workers that are gone, and the durations gathered from all workers."""
        self._named = 0
        self._returned: set[Worker] = set()

    @property
    def busy(self) -> int:
        """How many workers run a task."""
        return sum(worker.task is not None for worker in self.workers)

    def running(self) -> list[Task]:
        """List the running tasks."""
        return [task for worker in self.workers if (task := worker.task) is not None]

    def tallies(self) -> list[Tallies]:
        """List the tallies of all workers, including those that are gone."""
        return [self.gone, *[worker.tallies for worker in self.workers]]

    def ended(self, dropped: int) -> dict[str, int]:
        """Return how many tasks have ended, by final state.

        Args:
            dropped: how many were cancelled before they started; no worker counts those.
        """
        counts = summed(ENDED, [tally for owner in self.tallies() for tally in owner.values()])
        counts["cancelled"] += dropped
        return counts

    def ended_by_lane(self) -> dict[Lane, dict[str, int]]:
        """Return how many tasks of each lane have ended, by final state.

        Tasks that were cancelled before they started are missing; `Lane.dropped` counts them.
        """
        found: dict[Lane, dict[str, int]] = {}
        for owner in self.tallies():
            for lane, tally in owner.items():
                counts = found.get(lane)
                if counts is None:
                    found[lane] = counts_of(tally)
                else:
                    for state in ENDED:
                        counts[state] += getattr(tally, state)
        return found

    def gather(self) -> Tallies:
        """Take the durations measured since the last call from the workers, which must rest.

        No reading may be made before `keep`.
        """
        fresh = Tallies()
        for worker in self.workers:
            fresh.take(worker.tallies)
        for lane, tally in self.gone.items():
            if tally.runs:  # of abandoned workers
                fresh[lane].runs += tally.runs
                tally.runs.clear()
        return fresh

    def keep(self, fresh: Tallies) -> None:
        """Keep what was gathered; ``fresh`` itself does not change."""
        self.gone.add(fresh)

    def enlist(self, fresh: list[Worker], now: float, *, held: bool) -> None:
        """Add the missing workers to ``fresh`` and to the crew, in this order for each.

        First those stay that were to leave and have not left: else more would run than are wanted.
        """
        missing = self.wanted - len(self._staying())
        leaving = [one for one in self.workers if one.retired and one.phase != "stopping"]
        for worker in leaving[: max(0, missing)]:
            worker.retired = False
        for _ in range(missing - len(leaving)):
            self._named += 1
            worker = Worker(f"{self.prefix}w{self._named:02}", now)
            worker.held = held
            fresh.append(worker)
            self.workers.append(worker)

    def forget_unborn(self, fresh: list[Worker]) -> None:
        """Remove the workers whose thread has not started; needs less stack than `enlist`."""
        for worker in fresh:
            if worker.phase == "starting" and worker in self.workers:
                self.workers.remove(worker)
                worker.phase = "lost"
                self.lost += 1

    def retire_surplus(self) -> None:
        """Tell surplus workers to stop, idle ones first."""
        staying = sorted(self._staying(), key=lambda worker: worker.task is not None)
        for worker in staying[: max(0, len(staying) - self.wanted)]:
            worker.retired = True

    def recall(self) -> None:
        """Make no worker surplus: the pool stops, and those that are left bring it to its end."""
        for worker in self.workers:
            worker.retired = False

    def dismiss(self, worker: Worker, phase: WorkerState, now: float) -> None:
        """Remove a worker, once, and keep its counts."""
        if worker in self.workers:
            # Removed before anything that may fail: every shutdown would wait for a worker without
            # a thread that is still listed.
            self.workers.remove(worker)
            self.gone.add(worker.tallies)
        worker.enter(phase, now)

    def give_up(self, worker: Worker, now: float, *, was_killed: bool) -> None:
        """Take off a worker whose body ignores its limit, unless it has come back meanwhile."""
        self.dismiss(worker, "lost" if was_killed else "abandoned", now)
        if not was_killed and worker not in self._returned:
            self.abandoned.append(worker)
        self._returned.discard(worker)

    def came_late(self, worker: Worker) -> bool:
        """Note that an abandoned worker has come back; False when it had been killed."""
        if worker.phase == "lost":
            return False
        self.late += 1
        if worker in self.abandoned:
            self.abandoned.remove(worker)
        else:
            self._returned.add(worker)
        return True

    def abandon(self, now: float, stack: Callable[[Worker], str]) -> tuple[Fate, ...]:
        """Give up on the workers that still run a task; ``stack`` returns where each of them is."""
        fates = []
        for worker in self.workers:
            if (task := worker.task) is not None:
                where = stack(worker)
                fates.append(Fate(task.number, task.name, task.state, worker.name, where))
                worker.enter("abandoned", now)
        return tuple(fates)

    def _staying(self) -> list[Worker]:
        return [worker for worker in self.workers if not worker.retired]
