"""Faults: the errors of bodies, as they are after their way from a child."""

from __future__ import annotations

import pickle
import traceback

import pytest

from chasqui import ErrorSummary, Policy, Retry, foreign
from chasqui.processes.faults import error_of, fault_of
from tests.processes import bodies
from tests.processes.bodies import ERRORS, Refused, Sealed, Unavailable

WAIT = 30


def crossed(what):
    """Return an error as it has come from a child."""
    return error_of(fault_of(ERRORS[what]))


@pytest.mark.parametrize("what", ERRORS)
def test_an_error_of_any_kind_keeps_its_class_and_its_text(what):
    error, here = ERRORS[what], crossed(what)

    assert foreign.is_a(here, type(error))
    assert foreign.label_of(type(error)) == foreign.label_of(type(here))
    assert foreign.text_of(error) == foreign.text_of(here)


@pytest.mark.parametrize("what", ["bytes", "decoding", "encoding", "syntax"])
def test_an_error_of_bytes_or_a_place_is_the_same(what):
    error, here = ERRORS[what], crossed(what)

    assert (type(error), error.args) == (type(here), here.args)


def test_an_object_that_stays_in_its_child_is_shown_in_the_error_as_it_was():
    here = crossed("object")

    assert Unavailable is type(here)
    assert ("unavailable", "<Reply 'gone'>") == here.args
    assert "('unavailable', <Reply 'gone'>)" == str(here)


def test_a_text_that_the_class_cannot_make_here_is_what_the_child_said():
    assert ["refused with 503", "sealed with 503, 503"] == [
        str(crossed("text of an object")),
        str(crossed("sealed")),
    ]


def test_a_group_has_the_errors_that_it_had():
    gone, inner = crossed("group").exceptions
    (refused,) = inner.exceptions

    assert (FileNotFoundError, "[Errno 2] gone") == (type(gone), str(gone))
    assert isinstance(refused, Refused)
    assert "refused with 503" == str(refused)


def test_a_group_of_many_errors_has_the_first_and_one_of_heavy_errors_what_there_is_room_for():
    assert [str(number) for number in range(15)] == list(
        map(str, crossed("large group").exceptions)
    )
    assert [ErrorSummary] == [type(one) for one in crossed("heavy group").exceptions]


def test_a_stand_in_reads_as_the_error_in_a_traceback_of_python():
    try:
        raise crossed("sealed")
    except Sealed as error:
        last = traceback.format_exception_only(error)

    assert ["tests.processes.bodies.Sealed: sealed with 503, 503\n"] == last


def test_a_stand_in_is_the_same_in_another_process():
    here = crossed("text of an object")
    there = pickle.loads(pickle.dumps(here))

    assert type(here) is type(there)
    assert ("refused with 503", here.args) == (str(there), there.args)


@pytest.mark.parametrize("what", ["decoding", "object", "text of an object", "sealed", "group"])
def test_such_an_error_is_retried_by_its_class_and_named_in_the_failure_log(make_engine, what):
    kind = type(ERRORS[what])
    engine = make_engine(policies={"app.raises": Policy(retry=Retry(2, base=0, on=kind))})
    failed = engine.call(bodies.raises, what)

    assert failed.wait(WAIT)
    assert 2 == failed.attempts
    (failure,) = engine.failures
    assert (kind.__name__, f"{ERRORS[what]}") == (failure.exception, failure.message)
