"""Everything about a type of tasks: what it did lately, and what holds for it."""

from __future__ import annotations

from typing import Final

from chasqui.control import type_views, views
from chasqui.control.failure_views import error_line
from chasqui.control.metric_views import MetricViews
from chasqui.control.port import (
    BreakerView,
    ChartQuery,
    LimitsView,
    RecentFailure,
    TypeView,
)
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.engine.engine import BaseEngine
from chasqui.engine.metrics.reading import Reading, TypeReading
from chasqui.engine.policy.breaker import Breaker, CircuitView
from chasqui.engine.policy.shown import TypeRules, rules_of
from chasqui.engine.policy.standing import Limits
from chasqui.engine.policy.strikes import Strike
from chasqui.engine.types.keys import why_no_key
from chasqui.errors import ChasquiError

FAILURES: Final = 8
SEARCHED: Final = 500  # of the newest failures, of all types: no reading looks at all of them
KEPT: Final = "until its policy in the config or the code changes, also over a restart"
LOST: Final = "until the engine stops: it has no journal"


class TypeDetails:
    """Views the types of one engine."""

    def __init__(self, engine: BaseEngine, metrics: MetricViews) -> None:
        self._engine = engine
        self._metrics = metrics

    def view(self, query: ChartQuery | None, reading: Reading) -> TypeView | None:
        """View a type; None without a query, or when there is no such type."""
        if query is None:
            return None
        engine, name = self._engine, query.type
        if name not in engine.types and name not in reading.types:
            return None
        read = reading.types.get(name) or TypeReading(name=name)
        rules = self._rules(name)  # first: it makes the breaker of a type that had no task yet
        circuit = next((one for one in engine.breakers if one.type == name), None)
        strikes = [one for one in engine.strikes if one.type == name]
        left_out = [one for one in reading.schedules.values() if one.type == name]
        pool = read.pool if len(engine.pools) > 1 else ""
        shown = [_strike(one) for one in strikes[: type_views.STRIKES]]
        return TypeView(
            row=type_views.type_row(read, pool, circuit, left_out, strikes),
            limits=limits_view(rules.limits, rules.breaker) if rules else LimitsView(),
            policy=limits_view(rules.policy, rules.policy_breaker) if rules else LimitsView(),
            lasts=lasts(reading),
            values=read.values,
            breaker=_breaker(rules, circuit) if rules else None,
            strikes=tuple(shown),
            more_strikes=len(strikes) - len(shown),
            parameters=self._parameters(name),
            wait=views.latency(read.ten_minutes.wait),
            run=views.latency(read.ten_minutes.run),
            failures=self._failures(name),
            charts=self._metrics.charts(query),
        )

    def _rules(self, name: str) -> TypeRules | None:
        try:
            return rules_of(self._engine, name)
        except (ChasquiError, ValueError):  # its plugin is gone, or its policy is no good
            return None

    def _parameters(self, name: str) -> tuple[SafeText, ...]:
        found = self._engine.types.get(name)
        if found is None:
            return ()
        names = [field.name for field in found.parameters.fields]
        keys = [name for name in names if not why_no_key(found.parameters, name)]
        return tuple(safe_line(name, type_views.NAME) for name in keys)

    def _failures(self, name: str) -> tuple[RecentFailure, ...]:
        newest = self._engine.failures.window(0, SEARCHED)
        mine = [failure for failure in newest if failure.type == name][:FAILURES]
        return tuple(
            RecentFailure(number=one.number, at=one.finished, error=error_line(one)) for one in mine
        )


def lasts(reading: Reading) -> SafeText:
    """Say until when limits hold that are set now."""
    return SafeText(KEPT if reading.journal.mode != "off" else LOST)


def limits_view(limits: Limits, breaker: Breaker | None) -> LimitsView:
    """Return the limits and the breaker of a type, as texts that set them again."""
    return LimitsView(
        breaker=safe_line(breaker.text if breaker else "", type_views.NAME),
        concurrency=limits.concurrency,
        rate=safe_line(str(limits.rate or ""), type_views.NAME),
        by=safe_line(limits.by or "", type_views.NAME),
    )


def _breaker(rules: TypeRules, circuit: CircuitView | None) -> BreakerView | None:
    rule = rules.breaker
    if rule is None or circuit is None:
        return None
    return BreakerView(
        state=circuit.state,
        since=circuit.since,
        counting=circuit.failures,
        failures=rule.failures,
        seconds=rule.seconds,
        cooldown=rule.cooldown,
        probes_in=rules.probes_in,
        opened=circuit.opened,
    )


def _strike(one: Strike) -> SafeText:
    return safe_line(f"{one.parameter}={one.shown}", type_views.NAME)
