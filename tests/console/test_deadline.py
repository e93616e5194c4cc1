"""The deadline of a shutdown under way, brought forward from the console."""

from __future__ import annotations

import pytest

from chasqui.control.fake import FakePort
from chasqui.control.port import Shutdown, ShutdownView
from tests.console.rows import ledger, snapshot

pytestmark = pytest.mark.slow


def stopping(remaining=30.0):
    view = ShutdownView(mode="drain", remaining=remaining, timeout=30.0)
    return FakePort(snapshot(state="stopping", shutdown=view))


def test_the_deadline_of_a_shutdown_can_be_brought_forward(drive):
    async def steps(console):
        await console.press("Q", "t")
        await console.burst(*"10s", "enter")
        assert "it ends within 10s" in console.text

    port = stopping()
    drive(port, steps)
    assert [Shutdown(mode="drain", timeout=10.0)] == port.commands


@pytest.mark.parametrize(
    ("typed", "said"),
    [("2m", "can only be brought forward: 30s are left"), ("soon", "must be seconds or a dur")],
)
def test_a_deadline_that_is_later_or_no_time_is_refused(drive, typed, said):
    async def steps(console):
        await console.press("Q", "t")
        await console.burst(*typed, "enter")
        assert said in console.text
        await console.press("escape", "escape")
        assert "Shutdown" not in console.text

    port = stopping()
    drive(port, steps)
    assert [] == port.commands


def test_the_field_of_the_deadline_closes_when_the_engine_has_stopped(drive):
    async def steps(console):
        await console.press("Q", "t", *"soon", "enter")
        assert "must be seconds" in console.text
        port.now = snapshot(state="stopped", ledger=ledger())
        await console.tick()
        assert "Enter Leave" in console.text and "soon" not in console.text
        assert "must be seconds" not in console.text
        await console.press("enter")

    port = stopping()
    assert "stopped" == drive(port, steps).reason
