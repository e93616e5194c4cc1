"""A waiting task runs next, or gets another priority, from the backlog and from its own page."""

from __future__ import annotations

import pytest

from chasqui.control.fake import FakePort
from chasqui.control.port import (
    Capabilities,
    Command,
    CommandOutcome,
    Reprioritize,
    RunNext,
    SeeFailures,
    TaskDetail,
)
from chasqui.control.safe_text import SafeText
from tests.console.rows import NOW, busy, waiting
from tests.console.test_lanes import lane

SIZES = [(80, 24), (160, 48)]


def port_with(state="queued", **more) -> FakePort:
    """Return a port with waiting tasks, the page of one of which is in a state."""
    detail = TaskDetail(number=4, type=SafeText("demo.sleep"), state=state, created=NOW, priority=2)
    return FakePort(busy(), backlog=waiting(3, 4, 5), details={4: detail}, **more)


def changes(port: FakePort) -> list[Command]:
    return [command for command in port.commands if not isinstance(command, SeeFailures)]


@pytest.mark.parametrize("size", SIZES)
def test_t_has_the_selected_task_run_next(drive, size):
    async def steps(console):
        await console.press("2", "down", "t")
        await console.until(lambda: "task 4 runs next" in console.text)

    port = port_with()
    drive(port, steps, size)
    assert [RunNext(numbers=(4,))] == changes(port)


def test_what_holds_the_task_still_is_said(drive):
    async def steps(console):
        await console.press("2", "t")
        said = "task 3 is the first of its type, and held still: rate 1/m"
        await console.until(lambda: said in console.text)

    port = port_with()
    held = (("3", SafeText("rate 1/m")),)
    port.answers[RunNext] = CommandOutcome(ok=True, numbers=(3,), notes=held)
    drive(port, steps)


def test_a_task_that_has_started_meanwhile_is_said_to_have(drive):
    async def steps(console):
        await console.press("2", "t")
        await console.until(lambda: "task 3 has started already" in console.text)

    port = port_with()
    skipped = ((3, SafeText("has started already")),)
    port.answers[RunNext] = CommandOutcome(ok=False, skipped=skipped)
    drive(port, steps)


@pytest.mark.parametrize("size", SIZES)
def test_o_asks_for_a_priority_which_the_first_digit_replaces(drive, size):
    async def steps(console):
        await console.press("2", "down", "o")
        assert "Priority of task 4" in console.text
        await console.type("high")
        await console.press("enter")
        assert "a priority is a whole number from" in console.text
        await console.press("ctrl+u")
        await console.type("-7")
        await console.press("enter")
        await console.until(lambda: "task 4 has priority -7" in console.text)

    port = port_with()
    drive(port, steps, size)
    assert [Reprioritize(numbers=(4,), priority=-7)] == changes(port)


def test_a_priority_that_is_not_given_changes_nothing(drive):
    async def steps(console):
        await console.press("2", "o", "escape")
        assert "Priority of task" not in console.text

    port = port_with()
    drive(port, steps)
    assert [] == changes(port)


@pytest.mark.slow
def test_on_the_page_of_a_waiting_task_both_are_keys(drive):
    async def steps(console):
        await console.press("2", "down", "enter")
        await console.until(lambda: "Run next" in console.text)
        await console.press("t")
        await console.until(lambda: "task 4 runs next" in console.text)
        await console.press("o")
        assert "Priority of task 4" in console.text
        await console.press("8", "enter")
        await console.until(lambda: "task 4 has priority 8" in console.text)

    port = port_with()
    drive(port, steps, (160, 48))
    assert [RunNext(numbers=(4,)), Reprioritize(numbers=(4,), priority=8)] == changes(port)


@pytest.mark.parametrize(("state", "said"), [("running", "started"), ("completed", "has ended")])
def test_what_does_not_wait_is_left_alone_on_its_page(drive, state, said):
    async def steps(console):
        await console.press("2", "down", "enter", "t", "o")
        await console.until(lambda: said in console.text)
        assert "Run next" not in console.text

    port = port_with(state)
    drive(port, steps)
    assert [] == changes(port)


def test_a_type_is_no_task(drive):
    async def steps(console):
        await console.press("2", "t")
        await console.until(lambda: "choose a single task: Enter lists" in console.text)
        await console.press("o")
        assert "Priority of task" not in console.text

    port = port_with(lanes=[lane("demo.sleep", 3), lane("demo.fail", 2)])
    drive(port, steps)
    assert [] == changes(port)


def test_a_read_only_console_changes_no_order(drive):
    async def steps(console):
        await console.press("2", "t", "o", "enter", "t", "o")

    port = port_with(caps=Capabilities(read_only=True))
    drive(port, steps)
    assert [] == changes(port)
