"""Failures as lines to keep: all of them in parts, and as `run --jobs` takes them."""

from __future__ import annotations

import json

from chasqui.control import failure_lines
from chasqui.control.port import Chosen, CountFailures, DiscardFailures, ReadFailures
from tests.engine.failures.failing import fail


def test_chosen_failures_come_as_lines_by_number_with_their_parameters(board):
    engine, port, _ = board
    numbers = fail(engine, count=3, message="no")
    outcome = port.apply(ReadFailures(chosen=Chosen()))
    lines = [json.loads(line) for line in outcome.lines]
    assert numbers == [*outcome.numbers] == [line["number"] for line in lines]
    assert {"failed"} == {line["state"] for line in lines}
    assert all(line["params"] and line["error"]["message"] for line in lines)


def test_many_failures_come_in_parts_and_none_comes_twice(board, monkeypatch):
    engine, port, _ = board
    numbers = fail(engine, count=7, message="no")
    monkeypatch.setattr(failure_lines, "MOST_BYTES", 500)
    chosen = port.apply(CountFailures()).chosen
    found: list[int] = []
    more, parts = 1, 0
    while more:
        outcome = port.apply(ReadFailures(chosen=chosen, after=found[-1] if found else 0))
        assert outcome.numbers
        found += outcome.numbers
        more, parts = outcome.more, parts + 1
    assert numbers == found
    assert parts > 1


def test_those_discarded_and_those_of_an_unclear_filter_are_not_read(board):
    engine, port, _ = board
    first, *rest = fail(engine, count=3, message="no")
    port.apply(DiscardFailures(chosen=Chosen(numbers=(first,))))
    assert tuple(rest) == port.apply(ReadFailures(chosen=Chosen())).numbers
    unclear = port.apply(ReadFailures(chosen=Chosen(filter="typ=x")))
    assert (False, ()) == (unclear.ok, unclear.lines)
    assert "typ" in unclear.reason
