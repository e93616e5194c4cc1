"""Limits: what is done about a body that heeds neither its deadline nor a request.

A thread cannot be killed. So a worker whose task is still running ``grace`` seconds past its time
limit is given up: the task fails with `TimeLimit` and the place where its thread hangs, the worker
is shown as abandoned, and another takes its place. No more than ``max_abandoned`` threads are given
up at a time; beyond that the worker stays on the crew, is shown as stuck, and its capacity is
missing for as long as it is. What a body given up brings home later is dropped and counted as late.
"""

from __future__ import annotations

import logging
import threading
from typing import Final

from chasqui.errors import TimeLimit
from chasqui.pool import trace
from chasqui.pool.backend import Worker
from chasqui.pool.floor import Floor
from chasqui.pool.lane import NEVER

log = logging.getLogger("chasqui.pool")

STUCK_SECONDS: Final = 1.0  # until one that could not be given up is looked at again


class Limits(Floor):
    """The part of a pool that gives up on workers."""

    __slots__ = ()

    max_abandoned: int

    def _look(self) -> None:
        """Give up a worker that is past the limit of its task; on the timer's thread."""
        with self._lock:
            self._look_at = NEVER
            overdue = self._locked_overdue()
        if overdue is not None:
            self._give_up(overdue)

    def _locked_overdue(self) -> Worker | None:
        """Claim the end of a task that is overdue, and see to the next look.

        Of one task: its callbacks may wait for others that are overdue, whose look is then made by
        another thread; see `Timer.relieve`.
        """
        crew = self._crew
        claimed = sum(worker.ending == "limit" for worker in crew.workers)
        room = self.max_abandoned - len(crew.abandoned) - claimed
        overdue: Worker | None = None
        self._locked_freeze()
        now = self._monotonic()
        for worker in crew.workers:
            task = worker.task
            more = None if task is None else task._more
            if worker.ending or more is None or more.deadline is None:
                continue
            late = more.deadline + self.grace
            if now < late or overdue is not None:
                self._watch(late)
            elif room > 0:
                worker.ending = "limit"
                worker.ender = threading.get_ident()
                overdue = worker
            else:
                if worker.phase != "stuck":
                    worker.enter("stuck", now)
                    log.error(
                        "task %s: stuck on worker %s", getattr(task, "number", 0), worker.name
                    )
                self._watch(now + STUCK_SECONDS)
        self._locked_thaw()
        return overdue

    def _give_up(self, worker: Worker) -> None:
        task = worker.task
        assert task is not None and task._more is not None
        error = TimeLimit(task._more.time_limit)
        task._trace = trace.hanging(worker.ident, error)
        task._error = error
        task._ended_at = now = self._monotonic()
        again = self._again(task)
        arrange = None
        fresh: list[Worker] = []
        with self._lock:
            self._locked_freeze()
            self._crew.give_up(worker, task._ended_at)
            tally = self._crew.gone[task._lane]
            tally.runs.append(task._ended_at - task._claimed_at)
            self._leave(worker)  # its thread goes on, but nobody knows for how long
            if again is not None:
                arrange = self._locked_put_off(task, again)
            if arrange is None:
                tally.failed += 1
                task.state = "failed"
            if not self._stopped:
                # With the one given up: a shutdown must not find the crew empty in between.
                self._crew.enlist(fresh, now, held=self._paused)
            self._locked_thaw()
            if self._stopping:
                self._locked_rouse_all()
            else:
                self._hand_on()  # its lane is open again, and a surplus worker has no successor
        self._staff(fresh)  # before anybody is called back, who may wait for the room it makes
        self._ring()
        log.error(
            "task %s %s: ignored its time limit of %g s; worker %s is abandoned",
            task.number,
            task.name,
            error.limit,
            worker.name,
        )
        if arrange is not None:
            arrange()
        else:
            if again is not None:
                self._again(task)  # as in `_finish`
            self._settle(task)
