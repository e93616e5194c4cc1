"""A row always comes, and one that could not be made says so."""

from __future__ import annotations

import threading

import msgspec
import pytest

from chasqui import Cancelled, ChasquiError, Pool
from chasqui.commands import rows
from chasqui.engine.logs.task_log import NOTHING_SAID

WAIT = 10.0


class Work:
    id = name = "work"

    def execute(self, ctx):
        return 1


@pytest.mark.parametrize("log", [None, NOTHING_SAID])
def test_a_row_that_cannot_be_made_says_why(monkeypatch, log):
    def fails(value):
        raise MemoryError("too much")

    with Pool(workers=1) as pool:
        task = pool.submit(Work())
        assert task.wait(WAIT)
        whole = rows.ended_row(7, task, log)
        monkeypatch.setattr(rows, "plain", fails)
        broken = rows.ended_row(7, task, log)

    row = msgspec.json.decode(broken.data)
    assert row == broken.row
    assert (True, False) == (whole.is_whole, broken.is_whole)
    assert set(msgspec.json.decode(whole.data)) == set(row)
    assert (7, "completed") == (row["line"], row["state"])
    assert "(its row cannot be had: MemoryError: too much)" == row["error"]["message"]


class Rejected(ChasquiError):
    def __init__(self, details):
        super().__init__("rejected")
        self.details = details


class Strange(Exception):
    def details(self):
        raise AssertionError("asked")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            Rejected({"status": 3, "raw": b"\xff"}),
            {
                "type": "Rejected",
                "message": "rejected",
                "details": {"status": 3, "raw": {"bytes": "/w=="}},
            },
        ),
        (Rejected(None), {"type": "Rejected", "message": "rejected"}),
        (Strange("no"), {"type": "Strange", "message": "no"}),
    ],
)
def test_an_error_that_says_more_than_its_text_has_that_in_its_row(error, expected):
    def fail():
        raise error

    with Pool(workers=1) as pool:
        task = pool.call(fail)
        assert task.wait(WAIT)

    assert expected == rows.row_of(1, task)["error"]


class Leaves:
    id = name = "work"

    def __init__(self, details):
        self.begun = threading.Event()
        self._left = Cancelled("left")
        self._left.details = details

    def execute(self, ctx):
        self.begun.set()
        ctx.sleep(WAIT)
        raise self._left


@pytest.mark.parametrize(("details", "more"), [(None, {}), ({"done": 2}, {"details": {"done": 2}})])
def test_what_a_body_says_as_it_leaves_a_cancelled_task_is_in_its_row(details, more):
    work = Leaves(details)
    with Pool(workers=1) as pool:
        task = pool.submit(work)
        assert work.begun.wait(WAIT)
        task.cancel()
        assert task.wait(WAIT)

    assert task.error is None
    assert {"type": "Cancelled", "message": "cancelled", **more} == rows.row_of(1, task)["error"]
