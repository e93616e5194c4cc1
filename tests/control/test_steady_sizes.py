"""Sizes to sort by: alike ones keep their places, and a much larger one comes first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from chasqui.control.steady_sizes import LEAST, SHARE, SteadySizes


def test_sizes_that_are_alike_do_not_change_places_while_both_go_up_and_down():
    sizes = SteadySizes()
    orders = []
    for step in range(40):
        kept = sizes.of({"a": 400 + step % 7, "b": 403 - step % 5})
        orders.append(sorted(kept, key=lambda key: -kept[key]))

    assert [["b", "a"]] * 40 == orders


def test_a_size_that_has_grown_by_much_is_sorted_as_it_is():
    sizes = SteadySizes()
    sizes.of({"a": 100, "b": 110})

    assert {"a": 200, "b": 110} == sizes.of({"a": 200, "b": 112})


def test_what_was_gone_begins_anew():
    sizes = SteadySizes()
    sizes.of({"a": 100})
    sizes.of({})

    assert {"a": 101} == sizes.of({"a": 101})


@given(some.lists(some.integers(0, 10_000), min_size=1, max_size=30))
def test_a_remembered_size_is_never_far_from_the_present_one(steps):
    sizes = SteadySizes()
    for size in steps:
        kept = sizes.of({"a": size})["a"]
        assert abs(size - kept) <= max(LEAST, SHARE * kept)
