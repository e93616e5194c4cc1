"""Histograms: percentiles that are close and never too low."""

from __future__ import annotations

import random

import pytest

from chasqui.pool.histogram import Histogram, buckets, merged, upper_edge


@pytest.mark.parametrize("scale", [1e-9, 1e-6, 1e-3, 1.0, 1e6])
def test_percentiles_are_at_most_a_sixteenth_too_high_and_never_too_low(scale):
    chance = random.Random(7)
    durations = [chance.expovariate(1) * scale for _ in range(5000)]
    histogram = Histogram()
    for at in range(0, 5000, 700):
        histogram.fold(durations[at : at + 700])
    read = histogram.read()
    ordered = sorted(durations)

    assert (5000, ordered[-1]) == (read.count, read.max)
    assert sum(durations) == pytest.approx(histogram.total)
    for share, value in ((50, read.p50), (95, read.p95), (99, read.p99)):
        exact = ordered[share * 50 - 1]
        assert exact <= value <= exact * (1 + 1 / 16)


def test_a_duration_lies_below_the_upper_edge_of_its_bucket_and_not_of_the_one_before():
    for duration in (0.0, 5e-324, 1e-9, 0.001, 0.9999, 1.0, 1.5, 86400.0):
        (bucket,) = buckets([duration])

        assert duration < upper_edge(bucket)
        assert not bucket or duration >= upper_edge(bucket - 1)


def test_histograms_add_up():
    parts = [Histogram() for _ in range(3)]
    for number, part in enumerate(parts, start=1):
        part.fold([number / 10] * number)
    whole = merged([parts[0].samples([]), parts[1].samples([]), Histogram().samples([0.3] * 3)])

    assert (6, 0.3) == (whole.read().count, whole.read().max)
    assert 1.4 == pytest.approx(whole.total)
    assert 1 == parts[0].read().count


def test_an_empty_histogram_reads_as_zero():
    assert 0 == Histogram().read().count == Histogram().read().max
