"""The failure log: what it keeps, what it counts, and what can be done about failures."""

from __future__ import annotations

import gc
import io
import json
import math
import threading
import weakref
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chasqui import Context, Engine, Secret, task
from chasqui.engine import groups
from chasqui.engine.engine import Engine as PlainEngine
from chasqui.engine.events import FailuresTreated
from chasqui.engine.failures import FailureLog, Retention
from chasqui.engine.shared import Shared
from chasqui.pool.pool import Pool
from chasqui.testing import FakeClock
from tests.waiting import until

WAIT = 10.0
DAY = 86_400.0


@task
def explode(number: int = 0, text: str = "") -> None:
    """Fail."""
    raise ValueError(f"number {number} {text}")


@task
def other(number: int = 0) -> None:
    """Fail otherwise."""
    raise OSError(f"other {number}")


class Switch:
    """What decides whether the bodies below fail, and keeps what they got."""

    def __init__(self) -> None:
        self.mended = False
        self.got: list[Any] = []
        self.numbers: list[int] = []
        self.gate = threading.Event()


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def switch():
    switch = Switch()
    yield switch
    switch.gate.set()


@pytest.fixture
def engine(clock, switch):
    @task
    def fragile(value: Any = None, number: int = 0) -> None:
        switch.got.append(value)
        switch.numbers.append(number)
        if not switch.mended:
            raise RuntimeError(f"not mended, {number}")

    @task
    def wait() -> None:
        switch.gate.wait(WAIT)

    with PlainEngine(1, clock=clock) as engine:
        for type in (explode, other, fragile, wait):
            engine.register(type)
        yield engine
        switch.gate.set()


def fail(engine, type="explode", count=1, **params):
    """Have tasks fail, and return their numbers."""
    tasks = [engine.submit(f"app.{type}", params) for _ in range(count)]
    for one in tasks:
        assert one.wait(WAIT)
    return [one.number for one in tasks]


def numbers(failures):
    return [failure.number for failure in failures]


# Retention and counts


def test_counts_do_not_depend_on_what_is_kept():
    with Engine(1, keep_failures=2) as engine:
        engine.register(explode)
        fail(engine, count=5)
        (group,) = engine.failures.groups()

    assert (5, 5, 2, 2) == (engine.failures.total, group.count, group.kept, len(engine.failures))


def test_a_group_says_when_it_was_seen_first_and_last_and_shows_the_newest(engine, clock):
    began = clock.time()
    fail(engine, number=1)
    clock.advance(60)
    (last,) = fail(engine, number=2)
    (group,) = engine.failures.groups()

    assert (began, began + 60) == (group.first_seen, group.last_seen)
    assert (last, "number 2 ") == (group.example.number, group.example.message)


def test_the_example_stays_when_none_of_its_group_is_kept(clock):
    with Engine(1, clock=clock, keep_failures=2) as engine:
        for type in (explode, other):
            engine.register(type)
        (first,) = fail(engine)
        fail(engine, "other", count=3)
        by_type = {group.type: group for group in engine.failures.groups()}

    assert (first, 1, 0) == (
        by_type["app.explode"].example.number,
        by_type["app.explode"].count,
        by_type["app.explode"].kept,
    )
    assert "raise ValueError" in by_type["app.explode"].example.traceback


def test_failures_go_when_they_are_too_old(clock):
    with Engine(1, clock=clock, keep_failures=Retention(keep_days=2)) as engine:
        engine.register(explode)
        fail(engine)
        clock.advance(2 * DAY - 1)
        (young,) = fail(engine)
        kept = numbers(engine.failures.window(0, 10))
        clock.advance(2)

        assert 2 == len(kept)
        assert [young] == numbers(engine.failures.window(0, 10))
        assert 2 == engine.failures.total


def test_failures_are_bounded_by_their_bytes():
    room = 1024 * 1024
    with Engine(1, keep_failures=Retention(keep_bytes=room)) as engine:
        engine.register(explode)
        for number in range(300):
            fail(engine, number=number, text=chr(200 + number % 50) * 7_000)
        kept = list(engine.failures)

    texts = sum(len(one.given) for one in kept)
    assert room // 3 < texts < room
    assert 300 == engine.failures.total
    assert engine.failures._shared.size <= room


def test_what_is_counted_as_held_is_nothing_again_when_nothing_is_kept(clock):
    with Engine(1, clock=clock, keep_failures=Retention(keep=3, keep_days=1)) as engine:
        for type in (explode, other):
            engine.register(type)
        for number in range(5):
            fail(engine, number=number)
            fail(engine, "other", number=7)
        log = engine.failures
        clock.advance(2 * DAY)
        log.window(0, 1)
        while len(log._tallies):
            log._shared.release(log._tallies.forget())

    assert (0, {}, {}, {}) == (
        log._shared.size,
        log._shared._known,
        log._shared._holders,
        log._shared._origins,
    )


def test_equal_texts_are_kept_once(engine):
    fail(engine, "other", count=3, number=5)
    one, two, three = engine.failures

    assert one.error is two.error is three.error
    assert one.origin is two.origin
    assert one.group is two.group


def test_chained_tracebacks_that_are_equal_are_kept_once(engine):
    @task
    def chained() -> None:
        try:
            explode.function()
        except ValueError as error:
            raise OSError("outer") from error

    engine.register(chained)
    fail(engine, "chained", count=2)
    one, two = engine.failures

    assert one.text is two.text
    assert "direct cause" in one.traceback


def test_groups_are_bounded_and_what_went_is_counted(engine, monkeypatch):
    monkeypatch.setattr(groups, "MAX_GROUPS", 2)
    fail(engine, count=3)
    fail(engine, "other", count=2)
    fail(engine)
    fail(engine, "fragile")

    assert {"app.explode", "app.fragile"} == {one.type for one in engine.failures.groups()}
    assert (7, 2) == (engine.failures.total, engine.failures.forgotten)


@pytest.mark.parametrize("wrong", [{"keep": 0}, {"keep_days": 0}, {"keep_bytes": 1000}])
def test_a_retention_that_keeps_nothing_is_refused(wrong):
    with pytest.raises(ValueError, match=r"at least|more than"):
        Retention(**wrong)


def test_the_config_says_how_much_is_kept(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text("[failures]\nkeep = 5\nkeep_days = 0.5\n")

    assert Retention(5, 0.5) == Engine.from_config(file).failures.retention


def test_a_failure_keeps_neither_its_error_nor_its_arguments_alive(engine):
    class Heavy(list[int]):
        pass

    @task
    def holds(value: Any) -> None:
        error = ValueError("no")
        error.value = value
        raise error

    engine.register(holds)
    heavy = Heavy()
    gone = weakref.ref(heavy)
    fail(engine, "holds", value=heavy)
    del heavy
    fail(engine)  # so that the worker has another
    gc.collect()

    assert gone() is None
    assert 2 == len(engine.failures)


def test_a_traceback_reads_as_the_one_of_the_task(engine):
    for type in ("explode", "other", "fragile"):
        done = engine.submit(f"app.{type}")
        assert done.wait(WAIT)

        assert done.traceback == engine.failures.find(done.number).traceback


@pytest.mark.parametrize("code", ["{}.itemz()", "compile('1 +', 'there.py', 'exec')", "nme"])
def test_an_error_of_which_a_traceback_says_more_keeps_that(engine, code):
    @task
    def misspells() -> None:
        name = 1
        eval(code)
        del name

    engine.register(misspells)
    done = engine.submit("app.misspells")
    done.wait(WAIT)

    assert done.traceback == engine.failures.find(done.number).traceback


def test_a_traceback_shows_no_secret_also_one_revealed_later(engine, monkeypatch):
    monkeypatch.setenv("CANARY", "first-canary-of-tracebacks")
    monkeypatch.setenv("LATER", "later-canary-of-tracebacks")

    @task
    def leaks(token: Secret[str]) -> None:
        raise ValueError("outer, later-canary-of-tracebacks") from OSError(token.reveal())

    @task
    def plain() -> None:
        raise ValueError("later-canary-of-tracebacks")

    for type in (leaks, plain):
        engine.register(type)
    (chained,) = fail(engine, "leaks", token="env:CANARY")
    (simple,) = fail(engine, "plain")
    held = engine.failures.find(chained).text
    Secret[str]("env:LATER").reveal()
    texts = [engine.failures.find(number).traceback for number in (chained, simple)]

    assert "canary-of" not in held.replace("later-canary-of", "")
    assert "direct cause" in texts[0]
    assert not any("canary-of" in text for text in texts)


# Choosing


def test_a_filter_chooses_among_what_is_kept_the_newest_first(engine):
    first, second = fail(engine, count=2)
    fail(engine, "other")
    found = engine.failures.where("type=*.explode")

    assert ([second, first], 2, ()) == (numbers(found), len(found), found.notes)
    assert [second, first] == numbers(engine.failures.where(type="app.explode"))
    assert [first] == numbers(engine.failures.where("explode", number=first))


def test_every_field_of_a_failure_can_be_asked_for(engine):
    failing = engine.submit("app.explode", {"number": 3}, key="k 1")
    failing.wait(WAIT)
    failure = engine.failures.find(failing.number)
    asked = (
        f'number={failing.number} type=app.explode plugin=app state=new err~"number 3" '
        f'key="k 1" params~number=3 pool=default attempt=1 age<1m ran<1m waited<1m '
        f"group={failure.group} worker={failure.worker} explode"
    )
    found = engine.failures.where(asked)

    assert ([failing.number], ()) == (numbers(found), found.notes)


def test_groups_can_be_filtered(engine):
    fail(engine, count=2)
    (one,) = fail(engine, "other")
    engine.retry(one)

    assert [("app.other", 1, 0)] == [
        (group.type, group.kept, group.open) for group in engine.failures.groups(f"number={one}")
    ]
    assert {"app.explode", "app.other"} == {group.type for group in engine.failures.groups()}
    assert [] == engine.failures.groups("type=nothing")


def test_who_looks_at_a_failure_has_seen_it(engine):
    first, second = fail(engine, count=2)
    before = engine.failures.revision
    engine.failures.see([first, 999])

    assert ("seen", "new") == (
        engine.failures.find(first).state,
        engine.failures.find(second).state,
    )
    assert {"new": 1, "seen": 1, "retried": 0, "discarded": 0} == engine.failures.counts()
    assert before < engine.failures.revision
    assert [first] == numbers(engine.failures.where("state=seen"))
    assert 2 == len(engine.failures.where("state=failed"))


# Retrying


def test_a_retry_is_a_new_task_of_the_same_type_and_parameters(engine, switch):
    (number,) = fail(engine, "fragile", value=["a", 1], number=4)
    switch.mended = True
    outcome = engine.retry(number)
    again = engine.pool.find(outcome.tasks[0])
    assert again is None or again.wait(WAIT)
    engine.shutdown(WAIT)

    assert ([["a", 1], ["a", 1]], (number,), True) == (switch.got, outcome.numbers, outcome.ok)
    failure = engine.failures.find(number)
    assert ("retried", outcome.retried[number]) == (failure.state, failure.retried_as)
    assert 1 == engine.metrics().completed


def test_what_is_retried_may_be_a_group_a_selection_a_filter_or_several(engine):
    first = fail(engine, count=3)
    second = fail(engine, "other", count=2)
    third = fail(engine, "fragile", count=2)
    group = next(one for one in engine.failures.groups() if one.type == "app.explode")
    engine.pause()

    assert tuple(first) == engine.retry(group).numbers
    assert (tuple(second), True) == (
        (done := engine.retry(engine.failures.where(type="app.other"))).numbers,
        done.ok,
    )
    engine.undo()
    assert tuple(second) == engine.retry("err=OSError").numbers
    engine.undo()
    other_id = engine.failures.find(second[0]).group
    assert (*second, third[0]) == engine.retry([other_id, third[0], second[0]]).numbers
    assert (third[1],) == engine.retry(engine.failures.find(third[1])).numbers


def test_what_cannot_be_found_is_skipped_with_its_reason(engine):
    (number,) = fail(engine)
    engine.pause()
    outcome = engine.retry([number, 999, "g-0123456789", "typ=app.*", " "])

    assert (number,) == outcome.numbers
    reasons = dict(outcome.skipped)
    assert "is not among the failures that are kept" == reasons[999]
    assert "there is no such group" == reasons["g-0123456789"]
    assert "did you mean type?" in reasons["typ=app.*"]
    assert "chooses nothing" in reasons[" "]


def test_a_selection_by_a_filter_that_is_not_understood_is_not_acted_on(engine):
    fail(engine, count=3)
    chosen = engine.failures.where("typ=app.other")
    outcome = engine.discard(chosen)

    assert (3, (), 3) == (len(chosen), outcome.numbers, len(engine.failures))
    assert "did you mean type?" in outcome.skipped[0][1]


@pytest.mark.parametrize("wrong", ["g-zzz", "g-", "g-*", "g-0123456789ab", " g-zzz\n"])
def test_what_looks_like_a_group_and_is_none_is_no_word_to_look_for(engine, wrong):
    fail(engine, "fragile", value=wrong)
    outcome = engine.discard(wrong)

    assert ((), 1) == (outcome.numbers, len(engine.failures))
    ((what, why),) = outcome.skipped
    assert wrong.strip() == what
    assert "there is no such group; to look for a word that begins so, put it in quotes" == why


def test_a_word_that_looks_like_a_group_is_quoted_and_an_id_may_have_blanks_around(engine):
    fail(engine, "fragile", value="g-code")
    (found,) = engine.failures.groups()

    assert 1 == len(engine.discard('"g-code"').numbers)
    engine.undo()
    assert 1 == len(engine.discard(f" {found.id}\n").numbers)


def test_a_group_of_which_nothing_is_kept_says_so(clock):
    with Engine(1, clock=clock, keep_failures=1) as engine:
        for type in (explode, other):
            engine.register(type)
        fail(engine)
        fail(engine, "other")
        gone = next(one for one in engine.failures.groups() if one.type == "app.explode")

        assert ((gone.id, "none of its failures is kept"),) == engine.retry(gone).skipped


def test_nothing_is_retried_twice(engine):
    (number,) = fail(engine)
    engine.pause()
    (task,) = engine.retry(number).tasks

    assert ((number, f"was retried already, as task {task}"),) == engine.retry(number).skipped


def test_a_retry_waits_for_nothing_in_a_full_backlog(switch):
    with PlainEngine(1, queue_size=1) as engine:
        engine.register(explode)

        @task
        def wait() -> None:
            switch.gate.wait(WAIT)

        engine.register(wait)
        (number,) = fail(engine)
        engine.submit("app.wait")
        until(lambda: engine.metrics().running)
        engine.submit("app.explode")
        outcome = engine.retry(number)
        switch.gate.set()

    assert (True, (number,)) == (outcome.ok, outcome.numbers)


def test_what_does_not_fit_into_the_schedule_is_skipped_and_stays_as_it_was(engine, monkeypatch):
    many = fail(engine, count=4)
    monkeypatch.setattr(engine.pool, "_schedule_size", 0)
    outcome = engine.retry(many)

    assert ((), many) == (outcome.numbers, [number for number, _ in outcome.skipped])
    assert all("the schedule is full" in reason for _, reason in outcome.skipped)
    assert {"new"} == {failure.state for failure in engine.failures}
    assert 1 == engine.metrics().rejected, "what found no room once does not ask again"


def test_a_stopped_engine_skips_and_says_why(engine):
    (number,) = fail(engine)
    engine.shutdown(WAIT)
    ((skipped, reason),) = engine.retry(number).skipped

    assert (number, True) == (skipped, "accepts no more work" in reason)
    assert "new" == engine.failures.find(number).state


def test_an_edit_changes_parameters_and_keeps_the_others(engine, switch):
    (number,) = fail(engine, "fragile", value="old", number=4)
    switch.mended = True

    assert {"value": "old", "number": 4} == engine.params_of(number)
    assert engine.retry(number, edit={"number": 5}).ok
    engine.shutdown(WAIT)
    assert (["old", "old"], [4, 5]) == (switch.got, switch.numbers)


def test_an_edit_that_does_not_fit_is_skipped_with_every_problem(engine):
    (number,) = fail(engine)
    ((skipped, reason),) = engine.retry(number, edit={"number": "many", "nmber": 1}).skipped

    assert number == skipped
    assert "number" in reason and "nmber is not a parameter" in reason
    assert "new" == engine.failures.find(number).state


def test_a_retry_has_the_key_of_what_failed(engine, switch):
    failing = engine.submit("app.explode", key="once")
    failing.wait(WAIT)
    engine.submit("app.wait")
    (new,) = engine.retry(failing.number).tasks

    assert "once" == engine.pool.find(new).key


def test_a_key_that_is_held_again_is_a_reason_to_skip(engine, switch):
    failing = engine.submit("app.explode", key="once")
    failing.wait(WAIT)
    holder = engine.submit("app.wait", key="once")
    outcome = engine.retry(failing.number)

    assert (
        (failing.number, f"its key 'once' is held by task {holder.number}, which is not done yet"),
    ) == (outcome.skipped)
    assert "new" == engine.failures.find(failing.number).state


class Plain:
    """A work of no type."""

    id, name = "7", "plain"

    def execute(self, ctx: Context) -> None:
        raise ValueError("plain")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("x" * 20_000, "16,384 bytes"),
        (["x" * 100] * 1_000, "16,384 bytes"),
        (object(), "no JSON form"),
        ({"a": [object()]}, "no JSON form"),
        ("a lone \ud800", "no JSON form"),
    ],
)
def test_parameters_that_cannot_be_kept_are_a_reason_to_skip(engine, value, reason):
    (number,) = fail(engine, "fragile", value=value)
    ((skipped, said),) = engine.retry(number).skipped

    assert (number, True) == (skipped, reason in said)
    assert engine.params_of(number) is None


def test_a_work_of_no_type_cannot_be_retried(engine):
    plain = engine.submit(Plain())
    plain.wait(WAIT)
    ((number, reason),) = engine.retry(plain.number).skipped

    assert (plain.number, True) == (number, "no task of a type" in reason)


def test_a_secret_stays_a_reference_and_a_revealed_value_is_not_kept(engine, switch, monkeypatch):
    monkeypatch.setenv("CANARY", "canary-of-failures")

    @task
    def leaks(token: Secret[str], text: str = "") -> None:
        raise ValueError(token.reveal())

    engine.register(leaks)
    token = Secret[str]("env:CANARY")
    (kept,) = fail(engine, "leaks", token=token)
    (dropped,) = fail(engine, "leaks", token=token, text="has canary-of-failures in it")
    (marked,) = fail(engine, "leaks", token=token, text="\udcff canary-of-failures")

    assert b'{"token":"env:CANARY"}' == engine.failures.find(kept).given
    assert token == engine.params_of(kept)["token"]
    for number in (dropped, marked):
        ((_, reason),) = engine.retry(number).skipped
        assert "the value of a secret" in reason
    assert not any("canary-of-failures" in repr(one) for one in engine.failures)


def test_values_that_json_has_no_form_for_come_through_a_retry(engine, switch):
    values = [{"x": math.inf, "n": 2**70}, "caf\udce9", [None, True, 1.5], {"repr": "r"}]
    for value in values:
        fail(engine, "fragile", value=value)
    switch.mended = True
    assert engine.retry("type=app.fragile").ok
    engine.shutdown(WAIT)

    assert values == switch.got[len(values) :]


# Discarding and undoing


def test_what_is_discarded_is_found_by_its_state_only(engine):
    first, second, third = fail(engine, count=3)
    outcome = engine.discard(second)

    assert ((second,), [third, first]) == (outcome.numbers, numbers(engine.failures))
    assert [second] == numbers(engine.failures.where("state=discarded"))
    assert 2 == len(engine.failures.where("explode"))
    assert ((second, "is discarded"),) == engine.retry(second).skipped
    assert ((second, "is discarded"),) == engine.discard(second).skipped


def test_what_is_discarded_is_the_first_to_make_room(clock):
    with Engine(1, clock=clock, keep_failures=3) as engine:
        engine.register(explode)
        first, second, third = fail(engine, count=3)
        engine.discard(third)
        (fourth,) = fail(engine)

        assert [fourth, second, first] == numbers(engine.failures)
        assert [] == numbers(engine.failures.where("state=discarded"))
        assert ((third, "is not among the failures that are kept"),) == engine.undo().skipped


def test_undo_brings_back_what_was_discarded_where_it_was(engine):
    first, second, third = fail(engine, count=3)
    engine.failures.see([second])
    engine.discard([first, second])
    (fourth,) = fail(engine)
    outcome = engine.undo()

    assert (first, second) == outcome.numbers
    assert [fourth, third, second, first] == numbers(engine.failures)
    assert ["new", "new", "seen", "new"] == [failure.state for failure in engine.failures]


def test_undo_cancels_retries_that_wait_and_leaves_those_that_run(engine, switch):
    (running,) = fail(engine, "fragile")
    (waiting,) = fail(engine)
    switch.mended = True
    engine.retry(running)
    until(lambda: engine.metrics().completed)
    engine.submit("app.wait")
    outcome = engine.retry([running, waiting])
    (new,) = outcome.tasks
    handle = engine.pool.find(new)
    undone = engine.undo()

    assert ((waiting,), (new,), ()) == (undone.numbers, undone.tasks, undone.skipped)
    assert ("cancelled", "new") == (handle.state, engine.failures.find(waiting).state)
    assert engine.failures.find(waiting).retried_as is None


def test_undo_skips_a_retry_that_was_started(engine, switch):
    @task
    def stays(ctx: Context) -> None:
        if switch.mended:
            switch.got.append(ctx)
            switch.gate.wait(WAIT)
        raise OSError("no")

    engine.register(stays)
    (number,) = fail(engine, "stays")
    switch.mended = True
    (new,) = engine.retry(number).tasks
    until(lambda: switch.got)
    undone = engine.undo()

    assert ((number, f"was retried as task {new}, which is running already"),) == undone.skipped
    assert not switch.got[0].cancelled
    assert "retried" == engine.failures.find(number).state


def test_undo_skips_a_retry_that_has_ended_and_keeps_no_task_alive(engine):
    (number,) = fail(engine)
    (new,) = engine.retry(number).tasks
    until(lambda: engine.metrics().failed == 2)
    fail(engine)  # so that the worker has another
    gc.collect()

    assert (
        (number, f"was retried as task {new}, which has ended already"),
    ) == engine.undo().skipped


def test_undo_leaves_a_retry_that_others_rely_on(engine):
    failing = engine.submit("app.explode", key="once")
    failing.wait(WAIT)
    engine.submit("app.wait")
    (new,) = engine.retry(failing.number).tasks
    engine.submit("app.explode", key="once")
    ((_, reason),) = engine.undo().skipped

    assert f"was retried as task {new}, which other submissions of its key need as well" == reason


def test_undo_reaches_back_thirty_seconds_and_once(engine, clock):
    one, two = fail(engine, count=2)
    engine.discard(one)
    clock.advance(30)
    assert (one,) == engine.undo().numbers
    assert (("undo", "there is nothing to take back"),) == engine.undo().skipped

    engine.discard(two)
    clock.advance(31)
    assert (("undo", "the last discard was 31 s ago; undo reaches 30 s"),) == engine.undo().skipped
    assert [one] == numbers(engine.failures)


def test_an_action_that_did_nothing_leaves_the_last_one_to_be_undone(engine):
    (number,) = fail(engine)
    engine.discard(number)
    engine.discard(999)

    assert (number,) == engine.undo().numbers


def test_each_action_is_told_of_once_with_its_counts(engine):
    told = []
    engine.bus.subscribe(
        lambda event: told.append(event) if isinstance(event, FailuresTreated) else 0
    )
    many = fail(engine, count=3)
    engine.pause()
    engine.retry([*many, 999])
    engine.undo()
    engine.discard(many)
    engine.bus.flush(WAIT)

    assert [
        "failures: 3 retried; 1 skipped: is not among the failures that are kept",
        "failures: 3 taken back",
        "failures: 3 discarded",
    ] == [str(event) for event in told]


# Exporting


def test_an_export_has_the_lines_that_make_the_tasks_again(engine, tmp_path):
    first, second = fail(engine, "fragile", count=2, value={"x": math.nan}, number=2)
    plain = engine.submit(Plain())
    plain.wait(WAIT)
    file = tmp_path / "failed.jsonl"
    outcome = engine.failures.export(file, [second, first, plain.number, 999])

    assert (first, second) == outcome.numbers
    assert {plain.number, 999} == {number for number, _ in outcome.skipped}
    job = {"type": "app.fragile", "params": {"value": {"x": {"number": "NaN"}}, "number": 2}}
    assert [job, job] == [json.loads(line) for line in file.read_text().splitlines()]
    assert 0o600 == file.stat().st_mode & 0o777


@pytest.mark.parametrize("what", ["typ=app.other", "g-0123456789", [998, 999], " ", ["typ=f", 999]])
def test_an_export_that_finds_nothing_of_what_it_was_told_leaves_the_file_alone(
    engine, tmp_path, what
):
    fail(engine)
    file = tmp_path / "failed.jsonl"
    file.write_text("yesterday's\n")
    outcome = engine.failures.export(file, what)
    engine.failures.export(tmp_path / "fresh", what)

    assert ((), False) == (outcome.numbers, outcome.ok)
    assert "yesterday's\n" == file.read_text()
    assert not (tmp_path / "fresh").exists()


def test_an_export_of_a_clear_filter_that_fits_nothing_is_an_empty_file(engine, tmp_path):
    fail(engine)
    file = tmp_path / "failed.jsonl"
    file.write_text("yesterday's\n")

    assert engine.failures.export(file, "type=app.nope").ok
    assert "" == file.read_text()


def test_an_export_may_go_into_an_open_file(engine):
    fail(engine, "other", number=3)
    into = io.BytesIO()
    engine.failures.export(into, engine.failures.where())

    assert b'{"type":"app.other","params":{"number":3}}\n' == into.getvalue()


def test_a_log_can_be_read_while_it_is_written():
    log = FailureLog(50)
    with Pool(4, on_failed=log.record) as pool:
        for _ in range(2_000):
            pool.submit(Plain())
            if len(log) > 40:
                log.where("plain")
                log.groups("err~plain")
                log.window(0, 10)

    (group,) = log.groups()
    assert (2_000, 2_000, 50) == (log.total, group.count, len(log))


def test_paths_and_such_come_back_as_what_they_were(engine):
    @task
    def opens(path: Path, tags: tuple[str, ...] = ()) -> None:
        raise OSError("no")

    engine.register(opens)
    (number,) = fail(engine, "opens", path="/tmp/a\udcff", tags=["a", "b"])

    assert {"path": Path("/tmp/a\udcff"), "tags": ("a", "b")} == engine.params_of(number)


class Numbered:
    """A work of one of three kinds that fails."""

    name = "numbered"

    def __init__(self, number: int) -> None:
        self.id = str(number)

    def execute(self, ctx: Context) -> None:
        number = int(self.id)
        raise (ValueError, OSError, KeyError)[number % 3](f"number {number % 7}")


@pytest.fixture(scope="module")
def failed_tasks():
    with Pool(1, queue_size=100) as pool:
        return pool.submit_batch([Numbered(number) for number in range(60)])


def recounted(log):
    """Return what is held, counted anew."""
    held = {one.number: one for one in log.where("state=*")}
    held.update({group.example.number: group.example for group in log.groups()})
    shared = Shared()
    for one in held.values():
        shared.hold(one)
    return shared.size


@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, 8),
    st.lists(st.tuples(st.sampled_from("rrrrsdbt"), st.integers(0, 39)), max_size=60),
)
def test_the_log_is_where_a_plain_list_of_it_is(failed_tasks, keep, steps):
    clock = FakeClock(time=failed_tasks[0].finished)
    log = FailureLog(Retention(keep, keep_days=1), clock=clock)
    waiting = list(failed_tasks)
    recorded, shown, away, states, aged = [], [], [], {}, False
    for step, at in steps:
        known = sorted([*shown, *away], key=recorded.index)
        number = known[at % len(known)] if known else 0
        if step == "r" and waiting:
            log.record(waiting[0])
            number = waiting.pop(0).number
            recorded.append(number)
            if not aged:
                shown.append(number)
            states[number] = "new"
            while len(shown) + len(away) > keep:
                (away or shown).pop(0)
        elif step == "s":
            log.see([number])
            states[number] = "seen" if states.get(number) == "new" else states.get(number)
        elif step == "d" and number in shown:
            assert not isinstance(log.mark(number, "discarded", among=("new", "seen")), str)
            log.sort()
            shown.remove(number)
            away = sorted([*away, number], key=recorded.index)
        elif step == "b" and number in away:
            assert not isinstance(log.mark(number, "new", among=("discarded",)), str)
            log.sort()
            away.remove(number)
            states[number] = "new"
            shown = sorted([*shown, number], key=recorded.index)
        elif step == "t" and at == 0:
            clock.advance(DAY + 60)
            shown, away, aged = [], [], True  # what is recorded from now on is too old at once

        assert shown[::-1] == numbers(log) == numbers(log.window(0, 100))
        assert sorted(away) == sorted(numbers(log.where("state=discarded")))
        assert [states[number] for number in shown] == [one.state for one in log][::-1]
        assert len(recorded) == log.total == sum(group.count for group in log.groups())
        assert recounted(log) == log._shared.size
