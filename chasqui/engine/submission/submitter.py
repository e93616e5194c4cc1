"""Submitting: how a typed task gets into its pool.

A submission with parameters only goes straight to the pool: only tasks with a policy pay for it. A
retry costs nothing before the first failure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from chasqui import numbers
from chasqui.engine.policy.routes import Routes
from chasqui.engine.policy.rules import Policy
from chasqui.engine.submission import entries, options
from chasqui.engine.submission.durability import Durability
from chasqui.engine.submission.entries import Entry, check_words, checked, mapping_of, works_of
from chasqui.engine.submission.keys import KeyClaim, Keys, held_for
from chasqui.engine.submission.moments import delay_of
from chasqui.engine.types.registry import Registry
from chasqui.engine.types.task_type import TaskType, TypedWork
from chasqui.error_base import Refused
from chasqui.errors import BacklogFull
from chasqui.pool.awaiting_room import accepted
from chasqui.pool.clock import Clock
from chasqui.pool.intake import NORMAL, submit_batch
from chasqui.pool.offering import room_in
from chasqui.pool.room import OFFERED, await_room
from chasqui.pool.state import State, state_of
from chasqui.pool.submission import Submission, accept
from chasqui.pool.task import Particulars, Task
from chasqui.pool.work import Executes, Work


class Submitter:
    """Accepts tasks for an engine, from any thread.

    Args:
        follow_log: called before each submission, so that the log book may follow it.
        keeps: whether there is a journal.
    """

    def __init__(
        self,
        registry: Registry,
        routes: Routes,
        follow_log: Callable[[], None],
        clock: Clock,
        *,
        keeps: bool,
    ) -> None:
        self._registry = registry
        self._routes = routes
        self._follow_log = follow_log
        self._clock = clock
        self.durability = Durability(keeps=keeps)
        self.keys = Keys()

    def work(self, type: str | TaskType | Executes[Any], params: Mapping[str, Any] | None) -> Work:
        """Return the work of a type with parameters; raises as `Engine.submit`."""
        return entries.work_of(self._registry, type, params)

    def entry(self, entry: Entry) -> Work:
        """Return the work of an entry of a batch; raises as `Engine.batch`."""
        return entries.entry_of(self._registry, entry)

    def caller(self, type: Any) -> Callable[[Sequence[Any]], TypedWork]:
        """Return what makes works of calls of a type; raises as `Engine.call`."""
        entries.check_type(type)
        return lambda args: entries.call_of(self._registry, type, args, {})

    def call(self, type: TaskType, args: Sequence[Any], kwargs: dict[str, Any]) -> Task:
        """Accept a call of a type; see `Engine.call`."""
        work = entries.call_of(self._registry, type, args, kwargs)
        route = self._routes.of(work)
        if not route.plain:
            return self.submit(work)
        self._follow_log()
        return route.pool.submit(work, lane=route.lane)

    def submit_plain(
        self, type: str | TaskType | Executes[Any], params: Mapping[str, Any] | None = None
    ) -> Task:
        """Accept a task without options, waiting for room as long as it takes."""
        work = entries.work_of(self._registry, type, params)
        route = self._routes.of(work)
        if route.plain and (not self.durability.keeps or self.durability.of(work, True)):
            self._follow_log()
            return route.pool.submit(work, lane=route.lane)
        return self.submit(work)

    def submit(
        self,
        type: str | TaskType | Executes[Any],
        params: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,
        delay: float | None = None,
        at: datetime | None = None,
        key: str | None = None,
        debounce: float | None = None,
        cooldown: float | None = None,
        durable: bool = True,
        **policy: Any,
    ) -> Task:
        """Accept a task; see `Engine.submit`."""
        timeout, key = checked(policy, timeout, key, type)
        if debounce is not None or cooldown is not None:
            debounce, cooldown = held_for(key, debounce, cooldown, delay, at)
            delay = delay if debounce is None else debounce
        work = entries.work_of(self._registry, type, params)
        durable = self.durability.of(work, durable)
        route = self._routes.of(work)
        self._follow_log()
        at_once = delay is None and at is None and key is None
        if route.plain and durable and at_once and not policy:
            return route.pool.submit(work, timeout=timeout, lane=route.lane)
        route = self._routes.under(route, policy)
        more = self._particulars(route.rules, policy, durable)
        pool = state_of(route.pool)
        submission = Submission(
            (work,), (more,), route.lane, timeout, delay_of(self._clock, delay, at)
        )
        if key is not None:
            return self._claim(key, pool, submission, debounce, cooldown)
        (task,) = accept(pool, submission)
        return task

    async def submit_async(
        self,
        type: str | TaskType | Executes[Any],
        params: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,
        delay: float | None = None,
        at: datetime | None = None,
        key: str | None = None,
        debounce: float | None = None,
        cooldown: float | None = None,
        durable: bool = True,
        **policy: Any,
    ) -> Task:
        """Accept a task, waiting for room in a coroutine; see `Engine.submit_async`."""
        timeout, key = checked(policy, timeout, key, type)
        work = self.work(type, params)
        durable = self.durability.of(work, durable)
        if debounce is not None or cooldown is not None:
            held_for(key, debounce, cooldown, delay, at)
        if delay is not None or at is not None or debounce is not None:  # which never waits
            said: dict[str, Any] = {
                "delay": delay,
                "at": at,
                "debounce": debounce,
                "cooldown": cooldown,
                "durable": durable,
            }
            return self.submit(work, key=key, **said, **policy)
        if key is None:
            offer = partial(self._offer, work, policy, durable)
        else:
            route = self._routes.under(self._routes.of(work), policy)
            more = self._particulars(route.rules, policy, durable)
            submission = Submission((work,), (more,), route.lane)
            offer = partial(self._offer_claim, key, state_of(route.pool), submission, cooldown)
        return await accepted(self.pool_of(work, policy), offer, timeout)

    def _offer(self, work: Work, policy: Mapping[str, Any], durable: bool) -> Task | None:
        route = self._routes.of(work)
        try:
            if route.plain and durable and not policy:
                self._follow_log()
                return route.pool.submit(work, timeout=OFFERED, lane=route.lane)
            (task,) = self.accept((work,), None, policy, durable=durable, offered=True)
        except BacklogFull:
            return None
        return task

    def _offer_claim(
        self, key: str, pool: State, submission: Submission, cooldown: float | None
    ) -> Task | None:
        self._follow_log()
        return self.keys.claim(KeyClaim(key, pool, submission, None, cooldown))

    def try_submit(
        self,
        type: str | TaskType | Executes[Any],
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
        durable: bool = True,
        **policy: Any,
    ) -> list[Task]:
        """Accept many tasks of one type; see `Engine.submit_batch`."""
        check_words(policy)
        timeout = numbers.wait("timeout", timeout)
        works = works_of("many", many, lambda params: self.work(type, mapping_of(params)))
        durable = self.durability.of_all("many", works, durable)
        return self.accept(works, timeout, policy, durable=durable) if works else []

    def accept(
        self,
        works: Sequence[Work],
        timeout: float | None,
        policy: Mapping[str, Any],
        *,
        durable: bool = True,
        offered: bool = False,
    ) -> list[Task]:
        """Accept works, at least one, all of one type or without a type; see `submit_batch`.

        Args:
            durable: what `Durability` has said of them.
        """
        route = self._routes.of(works[0])
        self._follow_log()
        if durable and not policy and route.plain:
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
        particulars = [self._particulars(route.rules, policy, durable) for _ in works]
        submission = Submission(works, particulars, route.lane, timeout, offered=offered)
        return accept(state_of(route.pool), submission)

    def offer(self, works: Sequence[Work], policy: Mapping[str, Any], durable: bool) -> list[Task]:
        """Accept what there is room for now; see `Engine.offer`."""
        durable = self.durability.of_all("works", works, durable)
        pool = self.pool_of(works[0], policy)
        named = self._registry.named
        room = [
            named(one) if isinstance(one, TypedWork) else one
            for one in works[: max(1, room_in(pool))]
        ]
        try:
            return self.accept(room, None, policy, durable=durable, offered=True)
        except Refused as error:
            if error.accepted or isinstance(error, BacklogFull):
                return list(error.accepted)
            raise

    def pool_of(self, work: Work, policy: Mapping[str, Any]) -> State:
        """Return the pool that a work goes to."""
        return state_of(self._routes.under(self._routes.of(work), policy).pool)

    def options_of(self, task: Task) -> dict[str, Any]:
        """Return what the submission of a task said beyond its parameters, priority and key."""
        route = self._routes.of(task.work)
        said = options.options_of(task, route)
        # Most have no particulars, and so no key.
        cooldown = None if task._more is None else self.keys.cooldown_of(task)
        return said if cooldown is None else {**said, "cooldown": cooldown}

    def keywords_of(self, task: Task) -> dict[str, Any]:
        """Return the keywords that submit a task like this again, but for its key and times."""
        return options.keywords_of(task, self.options_of(task), self._routes.of(task.work))

    def _particulars(self, rules: Policy, said: Mapping[str, Any], durable: bool) -> Particulars:
        more = Particulars(rules.priority or 0, rules.time_limit)
        if rules.expires is not None:
            more.expires = self._clock.monotonic() + rules.expires
        if said.get("retry") is not None:
            more.policy = rules
        more.durable = durable
        return more

    def _claim(
        self,
        key: str,
        pool: State,
        submission: Submission,
        debounce: float | None,
        cooldown: float | None,
    ) -> Task:
        timeout = submission.timeout
        deadline = None if timeout is None else self._clock.monotonic() + timeout
        while True:
            task = self.keys.claim(KeyClaim(key, pool, submission, debounce, cooldown))
            if task is not None:
                return task
            left = None if deadline is None else deadline - self._clock.monotonic()
            await_room(pool, left)
