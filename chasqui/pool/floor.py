"""The floor: how workers take tasks, end them, fall idle and wake.

`Floor.serve` is the path of every task, and takes no lock; `Core` says how readings are exact all
the same.
"""

from __future__ import annotations

import logging

from chasqui.pool import deadlock, trace
from chasqui.pool.backend import Perform, Worker
from chasqui.pool.complaint import complain
from chasqui.pool.ending import Ending
from chasqui.pool.histogram import FOLD
from chasqui.pool.states import FINAL
from chasqui.pool.task import Task

log = logging.getLogger("chasqui.pool")


class Floor(Ending):
    """The part of a pool that workers meet."""

    __slots__ = ()

    grace: float

    def serve(self, worker: Worker, perform: Perform) -> None:
        """Take tasks and perform them until there is nothing more for this worker to do."""
        backlog, monotonic, name = self._backlog, self._monotonic, worker.name
        pop = backlog.queued.pop
        fresh = 0
        task = self.claim(worker)
        while task is not None:
            tally = worker.tally
            add_wait, add_run, lane = tally.waits.append, tally.runs.append, tally.lane
            while True:  # as long as the next is of the same lane, and nothing calls for care
                error = perform(task)
                now = monotonic()
                if task._more is not None or (error is not None and self._on_failed is not None):
                    worker.raised = error
                    task = error = None  # they must not live on here while the worker sleeps
                    task = self._next_with_care(worker)
                    break
                if error is not None:
                    task._trace = trace.capture(error)
                    task._error = error
                worker.moving = True
                if worker.held:
                    worker.moving = False
                    task = error = None
                    task = self._next_with_care(worker)
                    break
                task._ended_at = now
                add_run(now - task._claimed_at)
                if error is None:
                    tally.completed = tally.completed + 1
                    task.state = "completed"
                else:
                    error = None
                    tally.failed += 1
                    task.state = "failed"
                if task._more is not None:  # somebody has come to wait for it meanwhile
                    worker.task = None
                    self._leave(worker)
                    worker.moving = False
                    self._settle(task)
                    task = None
                    task = self.claim(worker)
                    break
                only = backlog.only
                if only is None:
                    task = None
                    task = self._next_of_lanes(worker)
                    break
                try:
                    task = pop(only.popleft())
                except IndexError:
                    worker.task = task = None
                    worker.moving = False
                    task = self.claim(worker)
                    break
                except KeyError:  # what came up was cancelled
                    lane.shed.append(None)
                    task = None
                    task = self._next_of_lanes(worker)
                    break
                worker.task = task
                task.state = "running"
                task._claimed_at = now
                task._worker = name
                add_wait(now - task._queued_at)
                if task._more is not None:
                    self._arm(task)
                fresh += 1
                if fresh == FOLD:
                    fresh = 0
                    worker.tallies.fold()
                worker.moving = False
                if task._more is not None:
                    self._watch_limit(task)
                if self._wanted:
                    self._give_room()

    def claim(self, worker: Worker) -> Task | None:
        """Wait for a task and start it; None tells the worker to stop."""
        if worker.phase == "starting":
            deadlock.enter(self, worker)
        with self._lock:
            if self._forked or worker not in self._crew.workers:
                return None  # it was given up before it came to life, or is a copy in a child
            worker.enter("idle", self._monotonic())
        while True:
            if (task := self._take(worker)) is not None:
                return task
            if worker.held:
                with self._lock:  # a reading may be under way, and then this waits for its end
                    worker.held = self._locked_holds(worker)
                if worker.retired or self._stopped:
                    break
                if not worker.held:
                    continue
            if self._stopping and not self._waits_for_work():
                break
            self._rest(worker)
        worker.enter("stopping", self._monotonic())
        return None

    def lost(self, worker: Worker, error: BaseException | None) -> None:
        """Take a worker off the crew, and replace it unless it was told to stop."""
        if error is not None:
            complain(log, error, "pool %s: worker %s is lost", self.name, worker.name)
        if worker.ending == "limit":
            return  # it was given up, and its task and its place with it
        never_ran = worker.phase == "starting"
        worker.moving = False
        if (task := worker.task) is not None:
            if task.state not in FINAL:
                ended = RuntimeError(f"worker {worker.name} ended") if error is None else error
                task._trace, task._error = trace.capture(ended), ended
                settles = self._finish(worker, task)
            else:
                settles = True
            worker.task = None
            if settles:  # and is not put off, to be tried again
                self._settle(task)
        fresh: list[Worker] = []
        with self._lock:
            if worker in self._idle:
                self._idle.remove(worker)
            now = self._monotonic()
            self._crew.dismiss(worker, "stopping" if error is None else "lost", now)
            self._crew.lost += error is not None
            # One that could not even start would fail again at once; `resize` tries again.
            again = error is not None and not never_ran and not self._stopped
            if again:  # at once, so that a shutdown does not find the crew empty in between
                self._crew.enlist(fresh, now, held=self._paused)
            self._waking = False  # should it have been woken and gone before it could say so
            if self._stopping:
                self._locked_rouse_all()
            else:
                self._hand_on()
        if again:
            self._staff(fresh)
        self._ring()

    def _staff(self, enlisted: list[Worker] | None = None) -> list[Worker]:
        """Enlist the workers that are missing and bring them to life; return them.

        Whatever comes between, none is forgotten: one that is on the crew and never comes to life
        would have every shutdown wait for it.
        """
        fresh: list[Worker] = [] if enlisted is None else enlisted
        crew = self._crew
        try:
            with self._lock:
                if not self._stopped:
                    crew.enlist(fresh, self._monotonic(), held=self._paused)
            if fresh:
                self._backend.start(self, fresh)
        except BaseException:
            # One whose thread is on its way looks under the lock whether it is still on the crew,
            # and ends if it is not. Shutdowns that wait look again by themselves.
            with self._lock:
                crew.forget_unborn(fresh)
            raise
        finally:
            for worker in fresh:
                worker.launcher = None
        return fresh

    # The parts of a turn

    def _take(self, worker: Worker) -> Task | None:
        """Take the first task and start it, if there is one and the worker is not held."""
        worker.moving = True
        task = None if worker.held else self._begin(worker)
        worker.moving = False
        if task is not None:
            self._see_to_others(task)
        return task

    def _next_of_lanes(self, worker: Worker) -> Task | None:
        """Take the next of several lanes; the worker moves, and has counted what it ran."""
        self._leave(worker)
        task = self._begin(worker)
        worker.moving = False
        if task is None:
            return self.claim(worker)
        self._see_to_others(task)
        return task

    def _begin(self, worker: Worker) -> Task | None:
        """Take the first task that may start, and note that it has; the worker moves."""
        worker.task = task = self._backlog.take(worker, self._monotonic)
        if task is None:
            return None
        if worker.admitted is None:
            now = self._monotonic()
        else:
            now = worker.admitted_at
            task._queued_at = min(now, task._queued_at)  # it came in after its lane had opened
        task.state = "running"
        task._claimed_at = now
        task._worker = worker.name
        tally = worker.tally = worker.tallies[task._lane]
        tally.waits.append(now - task._queued_at)
        if len(tally.waits) >= FOLD:
            tally.fold()
        if task._more is not None:
            self._arm(task)
        return task

    def _see_to_others(self, task: Task) -> None:
        """Do what a start means to others; not while moving, for it may wait."""
        if task._more is not None:
            self._watch_limit(task)
        if task._lane.watch is not None:
            self._tell_started(task, task._lane.watch)
        if self._wanted:
            self._give_room()
        if self._queued and self._idle and not self._waking:
            self._hand_on()

    def _arm(self, task: Task) -> None:
        """Count an attempt that begins, and set when its time limit comes, if it has one."""
        more = task._more
        if more is None:
            return
        more.attempt += 1
        if more.time_limit is not None:
            more.deadline = task._claimed_at + more.time_limit

    def _watch_limit(self, task: Task) -> None:
        """See to it that a task's limit is looked at; not while moving, for it may wait."""
        more = task._more
        if more is not None and more.deadline is not None:
            self._watch(more.deadline + self.grace)

    def _rest(self, worker: Worker) -> None:
        """Sleep until roused, unless there is a reason not to."""
        idle = self._idle
        idle.insert(0, worker)  # the first to be woken, and the first that is found below
        if self._wanted and not self.queue_size:
            self._give_room()  # without a backlog, an idle worker is the room
        reason = (
            worker.retired
            or self._stopped
            or (self._stopping and not self._waits_for_work())
            or (not self._paused and self._backlog.startable(self._monotonic()))
        )
        if not reason:
            self._watch_lanes()
            worker.parked.acquire()
        idle.remove(worker)
        self._waking = False

    def _next_with_care(self, worker: Worker) -> Task | None:
        """End a task with particulars or an observer, or of a held worker, and claim another."""
        if self._forked:
            return None
        task = worker.task
        if task is None or not self._ends(worker, task):
            self._late(worker)
            return None
        if self._finish(worker, task):
            worker.task = None
            self._settle(task)
        task = None  # it must not live on in this frame while the worker sleeps
        return self.claim(worker)

    def _late(self, worker: Worker) -> None:
        """Count what came after its worker had been given up."""
        with self._lock:
            worker.result = None
            self._crew.came_late(worker)
        log.warning("pool %s: worker %s came back late", self.name, worker.name)
