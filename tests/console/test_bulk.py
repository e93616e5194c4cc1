"""Acting on failures: what is asked before, what is done, and what is said afterwards."""

from __future__ import annotations

import pytest

from chasqui.console.screens.skipped import SkippedScreen
from chasqui.control.port import (
    Capabilities,
    Chosen,
    CommandOutcome,
    CountFailures,
    DiscardFailures,
    RetryFailures,
    Undo,
    UndoView,
)
from chasqui.control.safe_text import SafeText
from tests.console.rows import changes, counted, flaky, kind, port_with, snapshot

SKIPPED = ((3, SafeText("no room")), (4, SafeText("no room")))
SIZES = [(80, 24), (160, 48)]


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("key", "word", "command"), [("r", "Retry", RetryFailures), ("x", "Discard", DiscardFailures)]
)
def test_a_dialog_names_the_exact_count_and_kind_and_acts_on_what_it_counted(
    drive, size, key, word, command
):
    async def steps(console):
        await console.press("4", key)
        assert f"{word} 12 failures?" in console.text
        assert "app.flaky: ValueError: bad #" in console.text
        assert "task 1  path=/data/1.csv" in console.text
        assert "and 9 more" in console.text
        assert "4,000 have failed this way; 12 of them are kept" in console.text
        port.failures += flaky(13)
        port.answers[CountFailures] = counted(*port.failures)
        port.changed()
        await console.press("y")
        assert "12 failures" in console.text

    port = port_with(*flaky(*range(1, 13)), groups=[kind(count=4000, kept=12)])
    drive(port, steps, size)
    assert [command(chosen=Chosen(numbers=tuple(range(1, 13))))] == changes(port)


def test_what_was_counted_is_acted_on_by_its_token_where_it_is_too_much_to_be_listed(drive):
    async def steps(console):
        five_thousand = CommandOutcome(ok=True, numbers=(1, 2), more=4998, token="t1")
        retried = CommandOutcome(ok=False, numbers=(1,), more=2999, token="t2", skipped=SKIPPED,
                          more_skipped=1998, reasons=((SafeText("no room"), 2000),))  # fmt: skip
        port.answers = {CountFailures: five_thousand, RetryFailures: retried}
        await console.press("4", "r")
        assert "Retry 5,000 failures?" in console.text
        await console.press("y")
        assert "retried 3,000 of 5,000 failures; 2,000 skipped" in console.text
        assert "and 1,998 more:" in console.text
        assert "2,000 of all no room" in console.text
        await console.press("escape")
        assert "skipped 2,000: no room" in console.text

    port = port_with(*flaky(1, 2), groups=[kind(count=5000, kept=5000)])
    drive(port, steps)
    assert [RetryFailures(chosen=Chosen(token="t1"))] == changes(port)


@pytest.mark.parametrize("key", ["enter", "n", "escape"])
def test_no_is_in_focus_so_that_enter_does_nothing(drive, key):
    async def steps(console):
        await console.press("4", "x", key)
        assert "kind of failure" in console.text

    port = port_with(*flaky(1, 2), groups=[kind()])
    drive(port, steps)
    assert [] == changes(port)


def test_a_single_failure_is_retried_at_once(drive):
    async def steps(console):
        await console.press("4", "c", "j", "r")
        assert "retried task 2" in console.text

    port = port_with(*flaky(1, 2), groups=[kind()])
    port.answers[RetryFailures] = CommandOutcome(ok=True, numbers=(2,))
    drive(port, steps)
    assert [RetryFailures(chosen=Chosen(numbers=(2,)))] == port.commands


@pytest.mark.slow
def test_what_was_skipped_is_counted_by_its_reasons_and_listed(drive):
    async def steps(console):
        await console.press("4", "r", "y")
        assert isinstance(console.app.screen, SkippedScreen)
        assert "retried 1 of 4 failures; 3 skipped" in console.text
        assert "task 4 was retried already" in console.text
        assert "task 3 is not kept" in console.text
        await console.press("escape")
        assert "skipped 2: was retried already, 1: is not kept" in console.text

    already = SafeText("was retried already")
    skipped = ((1, already), (4, already), (3, SafeText("is not kept")))
    port = port_with(*flaky(1, 2, 3, 4), groups=[kind()])
    port.answers[RetryFailures] = CommandOutcome(ok=False, numbers=(2,), skipped=skipped)
    drive(port, steps, (100, 30))


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_all_that_an_undo_has_skipped_are_counted_in_a_line_that_fits(drive, size):
    async def steps(console):
        await console.press("4", "u", "escape")
        assert "undone for 0 failures; skipped 20: was retried as " in console.lines[-2]
        assert " which has ended" in console.lines[-2]

    skipped = [
        (number, SafeText(f"was retried as task {number + 40}, which has ended already"))
        for number in range(1, 21)
    ]
    port = port_with(*flaky(*range(1, 21)), groups=[kind()])
    port.answers[Undo] = CommandOutcome(ok=False, skipped=tuple(skipped))
    drive(port, steps, size)


def test_one_that_was_skipped_is_told_in_the_line(drive):
    async def steps(console):
        await console.press("4", "c", "r")
        assert "retried 0 of 1 failure; task 1 was retried already" in console.text

    port = port_with(*flaky(1, state=SafeText("retried")))
    skipped = ((1, SafeText("was retried already")),)
    port.answers[RetryFailures] = CommandOutcome(ok=False, skipped=skipped)
    drive(port, steps)


def test_a_discard_is_taken_back_by_u_while_its_time_is_left(drive):
    async def steps(console):
        await console.press("4")
        assert "Undo" not in console.lines[-1]
        port.now = snapshot(undo=UndoView(verb=SafeText("discard"), count=3, remaining=12.4))
        await console.press("x", "y")
        assert "discarded 3 failures" in console.text
        assert "u undoes discard of 3: 12s left" in console.lines[2]
        assert "u Undo 12s" in console.lines[-1]
        port.now = snapshot()
        await console.press("u")
        assert "undone for 3 failures" in console.text
        assert "Undo" not in console.lines[-1]

    port = port_with(*flaky(1, 2, 3), groups=[kind()])
    port.answers[Undo] = CommandOutcome(ok=True, numbers=(1, 2, 3))
    drive(port, steps)
    assert [DiscardFailures, Undo] == [type(command) for command in changes(port)]


def test_u_with_nothing_to_bring_back_says_so(drive):
    async def steps(console):
        await console.press("4", "u")
        assert "there is nothing to take back" in console.text

    port = port_with(*flaky(1))
    port.answers[Undo] = CommandOutcome(ok=False, reason=SafeText("there is nothing to take back"))
    drive(port, steps)


@pytest.mark.slow
def test_discarding_all_has_the_number_typed(drive):
    async def steps(console):
        await console.press("4", "X")
        assert "Discard 12 failures?" in console.text
        await console.type("discard 11")
        await console.press("enter")
        assert "that is not discard 12" in console.text
        assert [] == changes(port)
        await console.press(*["backspace"] * 2)
        await console.type("12")
        await console.press("enter")
        assert "discarded 12 failures" in console.text

    port = port_with(*flaky(*range(1, 13)))
    drive(port, steps)
    assert [DiscardFailures(chosen=Chosen(numbers=tuple(range(1, 13))))] == changes(port)


@pytest.mark.parametrize("key", ["r", "x", "R", "X", "u"])
def test_a_read_only_console_refuses_to_change_failures(drive, key):
    async def steps(console):
        await console.press("4", key)
        assert "this console is read-only" in console.text
        assert "Retry" not in console.lines[-1]

    port = port_with(*flaky(1, 2), groups=[kind()], caps=Capabilities(read_only=True))
    drive(port, steps)
    assert [] == port.commands


def test_a_refusal_of_the_engine_is_told(drive):
    async def steps(console):
        await console.press("4", "c", "r")
        assert "the engine is stopping" in console.text

    port = port_with(*flaky(1))
    port.answers[RetryFailures] = CommandOutcome(
        ok=False, reason=SafeText("the engine is stopping")
    )
    drive(port, steps)


def test_a_retry_behind_an_open_breaker_is_said_to_wait(drive):
    async def steps(console):
        await console.press("4", "r")
        assert "The breaker of app.flaky is open: they will wait until it closes." in console.text
        await console.press("n", "x")
        assert "they will wait" not in console.text

    now = {"breakers": (SafeText("app.flaky"),)}
    drive(port_with(*flaky(1, 2), groups=[kind()], now=now), steps)


def test_of_a_retry_behind_a_half_open_breaker_a_few_are_said_to_start(drive):
    async def steps(console):
        await console.press("4", "r")
        assert "The breaker of app.flaky is half open: all but a few will wait" in console.text
        assert "is open" not in console.text

    now = {"half_open": (SafeText("app.flaky"),)}
    drive(port_with(*flaky(1, 2), groups=[kind()], now=now), steps)


def test_what_was_retried_already_is_not_counted_for_a_retry_but_for_a_discard(drive):
    async def steps(console):
        await console.press("4", "r")
        assert "Retry 2 failures?" in console.text
        await console.press("n", "x")
        assert "Discard 3 failures?" in console.text

    rows = flaky(1, 2, 3)
    of_the_kind = Chosen(group="g1", open_only=True)
    answers = {CountFailures(chosen=of_the_kind): counted(*rows[1:])}
    drive(port_with(*rows, groups=[kind(open=2)], answers=answers), steps)


@pytest.mark.parametrize(
    ("kept", "says"),
    [
        (3, "these 3 failures were retried already"),
        (1, "this failure was retried already"),
        (0, "none of these failures is left to retry"),
    ],
)
def test_a_kind_of_which_all_were_retried_says_so_and_asks_nothing(drive, kept, says):
    async def steps(console):
        await console.press("4")
        assert "3 failed, 3 retried" in console.lines[-2]
        await console.press("r")
        assert says in console.lines[-2]

    rows = flaky(1, 2, 3, state=SafeText("retried"))
    of_the_kind = CountFailures(chosen=Chosen(group="g1"))
    answers = {CountFailures: counted(), of_the_kind: counted(*rows[:kept])}
    port = port_with(*rows, groups=[kind(open=0, retried=3)], answers=answers)
    drive(port, steps)
    assert [] == changes(port)


@pytest.mark.parametrize(
    ("states", "says"),
    [
        (("retried", "retried"), "these 2 failures were retried or discarded already"),
        (("new", "new"), "none of these failures is left to retry"),
    ],
)
def test_all_that_a_filter_lists_and_that_was_retried_is_not_said_to_be_gone(drive, states, says):
    async def steps(console):
        await console.press("4", "slash")
        await console.type("age<1h")
        await console.press("enter", "R")
        assert says in console.lines[-2]

    rows = [row for one, state in enumerate(states) for row in flaky(one, state=SafeText(state))]
    kept = counted(*[row for row in rows if row.state == "retried"])
    answers = {
        CountFailures: counted(),
        CountFailures(chosen=Chosen(filter="age<1h")): kept,
    }
    port = port_with(*rows, groups=[kind(open=0, retried=2)], answers=answers)
    drive(port, steps)
    assert [] == changes(port)


def test_failures_that_are_gone_are_not_discarded(drive):
    async def steps(console):
        await console.press("4", "x")
        assert "none of these failures is left to discard" in console.lines[-2]

    port = port_with(*flaky(1, 2), groups=[kind()], answers={CountFailures: counted()})
    drive(port, steps)
    assert [] == changes(port)


@pytest.mark.parametrize("key", ["R", "X"])
def test_what_matches_a_mistyped_filter_is_not_acted_on_and_the_filter_is_named(drive, key):
    async def steps(console):
        await console.press("4", "slash")
        await console.type("2.csv")
        await console.press("enter", key)
        assert "nothing done: agee<1m: agee is not a field" in console.lines[-2]
        assert "failures?" not in console.text
        await console.press("y")

    port = port_with(*flaky(*range(1, 13)), groups=[kind()])
    reason = SafeText("agee<1m: agee is not a field; did you mean age?")
    port.answers[CountFailures] = CommandOutcome(ok=False, reason=reason)
    drive(port, steps)
    assert [] == changes(port)
