"""Results that take time: whoever reads them does not wait, and is told what there is."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from chasqui.control import lookup
from chasqui.control.lookup import Lookup

WAIT = 10.0


class Work:
    """Something to work out that goes on until it is let go."""

    def __init__(self, *results: object) -> None:
        self.results = list(results)
        self.may_end = threading.Event()
        self.begun = 0

    def __call__(self) -> Any:
        self.begun += 1
        assert self.may_end.wait(WAIT)
        result = self.results.pop(0)
        if isinstance(result, Exception):
            raise result
        return result


def quick(result):
    work = Work(result)
    work.may_end.set()
    return work


def until(read, wanted):
    """Read again and again, as a screen does."""
    for _ in range(100_000):
        if read() == wanted:
            return
    raise AssertionError(f"never came: {wanted}")


@pytest.fixture
def patient(monkeypatch):
    """Have readers wait until a result is there, so that no slow machine decides."""
    monkeypatch.setattr(lookup, "PATIENCE", WAIT)
    monkeypatch.setattr(lookup, "REST", 0)


def test_a_quick_result_is_there_at_once_and_anew_when_something_has_changed(patient):
    found: Lookup[str] = Lookup("test")

    assert "one" == found.read("key", 1, quick("one"))
    assert "two" == found.read("key", 2, quick("two"))


def test_nothing_is_worked_out_while_nothing_has_changed(patient):
    found: Lookup[str] = Lookup("test")
    work = quick("one")

    assert ["one", "one", "one"] == [found.read("key", 1, work) for _ in range(3)]
    assert 1 == work.begun


def test_a_slow_result_is_not_waited_for_and_worked_out_once():
    found: Lookup[str] = Lookup("test")
    work = Work("slow")

    assert [None, None, None] == [found.read("key", 1, work) for _ in range(3)]
    work.may_end.set()
    until(lambda: found.read("key", 1, work), "slow")
    assert 1 == work.begun


def test_the_last_result_is_shown_until_the_next_is_there(monkeypatch):
    monkeypatch.setattr(lookup, "REST", 0)
    found: Lookup[str] = Lookup("test")
    slow = Work("two")
    until(lambda: found.read("key", 1, quick("one")), "one")

    assert "one" == found.read("key", 2, slow)
    slow.may_end.set()
    until(lambda: found.read("key", 2, slow), "two")


def test_the_result_of_another_question_is_never_shown():
    found: Lookup[str] = Lookup("test")
    slow = Work("two")
    until(lambda: found.read("key", 1, quick("one")), "one")

    assert found.read("other", 1, slow) is None
    slow.may_end.set()
    until(lambda: found.read("other", 1, slow), "two")


def test_what_goes_wrong_is_raised_once_and_then_tried_again(patient):
    found: Lookup[str] = Lookup("test")

    with pytest.raises(OSError, match="no answer"):
        found.read("key", 1, quick(OSError("no answer")))
    assert "one" == found.read("key", 1, quick("one"))


def test_a_result_that_took_long_is_good_for_longer(monkeypatch, patient):
    monkeypatch.setattr(lookup, "REST", 1e12)
    found: Lookup[str] = Lookup("test")

    assert "one" == found.read("key", 1, quick("one"))
    assert "one" == found.read("key", 2, quick("two"))
