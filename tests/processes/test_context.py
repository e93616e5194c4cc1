"""The context of a body in a child process: its sleep, at awkward moments."""

from __future__ import annotations

import itertools
import os
import threading
import time
from queue import SimpleQueue
from typing import Any, cast

import pytest
from msgspec import Raw

from chasqui.processes.context import ChildContext
from chasqui.processes.messages import BodyRun
from chasqui.processes.page import SharedPage
from tests.waiting import WAIT, until

NUMBER = 7


@pytest.fixture
def page():
    """Return the bytes that a host and its child share."""
    made, descriptor = SharedPage.made()
    yield made
    os.close(descriptor)


def running(page: SharedPage, left: float | None = None) -> Any:
    """Make the context of a body that may run for this many seconds."""
    run = BodyRun(NUMBER, "app.body", "", Raw(b"{}"), 0, left=left, limit=left)
    return ChildContext(run, page, cast(Any, None))


@pytest.mark.parametrize("seconds", [3600, float("inf")])
@pytest.mark.parametrize("looks", range(1, 5))
def test_a_sleep_may_find_its_time_limit_passed_at_any_moment(page, monkeypatch, looks, seconds):
    began = time.monotonic()
    context = running(page, left=0.01)
    moments = itertools.chain([began] * looks, itertools.repeat(began + 1))
    monkeypatch.setattr(time, "monotonic", lambda: next(moments))

    assert not context.sleep(seconds)


class Watched(SimpleQueue[None]):
    """A queue that counts who is about to wait at it."""

    def __init__(self):
        self.waiting = 0

    def get(self, block: bool = True, timeout: float | None = None) -> None:
        """Wait as any queue does."""
        self.waiting += 1
        return super().get(block, timeout)


def test_a_request_to_stop_wakes_every_thread_of_a_body_that_sleeps(page):
    context = running(page)
    context._woken = Watched()
    said = []
    threads = [
        threading.Thread(target=lambda: said.append(context.sleep(WAIT * 10)), daemon=True)
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    until(lambda: context._woken.waiting == len(threads))
    page.to_stop = NUMBER
    context.ask_to_stop()
    for thread in threads:
        thread.join(WAIT)

    assert [False] * 3 == said


def test_a_body_that_ignores_its_stop_and_sleeps_on_leaves_nothing_behind(page):
    context = running(page)
    page.to_stop = NUMBER
    context.ask_to_stop()
    for _ in range(100):
        assert not context.sleep(WAIT)

    assert 1 == context._woken.qsize()
