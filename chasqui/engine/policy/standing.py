"""Standing orders: what was said of task types while an engine ran, and still counts.

These are the types that are held, the limits and the thresholds of breakers that were set, and the
values that are struck. They are kept in the journal, and apply again in the next life of the
engine, as do breakers. A type may be registered late then, or its plugin may be gone: all but its
hold is set with its first route, before any of its tasks can start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from chasqui import loggers
from chasqui.engine.history.entry import utf8
from chasqui.engine.journal.keeping import Keeper
from chasqui.engine.policy.breaker import Breaker, Circuit, Kept
from chasqui.engine.policy.rules import Policy
from chasqui.engine.policy.strike import Strike
from chasqui.pool import lanes
from chasqui.pool.pool import Pool
from chasqui.pool.rate import Rate
from chasqui.pool.state import state_of
from chasqui.pool.strikes import Key

log = loggers.named("chasqui.engine.journal")

KeyOf = Callable[[str], Key]
"""Returns the key of a parameter of a type, or raises ValueError."""
Struck = tuple[str, str, Any]
"""A type, a parameter, and its value."""


class Limits(NamedTuple):
    """How many tasks of a type run at once, at what rate they start, and for each of what."""

    concurrency: int | None = None
    rate: Rate | None = None
    by: str | None = None

    @classmethod
    def of(cls, rules: Policy) -> Limits:
        """Return those of a policy."""
        return cls(rules.concurrency, None if rules.rate is None else Rate.of(rules.rate), rules.by)

    def as_json(self) -> list[Any]:
        """Return what is kept of them; the text of a rate would be rounded."""
        rate = self.rate
        return [self.concurrency, rate and [rate.count, rate.seconds, rate.burst], self.by]

    @classmethod
    def from_json(cls, kept: Any) -> Limits:
        """Return limits that were kept; raises TypeError and ValueError."""
        many, rate, by = kept
        return cls(many, None if rate is None else Rate(*rate), by)


class Said(NamedTuple):
    """Limits that were set, and those of the policy that they took the place of."""

    limits: Limits
    over: Limits


class SaidBreaker(NamedTuple):
    """The breaker that a type was given, and the policy's, which it took the place of."""

    breaker: Breaker
    over: Breaker | None


class StandingOrders:
    """The standing orders of an engine. Each is changed in a single step; any thread."""

    def __init__(self, pools: Mapping[str, Pool], keeper: Keeper) -> None:
        self._pools = pools
        self.keeper = keeper
        self.held: dict[str, None] = {}
        self.limits: dict[str, Said] = {}
        self.breakers: dict[str, SaidBreaker] = {}
        self.strikes: dict[Struck, Strike] = {}
        self._unset: dict[str, None] = {}  # types whose strikes are not in the lanes yet
        self._breakers: dict[str, Kept] = {}
        keeper.part("breaker", self._restore_breaker)
        keeper.part("hold", self._restore_hold)
        keeper.part("limit", self._restore_limit)
        keeper.part("thresholds", self._restore_thresholds)
        keeper.part("strike", self._restore_strike)

    # Saying

    def hold(self, type: str, *, hold: bool) -> None:
        """Note that a type is held, or no more; return once it is kept."""
        if hold:
            self.held[type] = None
        else:
            self.held.pop(type, None)
        self.keeper.keep(f"hold {type}", lambda: True if type in self.held else None)

    def limit(self, type: str, limits: Limits, over: Limits) -> None:
        """Note the limits of a type; return once they are kept."""
        self.limits[type] = Said(limits, over)
        self._keep_limits(type, wait=True)

    def breaker(self, type: str, breaker: Breaker, over: Breaker | None) -> None:
        """Note the breaker of a type; return once it is kept."""
        self.breakers[type] = SaidBreaker(breaker, over)
        self._keep_breaker(type, wait=True)

    def strike(self, one: Strike, *, struck: bool) -> None:
        """Note that a value is struck, or no more; return once it is kept."""
        key = (one.type, one.parameter, one.value)
        if struck:
            self.strikes[key] = one
        else:
            self.strikes.pop(key, None)
        self._keep_strike(key)

    # Looking

    def limits_of(self, type: str, policy: Limits, key_of: KeyOf) -> tuple[Limits, Key | None]:
        """Return the limits of a type, and their key: what was said last, live or in its policy.

        A policy that is not the one that was there when limits were set live was said later.

        Raises:
            ValueError: the policy's are by something that is no parameter of the type.
        """
        said = self.limits.get(type)
        if said is not None and said.over == policy:
            with suppress(ValueError):  # it was a parameter once
                return said.limits, _key(said.limits, key_of)
        if said is not None:
            self.limits.pop(type, None)
            self._keep_limits(type, wait=False)
            log.warning("the limits of %s are those of its policy, which has changed", type)
        return policy, _key(policy, key_of)

    def breaker_of(self, type: str, policy: Breaker | None) -> Breaker | None:
        """Return the breaker of a type: what was said last, live or in its policy."""
        said = self.breakers.get(type)
        if said is None or said.over == policy:
            return policy if said is None else said.breaker
        self.breakers.pop(type, None)
        self._keep_breaker(type, wait=False)
        log.warning("the breaker of %s is that of its policy, which has changed", type)
        return policy

    def set_strikes(self, type: str, key_of: KeyOf) -> None:
        """Strike in all pools what was struck in an earlier life, now that the type is there."""
        if self._unset.pop(type, self) is self:
            return
        for struck in [one for one in self.strikes if one[0] == type]:
            try:
                key = key_of(struck[1])
            except ValueError as error:
                self.strikes.pop(struck, None)
                self._keep_strike(struck, wait=False)
                log.warning("the strike of %s %s is lifted: %s", *struck[:2], error)
                continue
            for pool in self._pools.values():
                lanes.strike(state_of(pool), type, key, struck[2])

    def types(self) -> list[str]:
        """List the types that something is said of, or that have had an open breaker."""
        struck = [type for type, _, _ in self.strikes]
        said = [*self.held, *self.limits, *self.breakers, *struck, *self._breakers]
        return list(dict.fromkeys(said))

    def set_breaker(self, type: str, circuit: Circuit | None) -> None:
        """Have the breaker of a type go on as it was in an earlier life."""
        kept = self._breakers.pop(type, None)
        if kept is not None and circuit is not None:
            circuit.restore(kept)

    # Keeping

    def _keep_limits(self, type: str, *, wait: bool) -> None:
        def read() -> Any:
            said = self.limits.get(type)
            return said and [said.limits.as_json(), said.over.as_json()]

        self.keeper.keep(f"limit {type}", read, wait=wait)

    def _keep_breaker(self, type: str, *, wait: bool) -> None:
        def read() -> Any:
            said = self.breakers.get(type)
            return said and [_as_json(said.breaker), said.over and _as_json(said.over)]

        self.keeper.keep(f"thresholds {type}", read, wait=wait)

    def _keep_strike(self, struck: Struck, *, wait: bool = True) -> None:
        def read() -> Any:
            one = self.strikes.get(struck)
            return one and [one.at, utf8(one.shown)]

        import json  # escapes what is not ASCII, so that it can hold any text

        self.keeper.keep(f"strike {json.dumps(struck)}", read, wait=wait)

    def _restore_hold(self, type: str, kept: Any) -> None:
        self.held[type] = None
        for pool in self._pools.values():
            pool.hold(type)

    def _restore_limit(self, type: str, kept: Any) -> None:
        limits, over = map(Limits.from_json, kept)
        self.limits[type] = Said(limits, over)

    def _restore_thresholds(self, type: str, kept: Any) -> None:
        breaker, over = kept
        self.breakers[type] = SaidBreaker(Breaker(*breaker), over and Breaker(*over))

    def _restore_breaker(self, type: str, kept: Any) -> None:
        self._breakers[type] = Kept.of(kept)

    def _restore_strike(self, name: str, kept: Any) -> None:
        import json

        type, parameter, value = json.loads(name)
        at, shown = kept
        self.strikes[type, parameter, value] = Strike(type, parameter, value, at, shown)
        self._unset[type] = None


def _as_json(breaker: Breaker) -> list[Any]:
    return [breaker.failures, breaker.seconds, breaker.cooldown, breaker.probes]


def _key(limits: Limits, key_of: KeyOf) -> Key | None:
    limited = limits.concurrency is not None or limits.rate is not None
    return key_of(limits.by) if limits.by and limited else None
