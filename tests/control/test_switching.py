"""Threads take turns quickly while someone needs it, and as before afterwards."""

from __future__ import annotations

import sys

import pytest

from chasqui.control.switching import SECONDS, QuickTurns


@pytest.fixture(autouse=True)
def _as_before():
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.005)
    yield
    sys.setswitchinterval(before)


def near(seconds):
    return pytest.approx(seconds, rel=0.05)


def test_turns_are_quick_until_the_last_who_needs_them_is_gone():
    turns = QuickTurns()
    turns.begin()
    turns.begin()
    assert near(SECONDS) == sys.getswitchinterval()
    turns.end()
    assert near(SECONDS) == sys.getswitchinterval()
    turns.end()
    assert near(0.005) == sys.getswitchinterval()


def test_an_interval_that_is_shorter_already_stays():
    sys.setswitchinterval(0.0001)
    with QuickTurns().needed():
        assert near(0.0001) == sys.getswitchinterval()
    assert near(0.0001) == sys.getswitchinterval()


def test_an_interval_that_was_set_meanwhile_is_not_undone():
    with QuickTurns().needed():
        sys.setswitchinterval(0.02)
    assert near(0.02) == sys.getswitchinterval()


def test_the_interval_comes_back_after_an_error():
    with pytest.raises(ValueError, match="broken"), QuickTurns().needed():
        raise ValueError("broken")
    assert near(0.005) == sys.getswitchinterval()
