"""Accepting: how a typed task gets into its pool, and what is decided when it fails.

A task for which nothing is said but its parameters goes straight to the pool: what a policy costs
is paid by those that have one. A retry needs nothing before the first failure.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final

from chasqui import arguments, foreign, numbers
from chasqui.engine import entries, logbook
from chasqui.engine.breaker import Circuit
from chasqui.engine.bus import Bus
from chasqui.engine.entries import check_words, mapping_of, works_of
from chasqui.engine.events import TaskFailed, TaskRetried
from chasqui.engine.failures import FailureLog, first_line, remember
from chasqui.engine.keys import KeyClaim, Keys
from chasqui.engine.policy import PLAIN, Policy, from_table
from chasqui.engine.pooling import Pooling
from chasqui.engine.registry import Registry
from chasqui.engine.retry import BODY_ASKS, Retry
from chasqui.engine.route import Route
from chasqui.engine.steps import Follower, follow
from chasqui.engine.tasklog import TaskLogs
from chasqui.engine.tasktype import TaskType, is_typed
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
    _task_logs: TaskLogs
    _keys: Keys
    _registry: Registry
    _routes: dict[str, Route]
    _untyped: Route

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
        if policy:
            check_words(policy, entries.OF_SUBMIT)
        if timeout is not None:
            timeout = numbers.wait("timeout", timeout)
        if key is not None:
            key = arguments.text("key", key)
        work = self._work(type, params)
        route = self._route(work)
        followed = logbook.wants("debug")
        if followed:
            work = Follower(self.bus.publish, self.clock).work(work)
        if route.plain and not policy and delay is None and at is None and key is None:
            task = route.pool.submit(work, timeout=timeout, lane=route.lane)
        else:
            route = self._with(route, policy)
            more = self._particulars(route.rules, policy)
            task = self._submit_with(route, work, more, timeout, self._delay(delay, at), key)
        if followed and task.work is work:
            follow(task)
        return task

    def _submit_with(
        self,
        route: Route,
        work: Work,
        more: Particulars,
        timeout: float | None,
        delay: float | None,
        key: str | None,
    ) -> Task:
        pool, lane = route.pool, route.lane
        if delay is not None:
            if key is None:
                return pool.submit_later(work, delay, more=more, lane=lane)
            later = partial(pool.submit_later, work, delay, more=more, lane=lane)
            return self._claim(key, pool, more, lambda claim: later(claim=claim), timeout)
        if key is None:
            return pool.submit_with(work, more, timeout, lane)
        accept = partial(pool.submit_claim, work, more, lane=lane)
        return self._claim(key, pool, more, accept, timeout)

    def try_submit(
        self,
        type: str | TaskType | Work,
        params: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> Task:
        """Accept a task now, or raise BacklogFull at once; else as `submit`."""
        if "timeout" in options:
            raise TypeError("try_submit has no timeout=, for it does not wait; use submit")
        return self.submit(type, params, timeout=0.0, **options)

    def submit_batch(
        self,
        type: str | TaskType,
        many: Iterable[Mapping[str, Any]],
        *,
        timeout: float | None = None,
        **policy: Any,
    ) -> list[Task]:
        """Accept many tasks of one type; all are validated before the first is accepted.

        Raises:
            TypeError, InvalidParameters: some of ``many`` are wrong; each is named.
        """
        check_words(policy)
        timeout = numbers.wait("timeout", timeout)
        works = works_of("many", many, lambda params: self._work(type, mapping_of(params)))
        return self._accept_many(works, timeout, policy) if works else []

    def _accept_many(
        self, works: Sequence[Work], timeout: float | None, policy: Mapping[str, Any]
    ) -> list[Task]:
        """Accept works, at least one, of one type or of none; else as `submit_batch`."""
        route = self._route(works[0])
        if logbook.wants("debug"):
            works = [Follower(self.bus.publish, self.clock).work(work) for work in works]
        try:
            if not policy and route.plain:
                tasks = route.pool.submit_batch(works, timeout=timeout, lane=route.lane)
            else:
                route = self._with(route, policy)
                particulars = [self._particulars(route.rules, policy) for _ in works]
                tasks = route.pool.submit_batch_with(works, particulars, timeout, route.lane)
        except (BacklogFull, PoolClosed, WouldDeadlock) as error:
            _follow_all(error.accepted)
            raise
        return _follow_all(tasks)

    def _failed(self, task: Task) -> float | None:
        """Say in how many seconds a failed task is tried again, or note its failure."""
        delay = None
        circuit = self._route(task.work).circuit
        if circuit is not None:
            circuit.failed(task)
        if task._pool.tries_again and not task.stop_asked and task.error is not None:
            delay = self._retry_of(task).delay(task.attempts, task.error, self._chance)
        error = f"{foreign.kind_of(task.error)}: {first_line(task)}"
        now = self.clock.time()
        if delay is None:
            self.failures.record(task)
            self._task_logs.fail(task.number)
            self.bus.publish(TaskFailed(now, task.number, task.name, task.attempts, error))
            return None
        remember(task)
        attempt = task.attempts
        self.bus.publish(TaskRetried(now, task.number, task.name, attempt, error, delay))
        return delay

    def _retry_of(self, task: Task) -> Retry:
        more = task._more
        said = more.policy if more is not None else None
        rules = said if isinstance(said, Policy) else self._route(task.work).rules
        if rules.retry is not None:
            return rules.retry
        return BODY_ASKS if foreign.is_a(task.error, TryLater) else NEVER_AGAIN

    def _route(self, work: Work) -> Route:
        """Return where a work goes."""
        if not is_typed(work):
            return self._untyped
        return self._routes.get(work.name) or self._make_route(work.type)

    def _make_route(self, type: TaskType) -> Route:
        """Decide where the tasks of a type go, and set the limits that it has from the start."""
        pool, rules = self.pool_of(type), self._rules_of(type)
        pools, circuit = list(self.pools.values()), None
        if rules.breaker is not None:
            circuit = Circuit(type.name, rules.breaker, pools, self.bus.publish)
        limited = rules.concurrency is not None or rules.rate is not None
        for one in pools if limited else ():  # before anybody can submit
            one.limit(type.name, concurrency=rules.concurrency, rate=rules.rate)
        route = Route(rules, pool, pool.lane(type.name), rules.is_plain, circuit)
        # Another thread may have made it meanwhile: its circuit is the one that counts.
        return self._routes.setdefault(type.name, route)

    def _with(self, route: Route, said: Mapping[str, Any]) -> Route:
        """Return the route of a submission that says something of its own."""
        if not said:
            return route
        rules = route.rules.under(Policy(**said))
        pool, lane = self._pool_for(rules), route.lane
        if pool is not route.pool and lane is not None:
            lane = pool.lane(lane.name)
        return replace(route, rules=rules, pool=pool, lane=lane)

    def _rules_of(self, type: TaskType) -> Policy:
        own, said = type.policy, self._said.get(type.name, PLAIN)
        return own.under(said if isinstance(said, Policy) else from_table(said, own))

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
            left = numbers.moment("at", at) - self.clock.time()
            if left > numbers.LONGEST:
                raise ValueError(f"at must come within 100 years, got {numbers.shown(at)}")
            return max(0.0, left)
        return None if delay is None else numbers.duration("delay", delay)

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
        return entries.work_of(self._registry, type, params)


def _follow_all(tasks: Iterable[Task]) -> list[Task]:
    followed = list(tasks)
    for task in followed:
        follow(task)
    return followed
