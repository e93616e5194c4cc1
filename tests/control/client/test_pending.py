"""What a client holds of a host's answers is bounded."""

from __future__ import annotations

import msgspec
import pytest

from chasqui.control.client import pending
from chasqui.control.client.pending import Pending
from chasqui.control.wire.looking import TypesAnswer
from chasqui.control.wire.messages import Reply, WireError

PART = Reply(id=1, ok=msgspec.Raw(b'{"types":[]}'), more=True)
ANSWER = len(PART.ok)


@pytest.fixture(autouse=True)
def _room_for_three_parts(monkeypatch):
    monkeypatch.setattr(pending, "MOST", 3 * ANSWER)


def made():
    forgotten = []
    return Pending(TypesAnswer, lambda: forgotten.append(True)), forgotten


def test_an_answer_that_is_not_taken_and_goes_on_is_given_up():
    held, forgotten = made()
    for _ in range(3):
        held.put(PART)
    assert not forgotten
    held.put(PART)
    assert forgotten

    with pytest.raises(WireError, match="at once"):
        list(held.parts())


def test_a_stream_that_is_taken_as_it_comes_may_go_on():
    held, forgotten = made()
    parts = held.parts()
    for _ in range(10):
        held.put(PART)
        assert () == next(parts).types
    assert not forgotten


def test_an_answer_as_a_whole_is_bounded_however_fast_it_is_taken(monkeypatch):
    held, forgotten = made()

    # As if the host sent the next part whenever one was taken.
    class Endless:
        given = 0

        def get(self, timeout):
            self.given += 1
            assert self.given < 10
            return PART

    monkeypatch.setattr(held, "_replies", Endless())
    with pytest.raises(WireError, match="has over"):
        held.result()
    assert forgotten
