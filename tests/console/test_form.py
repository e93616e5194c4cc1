"""The form: made from a type's parameters, judged by the port."""

from __future__ import annotations

import pytest

from chasqui.control.fake import FakePort
from chasqui.control.port import Outcome, ParameterInfo, SubmitOptions, TaskTypeInfo
from chasqui.control.safe_text import SafeText
from tests.console.rows import busy

COPY = TaskTypeInfo(
    name="files.copy",
    plugin="files",
    help=SafeText("Copy a file."),
    parameters=(
        ParameterInfo(name="source", kind="path", required=True, help=SafeText("what to copy")),
        ParameterInfo(name="times", kind="integer", required=False, default="3"),
        ParameterInfo(
            name="mode", kind="choice", required=False, default="fast", choices=("fast", "safe")
        ),
        ParameterInfo(name="force", kind="boolean", required=False, default="no"),
    ),
)
PLAIN = TaskTypeInfo(name="demo.nothing", plugin="demo", help=SafeText("Do nothing."))


def make_port():
    return FakePort(busy(), types=[PLAIN, COPY])


async def open_form(console, name):
    await console.press("s")
    assert "choose a task type" in console.text
    await console.type(name)
    await console.press("enter")
    assert f"Submit {name}" in console.text


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
def test_each_parameter_is_a_labelled_field(drive, size):
    async def steps(console):
        await open_form(console, "files.copy")
        for words in ("source *  what to copy, a path", "times  a whole number", "mode", "force"):
            assert words in console.text

    drive(make_port(), steps, size)


def test_what_is_filled_in_is_submitted_as_text(drive):
    async def steps(console):
        await open_form(console, "files.copy")
        await console.type("a b")
        await console.press("tab", "home", "delete")
        await console.type("12")
        await console.press("ctrl+s")
        assert "submitted task 1" in console.text
        assert "RUNNING" in console.text

    port = make_port()
    drive(port, steps)
    values = {"source": "a b", "times": "12", "mode": "fast", "force": "no"}
    assert [("files.copy", values, SubmitOptions(priority=0))] == port.submitted


def test_an_empty_field_is_left_out(drive):
    async def steps(console):
        await open_form(console, "files.copy")
        await console.press("tab", "home", "delete", "ctrl+s")

    port = make_port()
    drive(port, steps)
    assert ["mode", "force"] == list(port.submitted[0][1])


def test_problems_stand_beside_their_fields_and_the_form_stays(drive):
    async def steps(console):
        await open_form(console, "files.copy")
        await console.type("here")
        port.outcomes = [
            Outcome(
                ok=False,
                reason=SafeText("2 parameters are wrong"),
                problems=(
                    ("source", SafeText("there is no such file")),
                    ("times", SafeText("must be at least 1")),
                ),
            )
        ]
        await console.press("ctrl+s")
        lines = console.lines
        at = next(i for i, line in enumerate(lines) if "there is no such file" in line)
        assert "here" in lines[at - 1]
        assert "must be at least 1" in console.text
        assert "2 parameters are wrong" in console.text
        await console.press("ctrl+s")
        assert "Submit files.copy" not in console.text

    port = make_port()
    drive(port, steps, (80, 40))
    assert 2 == len(port.submitted)


def test_f5_submits_and_keeps_the_form(drive):
    async def steps(console):
        await open_form(console, "demo.nothing")
        await console.press("f5", "f5")
        assert "submitted task 2" in console.text
        assert "Submit demo.nothing" in console.text

    port = make_port()
    drive(port, steps)
    assert 2 == len(port.submitted)


def test_the_priority_goes_with_it(drive):
    async def steps(console):
        await open_form(console, "demo.nothing")
        await console.press("tab")
        await console.press("home", "delete")
        await console.type("-7")
        await console.press("ctrl+s")

    port = make_port()
    drive(port, steps)
    assert [SubmitOptions(priority=-7)] == [options for _, _, options in port.submitted]


def test_the_form_names_the_command_that_does_the_same(drive):
    async def steps(console):
        await open_form(console, "files.copy")
        await console.type("a b")
        assert "chasqui-tui run files.copy 'source=a b' times=3" in console.text

    drive(make_port(), steps, (160, 48))


def test_escape_submits_nothing(drive):
    async def steps(console):
        await open_form(console, "demo.nothing")
        await console.press("escape")
        assert "RUNNING" in console.text

    port = make_port()
    drive(port, steps)
    assert [] == port.submitted


def test_typing_narrows_the_types_and_arrows_choose(drive):
    async def steps(console):
        await console.press("s")
        await console.type("demo")
        assert "files.copy" not in console.text
        await console.type("x")
        assert "no task type has these words" in console.text
        await console.press("ctrl+u")
        await console.press("down", "enter")
        assert "Submit files.copy" in console.text

    drive(make_port(), steps)


def test_without_types_the_operator_is_told_where_to_look(drive):
    async def steps(console):
        await console.press("s")
        assert "`chasqui-tui plugins` says why" in console.text

    drive(FakePort(busy()), steps)
