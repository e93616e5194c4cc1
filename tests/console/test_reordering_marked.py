"""Marked waiting tasks run next, or get another priority, as they were counted."""

from __future__ import annotations

import pytest

from chasqui.control.fake import FakePort
from chasqui.control.port import (
    REORDERED_MOST,
    CommandOutcome,
    CountWaiting,
    Marked,
    Reprioritize,
    RunNext,
)
from chasqui.control.safe_text import SafeText
from chasqui.pool.reordering import MOST_NEXT
from tests.console.test_lanes import lane
from tests.console.test_marks import rows, tasks

SIZES = [(80, 24), (160, 48)]
COUNTED = CommandOutcome(ok=True, numbers=(3, 4), notes=(("3", SafeText("demo.sleep seconds=1")),))
DONE = CommandOutcome(ok=True, numbers=(3, 4))


def port_with(counted: CommandOutcome = COUNTED, done: CommandOutcome = DONE) -> FakePort:
    """Return a port with three waiting tasks, and what it says of the marked ones."""
    answers = {CountWaiting: counted, RunNext: done, Reprioritize: done}
    return tasks(3, 4, 5, answers=answers)


@pytest.mark.parametrize("size", SIZES)
def test_t_counts_the_marked_tasks_asks_and_has_them_run_next(drive, size):
    async def steps(console):
        await console.press("2", "space", "space")
        assert ("t Next 2" in console.lines[-1]) == (size[0] > 80)
        await console.press("t")
        assert "Run 2 tasks next?" in console.text
        assert "task 3  demo.sleep seconds=1" in console.text
        await console.press("y")
        await console.until(lambda: "2 tasks run next" in console.text)
        assert [] == rows(console)

    port = port_with()
    drive(port, steps, size)
    asked = CountWaiting(marked=Marked(numbers=(3, 4)))
    assert [asked, RunNext(numbers=(3, 4))] == port.commands


def test_a_no_leaves_the_order_and_the_marks(drive):
    async def steps(console):
        await console.press("2", "space", "space", "t", "enter")
        assert ["3", "4"] == rows(console)

    port = port_with()
    drive(port, steps)
    assert [CountWaiting] == [type(one) for one in port.commands]


@pytest.mark.parametrize("selected", ["k", "j"])
def test_a_single_marked_task_runs_next_at_once_only_while_it_is_selected(drive, selected):
    async def steps(console):
        await console.press("2", "space", selected, "t")
        if selected == "j":
            assert "Run task 3 next?" in console.text
            await console.press("y")
        await console.until(lambda: "task 3 runs next" in console.text)

    one = CommandOutcome(ok=True, numbers=(3,))
    port = port_with(one, one)
    drive(port, steps)
    assert RunNext(numbers=(3,)) == port.commands[-1]


def test_those_that_have_started_meanwhile_and_what_is_held_still_are_said(drive):
    async def steps(console):
        await console.press("2", "space", "space", "t", "y")
        said = "1 of 2 tasks run next, but some held still, as task 4: rate 1/m; task 3 has started"
        await console.until(lambda: said in console.text)

    skipped = ((3, SafeText("has started already")),)
    held = (("4", SafeText("rate 1/m")),)
    drive(
        port_with(
            done=CommandOutcome(ok=False, numbers=(4,), skipped=skipped, notes=held),
        ),
        steps,
        (160, 48),
    )


def test_o_asks_for_one_priority_for_all_that_is_marked(drive):
    async def steps(console):
        await console.press("2", "space", "space", "o")
        assert "Priority of 2 tasks" in console.text
        await console.press("enter")
        assert "a priority is a whole number" in console.text
        await console.press("7", "enter")
        await console.until(lambda: "2 tasks have priority 7" in console.text)
        assert [] == rows(console)

    port = port_with()
    drive(port, steps)
    assert Reprioritize(numbers=(3, 4), priority=7) == port.commands[-1]


def test_those_that_are_too_many_to_be_listed_are_named_by_their_token(drive):
    async def steps(console):
        await console.press("2", "space", "space", "t", "y")
        await console.until(lambda: "900 tasks run next" in console.text)

    many = CommandOutcome(ok=True, numbers=(3, 4), more=898, token="t1")
    port = port_with(many, many)
    drive(port, steps)
    assert RunNext(token="t1") == port.commands[-1]


@pytest.mark.parametrize("key", ["t", "o"])
@pytest.mark.parametrize(
    ("counted", "said"),
    [
        (
            CommandOutcome(ok=True, numbers=(3,), more=REORDERED_MOST, token="t1"),
            "at most 1,000 tasks change places at a time: 1,001 are marked",
        ),
        (CommandOutcome(ok=True), "none of them waits any more"),
        (CommandOutcome(ok=False, reason=SafeText("count again")), "nothing done: count again"),
    ],
)
def test_what_can_not_be_reordered_is_refused_in_a_sentence(drive, key, counted, said):
    async def steps(console):
        await console.press("2", "space", "space", key)
        await console.until(lambda: said in console.text)

    port = port_with(counted)
    drive(port, steps)
    assert [CountWaiting] == [type(one) for one in port.commands]


def test_what_is_marked_counts_also_while_a_type_is_selected(drive):
    async def steps(console):
        await console.press("2", "c", "space", "space", "c", "home", "t")
        assert "Run 2 tasks next?" in console.text

    answers = {CountWaiting: COUNTED}
    lanes = [lane("demo.sleep", 3), lane("demo.fail", 2)]
    drive(tasks(3, 4, 5, lanes=lanes, answers=answers), steps)


def test_a_console_has_as_many_run_next_as_an_engine_takes():
    assert MOST_NEXT == REORDERED_MOST
