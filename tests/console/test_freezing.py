"""A frozen view: the panes stay as they were, the status line and the engine go on."""

from __future__ import annotations

import threading

import pytest

from chasqui.console import reader
from chasqui.control.fake import FakePort
from chasqui.control.port import Cancel, Counts, ViewQuery
from tests.console.rows import busy, failures, flaky, kind, port_with, snapshot, waiting, workers

BANNER = "VIEW FROZEN 0s ago"
SIZES = [(80, 24), (160, 48)]


def changing() -> FakePort:
    return FakePort(
        busy(), workers=workers(2), backlog=waiting(3, 4, 5), failures=failures(1), groups=[kind()]
    )


def change(port: FakePort) -> None:
    """Have other tasks wait, and one more fail."""
    port.backlog = waiting(7, 8)
    port.now = snapshot(counts=Counts(accepted=9, queued=2, failed=7))
    port.changed()


@pytest.mark.parametrize("size", SIZES)
def test_a_frozen_list_stays_as_it_was_while_the_status_line_goes_on(drive, size):
    async def steps(console):
        await console.press("2", "f")
        change(port)
        await console.tick()
        assert BANNER in console.text
        assert "seconds=4" in console.text
        assert "seconds=8" not in console.text
        assert "failed ✗ 7" in console.lines[0]
        assert [ViewQuery()] == port.queries[-1:]
        await console.press("f")
        await console.tick()
        assert BANNER not in console.text
        assert "seconds=8" in console.text

    port = changing()
    drive(port, steps, size)


def test_frozen_metrics_keep_their_numbers(drive):
    async def steps(console):
        await console.press("5", "f")
        change(port)
        await console.tick()
        assert "accepted 7 = accounted 7" in console.text

    port = changing()
    drive(port, steps)


def test_panes_that_were_not_on_screen_are_frozen_at_the_same_moment(drive):
    async def steps(console):
        await console.press("1", "f")
        change(port)
        await console.tick()
        await console.press("2")
        assert "seconds=4" in console.text
        assert [ViewQuery()] == port.queries[-1:]

    port = changing()
    drive(port, steps)


def test_many_rows_around_the_selected_one_are_kept_and_what_is_beyond_says_so(drive):
    async def steps(console):
        await console.press("2", "f")
        for _ in range(8):
            await console.press("pagedown")
        assert "seconds=140" in console.text
        await console.press("G")
        assert (
            "these rows were not read before the view was frozen; f lets it go on" in console.text
        )

    port = FakePort(
        snapshot(counts=Counts(accepted=9000, queued=9000)), backlog=waiting(*range(9000))
    )
    drive(port, steps)


def test_a_key_acts_on_the_task_of_the_frozen_row(drive):
    async def steps(console):
        await console.press("2", "f", "j")
        change(port)
        await console.tick()
        await console.press("x")

    port = changing()
    drive(port, steps)
    assert [Cancel(numbers=(4,), waiting_only=True)] == port.commands


def test_another_list_has_to_be_read_so_the_view_goes_on(drive):
    async def steps(console):
        await console.press("4", "f", "enter")
        await console.tick()
        assert BANNER not in console.text
        assert "group" in str(port.queries[-1].failures_of)

    port = port_with(*flaky(1, 2, 3), groups=[kind()])
    drive(port, steps)


def test_a_port_that_does_not_answer_freezes_nothing(drive, monkeypatch):
    monkeypatch.setattr(reader, "AHEAD_SECONDS", 0.0)

    class Slow(FakePort):
        def snapshot(self, query):
            if is_slow.is_set():
                answered.wait()
            return super().snapshot(query)

    async def steps(console):
        is_slow.set()
        console.app.main.set_focus(None)
        await console.app.main.run_act("view.freeze")
        assert "the engine has not answered, so nothing is frozen" in console.text
        assert BANNER not in console.text
        is_slow.clear()
        answered.set()

    is_slow, answered = threading.Event(), threading.Event()
    drive(Slow(busy(), workers=workers(1)), steps)
