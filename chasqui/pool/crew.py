"""The crew: the workers that exist and the number wanted. The pool's lock guards it."""

from __future__ import annotations

from collections.abc import Callable

from chasqui.pool.backend import Worker, WorkerState
from chasqui.pool.lane import Lane
from chasqui.pool.ledger import Fate
from chasqui.pool.tally import Tallies
from chasqui.pool.task import Task


class Crew:
    """Workers in order of their names; those that are retired stay until their task has ended."""

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted
        self.prefix = ""
        """What the names of workers begin with."""
        self.lost = 0
        """How many could not start, or died outside a task's body; not those that were killed."""
        self.workers: list[Worker] = []
        self.abandoned: list[Worker] = []
        """Those given up, whose threads still run a body past its limit."""
        self.late = 0
        """How many bodies came to an end after their worker had been given up."""
        self.gone = Tallies()
        """What workers that are gone had counted, and the durations gathered from all."""
        self._named = 0
        self._returned: set[Worker] = set()

    @property
    def busy(self) -> int:
        """How many run a task."""
        return sum(worker.task is not None for worker in self.workers)

    def running(self) -> list[Task]:
        """List the tasks that run."""
        return [task for worker in self.workers if (task := worker.task) is not None]

    def tallies(self) -> list[Tallies]:
        """List what workers have counted, those that are gone too."""
        return [self.gone, *[worker.tallies for worker in self.workers]]

    def ended(self) -> dict[Lane, tuple[int, int, int]]:
        """Return how many tasks of each lane have completed, failed, and been cancelled running."""
        found: dict[Lane, tuple[int, int, int]] = {}
        for owner in self.tallies():
            for lane, one in owner.items():
                completed, failed, cancelled = found.get(lane, (0, 0, 0))
                found[lane] = (
                    completed + one.completed,
                    failed + one.failed,
                    cancelled + one.cancelled,
                )
        return found

    def gather(self) -> Tallies:
        """Take the durations that workers have measured since the last time; they must rest.

        No reading may be made before `keep`.
        """
        fresh = Tallies()
        for worker in self.workers:
            fresh.take(worker.tallies)
        for lane, tally in self.gone.items():
            if tally.runs:  # of those given up
                fresh[lane].runs += tally.runs
                tally.runs.clear()
        return fresh

    def keep(self, fresh: Tallies) -> None:
        """Keep what was gathered, and let it be looked at as it is in ``fresh``."""
        self.gone.add(fresh)

    def enlist(self, fresh: list[Worker], now: float, *, held: bool) -> None:
        """Put as many new workers on the crew as are missing, and into ``fresh``, there first."""
        for _ in range(self.wanted - len(self._staying())):
            self._named += 1
            worker = Worker(f"{self.prefix}w{self._named:02}", now)
            worker.held = held
            fresh.append(worker)
            self.workers.append(worker)

    def forget_unborn(self, fresh: list[Worker]) -> None:
        """Take those off again that have not come to life; needs less stack than `enlist`."""
        for worker in fresh:
            if worker.phase == "starting" and worker in self.workers:
                self.workers.remove(worker)
                worker.phase = "lost"
                self.lost += 1

    def retire_surplus(self) -> None:
        """Tell workers beyond the number wanted to stop, idle ones first."""
        staying = sorted(self._staying(), key=lambda worker: worker.task is not None)
        for worker in staying[: max(0, len(staying) - self.wanted)]:
            worker.retired = True

    def recall(self) -> None:
        """Make no worker surplus: the pool stops, and those that are left bring it to its end."""
        for worker in self.workers:
            worker.retired = False

    def dismiss(self, worker: Worker, phase: WorkerState, now: float) -> None:
        """Take a worker off, once, and keep what it has counted."""
        if worker in self.workers:
            # Off the list before anything that may fail: a worker without a thread that stayed on
            # it would have every shutdown wait for it.
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
        """Note that a worker that was given up has come back; False when it had been killed."""
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
