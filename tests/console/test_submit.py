"""The form: chosen by its type, submitted with options, named as a command, kept as it was left."""

from __future__ import annotations

import threading

import msgspec
import pytest
from textual.widgets import Select

from chasqui.console.screens.field import FormField
from chasqui.control.fake import FakePort
from chasqui.control.port import CommandOutcome, PoolRow, SubmitOptions, TaskTypeInfo
from chasqui.control.safe_text import SafeText
from tests.console.forms import PLAIN, line_of, make_port, open_form, parameter, type_of, wrong
from tests.console.rows import busy

pytestmark = pytest.mark.slow

# Submitting


def test_problems_stand_beside_their_fields_and_the_form_stays(drive, never_pausing):
    async def steps(console):
        await open_form(console, "files.copy")
        await console.type("here")
        found = wrong(source="there is no such file", times="must be at least 1")
        port.submissions["files.copy"] = [found]
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
        full = CommandOutcome(ok=False, reason=SafeText("task queue is full"))
        port.submissions["files.copy"] = [full, CommandOutcome(ok=True, numbers=(2,))]
        await console.press("ctrl+s")
        assert "✗ task queue is full" in console.text
        await console.press("ctrl+s")
        assert "submitted task 2" in console.text

    port = make_port()
    drive(port, steps)
    assert [{"source": "a"}] * 2 == [params for _, params, _ in port.submitted]


@pytest.mark.parametrize("key", ["ctrl+s", "f5"])
def test_what_the_form_calls_wrong_is_submitted_when_it_is_asked_for_twice(drive, key):
    async def steps(console):
        await open_form(console, "files.copy")
        await console.type("here")
        await console.press("tab")
        await console.until(lambda: "2 problems: source, times" in console.text)
        await console.press(key)
        named = key.upper() if key == "f5" else key
        assert f"2 problems: source, times; {named} again tries it anyway" in console.text
        assert "here" == console.app.screen.focused.value
        assert [] == port.submitted
        await console.press(key)
        assert "submitted task 1" in console.text

    port = make_port()
    port.checks["files.copy"] = wrong(source="there is no such file", times="must be at least 1")
    drive(port, steps)
    assert [{"source": "here"}] == [params for _, params, _ in port.submitted]


def test_a_form_with_many_problems_asks_within_its_line(drive):
    async def steps(console):
        await open_form(console, "demo.made")
        await console.type("x")
        await console.until(lambda: "1 problem: a_very" in console.text)
        await console.press("ctrl+s")
        line = console.lines[line_of(console, "12 problems: a_very_long")]
        assert "…; ctrl+s again tries it anyway" in line

    names = [f"a_very_long_name_{at}" for at in range(12)]
    port = make_port(type_of(*(parameter(name, "text", True) for name in names)))
    port.checks["demo.made"] = wrong(**dict.fromkeys(names, "is not what is meant " * 9))
    drive(port, steps)


def test_other_values_that_are_wrong_are_asked_about_anew(drive):
    async def steps(console):
        await open_form(console, "files.copy")
        for letter in "ab":
            port.checks["files.copy"] = wrong(source=f"there is no file {letter}")
            await console.type(letter)
            await console.until(lambda at=letter: f"there is no file {at}" in console.text)
            await console.press("ctrl+s")
            told = f"1 problem: source there is no file {letter}; ctrl+s again tries it anyway"
            assert told in console.text

    port = make_port()
    drive(port, steps)
    assert [] == port.submitted


def test_f5_submits_and_keeps_the_form(drive):
    async def steps(console):
        await open_form(console, "demo.nothing")
        await console.press("f5", "f5")
        assert "submitted task 2" in console.text
        assert "Submit demo.nothing" in console.text

    port = make_port()
    port.submissions["demo.nothing"] = [CommandOutcome(ok=True, numbers=(one,)) for one in (1, 2)]
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
        assert "the highest starts first" not in console.text
        await console.press(key)
        assert "the highest starts first" in console.text
        await console.press("tab")
        await console.type("-7")
        await console.press("tab")
        await console.type("1m30s")
        await console.press("shift+tab", "shift+tab", key)
        assert "the highest starts first" not in console.text
        assert "options  priority -7, time limit 1m30s" in console.text
        assert "chasqui-tui run demo.nothing --priority=-7 --time-limit=1m30s" in console.text
        await console.press("ctrl+s")

    port = make_port()
    drive(port, steps)
    assert [SubmitOptions(priority=-7, time_limit=90.0)] == [one for _, _, one in port.submitted]


def test_every_option_is_submitted_and_the_pools_are_chosen_from(drive):
    async def steps(console):
        await open_form(console, "demo.nothing")
        await console.press("enter", "tab")
        for text in ("3", "1m30", "10m", "1h30m", "nightly 7"):
            await console.type(text)
            await console.press("tab")
        await console.press("enter")
        await console.type("slow")
        await console.press("enter")
        shown = "priority 3, time limit 1m30, delay 10m, expiry 1h30m, key nightly 7"
        await console.until(lambda: shown in console.text)
        await console.press("ctrl+s")
        assert "submitted task 1, which stands for the key nightly 7" in console.text

    port = make_port()
    pools = tuple(PoolRow(name=SafeText(name)) for name in ("default", "slow"))
    port.now = msgspec.structs.replace(port.now, pools=pools)
    drive(port, steps, (100, 40))
    assert [
        SubmitOptions(
            priority=3, time_limit=90.0, delay=600.0, expires=5400.0, key="nightly 7", pool="slow"
        )
    ] == [one for _, _, one in port.submitted]


def test_an_option_says_what_it_means_while_it_is_empty(drive):
    async def steps(console):
        await open_form(console, "demo.nothing")
        await console.press("enter")
        for words in (
            "priority  the highest starts first, a whole number",
            "(as its type says)",
            "delay  how long it waits before it may start, such as 90s, 10m or 1h30m",
            "(it starts as soon as it can)",
            "expiry  if not started by then it never is, such as 90s, 10m or 1h30m",
        ):
            assert words in console.text
        assert "which pool runs it" not in console.text  # there is one only

    port = make_port()
    drive(port, steps, (100, 40))


def test_an_expiry_before_the_delay_is_told_while_it_is_typed(drive):
    async def steps(console):
        await open_form(console, "demo.nothing")
        await console.press("enter", "tab", "tab", "tab")
        await console.type("1h")
        await console.press("tab")
        await console.type("10m")
        await console.until(lambda: "✗ must be longer than the delay" in console.text)
        await console.press("ctrl+s")
        assert "again tries" not in console.text

    port = make_port()
    drive(port, steps, (100, 40))
    assert [] == port.submitted


@pytest.mark.parametrize("size", [(80, 24), (60, 15), (160, 48)])
def test_with_all_options_open_the_field_in_focus_and_the_keys_are_in_view(drive, size):
    async def steps(console):
        await open_form(console, "files.copy")
        await console.press(*["tab"] * 4, "enter")
        for name in ("priority", "time limit", "delay", "expiry", "key"):
            await console.press("tab")
            assert f"{name}  " in console.text
            assert "ctrl+s Submit" in console.text
            assert "chasqui-tui run files.copy" in console.text

    drive(make_port(), steps, size)


def test_a_click_opens_the_options(drive):
    async def steps(console):
        await open_form(console, "demo.nothing")
        await console.pilot.click("Fold")
        await console.settle()
        assert "the highest starts first" in console.text

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


# The command, and what was filled in before


def test_the_form_names_the_command_that_does_the_same(drive, copied):
    async def steps(console):
        await open_form(console, "files.copy")
        await console.type("a b")
        await console.press("tab")
        await console.type("4")
        line = "chasqui-tui run files.copy 'source=a b' times=4"
        assert line in console.text
        await console.press("ctrl+y")
        told = "copied the command through the terminal (OSC 52); to a file: ctrl+y again"
        await console.until(lambda: told in console.text)
        assert [line] == copied.texts
        await console.press("ctrl+y")
        await console.until(lambda: "wrote the command to " in console.text)
        assert line == copied.file("command.txt").read_text()

    drive(make_port(), steps)


@pytest.mark.parametrize(("size", "lines"), [((80, 24), 2), ((160, 48), 5)])
def test_a_command_that_is_too_long_is_cut_and_copied_whole(drive, copied, size, lines):
    async def steps(console):
        await open_form(console, "demo.made")
        await console.paste("b" * 2000)
        at = line_of(console, "chasqui-tui run demo.made x=")
        shown = console.lines[at : at + lines]
        assert shown[-1].endswith("b… │")
        assert "ctrl+s" in console.lines[at + lines]
        await console.press("ctrl+y")
        await console.until(lambda: copied.texts)
        assert [f"chasqui-tui run demo.made x={'b' * 2000}"] == copied.texts

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
        assert "" == console.app.screen.query(FormField).first().text

    info = parameter("x", "text", True)
    drive(make_port(type_of(info, name="demo.one"), type_of(info, name="demo.two")), steps)


# Strangers' texts


HOSTILE = "[red]x[/] [/foo] [@click=app.quit]q[/] \x1b[2J\u202e\x9b31m\u200b日本 \x07\r\n\tend\\ ["


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
def test_hostile_text_is_drawn_as_harmless_text_in_the_form(drive, copied, size):
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
        port.checks[f"demo.{HOSTILE}"] = CommandOutcome(
            ok=False,
            reason=SafeText(HOSTILE),
            problems=wrong(**problems).problems,
            notes=(("b", SafeText(HOSTILE)),),
        )
        await console.type("x")
        await console.until(lambda: "problems: " in console.text)
        for _ in range(12):
            check(console)
            await console.press("tab")
        console.app.screen.query(Select).first().focus()
        await console.press("enter", "down", "enter")
        check(console)
        await console.press("ctrl+y")
        await console.until(lambda: copied.texts)
        check(console)
        assert copied.texts[0].isprintable()
        refused = CommandOutcome(ok=False, reason=SafeText(HOSTILE))
        port.submissions[f"demo.{HOSTILE}"] = refused
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
