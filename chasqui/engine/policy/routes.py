"""Routes: the pool, the lane and the policy of each type's tasks.

A type names the pool that runs it; the config and a submission may name another. Without a name it
is the default pool. The route of a type is made once, so that a submission only looks it up.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from chasqui.arguments import of_kind
from chasqui.engine.events.event import Event
from chasqui.engine.policy.breaker import Breaker, Circuit, CircuitView
from chasqui.engine.policy.rules import PLAIN, Keep, Policy, from_table
from chasqui.engine.policy.standing import Limits, StandingOrders
from chasqui.engine.pools import DEFAULT, Pools
from chasqui.engine.types.registry import Registry
from chasqui.engine.types.task_type import TaskType, TypedWork, is_typed
from chasqui.errors import InvalidTaskType, UnknownPool, UnknownType
from chasqui.pool import forking, lanes
from chasqui.pool.lane import Lane
from chasqui.pool.pool import Pool
from chasqui.pool.state import state_of
from chasqui.pool.strikes import Key
from chasqui.pool.task import Task
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
        standing: what was said of types while an engine ran.
        publish: called with the event when a breaker opens or closes.
    """

    def __init__(
        self,
        pools: Pools,
        registry: Registry,
        policies: Mapping[str, Policy | TypeTable],
        standing: StandingOrders,
        publish: Callable[[Event], None],
    ) -> None:
        self._pools = pools
        self._registry = registry
        self._policies = dict(policies)
        self._standing = standing
        self._publish = publish
        self._routes: dict[str, Route] = {}
        self._untyped: Route | None = None
        self._lock = threading.RLock()  # held while a type gets its first breaker
        forking.watch(self)

    def of(self, work: Work) -> Route:
        """Return the route of a work."""
        if type(work) is TypedWork or is_typed(work):  # the first is all it takes for most
            return self._routes.get(work.name) or self._of(self._registry.named(work))
        if self._untyped is None:
            self._untyped = Route(PLAIN, self._pools.default, None, plain=True)
        return self._untyped

    def of_type(self, type: str | TaskType) -> Route:
        """Return the route of a type; raises UnknownType and UnknownPool."""
        name, found = self.named(type)
        return self._routes.get(name) or self._make(name, found)

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
            ValueError: its limits are to be by something that is not a parameter of it.
        """
        of_kind("type", type, TaskType, "a task type")
        return self._pool_of(self._registry.name_of(type), type)

    def named(self, type: str | TaskType) -> tuple[str, TaskType]:
        """Return a task type with its full name; raises UnknownType."""
        if isinstance(type, TaskType):
            return self._registry.name_of(type), type
        return type, self._registry.get(type)

    def key(self, type: str | TaskType, by: str) -> Key:
        """Return what tells the tasks of a type apart; raises ValueError."""
        return _key(*self.named(type), by)

    def policy_of(self, type: TaskType) -> Policy:
        """Return the policy that applies to a type: its own, overridden by the config's."""
        of_kind("type", type, TaskType, "a task type")
        return self._rules_of(self._registry.name_of(type), type)

    def keep_of(self, work: TypedWork) -> Keep:
        """Return what the history keeps of a work's type."""
        return self._rules_of(work.name, work.type).keep or "facts"  # it needs no route for that

    def ends_on_disk(self, task: Task) -> bool:
        """Tell whether a task is final only once that is on disk."""
        return self.of(task.work).rules.ack == "sync"

    def facts_of(self, type: str) -> tuple[str, Keep]:
        """Return the pool of a type, and what the history keeps of it; also if it is absent."""
        try:
            rules = self._rules_of(type, self._registry.get(type))
        except (UnknownType, ValueError):
            return DEFAULT, "facts"
        return rules.pool or DEFAULT, rules.keep or "facts"

    def breakers(self) -> tuple[CircuitView, ...]:
        """Return the state of each breaker, for types that have one and have been submitted."""
        routes = list(self._routes.values())
        return tuple(route.circuit.view() for route in routes if route.circuit is not None)

    def wrong_policies(self, types: Mapping[str, TaskType]) -> Iterator[Exception]:
        """Yield an error for each of these types that its policy sends where it cannot run."""
        for name, task_type in types.items():
            try:
                pool = self._pool_of(name, task_type)
                if reason := state_of(pool).backend.refusal(task_type, name):
                    yield InvalidTaskType(reason)
            except (UnknownPool, ValueError) as error:
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

    def _of(self, work: TypedWork) -> Route:
        return self._routes.get(work.name) or self._make(work.name, work.type)

    def _make(self, name: str, type: TaskType) -> Route:
        """Make the route of a type, and set its first limits."""
        pool, rules = self._pool_of(name, type), self._rules_of(name, type)
        breaker = self._standing.breaker_of(name, rules.breaker)
        circuit = None if breaker is None else self._circuit(name, breaker)
        self._set_limits(name, type, rules)  # before anything can be submitted
        route = Route(rules, pool, pool.lane(name), rules.is_plain, circuit)
        # Another thread may have made it meanwhile: then its circuit counts.
        route = self._routes.setdefault(name, route)
        self._standing.set_breaker(name, route.circuit)
        return route

    def give_breaker(self, type: str | TaskType, breaker: Breaker) -> None:
        """Give a type a breaker, or the one it has other thresholds, and note that it is so."""
        route, name = self.of_type(type), self.named(type)[0]
        self._give_breaker(name, breaker)
        self._standing.breaker(name, breaker, route.rules.breaker)

    def _give_breaker(self, name: str, breaker: Breaker) -> None:
        with self._lock:  # of two threads that give a first one, the second adjusts it
            route = self._routes[name]
            if route.circuit is None:
                circuit = self._circuit(name, breaker)
                self._routes[name] = route._replace(circuit=circuit)
                return
        route.circuit.adjust(breaker)

    def _circuit(self, name: str, breaker: Breaker) -> Circuit:
        pools = list(self._pools.values())
        return Circuit(name, breaker, pools, self._publish, self._standing.keeper)

    def apply_standing(self) -> None:
        """Apply what was said live in an earlier life to the routes that exist by now."""
        for name, route in list(self._routes.items()):
            self._set_limits(name, self._registry.get(name), route.rules, anew=True)
            breaker = self._standing.breaker_of(name, route.rules.breaker)
            if breaker is not None:
                self._give_breaker(name, breaker)
            self._standing.set_breaker(name, self._routes[name].circuit)
        for name in self._standing.types():  # an operator must see what holds
            with suppress(UnknownType, UnknownPool, ValueError):  # `start` tells what is wrong
                self.of_type(name)

    def _set_limits(self, name: str, type: TaskType, rules: Policy, *, anew: bool = False) -> None:
        key_of = partial(_key, name, type)
        limits, key = self._standing.limits_of(name, Limits.of(rules), key_of)
        many, often, _ = limits
        for one in self._pools.values() if anew or many is not None or often is not None else ():
            lanes.limit(state_of(one), name, many, often, key)
        self._standing.set_strikes(name, key_of)

    def _pool_of(self, name: str, type: TaskType) -> Pool:
        return self._pool_for(self._rules_of(name, type), f"task type {name}")

    def _rules_of(self, name: str, type: TaskType) -> Policy:
        own, said = type.policy, self._policies.get(name, PLAIN)
        rules = own.under(said if isinstance(said, Policy) else from_table(said, own))
        if rules.by and rules.by != own.by:  # its own was checked as it was declared
            _key(name, type, rules.by)
        return rules

    def _pool_for(self, rules: Policy, what: str = "") -> Pool:
        return self._pools.default if rules.pool is None else self._pools.named(rules.pool, what)


def _key(name: str, type: TaskType, by: str) -> Key:
    from chasqui.engine.types.keys import key_of

    try:
        return key_of(type.parameters, by)
    except ValueError as error:
        raise ValueError(f"task type {name}: by={error}") from None
