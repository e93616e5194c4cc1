"""The form of a type's limits: what it asks the engine for, and what it refuses."""

from __future__ import annotations

import msgspec
import pytest

from chasqui.console.model.limits_form import Wrong, commands_of, texts_of, with_limits
from chasqui.control.fake import FakePort
from chasqui.control.port import (
    CommandOutcome,
    LiftStrike,
    Limit,
    LimitsView,
    PauseType,
    ResumeType,
    StrikeValue,
)
from chasqui.control.safe_text import SafeText
from tests.console.forms import type_of
from tests.console.opened import limits, opened, port_with
from tests.console.rows import snapshot, waiting, workers

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("keys", [("m",), ("enter", "m")], ids=["from the list", "from its page"])
def test_m_sets_limits_and_says_until_when_they_hold(drive, keys):
    async def steps(console):
        await console.press("5", *keys)
        assert "They hold until the engine stops: it has no journal." in console.text
        await console.press("backspace", "2", "enter")
        said = "limits of app.flaky set; it holds until the engine stops: it has no journal"
        assert said in " ".join(console.text.split())

    port = port_with()
    drive(port, steps)
    assert [Limit(type="app.flaky", concurrency=2)] == port.commands


@pytest.mark.parametrize("pane", ["1", "2"], ids=["a worker", "a waiting task"])
def test_the_type_of_a_running_or_waiting_task_is_paused_and_limited_from_its_list(drive, pane):
    async def steps(console):
        await console.press(pane, "P")
        assert "paused app.flaky: none of its tasks starts" in console.text
        await console.press("m")
        assert "Limits of app.flaky" in console.text
        await console.burst("backspace", "2", "enter")

    name = SafeText("app.flaky")
    port = port_with(workers=workers(1, type=name, task=7), backlog=waiting(3, type=name))
    drive(port, steps)
    assert [PauseType(type=name), Limit(type=name, concurrency=2)] == port.commands


def test_a_paused_type_is_resumed_from_a_list_of_tasks(drive):
    async def steps(console):
        await console.press("2", "P")
        assert "resumed app.flaky" in console.text

    name = SafeText("app.flaky")
    port = FakePort(snapshot(paused_types=(name,)), backlog=waiting(3, type=name))
    drive(port, steps)
    assert [ResumeType(type=name)] == port.commands


def test_an_idle_worker_has_no_type_to_pause(drive):
    async def steps(console):
        await console.press("1", "P")
        assert "no type is selected" in console.text

    drive(FakePort(snapshot(), workers=workers(1)), steps)


def test_a_limit_that_is_emptied_is_taken_away(drive):
    async def steps(console):
        await console.press("5", "m", "backspace", "tab", *["backspace"] * 4, "enter")

    port = port_with()
    drive(port, steps)
    assert [Limit(type="app.flaky", concurrency=None, rate=None)] == port.commands


def test_ctrl_r_fills_in_what_the_policy_has(drive):
    async def steps(console):
        await console.press("5", "m", "ctrl+r", "enter")

    port = port_with(opened(policy=limits(4)))
    drive(port, steps)
    assert [Limit(type="app.flaky", concurrency=4, rate=None)] == port.commands


def test_what_was_typed_before_enter_is_set_even_in_a_burst(drive):
    async def steps(console):
        await console.press("5", "m")
        await console.burst("backspace", "7", "enter")

    port = port_with()
    drive(port, steps)
    assert [Limit(type="app.flaky", concurrency=7)] == port.commands


def test_keys_typed_after_a_tab_go_to_the_next_field_even_in_a_burst(drive):
    async def steps(console):
        await console.press("5", "m")
        await console.burst("backspace", "7", "tab", *"9/s", "shift+tab", *"12", "enter")

    port = port_with()
    drive(port, steps)
    assert [Limit(type="app.flaky", concurrency=12, rate="9/s")] == port.commands


def test_the_form_fits_a_small_terminal_and_scrolls_to_the_field_in_use(drive):
    async def steps(console):
        await console.press("5", "m", "tab", "tab", "tab", "tab")
        await console.type("row=7")
        assert "row=7" in console.text and "Esc back" in console.text

    drive(port_with(opened(policy=limits(4))), steps, (60, 15))


def test_the_breaker_is_set_and_what_the_policy_has_is_said(drive):
    async def steps(console):
        await console.press("5", "m")
        assert "Its policy has: 5 at a time, 10/s, breaker 9 in 60s for 5s." in console.text
        await console.press("tab", "tab", "tab")
        await console.burst(*["backspace"] * 20, *"3 in 10s for 20s", "enter")

    before = msgspec.structs.replace(limits(5, "10/s"), breaker=SafeText("5 in 60s for 30s"))
    policy = msgspec.structs.replace(before, breaker=SafeText("9 in 60s for 5s"))
    port = port_with(opened(limits=before, policy=policy))
    drive(port, steps)
    assert [Limit(type="app.flaky", breaker="3 in 10s for 20s")] == port.commands


def test_a_breaker_cannot_be_emptied():
    view = opened(limits=LimitsView(breaker=SafeText("5 in 60s for 30s")))
    wrong = commands_of(view, {**texts_of(view.limits), "breaker": ""})
    assert isinstance(wrong, Wrong)
    assert "breaker" == wrong.field


@pytest.mark.parametrize(
    ("typed", "said"), [("x", "a number of tasks from 1 on"), ("0", "a number of tasks from 1 on")]
)
def test_a_wrong_number_is_refused_before_the_engine_is_asked(drive, typed, said):
    async def steps(console):
        await console.press("5", "m", "backspace", typed, "enter")
        assert said in console.text and "Limits of app.flaky" in console.text

    port = port_with()
    drive(port, steps)
    assert [] == port.commands


def test_what_the_engine_refuses_is_said_in_its_words_and_the_form_stays(drive):
    async def steps(console):
        await console.press("5", "m", "tab", "x", "enter")
        assert "a rate is like 10/s, not 'x10/s'" in console.text
        assert "Limits of app.flaky" in console.text

    no = CommandOutcome(ok=False, reason=SafeText("a rate is like 10/s, not 'x10/s'"))
    drive(port_with(answers={Limit: no}), steps)


def test_no_key_typed_in_the_form_reaches_a_command(drive):
    async def steps(console):
        await console.press("5", "m", "tab", "tab", *"PpbQqx", "escape")
        assert "Limits of" not in console.text

    port = port_with()
    drive(port, steps)
    assert [] == port.commands


def test_a_strike_and_a_lift_are_each_a_command():
    view = opened(strikes=(SafeText("customer=c7"),))
    typed = {**texts_of(view.limits), "strike": " customer = c9 ", "lift": "customer=c7"}

    assert [
        StrikeValue(type="app.flaky", parameter="customer", value="c9"),
        LiftStrike(type="app.flaky", parameter="customer", value="c7"),
    ] == commands_of(view, typed)


def test_a_wrong_value_to_strike_is_refused_before_anything_is_set(drive):
    async def steps(console):
        await console.press("5", "m", "backspace", "2", *["tab"] * 4)
        await console.burst(*"row=abc", "enter")
        assert "row must be a number, got 'abc'" in console.text
        assert "set; it holds" not in console.text
        assert [] == port.commands
        await console.burst(*["backspace"] * 3, "7", "enter")

    port = port_with(types=[type_of(name="app.flaky")])
    wrong = (("row", SafeText("must be a number, got 'abc'")),)
    port.checks["app.flaky"] = [CommandOutcome(ok=False, problems=wrong), CommandOutcome(ok=True)]
    drive(port, steps)
    assert [
        Limit(type="app.flaky", concurrency=2),
        StrikeValue(type="app.flaky", parameter="row", value="7"),
    ] == port.commands


def test_what_was_set_before_a_refusal_is_no_error_and_is_not_set_again(drive):
    async def steps(console):
        await console.press("5", "m", "backspace", "2", *["tab"] * 4)
        await console.burst(*"row=7", "enter")
        assert "✗ the engine is busy" in console.text
        assert "limits of app.flaky set; it holds until" in console.text
        await console.press("enter")
        assert "limits of app.flaky set, row=7 of app.flaky struck; it" in console.text

    refused = CommandOutcome(ok=False, reason=SafeText("the engine is busy"))
    port = port_with(answers={StrikeValue: [refused, CommandOutcome(ok=True)]})
    drive(port, steps)
    struck = StrikeValue(type="app.flaky", parameter="row", value="7")
    assert [Limit(type="app.flaky", concurrency=2), struck, struck] == port.commands


def test_a_form_left_after_a_refusal_says_what_was_set_before_it(drive):
    async def steps(console):
        await console.press("5", "m", "backspace", "2", *["tab"] * 4)
        await console.burst(*"row=7", "enter")
        await console.press("escape")
        assert "limits of app.flaky set; it holds until" in console.text

    refused = CommandOutcome(ok=False, reason=SafeText("the engine is busy"))
    drive(port_with(answers={StrikeValue: refused}), steps)


def test_a_strike_that_was_done_leaves_its_field(drive):
    async def steps(console):
        await console.press("5", "m", *["tab"] * 4)
        await console.press(*"row=7", "tab")
        await console.burst(*"row=9", "enter")
        assert "row=7 of app.flaky struck" in console.text
        await console.press("enter")

    refused = CommandOutcome(ok=False, reason=SafeText("the engine is busy"))
    lifts = {LiftStrike: [refused, CommandOutcome(ok=True)]}
    port = port_with(opened(strikes=(SafeText("row=9"),)), answers=lifts)
    drive(port, steps)
    lifted = LiftStrike(type="app.flaky", parameter="row", value="9")
    struck = StrikeValue(type="app.flaky", parameter="row", value="7")
    assert [struck, lifted, lifted] == port.commands


@pytest.mark.parametrize("field", ["strike", "lift"])
def test_a_strike_of_a_parameter_that_the_type_does_not_have_is_refused(field):
    view = opened(strikes=(SafeText("customer=c7"),))

    found = commands_of(view, {"concurrency": "2", field: "custmer=c7"})

    said = "'custmer' is not a parameter of app.flaky; it takes customer, row"
    assert Wrong(field, said) == found


def test_limits_that_were_set_are_no_longer_a_change():
    typed = {"concurrency": "", "rate": "5/s burst 9", "by": "row", "breaker": ""}
    view = opened()
    found = commands_of(view, typed)

    assert isinstance(found, list) and isinstance(found[0], Limit)
    assert [] == commands_of(with_limits(view, found[0]), typed)


@pytest.mark.parametrize("typed", ["customer", "=c7", " = "])
def test_a_strike_without_a_parameter_or_a_value_is_refused(typed):
    found = commands_of(opened(), {"strike": typed})

    assert isinstance(found, Wrong) and "strike" == found.field


def test_a_form_in_which_nothing_was_changed_asks_for_nothing():
    view = opened()

    assert [] == commands_of(view, texts_of(view.limits))
