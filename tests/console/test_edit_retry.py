"""Editing a failed task's parameters and retrying it with them."""

from __future__ import annotations

import pytest

from chasqui.control.fake import FakePort
from chasqui.control.port import (
    Capabilities,
    CommandOutcome,
    FilledForm,
    FillForm,
    RetryEdited,
)
from chasqui.control.safe_text import SafeText
from tests.console.forms import parameter, type_of, wrong
from tests.console.rows import changes, flaky, kind, port_with

BOOK = type_of(
    parameter("account", "integer", True, expects="a whole number"),
    parameter("note", "text", default="none yet"),
    parameter("token", "secret", True),
    parameter("raw", "json", True),
    name="app.flaky",
)
TEXTS = (("account", "7"), ("note", "late"), ("token", "env:BANK"))
SIZES = [(80, 24), (160, 48)]


def made_port(**more):
    """Return a port with one failure, whose form has a value without a text."""
    form = FilledForm(type="app.flaky", texts=TEXTS, untold=("raw",))
    answers = {
        FillForm: CommandOutcome(ok=True, form=form),
        RetryEdited: CommandOutcome(ok=True, numbers=(99,)),
        **more.pop("answers", {}),
    }
    port = port_with(*flaky(7), groups=[kind(count=1, kept=1, open=1, example=7)], **more)
    port.answers.update(answers)
    port.offered = [BOOK]
    port.checks["app.flaky"] = wrong(raw="is required")
    return port


def edits(port: FakePort) -> list[RetryEdited]:
    return [command for command in port.commands if isinstance(command, RetryEdited)]


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_e_opens_the_form_filled_and_sends_only_what_was_changed(drive, size):
    async def steps(console):
        await console.press("4", "e")
        assert "Edit and retry task 7, app.flaky" in console.text
        assert "late" in console.row("late")
        assert "(stays as it was)" in console.text
        await console.until(lambda: port.checked)
        await console.settle()
        assert "is required" not in console.text and "still needed" not in console.text
        assert "ctrl+s Retry" in console.text and "F5" not in console.text
        await console.press("end", "backspace", "8", "ctrl+s")
        assert "retried 7 as task 99; u undoes it within 30 seconds" in console.lines[-2]

    port = made_port()
    drive(port, steps, size)
    assert [RetryEdited(number=7, type="app.flaky", texts=(("account", "8"),))] == edits(port)
    assert [] == port.submitted


@pytest.mark.slow
def test_a_field_that_is_back_at_its_default_is_sent_as_that(drive):
    async def steps(console):
        await console.press("4", "e", "tab", "end", *["backspace"] * 4)
        await console.type("none yet")
        await console.press("ctrl+s")

    port = made_port()
    drive(port, steps)
    assert [RetryEdited(number=7, type="app.flaky", texts=(), defaults=("note",))] == edits(port)


@pytest.mark.slow
def test_a_secret_stays_its_reference_and_is_not_shown(drive):
    async def steps(console):
        await console.press("4", "e")
        assert not any("env:BANK" in line for line in console.lines[:-3])
        await console.until(lambda: port.checked)
        await console.press("ctrl+s")

    port = made_port()
    drive(port, steps)
    assert [RetryEdited(number=7, type="app.flaky", texts=())] == edits(port)
    assert {"account": "7", "note": "late", "token": "env:BANK"} == port.checked[-1][1]


def test_what_is_typed_for_a_value_without_a_text_replaces_it(drive):
    async def steps(console):
        await console.press("4", "e", "tab", "tab", "tab")
        await console.type("[1]")
        await console.press("ctrl+s")

    port = made_port()
    drive(port, steps)
    assert (("raw", "[1]"),) == edits(port)[0].texts


def test_ctrl_r_fills_in_the_parameters_of_the_failed_task_again(drive):
    async def steps(console):
        await console.press("4", "e", "end", "8", "ctrl+r", "ctrl+s")

    port = made_port()
    drive(port, steps)
    assert () == edits(port)[0].texts


def test_the_form_stays_and_says_why_when_the_failure_was_retried_meanwhile(drive):
    async def steps(console):
        await console.press("4", "e", "ctrl+s")
        assert "Edit and retry task 7" in console.text
        assert "task 7 was retried already, as task 12" in console.text

    skipped = ((7, SafeText("was retried already, as task 12")),)
    port = made_port(answers={RetryEdited: CommandOutcome(ok=False, skipped=skipped)})
    drive(port, steps)


@pytest.mark.slow
def test_the_form_of_a_failed_task_is_not_that_of_the_next_submission(drive):
    async def steps(console):
        await console.press("4", "e", "end", "8", "escape", "s", "enter")
        assert "Submit app.flaky" in console.text
        assert "78" not in console.text

    drive(made_port(), steps)


def test_of_a_kind_with_several_one_failure_is_chosen_first(drive):
    async def steps(console):
        await console.press("4", "e")
        assert "Enter lists the failures of this kind" in console.lines[-2]
        await console.press("enter", "e")
        assert "Edit and retry task 1," in console.text

    port = port_with(*flaky(1, 2), groups=[kind(count=2, kept=2, open=2)])
    port.answers[FillForm] = CommandOutcome(ok=True, form=FilledForm(type="app.flaky"))
    port.offered = [BOOK]
    drive(port, steps)
    assert [FillForm(number=1)] == [one for one in changes(port) if isinstance(one, FillForm)]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"caps": Capabilities(read_only=True)}, "read-only"),
        (
            {"answers": {FillForm: CommandOutcome(ok=False, reason=SafeText("nothing is kept"))}},
            "nothing is kept",
        ),
        (
            {
                "answers": {
                    FillForm: CommandOutcome(ok=True, form=FilledForm(type="app.gone")),
                }
            },
            "there is no task type app.gone any more",
        ),
    ],
)
def test_a_failure_that_cannot_be_edited_says_why(drive, more, words):
    async def steps(console):
        await console.press("4", "e")
        assert words in console.lines[-2]
        assert "Edit and retry" not in console.text

    drive(made_port(**more), steps)


@pytest.mark.slow
def test_a_burst_of_keys_after_e_goes_to_the_form_and_not_to_the_list(drive):
    async def steps(console):
        await console.press("4")
        await console.burst("e", "x")
        await console.settle()
        await console.until(lambda: "Edit and retry" in console.text)

    port = made_port()
    drive(port, steps)
    assert [FillForm] == [type(command) for command in port.commands]
