"""The form: made from a type's parameters, judged by the port."""

from __future__ import annotations

import threading

import pytest
from textual.widgets import Select

from chasqui.console import checker
from chasqui.console.screens.field import Field
from chasqui.control.fake import FakePort
from chasqui.control.port import Outcome, ParameterInfo, SubmitOptions, TaskTypeInfo
from chasqui.control.safe_text import SafeText
from tests.console.rows import busy


def parameter(name, kind, required=False, **more):
    texts = {key: SafeText(more[key]) for key in ("help", "expects") if key in more}
    return ParameterInfo(name=name, kind=kind, required=required, **{**more, **texts})


def type_of(*parameters, name="demo.made"):
    return TaskTypeInfo(name=name, plugin="demo", help=SafeText("Made."), parameters=parameters)


COPY = TaskTypeInfo(
    name="files.copy",
    plugin="files",
    help=SafeText("Copy a file."),
    package=SafeText("chasqui-files 1.0"),
    parameters=(
        parameter("source", "path", True, help="what to copy", expects="a path"),
        parameter("times", "integer", default="3", expects="a whole number"),
        parameter("mode", "choice", default="fast", choices=("fast", "safe")),
        parameter("force", "boolean", default="no"),
    ),
)
PLAIN = TaskTypeInfo(name="demo.nothing", plugin="demo", help=SafeText("Do nothing."))


def make_port(*types):
    return FakePort(busy(), types=types or [PLAIN, COPY])


def wrong(**problems):
    named = tuple((name, SafeText(why)) for name, why in problems.items())
    return Outcome(ok=False, reason=SafeText("wrong"), problems=named)


async def open_form(console, name):
    await console.press("s")
    assert "choose a task type" in console.text
    await console.type(name)
    await console.press("enter")
    assert f"Submit {name}" in console.text


def line_of(console, words):
    return next(at for at, line in enumerate(console.lines) if words in line)


@pytest.fixture
def never_pausing(monkeypatch):
    """Make the typing never pause, so that nothing is judged but what is submitted."""
    monkeypatch.setattr(checker, "PAUSE_SECONDS", 3600.0)


# The fields


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


def test_a_default_that_cannot_be_shown_as_it_is_stays_in_force(drive):
    async def steps(console):
        await open_form(console, "demo.made")
        assert "(the default: a␛b\\xe9)" in console.text
        await console.press("ctrl+s")

    port = make_port(type_of(parameter("x", "text", default="a\x1bb\udce9")))
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
        assert ["ac", "2", "x"] == [field.text for field in console.app.screen.query(Field)][:3]

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
        port.answers = [wrong(f8="is a bad one")] * 9
        await console.type("x")
        await console.until(lambda: "✗ is a bad one" in console.text)

    port = make_port(type_of(*(parameter(f"f{n}", "text", True) for n in range(20))))
    drive(port, steps)


# What is wrong


def test_what_is_wrong_is_said_while_typing_and_counted_at_the_bottom(drive):
    async def steps(console):
        await open_form(console, "files.copy")
        port.answers = [wrong(times="must be a whole number", mode="is odd")] * 5
        await console.press("tab")
        await console.type("x")
        await console.until(lambda: "✗ must be a whole number" in console.text)
        assert "x" in console.lines[line_of(console, "✗ must be a whole number") - 1]
        assert "✗ 2 problems: times, mode" in console.text
        port.answers = []
        await console.press("backspace")
        await console.until(lambda: "must be a whole number" not in console.text)
        assert "still needed: source" in console.text

    port = make_port()
    drive(port, steps)
    assert [] == port.submitted


def test_an_empty_field_is_no_mistake_before_the_first_attempt(drive):
    async def steps(console):
        await open_form(console, "files.copy")
        await console.until(lambda: "still needed: source" in console.text)
        assert "✗" not in console.text
        port.outcomes = [wrong(source="is required")]
        await console.press("ctrl+s")
        assert "✗ is required" in console.text
        assert "1 problem: source is required" in console.text

    port = make_port()
    drive(port, steps)


def test_nothing_is_judged_before_the_typing_pauses(drive, never_pausing):
    async def steps(console):
        await open_form(console, "files.copy")
        await console.type("abc")

    port = make_port()
    drive(port, steps)
    assert [] == port.checked


def test_a_note_of_the_engine_stands_below_its_field(drive):
    async def steps(console):
        port.answers = [Outcome(ok=True, notes=(("source", SafeText("exists, 12 KiB")),))] * 9
        await open_form(console, "files.copy")
        await console.type("here")
        await console.until(lambda: "exists, 12 KiB" in console.text)
        assert "here" in console.lines[line_of(console, "exists, 12 KiB") - 1]

    port = make_port()
    drive(port, steps)


def test_a_check_that_does_not_answer_stops_neither_typing_nor_submitting(drive):
    hangs, asked = threading.Event(), threading.Event()

    class Hanging(FakePort):
        def check(self, type, params):
            if asked.is_set():
                return Outcome(ok=True)
            asked.set()
            hangs.wait(300)
            return wrong(source="is late")

    async def steps(console):
        await console.press("s")
        await console.type("copy")
        await console.pilot.press("enter")
        await console.until(asked.is_set)
        await console.pilot.press("a", "f5")
        await console.until(lambda: "submitted task 1" in console.text)
        hangs.set()
        await console.settle()
        assert "submitted task 1" in console.text
        assert "is late" not in console.text

    port = Hanging(busy(), types=[COPY])
    drive(port, steps)
    assert "a" == port.submitted[0][1]["source"]


def test_a_check_of_values_that_have_changed_is_not_shown(drive):
    first = threading.Event()

    class Slow(FakePort):
        def check(self, type, params):
            self.checked.append((type, dict(params)))
            if len(self.checked) == 1:
                first.wait(20)
                return wrong(source="is old")
            return Outcome(ok=True)

    async def steps(console):
        await console.press("s")
        await console.pilot.press("enter")
        await console.until(lambda: port.checked)
        await console.pilot.press("a")
        await console.until(lambda: console.app.screen._checker._timer is None)
        first.set()
        await console.until(lambda: "nothing is wrong" in console.text)
        assert "is old" not in console.text

    port = Slow(busy(), types=[COPY])
    drive(port, steps)
    assert [{}, {"source": "a"}] == [params for _, params in port.checked][:2]


def test_a_port_that_cannot_judge_says_so_and_the_form_goes_on(drive):
    class Raising(FakePort):
        def check(self, type, params):
            raise OSError("the line is cut")

    async def steps(console):
        await open_form(console, "files.copy")
        await console.until(lambda: "OSError: the line is cut" in console.text)
        await console.press("ctrl+s")
        assert "submitted task 1" in console.text

    drive(Raising(busy(), types=[COPY]), steps)


# Submitting


def test_problems_stand_beside_their_fields_and_the_form_stays(drive, never_pausing):
    async def steps(console):
        await open_form(console, "files.copy")
        await console.type("here")
        port.outcomes = [wrong(source="there is no such file", times="must be at least 1")]
        await console.press("tab", "ctrl+s")
        assert "here" in console.lines[line_of(console, "there is no such file") - 1]
        assert "must be at least 1" in console.text
        assert "2 problems: source, times" in console.text
        assert console.app.screen.focused.value == "here"
        await console.press("ctrl+s")
        assert "Submit files.copy" not in console.text

    port = make_port()
    drive(port, steps, (80, 40))
    assert 2 == len(port.submitted)


def test_a_full_backlog_is_told_and_the_form_stays(drive, never_pausing):
    async def steps(console):
        await open_form(console, "files.copy")
        await console.type("a")
        port.outcomes = [Outcome(ok=False, reason=SafeText("task queue is full"))]
        await console.press("ctrl+s")
        assert "✗ task queue is full" in console.text
        await console.press("ctrl+s")
        assert "submitted task 2" in console.text

    port = make_port()
    drive(port, steps)
    assert [{"source": "a"}] * 2 == [params for _, params, _ in port.submitted]


def test_f5_submits_and_keeps_the_form(drive):
    async def steps(console):
        await open_form(console, "demo.nothing")
        await console.press("f5", "f5")
        assert "submitted task 2" in console.text
        assert "Submit demo.nothing" in console.text

    port = make_port()
    drive(port, steps)
    assert 2 == len(port.submitted)


def test_an_answer_that_comes_after_the_form_was_closed_is_told_all_the_same(drive):
    closed = threading.Event()

    class Slow(FakePort):
        def submit(self, type, params, options):
            closed.wait(20)
            return super().submit(type, params, options)

    async def steps(console):
        await open_form(console, "demo.nothing")
        await console.pilot.press("ctrl+s")
        await console.pilot.press("escape")
        closed.set()
        await console.until(lambda: "submitted task 1" in console.text)

    drive(Slow(busy(), types=[PLAIN]), steps)


def test_escape_submits_nothing(drive):
    async def steps(console):
        await open_form(console, "demo.nothing")
        await console.press("escape")
        assert "RUNNING" in console.text

    port = make_port()
    drive(port, steps)
    assert [] == port.submitted


# Options


@pytest.mark.parametrize("key", ["enter", "space"])
def test_options_are_folded_until_they_are_asked_for(drive, key):
    async def steps(console):
        await open_form(console, "demo.nothing")
        assert "a higher one starts first" not in console.text
        await console.press(key)
        assert "a higher one starts first" in console.text
        await console.press("tab")
        await console.type("-7")
        await console.press("tab")
        await console.type("1m30s")
        await console.press("shift+tab", "shift+tab", key)
        assert "a higher one starts first" not in console.text
        assert "options  priority -7, time limit 1m30s" in console.text
        assert "# without priority -7, time limit 1m30s" in console.text
        await console.press("ctrl+s")

    port = make_port()
    drive(port, steps)
    assert [SubmitOptions(priority=-7, time_limit=90.0)] == [one for _, _, one in port.submitted]


def test_a_click_opens_the_options(drive):
    async def steps(console):
        await open_form(console, "demo.nothing")
        await console.pilot.click("Fold")
        await console.settle()
        assert "a higher one starts first" in console.text

    drive(make_port(), steps)


def test_a_wrong_option_is_shown_even_when_it_is_folded_away(drive):
    async def steps(console):
        await open_form(console, "demo.nothing")
        await console.press("enter", "tab", "tab")
        await console.type("soon")
        await console.until(lambda: "1 problem: time limit must be seconds" in console.text)
        await console.press("shift+tab", "shift+tab", "enter", "ctrl+s")
        assert "✗ must be seconds or a duration" in console.text
        assert console.app.screen.focused.value == "soon"

    port = make_port()
    drive(port, steps)
    assert [] == port.submitted


# Secrets


def test_the_text_of_a_secret_is_neither_shown_nor_sent_nor_kept(drive):
    async def steps(console):
        await open_form(console, "demo.made")
        await console.type("hunter2")
        await console.until(lambda: port.checked and port.checked[-1][1])
        assert "hunter2" not in console.text
        assert "'token=••••'" in console.text
        await console.press("shift+home", "ctrl+c")
        assert "hunter2" not in console.app.clipboard
        await console.press("ctrl+y")
        assert "copied, but with •••• where it needs a reference to a secret" in console.text
        assert "hunter2" not in console.app.clipboard
        await console.press("ctrl+s")
        await open_form(console, "demo.made")
        assert ["", "b"] == [field.text for field in console.app.screen.query(Field)][:2]

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
        assert "" == console.app.screen.query(Field).first().text

    port = make_port(type_of(parameter("token", "secret", True)))
    drive(port, steps)
    assert {"token": "env:TOKEN"} == port.submitted[0][1]


# The command, and what was filled in before


def test_the_form_names_the_command_that_does_the_same(drive):
    async def steps(console):
        await open_form(console, "files.copy")
        await console.type("a b")
        await console.press("tab")
        await console.type("4")
        line = "chasqui-tui run files.copy 'source=a b' times=4"
        assert line in console.text
        await console.press("ctrl+y")
        assert f"copied the command ({len(line)} characters)" in console.text
        assert line == console.app.clipboard

    drive(make_port(), steps)


@pytest.mark.parametrize(("size", "lines"), [((80, 24), 2), ((160, 48), 5)])
def test_a_command_that_is_too_long_is_cut_with_a_sign_and_copied_whole(drive, size, lines):
    async def steps(console):
        await open_form(console, "demo.made")
        await console.paste("b" * 2000)
        at = line_of(console, "chasqui-tui run demo.made x=")
        shown = console.lines[at : at + lines]
        assert shown[-1].endswith("b… │")
        assert "ctrl+s" in console.lines[at + lines]
        await console.press("ctrl+y")
        assert f"chasqui-tui run demo.made x={'b' * 2000}" == console.app.clipboard

    drive(make_port(type_of(parameter("x", "text", True))), steps, size)


def test_a_form_opens_as_it_was_left_and_goes_back_to_its_defaults(drive):
    async def steps(console):
        await open_form(console, "files.copy")
        await console.type("a")
        await console.press("tab")
        await console.type("4")
        await console.press("tab", "enter", "down", "enter", "ctrl+s")
        await open_form(console, "files.copy")
        assert "as you left it; ctrl+r" in console.text
        assert "source=a times=4 mode=safe" in console.text
        await console.press("ctrl+r")
        assert "as you left it" not in console.text
        assert "source=" not in console.text
        await console.press("escape")
        await open_form(console, "files.copy")
        assert "as you left it" not in console.text

    drive(make_port(), steps)


def test_what_one_form_was_left_with_is_not_in_another(drive):
    async def steps(console):
        await open_form(console, "demo.one")
        await console.type("a")
        await console.press("escape")
        await open_form(console, "demo.two")
        assert "" == console.app.screen.query(Field).first().text

    info = parameter("x", "text", True)
    drive(make_port(type_of(info, name="demo.one"), type_of(info, name="demo.two")), steps)


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
        assert text == console.app.screen.query(Field).first().text

    drive(make_port(type_of(parameter("x", "json", True))), steps)


def test_a_text_that_was_only_looked_at_in_several_lines_stays_as_it_is(drive):
    async def steps(console):
        await open_form(console, "demo.made")
        await console.type("[1,2]")
        await console.press("ctrl+e", "ctrl+e")
        assert "[1,2]" == console.app.screen.query(Field).first().text

    drive(make_port(type_of(parameter("x", "list", True))), steps)


def test_ctrl_e_goes_to_the_end_where_there_is_one_line_only(drive):
    async def steps(console):
        await open_form(console, "demo.made")
        await console.type("ab")
        await console.press("home", "ctrl+e")
        await console.type("c")
        assert "abc" == console.app.screen.query(Field).first().text

    drive(make_port(type_of(parameter("x", "text", True))), steps)


def test_a_paste_of_several_lines_is_taken_whole_or_said_to_be_cut(drive):
    async def steps(console):
        await open_form(console, "demo.made")
        await console.paste('{\n  "a": 1\n}')
        await console.press("tab")
        await console.paste("one\ntwo\n")
        assert "only the first of 2 lines was taken" in console.text
        await console.paste("\x1b[2J")
        assert "a text with hidden characters was not taken" in console.text
        assert ['{"a": 1}', "one"] == [f.text for f in console.app.screen.query(Field)][:2]

    drive(make_port(type_of(parameter("x", "json", True), parameter("y", "text", True))), steps)


# Strangers' texts


HOSTILE = "[red]x[/] [/foo] [@click=app.quit]q[/] \x1b[2J\u202e\x9b31m\u200b日本 \x07\r\n\tend\\ ["


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
def test_hostile_text_is_drawn_as_harmless_text_in_the_form(drive, size):
    def check(console):
        drawn = "".join(console.lines)
        assert [] == [sign for sign in "\x1b\u202e\x9b\x07\r\t\u200b" if sign in drawn]

    async def steps(console):
        await console.press("s")
        check(console)
        assert "[red]x[/]" in console.text
        await console.type("red")
        await console.press("enter")
        problems = dict.fromkeys(("[red]a[/]", "b", "c", "d", "[/e]"), HOSTILE)
        port.answers = [
            Outcome(
                ok=False,
                reason=SafeText(HOSTILE),
                problems=wrong(**problems).problems,
                notes=(("b", SafeText(HOSTILE)),),
            )
        ] * 50
        await console.type("x")
        await console.until(lambda: "problems: " in console.text)
        for _ in range(12):
            check(console)
            await console.press("tab")
        console.app.screen.query(Select).first().focus()
        await console.press("enter", "down", "enter")
        check(console)
        await console.press("ctrl+y")
        check(console)
        assert console.app.clipboard.isprintable()
        port.outcomes = [Outcome(ok=False, reason=SafeText(HOSTILE))]
        await console.press("ctrl+s")
        check(console)
        assert "[red]x[/] [/foo] [@click=app.quit]q[/]" in console.text

    more = {"help": HOSTILE, "expects": HOSTILE}
    port = make_port(
        TaskTypeInfo(
            name=f"demo.{HOSTILE}",
            plugin=HOSTILE,
            help=SafeText(HOSTILE),
            package=SafeText(HOSTILE),
            parameters=(
                parameter("[red]a[/]", "text", default=HOSTILE, **more),
                parameter("b", "choice", True, choices=(HOSTILE, "[/b]"), **more),
                parameter("c", "choice", default=HOSTILE, choices=(HOSTILE, "[b"), **more),
                parameter("d", "json", default=HOSTILE, optional=True, **more),
                parameter("[/e]", "secret", default=HOSTILE, **more),
            ),
        )
    )
    drive(port, steps, size)


# The list of types


def test_letters_narrow_the_types_and_arrows_choose(drive):
    async def steps(console):
        await console.press("s")
        await console.type("fcp")
        assert "demo.nothing" not in console.text
        assert "chasqui-files 1.0" in console.text
        await console.type("x")
        assert "no task type has these letters" in console.text
        await console.press("ctrl+u")
        await console.press("down", "enter")
        assert "Submit files.copy" in console.text

    drive(make_port(), steps)


def test_without_types_the_operator_is_told_where_to_look(drive):
    async def steps(console):
        await console.press("s")
        assert "`chasqui-tui plugins` says why" in console.text

    drive(FakePort(busy()), steps)
