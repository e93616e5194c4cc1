"""Limiting: what a program or an operator says of a whole type while the engine runs."""

from __future__ import annotations

from typing import Final

from chasqui.engine.accepting import Accepting
from chasqui.engine.breaker import CircuitView
from chasqui.engine.events import TypeChanged
from chasqui.engine.route import Route
from chasqui.engine.tasktype import TaskType
from chasqui.errors import PoolClosed
from chasqui.pool.rate import Rate


class Unsaid:
    """The value of what is left as it is."""


AS_IT_IS: Final = Unsaid()


class Limiting(Accepting):
    """The part of an engine that limits types."""

    name: str

    def limit(
        self,
        type: str | TaskType,
        *,
        concurrency: int | Unsaid | None = AS_IT_IS,
        rate: Rate | str | Unsaid | None = AS_IT_IS,
    ) -> None:
        """Set how many tasks of a type run at once and at what rate they start; None: no limit.

        What is not given stays as it is. Tasks that run go on. Where a type has tasks in several
        pools, which submissions say, each of these pools has this limit and this rate.

        Raises:
            UnknownType: no type has this name.
            ValueError: a value makes no sense.
            PoolClosed: the engine has stopped; while it drains this still works.
        """
        route = self._route_of(type)
        assert route.lane is not None
        name, lane = route.lane.name, route.lane
        self._check_not_over("limit", name)
        many = lane.concurrency if isinstance(concurrency, Unsaid) else concurrency
        often = lane.rate if isinstance(rate, Unsaid) else rate
        for pool in self.pools.values():
            pool.limit(name, concurrency=many, rate=often)
        limits = [] if many is None else [f"{many:,} at once"]
        limits += [] if lane.rate is None else [str(lane.rate)]
        what = f"limited to {', '.join(limits)}" if limits else "not limited"
        self._type_changed(name, f"is {what}")

    def reset(self, type: str | TaskType) -> bool:
        """Close the breaker of a type by hand; tell whether it was open or half open."""
        circuit = self._route_of(type).circuit
        return circuit is not None and circuit.reset()

    @property
    def breakers(self) -> tuple[CircuitView, ...]:
        """How the breaker of each type stands that has one and has been submitted."""
        routes = list(self._routes.values())
        return tuple(route.circuit.view() for route in routes if route.circuit is not None)

    def _hold(self, type: str | TaskType, *, hold: bool) -> None:
        """Start no more tasks of a type, or start them again."""
        lane = self._route_of(type).lane
        assert lane is not None
        self._check_not_over("pause" if hold else "resume", lane.name)
        changed = False
        for pool in self.pools.values():
            changed |= pool.hold(lane.name) if hold else pool.unhold(lane.name)
        if changed:
            self._type_changed(lane.name, "is paused" if hold else "is resumed")

    def _check_not_over(self, verb: str, type: str) -> None:
        """Refuse what can have no effect any more.

        A drain is steered by types: what is held at its end is left, and may be let go until then.
        """
        if self.state == "stopped":
            raise PoolClosed(f"engine {self.name!r} cannot {verb} {type}: it is stopped")

    def _route_of(self, type: str | TaskType) -> Route:
        found = (
            self._registry.resolve(type) if isinstance(type, TaskType) else self._registry.get(type)
        )
        return self._routes.get(found.name) or self._make_route(found)

    def _type_changed(self, name: str, what: str) -> None:
        self.bus.publish(TypeChanged(self.clock.time(), name, what))
