"""A type as a console opens it: its limits, its breaker, its strikes, its failures, its past."""

from __future__ import annotations

import pytest

from chasqui import Breaker, Secret, task
from chasqui.control.local import LocalPort
from chasqui.control.port import ChartQuery, Limit, LimitsView, StrikeValue, ViewQuery
from chasqui.control.safe_text import SafeText
from tests.engine.metrics.measured import Measured, nothing
from tests.present import present


@task(breaker=Breaker(failures=3, seconds=60, cooldown=30), concurrency=4)
def flaky(row: int, token: Secret[str] | None = None, tags: list[str] | None = None) -> None:
    raise ValueError(f"row {row} is bad")


@pytest.fixture
def measured():
    with Measured(flaky, nothing) as found:
        yield found


def opened(measured, name="app.flaky", seconds=1):
    query = ViewQuery(type_view=ChartQuery(type=name, seconds=seconds, values=600))
    return LocalPort(measured.engine).snapshot(query).type_view


def fail(measured, *rows):
    for row in rows:
        failing = measured.engine.submit("app.flaky", {"row": row})
        failing.wait(10)


def test_limits_set_live_are_told_from_those_of_the_policy(measured):
    port = LocalPort(measured.engine)
    rule = SafeText("3 in 60s for 30s")
    assert (
        LimitsView(concurrency=4, breaker=rule)
        == opened(measured).limits
        == opened(measured).policy
    )
    port.apply(Limit(type="app.flaky", concurrency=2, rate="10/s", by="row"))
    view = opened(measured)

    assert (2, "10/s", "row") == (view.limits.concurrency, view.limits.rate, view.limits.by)
    assert LimitsView(concurrency=4, breaker=rule) == view.policy
    assert "until the engine stops" in view.lasts


def test_a_breaker_says_what_opens_it_what_counts_and_when_it_tries_again(measured):
    fail(measured, 1, 2)
    closed = present(opened(measured).breaker)
    fail(measured, 3)
    measured.passes(8)
    open_ = present(opened(measured).breaker)

    assert ("closed", 2, 3, 0) == (closed.state, closed.counting, closed.failures, closed.opened)
    assert ("open", 1, 22.0) == (open_.state, open_.opened, open_.probes_in)
    assert opened(measured, "app.nothing").breaker is None


def test_its_newest_failures_are_listed_and_no_others(measured):
    fail(measured, 1, 2)

    view = opened(measured)
    assert ["ValueError: row 2 is bad", "ValueError: row 1 is bad"] == [
        one.error for one in view.failures
    ]
    assert () == opened(measured, "app.nothing").failures


def test_its_strikes_are_listed_and_its_secrets_and_lists_are_no_parameters_to_strike(measured):
    LocalPort(measured.engine).apply(StrikeValue(type="app.flaky", parameter="row", value="7"))

    view = opened(measured)
    assert ("row=7",) == view.strikes
    assert ("row",) == view.parameters


def test_its_charts_are_its_own(measured):
    for _ in range(3):
        measured.run("app.nothing")
        measured.passes(1)

    assert 3.0 == sum(opened(measured, "app.nothing").charts.ended)
    assert 0.0 == sum(opened(measured).charts.ended)
    assert 3 == opened(measured, "app.nothing").run.count


def test_there_is_nothing_to_open_of_an_unknown_type(measured):
    assert opened(measured, "app.unknown") is None
    assert LocalPort(measured.engine).snapshot(ViewQuery()).type_view is None
