"""Submitting: how a typed task gets into its pool.

A submission with parameters only goes straight to the pool: only tasks with a policy pay for it. A
retry costs nothing before the first failure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from chasqui import arguments, numbers
from chasqui.engine.policy.routes import Route, Routes
from chasqui.engine.policy.rules import Policy
from chasqui.engine.submission import entries
from chasqui.engine.submission.entries import Entry, check_words, mapping_of, works_of
from chasqui.engine.submission.keys import KeyClaim, Keys
from chasqui.engine.types.registry import Registry
from chasqui.engine.types.task_type import TaskType
from chasqui.errors import BacklogFull, PoolClosed
from chasqui.pool.clock import Clock
from chasqui.pool.intake import NORMAL, submit_batch
from chasqui.pool.offering import room_in
from chasqui.pool.room import await_room
from chasqui.pool.state import State, state_of
from chasqui.pool.submission import Submission, accept
from chasqui.pool.task import Particulars, Task
from chasqui.pool.work import Work


class Submitter:
    """Accepts tasks for an engine, from any thread.

    Args:
        follow_log: called before each submission, so that the log book may follow it.
    """

    def __init__(
        self, registry: Registry, routes: Routes, follow_log: Callable[[], None], clock: Clock
    ) -> None:
        self._registry = registry
        self._routes = routes
        self._follow_log = follow_log
        self._clock = clock
        self._keys = Keys()

    def work(self, type: str | TaskType | Work, params: Mapping[str, Any] | None) -> Work:
        """Return the work of a type with parameters; raises as `Engine.submit`."""
        return entries.work_of(self._registry, type, params)

    def entry(self, entry: Entry) -> Work:
        """Return the work of an entry of a batch; raises as `Engine.batch`."""
        return entries.entry_of(self._registry, entry)

    def submit_plain(
        self, type: str | TaskType | Work, params: Mapping[str, Any] | None = None
    ) -> Task:
        """Accept a task without options, waiting for room as long as it takes."""
        work = entries.work_of(self._registry, type, params)
        route = self._routes.of(work)
        if route.plain:
            self._follow_log()
            return route.pool.submit(work, lane=route.lane)
        return self.submit(work)

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
        """Accept a task; see `Engine.submit`."""
        if policy:
            check_words(policy, entries.OF_SUBMIT)
        if timeout is not None:
            timeout = numbers.wait("timeout", timeout)
        if key is not None:
            key = arguments.text("key", key)
        work = entries.work_of(self._registry, type, params)
        route = self._routes.of(work)
        self._follow_log()
        if route.plain and not policy and delay is None and at is None and key is None:
            return route.pool.submit(work, timeout=timeout, lane=route.lane)
        route = self._routes.under(route, policy)
        more = self._particulars(route.rules, policy)
        return self._submit_with(route, work, more, timeout, self._delay(delay, at), key)

    def _submit_with(
        self,
        route: Route,
        work: Work,
        more: Particulars,
        timeout: float | None,
        delay: float | None,
        key: str | None,
    ) -> Task:
        pool = state_of(route.pool)
        submission = Submission((work,), (more,), route.lane, timeout, delay)
        if key is not None:
            return self._claim(key, pool, submission)
        (task,) = accept(pool, submission)
        return task

    def try_submit(
        self,
        type: str | TaskType | Work,
        params: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> Task:
        """Accept a task without waiting for room; see `Engine.try_submit`."""
        if "timeout" in options:
            raise TypeError("try_submit has no timeout=, since it does not wait; use submit")
        return self.submit(type, params, timeout=0.0, **options)

    def submit_batch(
        self,
        type: str | TaskType,
        many: Iterable[Mapping[str, Any]],
        *,
        timeout: float | None = None,
        **policy: Any,
    ) -> list[Task]:
        """Accept many tasks of one type; see `Engine.submit_batch`."""
        check_words(policy)
        timeout = numbers.wait("timeout", timeout)
        works = works_of("many", many, lambda params: self.work(type, mapping_of(params)))
        return self.accept(works, timeout, policy) if works else []

    def accept(
        self,
        works: Sequence[Work],
        timeout: float | None,
        policy: Mapping[str, Any],
        *,
        offered: bool = False,
    ) -> list[Task]:
        """Accept works, at least one, all of one type or without a type; see `submit_batch`."""
        route = self._routes.of(works[0])
        self._follow_log()
        if not policy and route.plain:
            return submit_batch(
                state_of(route.pool),
                works,
                NORMAL,
                timeout=timeout,
                time_limit=None,
                lane=route.lane,
                offered=offered,
            )
        route = self._routes.under(route, policy)
        particulars = [self._particulars(route.rules, policy) for _ in works]
        submission = Submission(works, particulars, route.lane, timeout, offered=offered)
        return accept(state_of(route.pool), submission)

    def offer(self, works: Sequence[Work], policy: Mapping[str, Any]) -> list[Task]:
        """Accept what there is room for now; see `Engine.offer`."""
        pool = self.pool_of(works[0], policy)
        room = works[: max(1, room_in(pool))]
        try:
            return self.accept(room, None, policy, offered=True)
        except (BacklogFull, PoolClosed) as error:
            if error.accepted or isinstance(error, BacklogFull):
                return list(error.accepted)
            raise

    def pool_of(self, work: Work, policy: Mapping[str, Any]) -> State:
        """Return the pool that a work goes to."""
        return state_of(self._routes.under(self._routes.of(work), policy).pool)

    def _particulars(self, rules: Policy, said: Mapping[str, Any]) -> Particulars:
        more = Particulars(rules.priority or 0, rules.time_limit)
        if rules.expires is not None:
            more.expires = self._clock.monotonic() + rules.expires
        if said.get("retry") is not None:
            more.policy = rules
        return more

    def _delay(self, delay: float | None, at: datetime | None) -> float | None:
        if at is not None:
            if delay is not None:
                raise ValueError("give delay= or at=, not both")
            left = numbers.moment("at", at) - self._clock.time()
            if left > numbers.LONGEST:
                raise ValueError(f"at must come within 100 years, got {numbers.shown(at)}")
            return max(0.0, left)
        return None if delay is None else numbers.duration("delay", delay)

    def _claim(
        self,
        key: str,
        pool: State,
        submission: Submission,
    ) -> Task:
        timeout = submission.timeout
        deadline = None if timeout is None else self._clock.monotonic() + timeout
        while True:
            task = self._keys.claim(KeyClaim(key, pool, submission))
            if task is not None:
                return task
            left = None if deadline is None else deadline - self._clock.monotonic()
            await_room(pool, left)
