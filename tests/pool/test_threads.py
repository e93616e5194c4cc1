"""Threads that cannot be started, and threads that never come up."""

from __future__ import annotations

import threading

import pytest

from chasqui.pool import threads
from chasqui.pool.threads import start_daemon
from tests.pool.conftest import WAIT


@pytest.fixture
def stillborn(monkeypatch):
    """Let new threads stay where they are before their first line; return what lets them go on."""
    gate = threading.Event()
    boot = threading.Thread._bootstrap  # type: ignore[attr-defined]
    monkeypatch.setattr(threads, "UP_SECONDS", 0.05)
    monkeypatch.setattr(threading.Thread, "_bootstrap", lambda self: (gate.wait(), boot(self)))
    yield gate.set
    gate.set()


def test_a_thread_that_never_comes_up_is_one_that_cannot_start_and_later_does_nothing(stillborn):
    ran = threading.Event()
    with pytest.raises(RuntimeError, match=r"the thread late did not start within 0\.05 s"):
        start_daemon(ran.set, "late")
    (late,) = [thread for thread in threading.enumerate() if thread.name == "late"]
    stillborn()
    while late.ident is None:
        late._started.wait(WAIT)  # type: ignore[attr-defined]
    late.join(WAIT)
    assert not late.is_alive()
    assert not ran.is_set()


def test_what_a_starter_raises_is_raised_by_the_call(monkeypatch):
    def refuse(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    with pytest.raises(RuntimeError, match="can't start new thread"):
        start_daemon(lambda: None, "none")
