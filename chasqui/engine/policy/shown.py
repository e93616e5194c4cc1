"""What is said of a task type, live and in its policy, for those who show the engine to others."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from chasqui.engine.policy.breaker import Breaker
from chasqui.engine.policy.standing import Limits
from chasqui.errors import ChasquiError

if TYPE_CHECKING:
    from chasqui.engine.engine import BaseEngine


class TypeRules(NamedTuple):
    """The limits and the breaker of a type."""

    limits: Limits
    policy: Limits
    """The limits of its policy; others were set live."""
    breaker: Breaker | None
    policy_breaker: Breaker | None
    """The breaker of its policy; another was given live."""
    probes_in: float
    """Seconds until an open breaker lets probes start."""


def rules_of(engine: BaseEngine, type: str) -> TypeRules:
    """Return the rules of a type; raises UnknownType."""
    parts = engine._parts
    route = parts.routes.of_type(type)
    policy = Limits.of(route.rules)
    said = parts.standing.limits.get(parts.routes.named(type)[0])
    circuit = route.circuit
    return TypeRules(
        limits=said.limits if said is not None and said.over == policy else policy,
        policy=policy,
        breaker=None if circuit is None else circuit.breaker,
        policy_breaker=route.rules.breaker,
        probes_in=0.0 if circuit is None else circuit.probes_in(),
    )


def changed_rules(engine: BaseEngine) -> list[tuple[str, TypeRules]]:
    """Return the types whose limits or breaker were set live, and differ from their policy's."""
    standing = engine._parts.standing
    found = []
    for name in sorted({*standing.limits.copy(), *standing.breakers.copy()}):
        with suppress(ChasquiError, ValueError):  # its plugin is gone, or its policy is no good
            rules = rules_of(engine, name)
            if (rules.limits, rules.breaker) != (rules.policy, rules.policy_breaker):
                found.append((name, rules))
    return found
