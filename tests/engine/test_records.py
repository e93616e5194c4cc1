"""What an engine returns about itself is data: it can be copied, sent, and written as JSON."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
import pytest

from chasqui import Dispatcher, Engine, Pool, task
from chasqui.engine.events import event, records
from chasqui.engine.journal.view import JournalView, LastEnd, ParkedType
from tests.help.test_json import RECORDS

WAIT = 10.0


@task
def fail(text: str) -> None:
    raise ValueError(text)


@task
def wait(seconds: float) -> None:
    """Is never started."""


@pytest.fixture(scope="module")
def found():
    """Return one of each record, of an engine in which something happened."""
    engine = Engine(2)
    engine.register(fail)
    engine.register(wait)
    engine.schedule("app.fail", {"text": "daily"}, cron="@daily", name="nightly")
    seen: list[Any] = []
    engine.bus.subscribe(seen.append)
    with engine:
        engine.limit("app.fail", rate="1000/s")
        failed = [engine.submit("app.fail", {"text": str(n)}) for n in range(3)]
        held = engine.batch([("app.fail", {"text": "in a batch"})], name="b")
        assert all(one.wait(WAIT) for one in failed)
        assert held.wait(WAIT)
        made = {
            "reading": engine.metrics(),
            "pool": engine.pool.metrics(),
            "snapshot": engine.snapshot(),
            "findings": engine.diagnose(),
            "failures": list(engine.failures),
            "groups": engine.failures.groups(),
            "history": list(engine.history),
            "batches": engine.batches(),
            "log": engine.task_log(failed[0].number),
            "schedules": engine.schedules,
        }
        made["outcome"] = engine.retry(failed[0].number)
        made["undoable"] = engine.undoable
        made["last_retry"] = engine.failures.last_retry
        engine.strike("app.fail", text="struck")
        made["strikes"] = engine.strikes
        engine.pause("app.wait")
        engine.submit("app.wait", {"seconds": 1})
        engine.bus.flush(WAIT)
        made["ledger"] = engine.shutdown(0.1)
    dispatcher = Dispatcher(Pool(1))
    made["dispatcher"] = dispatcher.shutdown(WAIT)
    made["events"] = tuple(seen)
    parked = ParkedType("http.check", 100, "unavailable: http")
    end = LastEnd(12, 4121, 1.0, None, 4, 913)
    made["journal"] = JournalView("power", parked=100, parked_types=(parked,), last_end=end)
    return made


NAMES = (
    "reading",
    "pool",
    "snapshot",
    "findings",
    "failures",
    "groups",
    "history",
    "batches",
    "log",
    "schedules",
    "outcome",
    "undoable",
    "last_retry",
    "strikes",
    "ledger",
    "dispatcher",
    "events",
    "journal",
)


def parts_of(value: Any) -> Iterator[Any]:
    """Give every record within a value, and the value itself if it is one."""
    if dataclasses.is_dataclass(value):
        yield value
        value = [getattr(value, one.name) for one in dataclasses.fields(value)]
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for one in value:
            yield from parts_of(one)


def plain(value: Any) -> str:
    """Stand in for what only `msgspec.to_builtins` writes: the turn of a schedule."""
    assert isinstance(value, datetime)
    return str(msgspec.to_builtins(value))


@pytest.mark.parametrize("name", NAMES)
def test_a_record_can_be_pickled_and_is_equal_after(found, name):
    record = found[name]

    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        there = pickle.loads(pickle.dumps(record, protocol))
        assert record == there
        assert repr(record) == repr(there)


@pytest.mark.parametrize("name", NAMES)
def test_a_record_can_be_copied_and_is_equal_to_its_copy(found, name):
    record = found[name]

    assert record == copy.copy(record) == copy.deepcopy(record)


@pytest.mark.parametrize("name", [one for one in NAMES if one != "log"])
def test_a_record_is_the_same_json_by_whatever_way_it_is_made(found, name):
    for one in parts_of(found[name]):
        by_asdict = json.loads(json.dumps(dataclasses.asdict(one), default=plain))
        by_msgspec = json.loads(json.dumps(msgspec.to_builtins(one)))

        assert by_asdict == by_msgspec == json.loads(msgspec.json.encode(one))
        assert [field.name for field in dataclasses.fields(one)] == list(by_asdict)


@pytest.mark.parametrize("name", [one for one in NAMES if one != "log"])
def test_a_record_can_be_made_again_with_a_change_and_keeps_the_rest(found, name):
    for one in parts_of(found[name]):
        again = getattr(copy, "replace", dataclasses.replace)(one)  # in copy from Python 3.13 on

        assert one == again
        assert dataclasses.asdict(one) == dataclasses.asdict(again)


def test_a_log_is_json_as_arrays(found):
    lines, dropped, last = json.loads(json.dumps(msgspec.to_builtins(found["log"])))

    assert found["log"] == (tuple(map(tuple, lines)), dropped, last)


def test_every_record_was_looked_at(found):
    seen = {type(one) for name in NAMES for one in parts_of(found[name])}
    rare = {"UnstoppedTask", "SlowTask", "LeftOut", "Blocked", "CircuitView", "Finding"}

    assert rare >= {one.__name__ for one in RECORDS if one not in seen}


EVENTS = [
    one
    for module in (event, records)
    for one in vars(module).values()
    if dataclasses.is_dataclass(one) and one.__module__ == module.__name__
]


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_every_event_is_data(kind):
    types = {"float": 1.5, "int": 2, "str": "a"}
    one = kind(**{each.name: types[str(each.type)] for each in dataclasses.fields(kind)})

    assert one == pickle.loads(pickle.dumps(one)) == copy.deepcopy(one)
    assert dataclasses.asdict(one) == json.loads(msgspec.json.encode(one))


def test_a_pool_that_changed_one_number_is_not_equal(found):
    assert found["pool"] != dataclasses.replace(found["pool"], completed=99)
    changed = dataclasses.replace(found["pool"], completed=99)
    assert (99, 99 + found["pool"].failed) == (changed.completed, changed.processed)
