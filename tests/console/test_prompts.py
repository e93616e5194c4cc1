"""No key that is typed into a prompt reaches a command: every prompt, every key."""

from __future__ import annotations

import string

import pytest
from textual import events
from textual.keys import Keys
from textual.widgets import Input, TextArea

from chasqui.console.widgets.one_line import OneLine
from chasqui.control.commands import Cancel
from chasqui.control.fake import FakePort
from chasqui.control.port import Capabilities, CountFailures, Pause
from chasqui.control.safe_text import SafeText
from tests.console.forms import COPY, PLAIN, parameter, type_of
from tests.console.rows import (
    busy,
    changes,
    counted,
    failures,
    flaky,
    kind,
    snapshot,
    waiting,
    workers,
)

pytestmark = pytest.mark.slow

LEAVING = {"escape", "enter"}  # of every prompt; Enter takes what is typed, Esc does not
IN_A_FILTER = {*LEAVING, "ctrl+s"}  # which asks for a name to keep it by
IN_A_FORM = {"ctrl+s", "f5"}  # which submit it
IN_AN_EDITOR = {"ctrl+s", "ctrl+e"}  # which take the text into the form
CHARACTERS = [*string.ascii_letters, *string.digits, *string.punctuation, *" éß日😀"]
NAMED = sorted(
    {key.value for key in Keys if not key.value.startswith("<")}
    | {f"ctrl+{letter}" for letter in string.ascii_lowercase}
    | {f"alt+{letter}" for letter in string.ascii_letters}
    | {f"f{number}" for number in range(1, 25)}
    | {
        f"{more}+{key}"
        for more in ("shift", "ctrl", "alt")
        for key in ("tab", "up", "left", "home")
    }
    | {"ctrl+@", "ctrl+backslash", "insert", "menu", "pause", "print_screen"}
)
ALL_KINDS = type_of(
    parameter("word", "text"),
    parameter("many", "list"),
    parameter("data", "json"),
    parameter("token", "secret"),
    parameter("mode", "choice", default="fast", choices=("fast", "safe")),
    parameter("force", "boolean", default="no"),
)
PROMPTS = {
    "the filter over the kinds": (("4", "slash"), IN_A_FILTER),
    "the filter over single failures": (("4", "c", "slash"), IN_A_FILTER),
    "the filter over finished tasks": (("3", "slash"), IN_A_FILTER),
    "the filter over events": (("6", "slash"), IN_A_FILTER),
    "the filter over workers": (("1", "slash"), IN_A_FILTER),
    "the filter over types": (("5", "slash"), IN_A_FILTER),
    "the filter over the backlog": (("2", "slash"), IN_A_FILTER),
    "the type picker": (("s",), LEAVING),
    "a form with a text": (("s", *"made", "enter"), LEAVING | IN_A_FORM),
    "a form with a list": (("s", *"made", "enter", "tab"), LEAVING | IN_A_FORM | {"ctrl+e"}),
    "a form with a secret": (("s", *"made", "enter", "tab", "tab", "tab"), LEAVING | IN_A_FORM),
    "a form with a choice": (("s", *"made", "enter", *["tab"] * 4), LEAVING | IN_A_FORM),
    "the options of a form": (("s", *"nothing", "enter", "enter", "tab"), LEAVING | IN_A_FORM),
    "the editor": (("s", *"made", "enter", "tab", "ctrl+e"), LEAVING | IN_AN_EDITOR),
    "the word of an abort": (("q", "a"), LEAVING),
    "the word of a discard": (("4", "X"), LEAVING),
}


def made_port(**more) -> FakePort:
    rows = [*failures(1), *flaky(2, 3)]
    return FakePort(
        busy(failed=9),
        workers=workers(4, task=9, type=SafeText("demo.burn")),
        backlog=waiting(3, 4),
        failures=rows,
        answers={CountFailures: counted(*rows)},
        groups=[kind(), kind("g2")],
        types=(PLAIN, COPY, ALL_KINDS),
        **more,
    )


def done(port: FakePort) -> list[object]:
    """Return what the port was asked to do."""
    return [*changes(port), *port.submitted]


@pytest.mark.parametrize("prompt", PROMPTS)
def test_no_key_typed_into_a_prompt_reaches_a_command(drive, never_pausing, prompt):
    opening, leaving = PROMPTS[prompt]

    async def steps(console):
        await console.press(*opening)
        stack = list(console.app.screen_stack)
        for key in [one for one in (*CHARACTERS, *NAMED) if one not in leaving]:
            character = key if key in CHARACTERS else None
            name = {" ": "space"}.get(key, key)
            console.app.post_message(events.Key(name, character))
            console.app.post_message(events.Key("p", "p"))  # it has not let the next key out
        await console.settle()
        assert [] == done(port)
        assert stack == console.app.screen_stack
        assert isinstance(console.app.focused, Input | TextArea) or "choice" in prompt

    port = made_port()
    assert drive(port, steps) is None, "the console was left"


@pytest.mark.parametrize("prompt", PROMPTS)
def test_what_else_happens_gives_no_key_of_a_word_to_a_command(drive, never_pausing, prompt):
    opening, _ = PROMPTS[prompt]

    async def steps(console):
        async def type_on(after):
            await console.settle()
            await console.type("spxXR")
            assert [] == done(port), after

        await console.press(*opening)
        await console.type("sou")
        await console.pilot.click(offset=(2, 1))  # where there is nothing to click on
        await type_on("a click")
        await console.paste("pQs\x1b[A\nxX\n")
        await type_on("a paste")
        await console.pilot.resize_terminal(30, 8)
        await type_on("a terminal too small")
        await console.pilot.resize_terminal(80, 24)
        console.app.post_message(events.AppBlur())
        await type_on("a terminal that loses the focus")

    port = made_port()
    assert drive(port, steps) is None, "the console was left"


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (160, 48)])
@pytest.mark.parametrize("pane", "123456")
def test_what_is_typed_into_a_filter_reaches_no_command_in_any_pane(drive, pane, size):
    async def steps(console):
        await console.press(pane)
        await console.burst("slash", *"spx", *"Px[]Q", "ctrl+q", "tab", "4")
        assert "spxPx[]Q4" == console.app.main.pane.prompt.value
        assert 1 == len(console.app.screen_stack)
        await console.press("escape", "p")
        assert not console.app.main.pane.prompt.display

    port = made_port()
    assert drive(port, steps, size) is None, "the console was left"
    assert [Pause()] == done(port)


def test_the_filter_of_a_pane_is_kept_and_closed_by_a_click_elsewhere(drive):
    async def steps(console):
        await console.press("1", "slash", "w")
        await console.pilot.click("#backlog-table")
        await console.settle()
        workers = console.app.main.query_one("#workers")
        assert (False, "w") == (workers.prompt.display, workers.filter.text)
        await console.press("p")

    port = made_port()
    drive(port, steps, (160, 48))
    assert [Pause()] == done(port)


@pytest.mark.parametrize("key", ["slash", "s"])
def test_what_follows_at_once_on_the_key_that_opens_a_prompt_is_typed_into_it(drive, key):
    async def steps(console):
        await console.press("4")
        await console.burst(key, *"pQsx")
        assert "pQsx" == console.app.focused.value
        assert [] == done(port)

    port = made_port()
    assert drive(port, steps) is None


@pytest.mark.parametrize("key", ["X", "R", "r"])
def test_what_follows_at_once_on_a_question_that_is_being_counted_is_no_command(drive, key):
    async def steps(console):
        await console.press("4")
        await console.burst(key, *"pQsxXR[]")
        assert 2 == len(console.app.screen_stack)
        assert [] == done(port)

    port = made_port()
    assert drive(port, steps) is None


def test_keys_of_a_burst_find_the_screen_as_the_key_before_has_left_it(drive):
    async def steps(console):
        await console.burst("2", "j", "x")

    port = made_port()
    drive(port, steps)
    assert [Cancel(numbers=(4,), waiting_only=True)] == port.commands


def test_tab_completes_a_filter_and_tab_again_offers_the_next(drive):
    async def steps(console):
        prompt = console.app.main.query_one("FilterPrompt")
        await console.press("4", "slash")
        await console.type("ty")
        await console.press("tab")
        assert "type=" == prompt.value
        await console.press("tab")
        assert "type=demo.nothing" == prompt.value
        assert "demo.nothing   files.copy   demo.made" in console.text
        await console.press("tab", "tab", "tab", "shift+tab")
        assert "type=demo.made" == prompt.value
        assert prompt.has_focus
        await console.type(" zz")
        await console.press("tab")
        assert "type=demo.made zz" == prompt.value
        assert "nothing completes this" in console.text

    drive(made_port(), steps)


def test_a_filter_that_is_opened_again_goes_on_with_a_term_more(drive):
    async def steps(console):
        await console.press("2", "/")
        await console.type("type=demo.*")
        await console.press("enter", "/")
        await console.type("age>")
        await console.press("tab", "enter")
        await console.until(lambda: "filter: type=demo.* age>1m" in console.text)
        await console.press("/", "enter")
        assert "type=demo.* age>1m" == console.app.main.pane.filter.text

    drive(FakePort(snapshot()), steps)


def test_tab_completes_the_name_of_a_type(drive):
    async def steps(console):
        await console.press("s")
        await console.burst(*"cop", "tab")
        assert "files.copy" == console.app.focused.value
        await console.press("enter")
        assert "Submit files.copy" in console.text

    drive(made_port(), steps)


def test_a_click_into_the_list_of_types_takes_one_or_leaves_the_keys_to_the_field(drive):
    async def steps(console):
        await console.press("s")
        await console.pilot.click("OptionList", offset=(5, 10))
        await console.type("cop")
        assert "cop" == console.app.focused.value
        await console.pilot.click("OptionList", offset=(5, 0))
        await console.settle()
        assert "Submit files.copy" in console.text

    drive(made_port(), steps)


def test_a_prompt_is_kept_while_the_terminal_has_no_focus_and_while_it_is_too_small(drive):
    async def steps(console):
        prompt = console.app.main.query_one("FilterPrompt")
        await console.press("4", "slash")
        await console.type("ab")
        console.app.post_message(events.AppBlur())
        await console.settle()
        await console.pilot.resize_terminal(90, 30)
        await console.pilot.pause(0.05)  # a resize is dealt with after the next drawing
        console.app.post_message(events.AppFocus())
        await console.type("c")
        assert ("abc", True, True) == (prompt.value, prompt.has_focus, prompt.display)
        await console.pilot.resize_terminal(30, 8)
        await console.type("pQ")
        await console.pilot.resize_terminal(80, 24)
        await console.settle()
        await console.type("d")
        assert ("abcpQd", True) == (prompt.value, prompt.has_focus)

    drive(made_port(), steps)


def test_a_prompt_that_has_no_room_is_left_by_escape(drive):
    async def steps(console):
        await console.press("4", "slash")
        await console.pilot.resize_terminal(30, 8)
        await console.settle()
        await console.press("escape", "p")

    port = made_port()
    drive(port, steps)
    assert 1 == len(done(port))


def test_a_click_on_a_tab_while_a_filter_is_typed_keeps_the_filter_and_goes_there(drive):
    async def steps(console):
        await console.press("4", "slash")
        await console.type("bad")
        await console.pilot.click(offset=(console.lines[1].index("6 Events"), 1))
        await console.settle()
        assert console.app.main.prompt is None
        assert "[6 Events]" in console.text
        await console.press("4")
        assert "filter: bad" in console.text

    drive(made_port(), steps)


@pytest.mark.parametrize("key", "1234")
def test_a_click_beside_a_prompt_closes_it_and_gives_the_list_the_keys(drive, key):
    async def steps(console):
        main = console.app.main
        await console.press(key, "slash")
        await console.type("bad")
        main.post_message(OneLine.Clicked("act('engine.pause')"))
        await console.settle()
        assert main.prompt is None
        assert main.focused is main.pane.table

    drive(made_port(), steps)


@pytest.mark.parametrize(
    ("label", "filter", "is_open"),
    [
        ("Keep", "filter: type=d", False),
        ("Drop", None, False),
        ("Complete", "type=demo", True),
        ("Save", "name", True),
    ],
)
def test_the_keys_of_a_prompt_can_be_clicked(drive, label, filter, is_open):
    async def steps(console):
        await console.press("4", "slash")
        await console.type("type=d")
        await console.pilot.click(offset=(console.lines[-1].index(label), 23))
        await console.settle()
        assert is_open == (console.app.main.prompt is not None)
        assert filter is None or filter in console.text
        assert filter is not None or "filter:" not in console.text

    drive(made_port(), steps)


def test_ctrl_q_in_a_prompt_says_how_to_leave_and_leaves_nothing(drive):
    async def steps(console):
        await console.press("4", "slash", "ctrl+q")
        assert "press Esc first: text is being typed here" in console.text

    port = FakePort(busy(queued=0, running=0), caps=Capabilities(embedded=False))
    assert drive(port, steps) is None


def test_an_answer_that_is_given_twice_in_a_burst_counts_once(drive):
    async def steps(console):
        await console.press("s")
        await console.type("nothing")
        await console.burst("enter", "enter", "enter")
        await console.settle()
        assert "Submit demo.nothing" in console.text

    drive(made_port(), steps)
