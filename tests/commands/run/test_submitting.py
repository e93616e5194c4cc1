"""The lines of a run on their way into the engine: together, in order, as far as there is room."""

from __future__ import annotations

import threading

import pytest

from chasqui import Engine, Retry, task
from chasqui.commands.run.line_keys import LineKey
from chasqui.commands.run.submitting import TOGETHER, LineSubmitter, WorkLine
from chasqui.control.submit_records import SubmitOptions
from tests.waiting import until

WAIT = 10.0


@task
def note(number: int) -> int:
    return number


@task
def other() -> None:
    """Do nothing."""


@pytest.fixture
def engine():
    with Engine(workers=1, queue_size=3) as engine:
        engine.register(note)
        engine.register(other)
        yield engine


class Submitting:
    """A submitter whose accepted lines are noted."""

    def __init__(self, engine, **options):
        self.stops = threading.Event()
        self.groups: list[list[int]] = []
        self.submitter = LineSubmitter(
            engine,
            SubmitOptions(**options),
            stopped=self.stops.is_set,
            accepted=lambda _, lines: self.groups.append([key.number for key, _ in lines]),
        )

    @property
    def lines(self):
        return [number for group in self.groups for number in group]


def line(engine, number, retry=None):
    return WorkLine(LineKey(number), engine.type("app.note").work_from({"number": number}), retry)


def test_lines_go_in_together_once_they_are_to(engine):
    one = Submitting(engine)
    for number in range(3):
        assert [] == one.submitter.add(line(engine, number))
    assert [] == one.groups
    assert [] == one.submitter.flush()

    assert [[0, 1, 2]] == one.groups
    assert [] == one.submitter.flush()


def test_very_many_go_in_before_that_and_wait_for_room(engine):
    one = Submitting(engine)
    for number in range(TOGETHER):
        assert [] == one.submitter.add(line(engine, number))

    assert list(range(TOGETHER)) == one.lines
    until(lambda: TOGETHER == engine.metrics().completed)


def test_a_line_of_another_type_goes_in_after_those_before(engine):
    one = Submitting(engine)
    one.submitter.add(line(engine, 1))
    one.submitter.add(WorkLine(LineKey(2), engine.type("app.other").work_from({})))
    one.submitter.flush()

    assert [[1], [2]] == one.groups


def test_a_line_with_retries_of_its_own_goes_in_by_itself(engine):
    one = Submitting(engine)
    for number, retry in ((1, None), (2, Retry(attempts=1)), (3, None)):
        one.submitter.add(line(engine, number, retry))
    one.submitter.flush()

    assert [[1], [2], [3]] == one.groups


def test_a_stop_keeps_out_what_has_no_room_and_says_so(engine):
    engine.pause()
    one = Submitting(engine)
    for number in range(5):
        one.submitter.add(line(engine, number))
    kept_out = []
    thread = threading.Thread(target=lambda: kept_out.extend(one.submitter.flush()), daemon=True)
    thread.start()
    until(lambda: engine.pool.blocked())
    one.stops.set()
    thread.join(WAIT)

    assert [0, 1, 2] == one.lines
    assert [3, 4] == [kept.key.number for kept in kept_out]
    assert () == engine.pool.blocked()


def test_lines_with_a_delay_go_in_one_by_one(engine):
    one = Submitting(engine, delay=60.0)
    one.submitter.add(line(engine, 1))
    one.submitter.add(line(engine, 2))
    one.submitter.flush()

    assert [[1], [2]] == one.groups
    assert 2 == engine.metrics().scheduled
    engine.shutdown(0)
