"""Engine: typed tasks over a pool, with policies, schedules and a failure log.

It may be used from any thread, and everything that the pool promises holds for it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Self

from chasqui.engine import logbook
from chasqui.engine.bus import Bus
from chasqui.engine.config import Config, load
from chasqui.engine.events import EngineChanged, TaskCancelled, TaskFailed, TaskRetried
from chasqui.engine.failures import FailureLog, first_line, remember
from chasqui.engine.keys import Keys
from chasqui.engine.places import overrides_file
from chasqui.engine.policy import PLAIN, Policy, from_table
from chasqui.engine.registry import Registry, TypeSource
from chasqui.engine.retry import BODY_ASKS, Retry
from chasqui.engine.scheduler import Scheduler, plan_of
from chasqui.engine.schedules import ScheduleConfig
from chasqui.engine.scheduling import Scheduling
from chasqui.engine.steps import Follower, follow
from chasqui.engine.tasktype import TaskType, TypedWork
from chasqui.engine.typetables import TypeTable
from chasqui.errors import BacklogFull, PoolClosed, TryLater, WouldDeadlock
from chasqui.pool.clock import SYSTEM_CLOCK, Clock
from chasqui.pool.ledger import Ledger
from chasqui.pool.metrics import Metrics
from chasqui.pool.pool import Pool, PoolState
from chasqui.pool.task import Particulars, Task
from chasqui.pool.threads import StartThread, start_daemon
from chasqui.pool.work import Work

EngineState = PoolState

BUS_SECONDS = 0.2  # for observers to hear of the last events when the engine stops
SCHEDULER_SECONDS = 0.2  # for a turn that is being taken
NEVER_AGAIN = Retry(attempts=1)


class Engine(Scheduling):
    """Task types and a pool that runs them.

    Args:
        workers: how many tasks run at once.
        queue_size: how many accepted tasks may wait.
        name: shown in consoles and logs; part of where its files lie.
        types: where task types come from, beside those registered here.
        keep_failures: how many failures the log keeps.
        shutdown_timeout: seconds that `shutdown` takes at most when none are given.
        policies: what is said of types by their full names, over what they say of themselves: a
            policy, or a table as the config has it, which says single keys of a retry.
        schedules: what to start when, as the config has it; see `Engine.schedule`.
        grace: seconds past its time limit that a body has to stop before its worker is given up.
        max_abandoned: how many workers may be given up at a time, since their task ignores its time
            limit; None: as many as there are workers.
    """

    def __init__(
        self,
        workers: int = 8,
        queue_size: int = 1000,
        *,
        name: str = "default",
        types: TypeSource | None = None,
        keep_failures: int = 1000,
        shutdown_timeout: float | None = None,
        policies: Mapping[str, Policy | TypeTable] | None = None,
        schedules: Iterable[ScheduleConfig] = (),
        grace: float = 5.0,
        max_abandoned: int | None = None,
        chance: random.Random | None = None,
        clock: Clock = SYSTEM_CLOCK,
        start_thread: StartThread = start_daemon,
    ) -> None:
        self.name = name
        self.failures = FailureLog(keep_failures)
        self.shutdown_timeout = shutdown_timeout
        self.clock = clock
        self.bus = Bus(clock=clock, start_thread=start_thread)
        """Tells observers what happens; see `Bus.subscribe`."""
        self.bus.subscribe(logbook.write)
        self._chance = chance or random.Random()
        self._keys = Keys()
        self._said = dict(policies or {})
        self._policies: dict[str, Policy] = {}
        self._registry = Registry(types)
        self.pools = {
            "default": Pool(
                workers,
                queue_size,
                clock=clock,
                start_thread=start_thread,
                on_failed=self._failed,
                on_cancelled=self._cancelled,
                grace=grace,
                max_abandoned=max_abandoned,
            )
        }
        self._scheduler = Scheduler(self.try_submit, self.bus.publish, clock, start_thread)
        for one in schedules:
            self._scheduler.add(plan_of(one))

    @classmethod
    def from_config(cls, path: str | Path | None = None, **parts: Any) -> Self:
        """Make an engine from a config file and its overrides; without a path, the defaults.

        Raises:
            ConfigError: with every problem of the file.
        """
        file = None if path is None else Path(path)
        config = load(file)
        return cls.from_settings(load(file, overrides_file(config.engine.name, file)), **parts)

    @classmethod
    def from_settings(cls, config: Config, **parts: Any) -> Self:
        """Make an engine from settings already read."""
        pool = config.pools["default"]
        settings = {
            "workers": pool.workers,
            "queue_size": pool.queue_size,
            "name": config.engine.name,
            "shutdown_timeout": config.engine.shutdown_timeout,
            "policies": config.types,
            "schedules": config.schedule,
        }
        return cls(**{**settings, **parts})

    @property
    def pool(self) -> Pool:
        """The default pool."""
        return self.pools["default"]

    # Task types

    @property
    def types(self) -> Mapping[str, TaskType]:
        """Every task type by its full name."""
        return self._registry.all()

    def type(self, name: str) -> TaskType:
        """Return the task type of this name; raises UnknownType with the nearest names."""
        return self._registry.get(name)

    def register(self, type: TaskType) -> TaskType:
        """Offer a type of the application itself as ``app.NAME``, and return it by that name."""
        return self._registry.register(type)

    # Accepting

    def submit(
        self,
        type: str | TaskType | Work,
        params: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,
        delay: float | None = None,
        at: datetime | None = None,
        key: str | None = None,
        **policy: Any,
    ) -> Task:
        """Accept a task, waiting for room at most ``timeout`` seconds (None: for ever).

        Args:
            delay: seconds before it may start.
            at: the moment before which it does not start; without a zone, of the local one.
            key: while a task of this key waits or runs, that one is returned instead, and counts
                the submission in `Task.submissions`.
            policy: ``priority``, ``time_limit``, ``retry``, ``expires``, as in `task`; they lie
                over those of its type and of the config.

        Raises:
            UnknownType: no type has this name.
            InvalidParameters: with every wrong parameter.
            BacklogFull, PoolClosed, WouldDeadlock: as `Pool.submit`.
        """
        work = self._work(type, params)
        rules = self._rules(work)
        followed = logbook.wants("debug")
        if followed:
            work = Follower(self.bus.publish, self.clock).work(work)
        if rules.is_plain and not policy and delay is None and at is None and key is None:
            task = self.pool.submit(work, timeout=timeout)
        else:
            task = self._submit_with(work, rules, timeout, delay, at, key, policy)
        if followed and task.work is work:
            follow(task)
        return task

    def _submit_with(
        self,
        work: Work,
        rules: Policy,
        timeout: float | None,
        delay: float | None,
        at: datetime | None,
        key: str | None,
        policy: Mapping[str, Any],
    ) -> Task:
        more = self._particulars(rules, policy)
        wait = self._delay(delay, at)
        if wait is not None:
            accept = partial(self.pool.submit_later, work, wait, more=more)
        elif key is None:
            return self.pool.submit_with(work, more, timeout)
        else:
            accept = partial(self.pool.submit_with, work, more, 0.0)
        return accept() if key is None else self._claim(key, more, accept, timeout)

    def try_submit(
        self,
        type: str | TaskType | Work,
        params: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> Task:
        """Accept a task now, or raise BacklogFull at once; else as `submit`."""
        return self.submit(type, params, timeout=0.0, **options)

    def submit_batch(
        self,
        type: str | TaskType,
        many: Iterable[Mapping[str, Any]],
        *,
        timeout: float | None = None,
        **policy: Any,
    ) -> list[Task]:
        """Accept many tasks of one type; all are validated before the first is accepted."""
        works = [self._work(type, params) for params in many]
        if not works:
            return []
        rules = self._rules(works[0])
        if logbook.wants("debug"):
            works = [Follower(self.bus.publish, self.clock).work(work) for work in works]
        try:
            if not policy and rules.is_plain:
                tasks = self.pool.submit_batch(works, timeout=timeout)
            else:
                particulars = [self._particulars(rules, policy) for _ in works]
                tasks = self.pool.submit_batch_with(works, particulars, timeout)
        except (BacklogFull, PoolClosed, WouldDeadlock) as error:
            _follow_all(error.accepted)
            raise
        return _follow_all(tasks)

    # Life

    @property
    def state(self) -> EngineState:
        """One of new, running, paused, stopping, stopped."""
        return self.pool.state

    def start(self) -> None:
        """Start the workers and the schedules.

        Raises:
            PoolClosed: it was started already, or has been shut down.
            RuntimeError: the machine has no more threads.
        """
        self.pool.start()
        try:
            self._scheduler.start()
        except BaseException:
            self.shutdown(0)
            raise
        self._changed(f"started with {self.pool.workers_wanted} workers")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.shutdown()

    def pause(self) -> None:
        """Start no more tasks; running ones go on."""
        self.pool.pause()
        self._changed("paused")

    def resume(self) -> None:
        """Start tasks again."""
        self.pool.resume()
        self._changed("resumed")

    def resize(self, workers: int) -> None:
        """Set the number of workers."""
        self.pool.resize(workers)
        self._changed(f"resized to {workers} workers")

    def metrics(self) -> Metrics:
        """Return one consistent reading."""
        return self.pool.metrics()

    def shutdown(self, timeout: float | None = None, *, drain: bool = True) -> Ledger:
        """Stop, and report each accepted task's fate; see `Pool.shutdown`."""
        if timeout is None:
            timeout = self.shutdown_timeout
        if self.state not in ("stopping", "stopped"):
            self._changed("stopping")
        self._scheduler.close(SCHEDULER_SECONDS)
        ledger = self.pool.shutdown(timeout, drain=drain)
        self._changed(f"stopped: {ledger}")
        self.bus.close(BUS_SECONDS)
        return ledger

    def __repr__(self) -> str:
        return f"<Engine {self.name} over {self.pool!r}>"

    def _changed(self, what: str) -> None:
        self.bus.publish(EngineChanged(self.clock.time(), what))

    def _cancelled(self, task: Task) -> None:
        self.bus.publish(TaskCancelled(self.clock.time(), task.number, task.name))

    def _failed(self, task: Task) -> float | None:
        """Say in how many seconds a failed task is tried again, or note its failure."""
        delay = None
        if self.pool.tries_again and not task.stop_asked and task.error is not None:
            delay = self._retry_of(task).delay(task.attempts, task.error, self._chance)
        error = f"{type(task.error).__name__}: {first_line(task.error)}"
        now = self.clock.time()
        if delay is None:
            self.failures.record(task)
            self.bus.publish(TaskFailed(now, task.number, task.name, task.attempts, error))
            return None
        remember(task)
        attempt = task.attempts
        self.bus.publish(TaskRetried(now, task.number, task.name, attempt, error, delay))
        return delay

    def _retry_of(self, task: Task) -> Retry:
        more = task._more
        said = more.policy if more is not None else None
        rules = said if isinstance(said, Policy) else self._rules(task.work)
        if rules.retry is not None:
            return rules.retry
        return BODY_ASKS if isinstance(task.error, TryLater) else NEVER_AGAIN

    def _rules(self, work: Work) -> Policy:
        """Return what its type and the config say of a work."""
        if not isinstance(work, TypedWork):
            return PLAIN
        name = work.type.name
        rules = self._policies.get(name)
        if rules is None:
            own, said = work.type.policy, self._said.get(name, PLAIN)
            said = said if isinstance(said, Policy) else from_table(said, own)
            rules = self._policies[name] = own.under(said)
        return rules

    def _particulars(self, rules: Policy, said: Mapping[str, Any]) -> Particulars:
        if said:
            rules = rules.under(Policy(**said))
        more = Particulars(rules.priority or 0, rules.time_limit)
        if rules.expires is not None:
            more.expires = self.clock.monotonic() + rules.expires
        if said.get("retry") is not None:
            more.policy = rules
        return more

    def _delay(self, delay: float | None, at: datetime | None) -> float | None:
        if at is not None:
            if delay is not None:
                raise ValueError("give delay= or at=, not both")
            return max(0.0, at.timestamp() - self.clock.time())
        if delay is not None and not 0 <= delay < float("inf"):
            raise ValueError(f"delay must be 0 seconds or more, got {delay}")
        return delay

    def _claim(
        self, key: str, more: Particulars, accept: Callable[[], Task], timeout: float | None
    ) -> Task:
        more.key = key
        deadline = None if timeout is None else self.clock.monotonic() + timeout
        while True:
            try:
                return self._keys.claim(key, accept)
            except BacklogFull:
                left = None if deadline is None else deadline - self.clock.monotonic()
                if left is not None and left <= 0:
                    raise
                self.pool.await_room(left)

    def _work(self, type: str | TaskType | Work, params: Mapping[str, Any] | None) -> Work:
        if isinstance(type, str):
            return self._registry.get(type).work_from(params or {})
        if isinstance(type, TaskType):
            return self._registry.resolve(type).work_from(params or {})
        if params is not None:
            raise TypeError(f"parameters go with a task type; {type!r} has its own")
        if isinstance(type, TypedWork) and "." not in type.type.name:
            return TypedWork(self._registry.resolve(type.type), type.params, type.id)
        return type


def _follow_all(tasks: Iterable[Task]) -> list[Task]:
    followed = list(tasks)
    for task in followed:
        follow(task)
    return followed
