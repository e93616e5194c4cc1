"""Changes to a whole type while the engine runs: limits, pause and resume, breaker."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from chasqui.engine.events.event import Event
from chasqui.engine.policy.breaker import Breaker
from chasqui.engine.policy.routes import Routes
from chasqui.engine.policy.standing import Limits, StandingOrders
from chasqui.engine.pools import Pools
from chasqui.engine.types.task_type import TaskType
from chasqui.errors import PoolClosed
from chasqui.pool import lanes
from chasqui.pool.clock import Clock
from chasqui.pool.lane import Lane
from chasqui.pool.rate import Rate
from chasqui.pool.state import state_of


class Unsaid:
    """The value of an argument that changes nothing."""


AS_IT_IS: Final = Unsaid()


class TypeControls:
    """Limits, holds and releases types in all pools.

    Args:
        name: that of the engine, for error messages.
    """

    def __init__(
        self,
        name: str,
        pools: Pools,
        routes: Routes,
        standing: StandingOrders,
        publish: Callable[[Event], None],
        clock: Clock,
    ) -> None:
        self._name = name
        self._pools = pools
        self._routes = routes
        self._publish = publish
        self._clock = clock
        self._standing = standing

    def limit(
        self,
        type: str | TaskType,
        *,
        concurrency: int | Unsaid | None = AS_IT_IS,
        rate: Rate | str | Unsaid | None = AS_IT_IS,
        by: str | Unsaid | None = AS_IT_IS,
        breaker: Breaker | str | Unsaid = AS_IT_IS,
    ) -> None:
        """Set the limit, the rate and the breaker of a type; see `Engine.limit`."""
        lane = self._routes.of_type(type).lane
        assert lane is not None
        self._check_not_over("limit", lane.name)
        changes = []
        if not isinstance(breaker, Unsaid):
            breaker = Breaker.of(breaker)
        if breaker is AS_IT_IS or (concurrency, rate, by) != (AS_IT_IS,) * 3:
            changes.append(self._limit(type, lane, concurrency, rate, by))
        if not isinstance(breaker, Unsaid):
            self._routes.give_breaker(type, breaker)
            changes.append(f"has a breaker: {breaker}")
        self._type_changed(lane.name, "; ".join(changes))

    def _limit(
        self,
        type: str | TaskType,
        lane: Lane,
        concurrency: int | Unsaid | None,
        rate: Rate | str | Unsaid | None,
        by: str | Unsaid | None,
    ) -> str:
        """Set the limit and the rate of a type, and return what it is now, in words."""
        route, name = self._routes.of_type(type), lane.name
        many = lane.concurrency if isinstance(concurrency, Unsaid) else concurrency
        often = lane.rate if isinstance(rate, Unsaid) else rate
        policy = Limits.of(route.rules)
        key_of = partial(self._routes.key, type)
        if isinstance(by, Unsaid):
            by = self._standing.limits_of(name, policy, key_of)[0].by
        key = key_of(by) if by else None
        unlimited = many is None and often is None
        for pool in self._pools.values():
            lanes.limit(state_of(pool), name, many, often, None if unlimited else key)
        self._standing.limit(name, Limits(lane.concurrency, lane.rate, by), policy)
        limits = [] if many is None else [f"{many:,} at once"]
        limits += [] if lane.rate is None else [str(lane.rate)]
        each = f" for each {by}" if by else ""
        return f"is limited to {', '.join(limits)}{each}" if limits else "is not limited"

    def reset(self, type: str | TaskType) -> bool:
        """Close the breaker of a type by hand; tell whether it was open or half open."""
        circuit = self._routes.of_type(type).circuit
        return circuit is not None and circuit.reset()

    def hold(self, type: str | TaskType, *, hold: bool) -> None:
        """Start no more tasks of a type, or start them again."""
        lane = self._routes.of_type(type).lane
        assert lane is not None
        self._check_not_over("pause" if hold else "resume", lane.name)
        changed = False
        for pool in self._pools.values():
            changed |= pool.hold(lane.name) if hold else pool.unhold(lane.name)
        self._standing.hold(lane.name, hold=hold)
        if changed:
            self._type_changed(lane.name, "is paused" if hold else "is resumed")

    def _check_not_over(self, verb: str, type: str) -> None:
        """Refuse a change that can have no effect any more.

        While a drain runs, types can still be held and released: tasks held at its end are left.
        """
        if self._pools.state == "stopped":
            raise PoolClosed(f"engine {self._name!r} cannot {verb} {type}: it is stopped")

    def _type_changed(self, name: str, what: str) -> None:
        from chasqui.engine.events.records import TypeChanged

        self._publish(TypeChanged(self._clock.time(), name, what))
