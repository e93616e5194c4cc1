"""A rate is what it is written as, and its bucket lets no more through in any window."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chasqui.pool.rate import Bucket, Rate


@pytest.mark.parametrize(
    ("text", "interval", "room", "again"),
    [
        ("10/s", 0.1, 1, "10/s"),
        ("100/m", 0.6, 1, "100/m"),
        (" 1/5s ", 5.0, 1, "1/5s"),
        ("1000/s", 0.001, 100, "1000/s"),
        ("2.5/s", 0.4, 1, "2.5/s"),
        ("10/s  burst 20", 0.1, 20, "10/s burst 20"),
        ("36/h", 100.0, 1, "36/h"),
    ],
)
def test_a_rate_is_read_as_people_write_it(text, interval, room, again):
    rate = Rate.of(text)

    assert (interval, room, again) == (pytest.approx(rate.interval), rate.room, str(rate))
    assert rate == Rate.of(again)


@pytest.mark.parametrize(
    "text", ["", "10", "10/", "/s", "0/s", "-1/s", "1/0s", "5/s burst 0", "x/s"]
)
def test_what_is_no_rate_is_refused_with_its_text(text):
    with pytest.raises(ValueError, match="rate"):
        Rate.of(text)


@given(
    st.integers(1, 50),
    st.integers(1, 10),
    st.lists(st.floats(0, 0.5), min_size=1, max_size=200),
)
def test_no_window_has_more_starts_than_the_rate_and_the_burst(count, burst, steps):
    bucket, now, starts = Bucket(Rate(count, 1.0, burst)), 1000.0, []
    for step in steps:
        now += step
        while bucket.take(now):
            starts.append(now)

    for first, start in enumerate(starts):
        within = [one for one in starts[first:] if one < start + 1.0]
        assert len(within) <= count + burst


def test_a_bucket_fills_up_to_its_burst_and_opens_at_the_moment_it_says():
    bucket = Bucket(Rate(10, 1.0, 3))
    assert [True, True, True, False] == [bucket.take(50.0) for _ in range(4)]

    assert 50.1 == pytest.approx(bucket.opens_at)
    assert not bucket.take(bucket.opens_at - 0.001)
    assert bucket.take(bucket.opens_at)
    bucket.put_back()
    assert bucket.take(50.1001)
    assert [True, True, True, False] == [bucket.take(99.0) for _ in range(4)]


@given(
    st.lists(
        st.tuples(st.floats(0, 0.5), st.sampled_from([1, 2, 8]), st.integers(1, 6)),
        min_size=1,
        max_size=200,
    )
)
def test_a_change_of_the_rate_brings_no_burst_of_its_own(steps):
    """Whatever the rates, no window has more starts than the highest with the largest burst."""
    bucket, now, starts = Bucket(Rate(8, 1.0, 6)), 1000.0, []
    for step, count, burst in steps:
        now += step
        bucket.change(Rate(count, 1.0, burst), now)
        while bucket.take(now):
            starts.append(now)

    for first, start in enumerate(starts):
        within = [one for one in starts[first:] if one < start + 1.0]
        assert len(within) <= 8 + 6


def test_at_another_rate_as_many_starts_count_as_before():
    bucket = Bucket(Rate(1, 60.0))
    bucket.take(100.0)
    bucket.change(Rate(4, 60.0), 100.0)
    assert 115.0 == bucket.opens_at
    bucket.change(Rate(4, 60.0, 2), 106.0)
    assert 100.0 == bucket.opens_at
    bucket.change(Rate(1, 60.0), 109.0)
    assert 133.0 == bucket.opens_at  # of its minute, 24 s are left
