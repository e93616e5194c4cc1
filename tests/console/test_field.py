"""The fields of a form: how each is filled in, what it sends, and what of a secret it hides."""

from __future__ import annotations

import pytest

from chasqui.console.model.pastes import MOST
from chasqui.console.screens.field import FormField
from chasqui.console.widgets.field_input import LONGEST
from chasqui.control.port import SubmitOptions
from tests.console.forms import make_port, open_form, parameter, type_of, wrong

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
def test_each_parameter_is_a_labelled_field(drive, size):
    async def steps(console):
        await open_form(console, "files.copy")
        for words in ("source *  what to copy, a path", "times  a whole number", "mode", "force"):
            assert words in console.text
        assert "chasqui-files 1.0" in console.text

    drive(make_port(), steps, size)


def test_what_is_filled_in_is_submitted_as_text(drive):
    async def steps(console):
        await open_form(console, "files.copy")
        await console.type("a b")
        await console.press("tab")
        await console.type("12")
        await console.press("ctrl+s")
        assert "submitted task 1" in console.text
        assert "RUNNING" in console.text

    port = make_port()
    drive(port, steps)
    assert [("files.copy", {"source": "a b", "times": "12"}, SubmitOptions())] == port.submitted


def test_what_says_its_default_is_left_out(drive):
    async def steps(console):
        await open_form(console, "files.copy")
        await console.press("tab", "delete")
        await console.type("3")
        await console.press("ctrl+s")

    port = make_port()
    drive(port, steps)
    assert {} == port.submitted[0][1]


@pytest.mark.parametrize(
    ("info", "seen", "sent"),
    [
        (parameter("x", "integer", default="3"), "(the default: 3)", None),
        (parameter("x", "integer", default="3", optional=True), "(none)", ""),
        (parameter("x", "integer", True), "(needed)", None),
        (parameter("x", "text", default="abc"), "(an empty text)", ""),
        (parameter("x", "list", default='["a"]'), "(an empty list)", ""),
        (parameter("x", "path", default="here"), "(the default: here)", None),
    ],
)
def test_an_emptied_field_says_what_it_stands_for_and_sends_that(drive, info, seen, sent):
    async def steps(console):
        await open_form(console, "demo.made")
        await console.press("delete")
        assert seen in console.text
        await console.press("ctrl+s")

    port = make_port(type_of(info))
    drive(port, steps)
    assert ({} if sent is None else {"x": sent}) == port.submitted[0][1]


@pytest.mark.parametrize(("default", "is_exact"), [("a\x1bb", True), ("a␛b", False)])
def test_a_default_that_cannot_be_shown_as_it_is_stays_in_force(drive, default, is_exact):
    async def steps(console):
        await open_form(console, "demo.made")
        assert "(the default: a␛b)" in console.text
        await console.press("ctrl+s")

    port = make_port(type_of(parameter("x", "text", default=default, is_exact=is_exact)))
    drive(port, steps)
    assert {} == port.submitted[0][1]


def test_a_required_choice_begins_with_nothing_chosen(drive):
    async def steps(console):
        await open_form(console, "demo.made")
        assert "(choose)" in console.text
        await console.press("enter", "down", "enter")
        await console.press("tab", "enter", "down", "down", "enter")
        await console.press("ctrl+s")

    needed = parameter("colour", "choice", True, choices=("red", "blue"))
    port = make_port(type_of(needed, parameter("sure", "boolean", True)))
    drive(port, steps)
    assert {"colour": "red", "sure": "no"} == port.submitted[0][1]


def test_typing_finds_a_choice(drive):
    async def steps(console):
        await open_form(console, "demo.made")
        await console.press("enter")
        await console.type("blu")
        await console.press("enter", "ctrl+s")

    needed = parameter("colour", "choice", True, choices=("red", "blue"))
    port = make_port(type_of(needed))
    drive(port, steps)
    assert {"colour": "blue"} == port.submitted[0][1]


def test_an_optional_choice_can_be_none_again(drive):
    async def steps(console):
        await open_form(console, "demo.made")
        await console.press("enter", "up", "enter", "ctrl+s")

    port = make_port(
        type_of(parameter("x", "choice", default="red", optional=True, choices=("red", "blue")))
    )
    drive(port, steps)
    assert {"x": ""} == port.submitted[0][1]


def test_keys_that_arrive_in_a_burst_land_where_they_were_meant(drive):
    async def steps(console):
        await open_form(console, "demo.made")
        await console.burst("a", "b", "backspace", "c", "tab", "1", "enter", "x", "shift+tab", "2")
        assert ["ac", "2", "x"] == [field.text for field in console.app.screen.query(FormField)][:3]

    drive(
        make_port(
            type_of(
                parameter("one", "text", True),
                parameter("two", "integer", True),
                parameter("three", "text", True),
            )
        ),
        steps,
    )


@pytest.mark.parametrize("size", [(80, 24), (160, 48), (60, 15)])
def test_of_many_fields_the_one_in_focus_is_in_view_and_so_is_the_bottom(drive, size):
    async def steps(console):
        await open_form(console, "demo.made")
        await console.until(lambda: "still needed" in console.text)
        for number in range(0, 30, 5):
            assert f"field_{number}_ " in console.text
            assert "still needed: field_0_" in console.text
            assert "chasqui-tui run demo.made" in console.text
            assert "ctrl+s Submit" in console.text
            await console.burst(*["tab"] * 5)
        for number in range(29, -1, -6):
            await console.press("shift+tab")
            assert f"field_{number}_ " in console.text
            await console.burst(*["shift+tab"] * 5)

    fields = [parameter(f"field_{number}_", "text", True, help="h") for number in range(30)]
    drive(make_port(type_of(*fields)), steps, size)


def test_a_problem_of_the_field_in_focus_is_in_view(drive):
    async def steps(console):
        await open_form(console, "demo.made")
        await console.burst(*["tab"] * 8)
        port.checks["demo.made"] = wrong(f8="is a bad one")
        await console.type("x")
        await console.until(lambda: "✗ is a bad one" in console.text)

    port = make_port(type_of(*(parameter(f"f{n}", "text", True) for n in range(20))))
    drive(port, steps)


# Several lines


@pytest.mark.parametrize(("back", "text"), [("ctrl+e", '{"a":[1, 2]}'), ("escape", '{"a":[1]}')])
def test_json_is_edited_in_several_lines(drive, back, text):
    async def steps(console):
        await open_form(console, "demo.made")
        await console.type('{"a":[1]}')
        await console.press("ctrl+e")
        assert ["{", '"a":[', "1", "]", "}"] == [
            line.strip("│ ")[3:].strip() for line in console.lines[3:8]
        ]
        await console.press("up", "up", "end", "comma", "2", back)
        assert text == console.app.screen.query(FormField).first().text

    drive(make_port(type_of(parameter("x", "json", True))), steps)


def test_a_text_that_was_only_looked_at_in_several_lines_stays_as_it_is(drive):
    async def steps(console):
        await open_form(console, "demo.made")
        await console.type("[1,2]")
        await console.press("ctrl+e", "ctrl+e")
        assert "[1,2]" == console.app.screen.query(FormField).first().text

    drive(make_port(type_of(parameter("x", "list", True))), steps)


def test_ctrl_e_goes_to_the_end_where_there_is_one_line_only(drive):
    async def steps(console):
        await open_form(console, "demo.made")
        await console.type("ab")
        await console.press("home", "ctrl+e")
        await console.type("c")
        assert "abc" == console.app.screen.query(FormField).first().text

    drive(make_port(type_of(parameter("x", "text", True))), steps)


def test_a_paste_of_several_lines_is_taken_whole_or_said_to_be_cut(drive):
    async def steps(console):
        await open_form(console, "demo.made")
        await console.paste('{\n  "a": 1\n}')
        await console.press("tab")
        await console.paste("one\ntwo\n")
        assert "only the first of 2 lines was taken" in console.text
        await console.paste("\x1b[2J")
        assert "a text with hidden characters was refused" in console.text
        assert ['{"a": 1}', "one"] == [f.text for f in console.app.screen.query(FormField)][:2]

    drive(make_port(type_of(parameter("x", "json", True), parameter("y", "text", True))), steps)


# Secrets


def test_the_text_of_a_secret_is_neither_shown_nor_sent_nor_kept(drive, copied):
    async def steps(console):
        await open_form(console, "demo.made")
        await console.type("hunter2")
        await console.until(lambda: port.checked and port.checked[-1][1])
        assert "hunter2" not in console.text
        assert "'token=••••'" in console.text
        await console.press("shift+home", "ctrl+c")
        assert "hunter2" not in console.app.clipboard
        await console.press("ctrl+y")
        told = "copied, but with •••• where it needs a reference to a secret"
        await console.until(lambda: told in console.text)
        assert "hunter2" not in console.app.clipboard + copied.texts[0]
        await console.press("ctrl+s")
        await open_form(console, "demo.made")
        assert ["", "b"] == [field.text for field in console.app.screen.query(FormField)][:2]

    secret = parameter("token", "secret", True)
    port = make_port(type_of(secret, parameter("other", "text", default="b")))
    drive(port, steps)
    said = [*port.checked, *((type, params) for type, params, _ in port.submitted)]
    assert {"••••"} == {params["token"] for _, params in said if params}


def test_a_reference_to_a_secret_is_sent_and_stands_in_the_command(drive):
    async def steps(console):
        await open_form(console, "demo.made")
        await console.type("env:TOKEN")
        assert "token=env:TOKEN" in console.text
        await console.press("ctrl+s")
        await open_form(console, "demo.made")
        assert "" == console.app.screen.query(FormField).first().text

    port = make_port(type_of(parameter("token", "secret", True)))
    drive(port, steps)
    assert {"token": "env:TOKEN"} == port.submitted[0][1]


def test_a_huge_paste_is_refused_aloud_in_a_field_and_in_the_editor(drive):
    async def steps(console):
        await open_form(console, "demo.made")
        await console.paste("x" * (LONGEST + 1))
        assert "a text of 262,145 characters was refused; the most are 262,144" in console.text
        assert "" == console.app.focused.value
        await console.press("ctrl+e")
        await console.paste("x" * MOST)
        assert "a text of more than a million characters was refused" in console.text
        assert "" == console.app.focused.text

    drive(make_port(type_of(parameter("many", "list"))), steps)
