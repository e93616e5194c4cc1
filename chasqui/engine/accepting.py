"""Accepting: how a typed task gets into its pool, and what is decided when it fails.

A task for which nothing is said but its parameters goes straight to the pool: what a policy costs
is paid by those that have one. A retry needs nothing before the first failure.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from chasqui.engine import logbook
from chasqui.engine.bus import Bus
from chasqui.engine.events import TaskCancelled, TaskFailed, TaskRetried
from chasqui.engine.failures import FailureLog, first_line, remember
from chasqui.engine.keys import KeyClaim, Keys
from chasqui.engine.policy import PLAIN, Policy, from_table
from chasqui.engine.pooling import Pooling
from chasqui.engine.registry import Registry
from chasqui.engine.retry import BODY_ASKS, Retry
from chasqui.engine.steps import Follower, follow
from chasqui.engine.tasktype import TaskType, TypedWork
from chasqui.errors import BacklogFull, PoolClosed, TryLater, WouldDeadlock
from chasqui.pool.claim import Claim
from chasqui.pool.clock import Clock
from chasqui.pool.pool import Pool
from chasqui.pool.task import Particulars, Task
from chasqui.pool.work import Work

NEVER_AGAIN: Final = Retry(attempts=1)


class Accepting(Pooling):
    """The part of an engine that submitters meet."""

    bus: Bus
    clock: Clock
    failures: FailureLog
    _chance: random.Random
    _keys: Keys
    _policies: dict[str, Policy]
    _registry: Registry

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
            policy: ``priority``, ``time_limit``, ``retry``, ``expires``, ``pool``, as in `task`;
                they lie over those of its type and of the config.

        Raises:
            UnknownType: no type has this name.
            InvalidParameters: with every wrong parameter.
            UnknownPool: it is to run in a pool that there is not.
            BacklogFull, PoolClosed, WouldDeadlock: as `Pool.submit`.
        """
        work = self._work(type, params)
        rules = self._rules(work)
        if policy:
            rules = rules.under(Policy(**policy))
        pool = self.pool if rules is PLAIN else self._pool_for(rules)
        followed = logbook.wants("debug")
        if followed:
            work = Follower(self.bus.publish, self.clock).work(work)
        plain = rules is PLAIN or (rules.is_plain and not policy)
        if plain and delay is None and at is None and key is None:
            task = pool.submit(work, timeout=timeout)
        else:
            more = self._particulars(rules, policy)
            task = self._submit_with(pool, work, more, timeout, self._delay(delay, at), key)
        if followed and task.work is work:
            follow(task)
        return task

    def _submit_with(
        self,
        pool: Pool,
        work: Work,
        more: Particulars,
        timeout: float | None,
        delay: float | None,
        key: str | None,
    ) -> Task:
        if delay is not None:
            if key is None:
                return pool.submit_later(work, delay, more=more)
            later = partial(pool.submit_later, work, delay, more=more)
            return self._claim(key, pool, more, lambda claim: later(claim=claim), timeout)
        if key is None:
            return pool.submit_with(work, more, timeout)
        accept = partial(pool.submit_claim, work, more)
        return self._claim(key, pool, more, accept, timeout)

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
        if policy:
            rules = rules.under(Policy(**policy))
        pool = self._pool_for(rules)
        if logbook.wants("debug"):
            works = [Follower(self.bus.publish, self.clock).work(work) for work in works]
        try:
            if not policy and rules.is_plain:
                tasks = pool.submit_batch(works, timeout=timeout)
            else:
                particulars = [self._particulars(rules, policy) for _ in works]
                tasks = pool.submit_batch_with(works, particulars, timeout)
        except (BacklogFull, PoolClosed, WouldDeadlock) as error:
            _follow_all(error.accepted)
            raise
        return _follow_all(tasks)

    def _cancelled(self, task: Task) -> None:
        self.bus.publish(TaskCancelled(self.clock.time(), task.number, task.name))

    def _failed(self, task: Task) -> float | None:
        """Say in how many seconds a failed task is tried again, or note its failure."""
        delay = None
        if task._pool.tries_again and not task.stop_asked and task.error is not None:
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
        rules = self._policies.get(work.type.name)
        return self._rules_of(work.type) if rules is None else rules

    def _rules_of(self, type: TaskType) -> Policy:
        name = type.name
        rules = self._policies.get(name)
        if rules is None:
            own, said = type.policy, self._said.get(name, PLAIN)
            said = said if isinstance(said, Policy) else from_table(said, own)
            rules = own.under(said)
            # The usual one is known at a glance.
            rules = self._policies[name] = PLAIN if rules == PLAIN else rules
        return rules

    def _particulars(self, rules: Policy, said: Mapping[str, Any]) -> Particulars:
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
        self,
        key: str,
        pool: Pool,
        more: Particulars,
        accept: Callable[[Claim], object],
        timeout: float | None,
    ) -> Task:
        deadline = None if timeout is None else self.clock.monotonic() + timeout
        while True:
            task = self._keys.claim(KeyClaim(key, pool, more, accept))
            if task is not None:
                return task
            pool.await_room(None if deadline is None else deadline - self.clock.monotonic())

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
