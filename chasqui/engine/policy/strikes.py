"""Strikes: single values of a parameter whose tasks are held in all pools until they are lifted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from chasqui.engine.events.event import Event
from chasqui.engine.policy.routes import Routes
from chasqui.engine.policy.standing import StandingOrders
from chasqui.engine.policy.strike import Strike as Strike
from chasqui.engine.pools import Pools
from chasqui.engine.types.task_type import TaskType
from chasqui.errors import InvalidParameters, PoolClosed
from chasqui.pool import lanes
from chasqui.pool.clock import Clock
from chasqui.pool.state import state_of
from chasqui.secret import masked

SHOWN: Final = 100  # characters of a value


class TypeStrikes:
    """Strikes values of types, and lifts the strikes.

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

    def strike(self, type: str | TaskType, said: Mapping[str, Any]) -> bool:
        """Hold the tasks of one value; see `Engine.strike`."""
        one = self._read("strike", type, said)
        self._routes.of_type(type)  # which sets the limits of its lane
        key = self._routes.key(type, one.parameter)
        changed = False
        for pool in self._pools.values():
            changed |= lanes.strike(state_of(pool), one.type, key, one.value)
        if changed:
            self._standing.strike(one, struck=True)
            self._changed(one, "is struck for")
        return changed

    def unstrike(self, type: str | TaskType, said: Mapping[str, Any]) -> bool:
        """Lift a strike; see `Engine.unstrike`."""
        one = self._read("unstrike", type, said)
        self._routes.of_type(type)  # which sets the strikes of an earlier life
        changed = False
        for pool in self._pools.values():
            changed |= lanes.unstrike(state_of(pool), one.type, one.parameter, one.value)
        if changed:
            self._standing.strike(one, struck=False)
            self._changed(one, "is no longer struck for")
        return changed

    def all(self) -> tuple[Strike, ...]:
        """List the strikes, the oldest first."""
        found = self._standing.strikes.copy().values()
        return tuple(sorted(found, key=lambda one: one.at))

    def _read(self, verb: str, type: str | TaskType, said: Mapping[str, Any]) -> Strike:
        from chasqui.engine.types.keys import value_of, why_no_key

        full, found = self._routes.named(type)
        if len(said) != 1:
            got = ", ".join(said) or "none"
            raise TypeError(f'{verb} takes one parameter and its value, customer="c7"; got {got}')
        ((name, value),) = said.items()
        parameters = found.parameters
        if problem := why_no_key(parameters, name):
            raise InvalidParameters(full, {name: problem.removeprefix(f"{name!r} ")})
        field = parameters.field(name)
        assert field is not None
        try:
            value = field.convert(value)
        except ValueError as error:
            raise InvalidParameters(full, {name: str(error)}) from None
        if self._pools.state == "stopped":
            raise PoolClosed(f"engine {self._name!r} cannot {verb} {full}: it is stopped")
        shown = masked(field.shown(value))[:SHOWN]
        return Strike(full, name, value_of(field, value), self._clock.time(), shown)

    def _changed(self, one: Strike, what: str) -> None:
        from chasqui.engine.events.records import TypeChanged

        said = f"{what} {one.parameter}={one.shown}"
        self._publish(TypeChanged(self._clock.time(), one.type, said))
