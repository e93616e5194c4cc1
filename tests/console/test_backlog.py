"""The backlog pane: filtered, cancelled as a filter selects, and put back."""

from __future__ import annotations

import msgspec
import pytest

from chasqui.control.commands import PUT_BACK_MOST
from chasqui.control.fake import FakePort
from chasqui.control.port import (
    Cancel,
    Capabilities,
    Command,
    CommandOutcome,
    CountWaiting,
    JournalStatus,
    Undo,
    UndoView,
)
from chasqui.control.safe_text import SafeText
from chasqui.engine.waiting import withdrawals
from tests.console.rows import busy, snapshot, waiting

SIZES = [(80, 24), (160, 48)]
NOTES = (("3", SafeText("demo.sleep seconds=1")),)
COUNTED = CommandOutcome(ok=True, numbers=(3, 4), notes=NOTES)
UNDO = UndoView(verb=SafeText("cancel"), count=2, remaining=29.6)


def port_with(**more) -> FakePort:
    """Return a port with four waiting tasks, of which a filter selects two."""
    listed = {"type=demo.*": waiting(3, 4)}
    port = FakePort(busy(), backlog=waiting(3, 4, 5, 6), backlog_of=listed, **more)
    port.answers = {CountWaiting: COUNTED, Cancel: CommandOutcome(ok=True, numbers=(3, 4))}
    return port


def changes(port: FakePort) -> list[Command]:
    return [command for command in port.commands if not isinstance(command, CountWaiting)]


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_all_that_a_filter_selects_is_cancelled_as_it_was_counted(drive, size):
    async def steps(console):
        await console.press("2", "/")
        await console.type("type=demo.*")
        await console.press("enter")
        await console.until(lambda: "2 match" in console.text)
        await console.press("X")
        assert CountWaiting(filter="type=demo.*") == port.commands[-1]
        assert "Cancel 2 waiting tasks?" in console.text
        assert "all that match: type=demo.*" in console.text
        assert "task 3  demo.sleep seconds=1" in console.text
        assert "and 1 more" in console.text
        assert "u puts them back within 30 seconds" in console.text
        await console.press("y")
        assert "cancelled 2 tasks" in console.text

    port = port_with()
    drive(port, steps, size)
    assert [Cancel(numbers=(3, 4), waiting_only=True)] == changes(port)


@pytest.mark.slow
def test_many_are_cancelled_by_the_token_of_their_count_and_those_that_started_are_counted(drive):
    async def steps(console):
        await console.press("2", "/")
        await console.type("type=demo.*")
        await console.press("enter", "X")
        assert "Cancel 5,000 waiting tasks?" in console.text
        await console.press("y")
        assert "cancelled 4,998 of 5,000 tasks; 2 skipped" in console.text

    port = port_with()
    started = SafeText("has started already")
    port.answers = {
        CountWaiting: CommandOutcome(ok=True, numbers=(3,), more=4999, token="t1"),
        Cancel: CommandOutcome(
            ok=False, numbers=(5,), more=4997, token="t2", skipped=((3, started), (4, started))
        ),
    }
    drive(port, steps)
    assert [Cancel(token="t1", waiting_only=True)] == changes(port)


@pytest.mark.parametrize("answer", ["enter", "n", "escape"])
def test_no_is_in_focus_so_that_enter_cancels_nothing(drive, answer):
    async def steps(console):
        await console.press("2", "/")
        await console.type("type=demo.*")
        await console.press("enter", "X", answer)
        assert "waiting tasks?" not in console.text

    port = port_with()
    drive(port, steps)
    assert [] == changes(port)


def test_without_a_filter_the_count_has_to_be_typed(drive):
    async def steps(console):
        await console.press("2", "X")
        assert "all that wait, of every type" in console.text
        await console.press("y", "enter")
        assert [] == changes(port)
        await console.press("backspace")
        await console.type("cancel 2")
        await console.press("enter")

    port = port_with()
    drive(port, steps)
    assert [CountWaiting(filter=""), Cancel(numbers=(3, 4), waiting_only=True)] == port.commands


@pytest.mark.parametrize(
    ("parked", "said"), [(1, "1 parked task stays."), (3, "3 parked tasks stay.")]
)
def test_a_cancel_of_all_says_how_many_parked_tasks_stay(drive, parked, said):
    async def steps(console):
        await console.press("2", "X")
        assert said in console.text
        await console.press("escape")

    journal = JournalStatus(mode="power", state="ok", parked=parked)
    port = FakePort(msgspec.structs.replace(busy(), journal=journal), backlog=waiting(3, 4))
    port.answers = {CountWaiting: COUNTED}
    drive(port, steps)


def test_more_than_can_be_put_back_has_to_be_typed_and_it_is_said(drive):
    async def steps(console):
        await console.press("2", "/")
        await console.type("type=demo.*")
        await console.press("enter", "X")
        assert "More than 100,000 cannot be put back." in console.text
        assert "cancel 100001" in console.text
        await console.press("escape")

    port = port_with()
    port.answers = {CountWaiting: CommandOutcome(ok=True, numbers=(3,), more=PUT_BACK_MOST)}
    drive(port, steps)
    assert [] == changes(port)
    assert PUT_BACK_MOST == withdrawals.MOST


def test_a_filter_with_a_mistake_cancels_nothing_and_says_what_is_wrong(drive):
    async def steps(console):
        await console.press("2", "X")
        assert "nothing done: age takes < <= > >=" in console.text

    port = port_with()
    port.answers = {CountWaiting: CommandOutcome(ok=False, reason=SafeText("age takes < <= > >="))}
    drive(port, steps)
    assert [] == changes(port)


@pytest.mark.parametrize("pane", ["1", "2", "3", "4", "5", "6"])
def test_undo_is_offered_on_every_pane_while_it_lasts_and_names_the_new_task(drive, pane):
    async def steps(console):
        await console.press(pane)
        assert "u Undo" not in console.text
        port.now = snapshot(undo=UNDO)
        await console.tick()
        assert "u Undo 29s" in console.lines[-1]
        await console.press("u")
        assert "task 3 waits again, as task 12" in console.text

    port = port_with()
    port.answers[Undo] = CommandOutcome(ok=True, numbers=(3,), made=(12,))
    drive(port, steps, (160, 48))
    assert [Undo()] == changes(port)


def test_many_that_are_put_back_are_counted_and_those_that_are_not_have_a_reason(drive):
    async def steps(console):
        await console.press("2", "u")
        assert "2 cancelled tasks wait again, as new ones, from task 12 on" in console.text
        assert "task 5 has expired meanwhile" in console.text

    port = port_with()
    port.now = snapshot(undo=UNDO)
    gone = ((5, SafeText("has expired meanwhile")),)
    port.answers[Undo] = CommandOutcome(ok=False, numbers=(3, 4), made=(12, 13), skipped=gone)
    drive(port, steps, (160, 48))


def test_a_read_only_console_cancels_nothing(drive):
    async def steps(console):
        await console.press("2", "X", "u", "x")
        assert "read-only" in console.text

    port = port_with(caps=Capabilities(read_only=True))
    drive(port, steps)
    assert [] == port.commands


def test_an_empty_list_says_that_it_is_the_filter(drive):
    async def steps(console):
        await console.press("2", "/")
        await console.type("type=x")
        await console.press("enter")
        await console.until(lambda: "0 match" in console.text)
        assert "No waiting task matches the filter." in console.text
        await console.press("escape")
        assert "demo." in console.text

    drive(port_with(), steps)
