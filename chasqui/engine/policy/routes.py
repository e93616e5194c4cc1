"""Routes: the pool, the lane and the policy of each type's tasks.

A type names the pool that runs it; the config and a submission may name another. Without a name it
is the default pool. The route of a type is made once, so that a submission only looks it up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from chasqui.arguments import of_kind
from chasqui.engine.events.event import Event
from chasqui.engine.policy.breaker import Circuit, CircuitView
from chasqui.engine.policy.rules import PLAIN, Policy, from_table
from chasqui.engine.pools import Pools
from chasqui.engine.types.registry import Registry
from chasqui.engine.types.task_type import TaskType, is_typed
from chasqui.errors import UnknownPool
from chasqui.pool.lane import Lane
from chasqui.pool.pool import Pool
from chasqui.pool.work import Work

if TYPE_CHECKING:
    from chasqui.engine.config.type_tables import TypeTable


class Route(NamedTuple):
    """Where the tasks of a type go, and under which policy."""

    rules: Policy
    pool: Pool
    lane: Lane | None
    """None for a work without a type."""
    plain: bool
    """Whether its tasks have no settings of their own in the pool: a submission is then faster."""
    circuit: Circuit | None = None


class Routes:
    """The routes of an engine's types, each made when it is first needed.

    Args:
        policies: policies of types by their full names, from the program or the config; they
            override those of the types.
        publish: called with the event when a breaker opens or closes.
    """

    def __init__(
        self,
        pools: Pools,
        registry: Registry,
        policies: Mapping[str, Policy | TypeTable],
        publish: Callable[[Event], None],
    ) -> None:
        self._pools = pools
        self._registry = registry
        self._policies = dict(policies)
        self._publish = publish
        self._routes: dict[str, Route] = {}
        self._untyped: Route | None = None

    def of(self, work: Work) -> Route:
        """Return the route of a work."""
        if is_typed(work):
            return self._routes.get(work.name) or self._make(work.type)
        if self._untyped is None:
            self._untyped = Route(PLAIN, self._pools.default, None, plain=True)
        return self._untyped

    def of_type(self, type: str | TaskType) -> Route:
        """Return the route of a type; raises UnknownType and UnknownPool."""
        registry = self._registry
        found = registry.resolve(type) if isinstance(type, TaskType) else registry.get(type)
        return self._routes.get(found.name) or self._make(found)

    def under(self, route: Route, said: Mapping[str, Any]) -> Route:
        """Return a route with the policy of a submission applied to it."""
        if not said:
            return route
        rules = route.rules.under(Policy(**said))
        pool, lane = self._pool_for(rules), route.lane
        if pool is not route.pool and lane is not None:
            lane = pool.lane(lane.name)
        return route._replace(rules=rules, pool=pool, lane=lane)

    def pool_of(self, type: TaskType) -> Pool:
        """Return the pool that runs the tasks of a type, unless a submission names another.

        Raises:
            UnknownPool: the policy of the type names a pool that does not exist.
        """
        of_kind("type", type, TaskType, "a task type")
        return self._pool_for(self._rules_of(type), f"task type {type.name}")

    def policy_of(self, type: TaskType) -> Policy:
        """Return the policy that applies to a type: its own, overridden by the config's."""
        return self._rules_of(of_kind("type", type, TaskType, "a task type"))

    def breakers(self) -> tuple[CircuitView, ...]:
        """Return the state of each breaker, for types that have one and have been submitted."""
        routes = list(self._routes.values())
        return tuple(route.circuit.view() for route in routes if route.circuit is not None)

    def unknown_pools(self, types: Mapping[str, TaskType]) -> Iterator[UnknownPool]:
        """Yield an error for each of these types whose policy names a pool that does not exist."""
        for task_type in types.values():
            try:
                self.pool_of(task_type)
            except UnknownPool as error:
                yield error

    def check_policies(self) -> None:
        """Check the pools named by the policies of the program or the config.

        Raises:
            UnknownPool: one of them does not exist.
        """
        for name, said in self._policies.items():
            pool = said.pool if isinstance(said, Policy) else said.get("pool")
            if pool is not None:
                self._pools.named(pool, f"task type {name}")

    def _make(self, type: TaskType) -> Route:
        """Make the route of a type, and set its first limits."""
        pool, rules = self.pool_of(type), self._rules_of(type)
        pools, circuit = list(self._pools.values()), None
        if rules.breaker is not None:
            circuit = Circuit(type.name, rules.breaker, pools, self._publish)
        limited = rules.concurrency is not None or rules.rate is not None
        for one in pools if limited else ():  # before anything can be submitted
            one.limit(type.name, concurrency=rules.concurrency, rate=rules.rate)
        route = Route(rules, pool, pool.lane(type.name), rules.is_plain, circuit)
        # Another thread may have made it meanwhile: then its circuit counts.
        return self._routes.setdefault(type.name, route)

    def _rules_of(self, type: TaskType) -> Policy:
        own, said = type.policy, self._policies.get(type.name, PLAIN)
        return own.under(said if isinstance(said, Policy) else from_table(said, own))

    def _pool_for(self, rules: Policy, what: str = "") -> Pool:
        return self._pools.default if rules.pool is None else self._pools.named(rules.pool, what)
