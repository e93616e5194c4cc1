"""Leaving and stopping: nothing is lost without being asked."""

from __future__ import annotations

import msgspec
import pytest

from chasqui.console.ending import ConsoleExit
from chasqui.control.fake import FakePort
from chasqui.control.port import Capabilities, Counts, Shutdown, ShutdownView
from chasqui.control.safe_text import SafeText
from chasqui.control.wire.messages import HostGone
from tests.console.rows import busy, ledger, snapshot


def test_an_idle_engine_is_left_at_once(drive):
    async def steps(console):
        await console.press("q")

    assert ConsoleExit("quit") == drive(FakePort(snapshot()), steps)


def test_leaving_with_work_left_asks_and_stays_at_enter(drive):
    async def steps(console):
        await console.press("q")
        assert "1 running, 4 queued." in console.text
        await console.press("enter")
        assert "Leave with work left?" not in console.text

    port = FakePort(busy())
    assert drive(port, steps) is None
    assert [] == port.commands


@pytest.mark.parametrize(("key", "mode"), [("d", "drain"), ("c", "cancel")])
def test_leaving_begins_the_shutdown_that_was_chosen(drive, key, mode):
    async def steps(console):
        await console.press("q", key)

    port = FakePort(busy())
    assert ConsoleExit(mode) == drive(port, steps)
    assert [Shutdown(mode=mode)] == port.commands


def test_an_abort_has_its_word_typed(drive):
    async def steps(console):
        await console.press("q", "a")
        await console.type("abor")
        await console.press("enter")
        assert "that is not abort" in console.text
        await console.type("t")
        await console.press("enter")

    port = FakePort(busy())
    assert ConsoleExit("abort") == drive(port, steps)
    assert [Shutdown(mode="abort")] == port.commands


@pytest.mark.parametrize("key", ["Q", "q"])
def test_the_time_that_a_shutdown_has_is_named_and_what_a_drain_would_not_run(drive, key):
    async def steps(console):
        await console.press(key)
        assert "run waiting tasks within 5s" in console.text
        assert "finish running tasks within 5s" in console.text
        assert "held" not in console.text
        assert "a drain starts it again" not in console.text
        port.now = msgspec.structs.replace(busy(), held=3, state="paused")
        await console.press("escape")
        await console.tick()
        await console.press(key)
        assert "3 of them held by a paused type or an open breaker" in console.text
        assert "The engine is paused: a drain starts it again." in console.text

    port = FakePort(busy(), caps=Capabilities(shutdown_timeout=5))
    drive(port, steps)


@pytest.mark.parametrize(
    ("state", "words"), [("stopped", "has stopped"), ("stopping", "is stopping")]
)
def test_an_engine_that_ends_offers_no_workers_and_no_submission(drive, state, words):
    async def steps(console):
        for key in ("1", "2"):
            await console.press(key)
            assert f"The engine {words}." in console.text
            assert "adds one" not in console.text
            assert "submits a task" not in console.text

    drive(FakePort(snapshot(state=state, workers=0)), steps)


def test_a_console_of_an_engine_elsewhere_is_left_without_a_question(drive):
    async def steps(console):
        await console.press("q")

    port = FakePort(busy(), caps=Capabilities(embedded=False))
    assert ConsoleExit("quit") == drive(port, steps)
    assert [] == port.commands


def test_a_drain_without_a_limit_says_so_before_and_while_it_goes_on(drive):
    async def steps(console):
        await console.press("Q")
        assert "Drain: run waiting tasks, then stop" in console.text
        await console.press("d")
        port.now = snapshot(
            state="stopping",
            counts=Counts(accepted=7, completed=3, queued=3, running=1),
            shutdown=ShutdownView(mode="drain", remaining=None, timeout=None),
        )
        await console.tick()
        assert "draining: 1 running, 3 queued, no limit" in console.text
        assert "however long that takes" in console.text

    port = FakePort(busy(), caps=Capabilities(shutdown_timeout=None))
    drive(port, steps)


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
def test_a_shutdown_counts_down_to_its_ledger(drive, size):
    async def steps(console):
        await console.press("Q", "d")
        port.now = snapshot(
            state="stopping",
            counts=Counts(accepted=7, completed=3, queued=3, running=1),
            shutdown=ShutdownView(mode="drain", remaining=7.2, timeout=10),
        )
        await console.tick()
        assert "draining: 1 running, 3 queued, 7s of 10s left" in console.text
        port.now = snapshot(state="stopped", ledger=ledger())
        await console.tick()
        words = console.text.split()
        for name, count in (("accepted", "7"), ("completed", "5"), ("abandoned", "0")):
            assert count == words[words.index(name) + 1]
        await console.press("enter")

    port = FakePort(busy())
    assert ConsoleExit("stopped") == drive(port, steps, size)


def test_a_ledger_that_does_not_add_up_says_both_sums(drive):
    async def steps(console):
        port.now = snapshot(state="stopped", ledger=ledger(accepted=9))
        await console.tick()
        await console.press("Q")
        assert "accepted 9 ≠ accounted 7" in console.text

    port = FakePort(busy())
    drive(port, steps)


def test_a_ledger_names_what_was_left(drive):
    async def steps(console):
        named = (SafeText("task 6 demo.sleep abandoned on w01"),)
        port.now = snapshot(
            state="stopped", ledger=ledger(clean=False, completed=4, abandoned=1, named=named)
        )
        await console.tick()
        await console.press("Q")
        assert "not clean" in console.text
        assert "task 6 demo.sleep abandoned on w01" in console.text

    port = FakePort(busy())
    drive(port, steps)


def test_a_drain_under_way_can_be_sharpened(drive):
    async def steps(console):
        await console.press("Q", "d")
        port.now = snapshot(
            state="stopping", shutdown=ShutdownView(mode="drain", remaining=7.2, timeout=10)
        )
        await console.tick()
        await console.press("f")
        await console.type("abort")
        await console.press("enter")

    port = FakePort(busy())
    drive(port, steps)
    assert [Shutdown(mode="drain"), Shutdown(mode="abort")] == port.commands


def test_leaving_during_a_drain_lets_it_go_on(drive):
    async def steps(console):
        await console.press("Q", "d")
        port.now = snapshot(
            state="stopping", shutdown=ShutdownView(mode="drain", remaining=7.2, timeout=10)
        )
        await console.tick()
        await console.press("q")

    port = FakePort(busy())
    assert ConsoleExit("drain") == drive(port, steps)
    assert [Shutdown(mode="drain")] == port.commands


def shared(clients):
    """Return a reading of an engine at work, with so many attached to its host."""
    return msgspec.structs.replace(busy(), clients=clients)


BESIDE = Capabilities(embedded=False, beside=True, pid=4242)


def test_a_host_that_the_console_started_can_be_left_running(drive):
    async def steps(console):
        await console.press("q")
        assert "it can go on without" in console.text
        await console.press("l")

    port = FakePort(shared(1), caps=BESIDE)
    assert ConsoleExit("leave") == drive(port, steps)
    assert [] == port.commands


@pytest.mark.parametrize(("key", "mode"), [("d", "drain"), ("c", "cancel")])
def test_a_host_that_the_console_started_is_stopped_as_chosen(drive, key, mode):
    async def steps(console):
        await console.press("q", key)

    port = FakePort(busy(), caps=BESIDE)
    assert ConsoleExit(mode) == drive(port, steps)
    assert [Shutdown(mode=mode)] == port.commands


@pytest.mark.parametrize(
    ("now", "read_only"),
    [(snapshot(), False), (shared(2), False), (busy(), True)],
    ids=["idle", "another console watches", "read-only"],
)
def test_a_host_that_the_console_started_is_left_at_once(drive, now, read_only):
    async def steps(console):
        await console.press("q")

    caps = msgspec.structs.replace(BESIDE, read_only=read_only)
    assert ConsoleExit("quit") == drive(FakePort(now, caps=caps), steps)


class Dying(FakePort):
    """A port whose host may be gone."""

    is_gone = False

    def snapshot(self, query):
        if self.is_gone:
            raise HostGone("the host has gone", 1.0)
        return super().snapshot(query)


def test_a_host_that_is_gone_is_left_at_once(drive):
    async def steps(console):
        port.is_gone = True
        await console.tick()
        await console.press("q")

    port = Dying(busy(), caps=BESIDE)
    assert ConsoleExit("quit") == drive(port, steps)


def test_a_host_that_came_back_is_asked_about_again(drive):
    async def steps(console):
        port.is_gone = True
        await console.tick()
        port.is_gone = False
        await console.tick()
        await console.press("q")
        assert "Leave with work left?" in console.text

    port = Dying(busy(), caps=BESIDE)
    assert drive(port, steps) is None


def test_an_engine_of_this_process_cannot_be_left_running(drive):
    async def steps(console):
        await console.press("q")
        assert "Leave it running" not in console.text
        await console.press("l")
        assert "Leave with work left?" in console.text

    assert drive(FakePort(busy()), steps) is None


@pytest.mark.parametrize("caps", [BESIDE, Capabilities()])
def test_work_that_came_after_the_last_reading_is_asked_about(drive, caps):
    async def steps(console):
        port.now = busy()
        await console.press("q")
        assert "1 running, 4 queued." in console.text

    port = FakePort(snapshot(), caps=caps)
    assert drive(port, steps) is None


def test_what_waits_for_its_time_is_not_called_queued(drive):
    async def steps(console):
        await console.press("q")
        assert "1 running, 3 queued, 2 scheduled." in console.text
        await console.press("escape")
        port.now = msgspec.structs.replace(
            port.now, state="stopping", shutdown=ShutdownView(mode="drain", remaining=7, timeout=10)
        )
        await console.tick()
        await console.press("Q")
        assert "draining: 1 running, 3 queued, 2 scheduled" in console.text

    port = FakePort(snapshot(counts=Counts(accepted=6, queued=3, scheduled=2, running=1)))
    drive(port, steps)
