"""Choosing finished tasks: by a filter, by fields, by windows and pages."""

from __future__ import annotations

import pytest

from chasqui import Engine, Retry, task
from chasqui.engine.filters.terms import FIELDS
from chasqui.engine.history.finished import READERS

WAIT = 10.0


@task
def add(a: int, word: str = "") -> int:
    return a


@task(retry=Retry(attempts=2, base=0))
def fail(a: int) -> None:
    raise TimeoutError(f"host {a} did not answer")


@pytest.fixture(scope="module")
def engine():
    with Engine(1, 100) as engine:
        engine.register(add)
        engine.register(fail)
        for number in range(5):
            engine.submit("app.add", {"a": number, "word": f"w{number}"}).wait(WAIT)
        engine.submit("app.fail", {"a": 5}, key="k").wait(WAIT)
        engine.submit("app.add", {"a": 6}, delay=60).cancel()
        yield engine


@pytest.mark.parametrize(
    ("filter", "numbers"),
    [
        ("", [7, 6, 5, 4, 3, 2, 1]),
        ("type=app.fail", [6]),
        ("type=app.add state=completed", [5, 4, 3, 2, 1]),
        ("state=failed,cancelled", [7, 6]),
        ("err=TimeoutError", [6]),
        ("err~answer", [6]),
        ("attempt>=2", [6]),
        ("number>4 -state=failed", [7, 5]),
        ("key=k", [6]),
        ("params~w3", [4]),
        ("params=a=6", [7]),
        ("w3", [4]),
        ("host", [6]),
        ("plugin=app age<1h pool=default", [7, 6, 5, 4, 3, 2, 1]),
        ("age>1h", []),
        ("waited>=0s ran<1h worker=w01", [6, 5, 4, 3, 2, 1]),
        ("group=g-0123456789", []),
    ],
)
def test_a_filter_chooses(engine, filter, numbers):
    chosen = engine.history.where(filter)

    assert (numbers, ()) == ([found.number for found in chosen], chosen.notes)
    assert len(numbers) == len(chosen)


def test_fields_are_given_as_keywords_too(engine):
    assert [6] == [found.number for found in engine.history.where(state="failed")]
    with pytest.raises(ValueError, match="no such field"):
        engine.history.where(colour="red")


def test_parts_of_a_filter_that_are_not_understood_are_in_the_notes(engine):
    chosen = engine.history.where("typ=app.add")

    assert (7, ("typ=app.add: typ is not a field; did you mean type?",)) == (
        len(chosen),
        chosen.notes,
    )


def test_every_field_but_the_group_of_failures_and_the_priority_of_what_waits_can_be_read():
    assert FIELDS.keys() - {"group", "priority"} == READERS.keys() - {""}


def test_a_window_is_a_part_of_the_newest_first(engine):
    assert [6, 5] == [found.number for found in engine.history.window(1, 2)]
    assert [7, 6, 5, 4, 3, 2, 1] == [found.number for found in engine.history]


def test_pages_follow_each_other(engine):
    for filter, numbers in {"": [7, 6, 5, 4, 3, 2, 1], "state=completed": [5, 4, 3, 2, 1]}.items():
        pages, before = [], 0
        while True:
            page = engine.history.page(filter, before=before, limit=2)
            pages.append([found.number for found in page.tasks])
            before = page.cursor
            if not before:
                break

        assert [numbers[at : at + 2] for at in range(0, len(numbers), 2)] == pages


def test_the_numbers_of_each_state_are_counted(engine):
    assert {"completed": 5, "failed": 1, "cancelled": 1} == engine.history.counts()
    assert "<TaskHistory of 7 tasks>" == repr(engine.history)
