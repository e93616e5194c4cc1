"""Stage: a real engine on a fake clock, whose bodies do what they are told, and stillness.

Each body waits at a gate of its own for the word by which it ends, or sleeps on the fake clock. So
between two steps nothing moves, and what the engine has come to can be compared with the model:
`settle` waits in real time until it has come to what the model says, and `check` sees to the rest.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter
from functools import partial
from queue import SimpleQueue
from typing import Any

from chasqui import Context, Engine, Retry, task
from chasqui.engine.events import TaskEvent, TaskFailed, TaskRetried
from chasqui.engine.policy import Policy
from chasqui.pool.ledger import Ledger
from chasqui.pool.task import Task
from chasqui.testing import FakeClock
from tests.stateful.model import CONFIG, NEVER, STATES, TYPES, Job, Model, Tries

WAIT = 10.0  # real seconds for the engine to come to what the model says
SPINS = 300  # looks without a pause, since it mostly takes less than a millisecond
PAUSE = 0.0003
STILL = 3  # looks in a row that must agree where a thread may be about to leave


class Clock(FakeClock):
    """A fake clock that knows which threads wait on it, and until when."""

    def __init__(self) -> None:
        super().__init__()
        self.asleep: dict[int, float | None] = {}

    def wait(self, condition: threading.Condition, deadline: float | None) -> None:
        """Wait as on any fake clock."""
        me = threading.get_ident()
        self.asleep[me] = deadline
        try:
            super().wait(condition, deadline)
        finally:
            del self.asleep[me]


class Entry:
    """One attempt's body that has begun."""

    def __init__(self) -> None:
        self.thread = threading.get_ident()
        self.gate: SimpleQueue[tuple[str, float]] = SimpleQueue()
        self.heard: bool | None = None
        """Whether it was told at its end that it should stop."""


class Stage:
    """An engine, the bodies in it, and all that was heard of them."""

    hurried = False
    """Whether a disagreement was seen already in this process: those after it are waited for less,
    so that a small example of it is found soon."""

    def __init__(self, workers: int, queue_size: int, max_abandoned: int) -> None:
        self.clock = Clock()
        self.handles: dict[int, Task] = {}
        self.entries: dict[tuple[int, int], Entry] = {}
        self.ends: list[tuple[int, str]] = []
        self.wrong: list[str] = []
        self.events: list[TaskEvent] = []
        self.ledger: Ledger | None = None
        self._open = False
        self._closer: threading.Thread | None = None
        said = {f"app.{name}": Policy(**_policy(rules)) for name, rules in CONFIG.items()}
        self.engine = Engine(
            workers,
            queue_size,
            grace=1,
            max_abandoned=max_abandoned,
            policies=said,
            clock=self.clock,
        )
        for name, rules in TYPES.items():
            self.engine.register(task(name=name, **_policy(rules))(self._make_body()))
        self.engine.bus.subscribe(self._heard)
        self.engine.start()

    # What is done to it

    def submit(
        self, type: str, said: dict[str, Any], count: int = 1, **when: Any
    ) -> tuple[list[Task], str]:
        """Submit as the model does; return the handles, and the name of the error if any."""
        options = _policy({name: said[name] for name in said if name != "nap"})
        params = {"nap": said.get("nap")}
        name, error, tasks = f"app.{type}", "", []
        try:
            if count == 1:
                tasks = [self.engine.try_submit(name, params, **options, **when)]
            else:
                tasks = self.engine.submit_batch(name, [params] * count, timeout=0.0, **options)
        except Exception as refused:
            error, tasks = refused.__class__.__name__, list(getattr(refused, "accepted", ()))
        for one in tasks:
            if self.handles.setdefault(one.number, one) is not one:
                self.wrong.append(f"two tasks have the number {one.number}")
            elif one.submissions == 1:
                one.add_done_callback(lambda task: self.ends.append((task.number, task.state)))
        return tasks, error

    def tell(self, number: int, attempt: int, word: str, seconds: float = 0.0) -> None:
        """Give the body of an attempt the word by which it ends."""
        self.entries[number, attempt].gate.put((word, seconds))

    def stop(self, drain: bool, timeout: float | None) -> None:
        """Shut the engine down, on a thread of its own."""

        def close() -> None:
            self.ledger = self.engine.shutdown(timeout, drain=drain)

        self._closer = threading.Thread(target=close, name="closer", daemon=True)
        self._closer.start()

    def clear(self) -> None:
        """End everything, whatever state it is in, and leave no thread behind."""
        self._open = True
        for entry in list(self.entries.values()):
            entry.gate.put(("complete", 0.0))
        if self._closer is None:
            self.stop(False, 0.0)
        abort = partial(self.engine.shutdown, 0.0, drain=False)
        last = threading.Thread(target=abort, daemon=True)  # an engine that is wrong may not end
        last.start()
        until = time.monotonic() + WAIT
        for thread in (self._closer, last):
            while thread is not None and thread.is_alive() and time.monotonic() < until:
                self.clock.advance(0.25)
                thread.join(0.001)
        self.engine.bus.close(WAIT)

    # Stillness

    def settle(self, model: Model) -> None:
        """Wait until the engine has come to what the model says, and tell the model the rest."""
        patience = 1.0 if Stage.hurried else WAIT
        until, looks, agreed = time.monotonic() + patience, 0, 0
        needed = STILL if model.stopping and not model.ended else 1
        idle = -1
        while agreed < needed:
            looks += 1
            differs = model.told_of_starts(self._started(model)) or self._difference(model)
            now_idle = self._idle()
            agreed = agreed + 1 if not differs and now_idle in (idle, model.leavers) else 0
            idle = now_idle
            if agreed < needed:
                if time.monotonic() > until:
                    Stage.hurried = True
                    raise AssertionError(differs or f"{now_idle} idle workers keep changing")
                time.sleep(0 if looks < SPINS and needed == 1 else PAUSE)
        if model.stopping and not model.ended:
            model.told_of_idle(idle)
        pool = self.engine.pool
        workers = [worker.task.number for worker in pool.workers() if worker.task is not None]
        model.stand(workers)
        model.told_of_looks(frozenset(self._moments("_look")))

    def _started(self, model: Model) -> list[Job]:
        """List the tasks that have started of those that waited."""
        return [job for job in model.queue if self.handles[job.number].attempts > job.attempts]

    def _difference(self, model: Model) -> str:
        """Say in what the engine is not yet where the model is; empty when it is."""
        for number, job in model.jobs.items():
            handle = self.handles[number]
            if (handle.state, handle.attempts) != (job.state, job.attempts):
                here = f"{handle.state} with {handle.attempts} attempts"
                return f"task {number} is {here}, not {job.state} with {job.attempts}"
            if job.state == "running" and not self._at_rest(job):
                return f"attempt {job.attempts} of task {number} has not begun"
        pool, timer = self.engine.pool, self.engine.pool._timer
        if pool.came_late != model.late or len(pool.workers_abandoned) != len(model.abandoned):
            return f"{pool.came_late} came late, not {model.late}; or others are abandoned"
        crew, idle = len(pool.workers()), self._idle()
        linger = model.lingerers if model.stopping and not model.ended else 0
        if crew != len(model.crew) + idle or not model.free <= idle <= max(model.free, linger):
            return f"{crew} workers of which {idle} are idle, not {model.workers}"
        if model.ended and self.ledger is None:
            return "the shutdown has not ended"
        if model.ended:
            return ""
        with timer._changed:
            first = timer._calls[0][0] if timer._calls else None
            thread = timer._thread
            rests = self.clock.asleep.get((thread and thread.ident) or 0, -1.0) == first
            if thread is not None and not (rests and (first or NEVER) > model.now):
                return "the timer has not come to rest"
        if not {job.due for job in model.scheduled} <= set(self._moments()):
            return "nobody will see to a scheduled task"
        if self._closer is not None:
            deadline = min(model.deadline, model.grace)
            waits = self.clock.asleep.get(self._closer.ident or 0, -1.0)
            if waits != (None if deadline == NEVER else deadline):
                return "the shutdown does not wait for its deadline"
        return ""

    def _at_rest(self, job: Job) -> bool:
        entry = self.entries.get((job.number, job.attempts))
        if entry is None or job.nap is None:
            return entry is not None
        return self.clock.asleep.get(entry.thread) == job.wakes

    def _idle(self) -> int:
        """Count the workers that sleep until they are roused."""
        return sum(worker.parked.locked() for worker in list(self.engine.pool._idle))

    def _moments(self, name: str = "") -> list[float]:
        timer = self.engine.pool._timer
        with timer._changed:
            return [at for at, _, call in timer._calls if name in getattr(call, "__name__", "")]

    # Agreement

    def check(self, model: Model) -> None:
        """See that everything that can be seen is what the model says."""
        engine = self.engine
        assert [] == self.wrong
        now, jobs = engine.metrics(), list(model.jobs.values())
        assert now.balanced
        assert (len(jobs), model.rejected) == (now.accepted, now.rejected)
        assert (model.workers, model.late) == (now.workers, engine.pool.came_late)
        assert (model.attempts_begun, model.attempts_ended) == (now.wait.count, now.run.count)
        for state in STATES:
            assert model.count(state) == getattr(now, state), state
        self._check_window(model, [one.number for one in engine.pool.waiting(0, 1000)])
        assert [(job.number, job.due) for job in model.scheduled] == [
            (one.number, _moment(one, one.due)) for one in engine.pool.scheduled(0, 1000)
        ]
        stuck = set(model.crew) if model.ended else model.stuck
        states = ("stuck", "abandoned")
        seen = [worker.task for worker in engine.pool.workers() if worker.state in states]
        assert {job.number for job in stuck} == {one.number for one in seen if one is not None}
        assert len(engine.pool.workers_abandoned) <= engine.pool.max_abandoned
        for job in jobs:
            self._check_task(job, self.handles[job.number])
        held = [one.key for one in self.handles.values() if one.key and not one.done]
        assert len(set(held)) == len(held), "two tasks hold one key"
        ends = sorted((job.number, job.state) for job in jobs if job.final)
        self._await(lambda: len(self.ends) >= len(ends))
        assert ends == sorted(self.ends), "each end is told of once"
        self._check_told(model, [job for job in jobs if job.error is not None])
        if model.ended:
            self._check_ledger(model)

    def _check_window(self, model: Model, numbers: list[int]) -> None:
        """See that what waits is listed in an order in which it may be served."""
        assert sorted(job.number for job in model.queue) == sorted(numbers)
        shown = [model.jobs[number] for number in numbers]
        places: Counter[tuple[int, str]] = Counter()
        rounds = []
        for job in shown:
            places[job.priority, job.type] += 1
            rounds.append((-job.priority, places[job.priority, job.type]))
        assert sorted(rounds) == rounds, "higher priorities first, and types in turn"
        for type in TYPES:
            mine = [job for job in shown if job.type == type]
            inside = sorted(model.queue, key=lambda job: -job.priority)
            assert [job for job in inside if job.type == type] == mine, "in order"

    def _check_task(self, job: Job, handle: Task) -> None:
        assert (job.state, job.attempts, job.priority, job.stop_asked) == (
            handle.state,
            handle.attempts,
            handle.priority,
            handle.stop_asked,
        )
        assert (job.key, job.submissions) == (handle.key, handle.submissions)
        assert job.created == _moment(handle, handle.created)
        assert job.earlier == [one.exception for one in handle.earlier]
        assert handle.progress is None, "only bodies that were given up tell of progress"
        error = None if handle.error is None else handle.error.__class__.__name__
        assert job.error == error
        if job.state == "running":
            assert job.began == _moment(handle, handle.started)
        if job.state == "completed":
            assert f"{job.number}:{job.attempts}" == handle.result(0)

    def _check_told(self, model: Model, failed: list[Job]) -> None:
        assert len(failed) == self.engine.failures.total
        assert {job.number for job in failed} == {one.number for one in self.engine.failures}
        expected = len(model.retried) + len(failed)
        if model.ended:
            return  # the bus is closed: what bodies do after it, nobody is told of
        if len(self.events) < expected:
            self.engine.bus.flush(WAIT)
        retried = [e for e in self.events if isinstance(e, TaskRetried)]
        assert sorted(model.retried) == sorted((e.number, e.attempt) for e in retried)
        ended = sorted(e.number for e in self.events if isinstance(e, TaskFailed))
        assert sorted(job.number for job in failed) == ended

    def _check_ledger(self, model: Model) -> None:
        ledger = self.ledger
        assert ledger is not None and ledger.balanced
        left = [job.number for job in (*model.queue, *model.scheduled)]
        assert sorted(left) == sorted(fate.number for fate in ledger.left)

    def _await(self, holds: Any) -> None:
        until = time.monotonic() + (1.0 if Stage.hurried else WAIT)
        while not holds() and time.monotonic() < until:
            time.sleep(PAUSE)

    # Bodies

    def _make_body(self) -> Any:
        def body(ctx: Context, nap: float | None = None) -> str:
            number, attempt = ctx.task.number, ctx.task.attempts
            entry = Entry()
            if self.entries.setdefault((number, attempt), entry) is not entry:
                self.wrong.append(f"attempt {attempt} of task {number} began twice")
            if nap is not None and not self._open:
                ctx.sleep(nap)
                ctx.raise_if_cancelled()
            elif not self._open:
                self._obey(ctx, entry)
            return f"{number}:{attempt}"

        return body

    def _obey(self, ctx: Context, entry: Entry) -> None:
        word, seconds = entry.gate.get()
        entry.heard = ctx.cancelled
        if word == "OSError":
            raise OSError(word)
        if word == "TryLater":
            raise Retry.later(seconds)
        if word == "heed":
            ctx.raise_if_cancelled()
        if word == "late":
            ctx.progress(1, 2, "late")

    def _heard(self, event: Any) -> None:
        if isinstance(event, TaskRetried | TaskFailed):  # the rest is not of the model
            self.events.append(event)


def _policy(rules: Any) -> dict[str, Any]:
    said = dict(rules)
    tries: Tries | None = said.pop("tries", None)
    if tries is not None:
        said["retry"] = Retry(tries.attempts, tries.backoff, tries.base, jitter=0.0)
    return said


def _moment(handle: Task, at: float | None) -> float:
    with contextlib.suppress(TypeError):
        return at - handle._pool.epoch  # type: ignore[operator]
    return NEVER
