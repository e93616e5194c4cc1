"""Filling in forms with the parameters of tasks, and retrying failures with edited ones."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from chasqui import Engine, Secret, task
from chasqui.control.local import LocalPort
from chasqui.control.port import FillForm, RetryEdited, Undo, ViewQuery
from chasqui.engine.engine import BaseEngine
from tests.engine.failures.failing import explode
from tests.waiting import until

WAIT = 10.0
GOT: list[dict[str, Any]] = []


@task
def book(
    account: int,
    path: Path,
    day: dt.date,
    text: str = "plain",
    tags: tuple[str, ...] = (),
    token: Secret[str] | None = None,
    most: int | None = 3,
) -> None:
    """Fail for the account 1."""
    GOT.append({"account": account, "text": text, "tags": tags, "token": token, "most": most})
    if account == 1:
        raise ValueError("no such account")


PARAMS = {"account": 1, "path": Path("/tmp/a b"), "day": dt.date(2026, 1, 2)}
FULL = {**PARAMS, "text": "two\nlines", "tags": ("a", "b"), "token": "env:HOME", "most": None}


@pytest.fixture
def engine():
    GOT.clear()
    with BaseEngine(1) as engine:
        engine.register(book)
        yield engine


@pytest.fixture
def port(engine):
    return LocalPort(engine)


def done(engine, params):
    """Have a task run, and return its number."""
    handle = engine.submit("app.book", params)
    assert handle.wait(WAIT)
    return handle.number


def test_a_form_gets_the_parameters_as_they_would_be_typed_and_secrets_as_references(engine, port):
    form = port.apply(FillForm(number=done(engine, FULL))).form
    assert ("app.book", ()) == (form.type, form.untold)
    assert {
        "account": "1",
        "path": "/tmp/a b",
        "day": "2026-01-02",
        "text": "two\nlines",
        "tags": '["a", "b"]',
        "token": "env:HOME",
        "most": "",
    } == dict(form.texts)


def test_a_form_can_be_filled_in_from_a_task_that_ended_well_and_from_one_that_waits(engine, port):
    ended = done(engine, {**PARAMS, "account": 2})
    engine.pause()
    waiting = engine.submit("app.book", {**PARAMS, "account": 3}).number
    texts = [dict(port.apply(FillForm(number=one)).form.texts) for one in (ended, waiting)]
    assert ["2", "3"] == [one["account"] for one in texts]
    engine.resume()


def test_a_form_is_not_filled_in_from_a_task_of_which_nothing_is_kept(port):
    outcome = port.apply(FillForm(number=99))
    assert (False, None) == (outcome.ok, outcome.form)
    assert "no task has the number 99; none came yet" == outcome.reason


def test_of_a_task_that_has_been_it_is_said_that_nothing_is_kept():
    with Engine(1, keep_history=0) as engine:
        engine.register(book)
        number = done(engine, {"account": 2, "path": "a", "day": dt.date(2024, 5, 1)})
        until(lambda: engine.pools.find(number) is None)
        port = LocalPort(engine)
        said = [port.apply(FillForm(number=one)).reason for one in (number, 99)]

    assert [
        "nothing is kept any more of task 1",
        "no task has the number 99; the last is 1",
    ] == said


def test_an_edited_retry_changes_what_is_named_and_keeps_the_rest(engine, port):
    number = done(engine, FULL)
    texts, defaults = (("account", "2"),), ("text", "most")
    edited = RetryEdited(number=number, type="app.book", texts=texts, defaults=defaults)
    (new,) = port.apply(edited).numbers
    until(lambda: len(GOT) == 2)
    got = GOT[1]
    assert (2, "plain", ("a", "b"), 3) == tuple(
        got[name] for name in ("account", "text", "tags", "most")
    )
    assert "env:HOME" == got["token"].reference
    failure = engine.failures.find(number)
    assert ("retried", new) == (failure.state, failure.retried_as)
    until(lambda: port.snapshot(ViewQuery()).retried.completed == 1)


def test_an_edited_retry_can_be_undone_while_it_waits(engine, port):
    number = done(engine, FULL)
    engine.pause()
    port.apply(RetryEdited(number=number, type="app.book", texts=(("account", "2"),)))
    assert port.apply(Undo()).ok
    assert "new" == engine.failures.find(number).state
    engine.resume()


def test_wrong_texts_are_named_and_nothing_is_retried(engine, port):
    number = done(engine, FULL)
    texts = (("account", "many"), ("day", "soon"), ("size", "1"))
    outcome = port.apply(
        RetryEdited(number=number, type="app.book", texts=texts, defaults=("path",))
    )
    assert ["account", "day", "path", "size"] == sorted(name for name, _ in outcome.problems)
    assert "new" == engine.failures.find(number).state


def test_a_failure_that_was_retried_already_is_not_retried_with_other_parameters(engine, port):
    number = done(engine, FULL)
    (again,) = engine.retry(number).tasks
    outcome = port.apply(RetryEdited(number=number, type="app.book", texts=()))
    assert not outcome.ok
    assert ((number, f"was retried already, as task {again}"),) == outcome.skipped


def test_a_form_of_another_type_retries_nothing(engine, port):
    number = done(engine, FULL)
    engine.register(explode)
    outcome = port.apply(RetryEdited(number=number, type="app.explode", texts=()))
    assert (False, "new") == (outcome.ok, engine.failures.find(number).state)


def test_a_value_that_is_not_kept_or_fits_no_more_has_no_text(engine, port):
    number = done(engine, FULL)

    @task(name="book")
    def other(account: dt.date, path: Path, day: dt.date) -> None:
        """Be the next version of the type."""

    with BaseEngine(1) as newer:
        newer.register(other)
        newer.failures._index.update(engine.failures._index)
        form = LocalPort(newer).apply(FillForm(number=number)).form
    assert form is not None and ("account",) == form.untold
    assert ["path", "day"] == [name for name, _ in form.texts]


def test_a_text_that_cannot_be_sent_is_not_filled_in(engine, port):
    form = port.apply(FillForm(number=done(engine, {**PARAMS, "path": Path("/a\udcff")}))).form
    assert ("path",) == form.untold
