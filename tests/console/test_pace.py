"""How fast tasks advance is worked out from readings, and forgotten with the task."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chasqui.console.model.format import UNICODE
from chasqui.console.model.pace import ENOUGH_SECONDS, KEPT, LONGEST, Paces
from chasqui.console.model.pinned import READ_SECONDS, Pinned
from chasqui.console.model.workers import bar, progress_forms
from chasqui.control.port import ProgressView, WorkerRow
from chasqui.control.safe_text import SafeText
from tests.console.rows import NOW


def row(done, *, total=1000.0, task=1, since=NOW):
    return WorkerRow(
        name=SafeText("w01"),
        state="running",
        since=since,
        task=task,
        progress=ProgressView(done=done, total=total),
    )


def paced(*points, **more):
    paces = Paces()
    for at, done in points:
        paces.follow([row(done, **more)], NOW + at)
    return paces


def test_a_task_that_was_not_watched_yet_has_the_average_since_its_start():
    paces = paced((10, 500))

    assert {1: 50.0} == paces.rates
    assert pytest.approx(10.0) == paces.left(row(500))


def test_a_task_that_was_watched_has_the_rate_of_the_last_seconds():
    paces = paced(*[(100 + second, 500 + second) for second in range(10)])

    assert pytest.approx(1.0) == paces.rates[1]


def test_a_task_that_stands_still_has_no_rate_and_no_estimate():
    paces = paced(*[(second, 500) for second in range(10, 60)])

    assert {1: 0.0} == paces.rates
    assert paces.left(row(500)) is None


def test_a_task_that_starts_again_is_watched_from_there():
    paces = paced(*[(second, 90 * second) for second in range(1, 9)], (10, 20), (12, 24))

    assert pytest.approx(2.0) == paces.rates[1]


def test_what_is_not_on_screen_any_more_is_forgotten():
    paces = paced((10, 500))
    paces.follow([row(1, task=2)], NOW + 11)

    assert [2] == [*paces.rates] == [*paces._points]


@given(st.lists(st.tuples(st.floats(-1e15, 1e15), st.floats(-1e15, 1e15)), max_size=60))
def test_any_progress_gives_an_estimate_that_can_be_shown_and_keeps_little(points):
    paces = paced(*points)

    assert all(len(kept) <= KEPT for kept in paces._points.values())
    for rate in paces.rates.values():
        assert 0 <= rate < float("inf")
    for _, done in points[-1:]:
        left = paces.left(row(done))
        assert left is None or 0 <= left <= LONGEST


@pytest.mark.slow
@given(
    st.floats(-1e300, 1e300),
    st.one_of(st.none(), st.floats(-1e300, 1e300)),
    st.sampled_from(["", "rows", "long " * 40]),
)
def test_any_progress_has_a_form_for_the_narrowest_column(done, total, message):
    progress = ProgressView(done=done, total=total, message=SafeText(message))

    forms = [*progress_forms(progress, 3.0, UNICODE)]
    assert forms
    if total:
        assert len(forms[-1]) <= 6


@given(st.floats(0, 1), st.integers(1, 40))
def test_a_bar_is_full_only_when_all_is_done_and_empty_only_when_nothing_is(share, cells):
    drawn = bar(share, cells + 1, UNICODE)

    assert len(drawn) == cells + 1
    assert (UNICODE.hollow not in drawn) == (share == 1)
    assert (UNICODE.full not in drawn) == (share == 0)


@given(st.lists(st.tuples(st.integers(1, 3), st.floats(0, 5)), min_size=1, max_size=40))
def test_the_task_that_is_meant_changes_only_after_it_could_be_read(steps):
    pinned: Pinned[int] = Pinned()
    at, meant_since, meant = NOW, NOW, None
    for number, passed in steps:
        at += passed
        pinned.follow("w01", number, at)
        if pinned.meant != meant:
            assert meant is None or at - meant_since >= READ_SECONDS
            meant = pinned.meant
        if meant == number:
            meant_since = at
        assert pinned.has_changed == (meant != number)
    assert ENOUGH_SECONDS > READ_SECONDS
