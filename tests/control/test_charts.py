"""The past as a chart draws it: few values, in groups that stay where they are."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chasqui.control.charts import grouped, highest, mean
from chasqui.control.local import LocalPort
from chasqui.control.port import ChartQuery, ViewQuery
from tests.engine.metrics.measured import Measured, nothing
from tests.present import present


def read(port, query):
    return present(present(port.snapshot(ViewQuery(metrics=True, charts=query)).metrics).charts)


@given(
    rows=some.lists(some.floats(0, 1000), max_size=60),
    each=some.integers(1, 9),
    newest=some.integers(60, 10_000),
)
def test_a_row_never_leaves_its_group_when_time_moves_on(rows, each, newest):
    before = grouped(rows, each, newest, sum)
    after = grouped([*rows, 5.0], each, newest + 1, sum)

    assert sum(rows) == pytest.approx(sum(before))
    assert len(before) <= math.ceil(len(rows) / each) + 1
    assert before[:-1] == after[: len(before) - 1]


def test_of_rates_a_group_has_the_mean_and_of_counts_the_highest():
    gap = math.nan
    assert (2.0, 4.0) == grouped([1.0, 3.0, 4.0], 2, 4, mean)
    assert (0.0, 7.0, 0.0) == grouped([0.0, 7.0, gap, gap, gap], 2, 5, highest)
    assert (3.5, 0.0) == grouped([7.0, gap, gap, gap], 2, 5, mean)


def test_charts_are_those_of_the_engine_or_of_a_type():
    with Measured(nothing) as measured:
        port = LocalPort(measured.engine)
        for _ in range(3):
            measured.run("app.nothing")
            measured.passes(1)
        whole, of_type, unknown = (
            read(port, ChartQuery(values=600, type=name))
            for name in ("", "app.nothing", "app.unknown")
        )

    assert (1, 600.0) == (whole.seconds, whole.span)
    assert 3.0 == sum(whole.ended) == sum(of_type.ended)
    assert () == unknown.ended


@pytest.mark.parametrize("seconds", [1, 10, 60])
def test_a_chart_has_no_more_values_than_asked_for(seconds):
    with Measured(nothing) as measured:
        measured.passes(65)
        view = read(LocalPort(measured.engine), ChartQuery(seconds=seconds, values=20))

    assert len(view.backlog) <= 21
    assert view.span == {1: 600, 10: 7200, 60: 86_400}[seconds]


def test_more_values_than_are_kept_are_refused():
    with pytest.raises(ValueError, match="a chart has from 1 to 1,440 values, got 0"):
        ChartQuery(values=0)
