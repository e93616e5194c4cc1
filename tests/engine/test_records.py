"""What an engine returns about itself can be pickled, copied and taken apart."""

from __future__ import annotations

import copy
import dataclasses
import pickle

import pytest

from chasqui import Engine, task

WAIT = 10.0


@task
def fail(text: str) -> None:
    raise ValueError(text)


@pytest.fixture(scope="module")
def records():
    """Return one of each record, of an engine in which something happened."""
    engine = Engine(2)
    engine.register(fail)
    with engine:
        engine.limit("app.fail", rate="1000/s")
        failed = [engine.submit("app.fail", {"text": str(n)}) for n in range(3)]
        held = engine.batch([("app.fail", {"text": "in a batch"})], name="b")
        assert all(one.wait(WAIT) for one in failed)
        assert held.wait(WAIT)
        found = {
            "reading": engine.metrics(),
            "pool": engine.pool.metrics(),
            "snapshot": engine.snapshot(),
            "findings": engine.diagnose(),
            "failures": list(engine.failures),
            "groups": engine.failures.groups(),
            "batches": engine.batches(),
            "log": engine.task_log(failed[0].number),
        }
        found["ledger"] = engine.shutdown(WAIT)
    return found


NAMES = (
    "reading",
    "pool",
    "snapshot",
    "findings",
    "failures",
    "groups",
    "batches",
    "log",
    "ledger",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_record_can_be_pickled_and_says_the_same_after(records, name):
    record = records[name]

    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):  # the frames of a traceback take no less
        assert repr(record) == repr(pickle.loads(pickle.dumps(record, protocol)))


@pytest.mark.parametrize("name", NAMES)
def test_a_record_can_be_copied_and_is_equal_to_its_copy(records, name):
    record = records[name]

    assert record == copy.copy(record) == copy.deepcopy(record)


@pytest.mark.parametrize("name", [one for one in NAMES if one not in ("batches", "log")])
def test_a_record_can_be_taken_apart(records, name):
    record = records[name]

    for one in record if isinstance(record, list | tuple) else [record]:
        assert [field.name for field in dataclasses.fields(one)] == list(dataclasses.asdict(one))


def test_a_lane_goes_to_another_process_by_its_name_and_stays_itself_in_a_copy(records):
    (lane,) = [one.lane for one in records["pool"].lanes if one.name == "app.fail"]

    there = pickle.loads(pickle.dumps(lane))

    assert ("app.fail", lane, lane) == (there.name, copy.copy(lane), copy.deepcopy(lane))
