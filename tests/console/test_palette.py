"""The palette: everything that can be done now, and every task by its number."""

from __future__ import annotations

import pytest

from chasqui.console.screens.help import HelpScreen
from chasqui.console.screens.palette import PaletteScreen
from chasqui.console.screens.task_detail import TaskDetailScreen
from chasqui.control.fake import FakePort
from chasqui.control.port import Capabilities, CommandOutcome, Pause, TaskDetail, TaskTypeInfo
from chasqui.control.safe_text import SafeText
from tests.console.rows import NOW, busy, snapshot, waiting, workers

TYPES = (
    TaskTypeInfo(
        name=SafeText("files.copy"), plugin=SafeText("files"), help=SafeText("copy a file")
    ),
    TaskTypeInfo(
        name=SafeText("http.check"),
        plugin=SafeText("http"),
        help=SafeText("[bold]look[/] at \x1b[31m a page"),
    ),
)


def port(**more):
    done = TaskDetail(number=377, type=SafeText("http.check"), state="completed", created=NOW)
    return FakePort(
        busy(), workers=workers(2), backlog=waiting(3, 4), details={377: done}, types=TYPES, **more
    )


@pytest.mark.parametrize(
    "keys", ["#377", ":377", ":#377", ":task 377"], ids=["hash", "colon", "both", "word"]
)
def test_a_typed_number_goes_to_that_task_whatever_has_become_of_it(drive, keys):
    async def steps(console):
        await console.burst(*keys, "enter")
        assert isinstance(console.top, TaskDetailScreen)
        assert "Task 377  http.check" in console.text
        assert "completed" in console.text

    drive(port(), steps)


@pytest.mark.parametrize("number", ["9" * 60, "12 of them", "²", "", "-3"])
def test_what_is_no_number_of_a_task_goes_nowhere(drive, number):
    async def steps(console):
        await console.press("#")
        await console.paste(number)
        await console.press("enter")
        assert isinstance(console.top, PaletteScreen)
        assert "a number goes to the task with that number" in console.text

    drive(port(), steps)


def test_a_message_that_names_a_task_is_a_link_to_it(drive):
    async def steps(console):
        console.app.main.say("submitted task 377")
        await console.settle()
        await console.pilot.click(offset=(console.lines[-2].index("submitted"), 22))
        await console.settle()
        assert "Task 377" in console.text
        await console.press("escape", "#", "enter")
        assert "Task 377" in console.text

    drive(port(), steps)


def test_letters_find_a_command_and_enter_carries_it_out(drive):
    async def steps(console):
        await console.burst(":", *"pause", "enter")
        assert "paused: no task starts" in console.text

    served = port()
    drive(served, steps)
    assert [Pause()] == served.commands


def test_the_palette_says_each_key_and_uses_the_present_words(drive):
    async def steps(console):
        await console.press(":")
        await console.type("resume")
        assert "p         Resume" in console.row("Resume")
        assert "Pause" not in console.text

    served = port()
    served.now = snapshot(state="paused")
    drive(served, steps)


def test_a_command_of_another_pane_is_not_offered(drive):
    async def steps(console):
        await console.press(":")
        await console.type("worker more")
        assert "one worker more" in console.text
        await console.press("escape", "2", ":")
        await console.type("worker more")
        assert "one worker more" not in console.text

    drive(port(), steps)


def test_a_read_only_palette_offers_nothing_that_is_refused(drive):
    async def steps(console):
        await console.press(":")
        refused = {
            "pause": "start no more tasks",
            "submit files": "files.",
            "shut": "stop the engine",
        }
        for words, offered in refused.items():
            await console.type(words)
            assert offered not in console.text, words
            await console.press("ctrl+u")

    drive(port(caps=Capabilities(read_only=True)), steps)


def test_submit_and_a_type_opens_its_form(drive):
    async def steps(console):
        await console.burst(":", *"submit http", "enter")
        assert "Submit http.check" in console.text

    drive(port(), steps)


def test_a_theme_of_textual_is_chosen_by_its_name(drive):
    async def steps(console):
        await console.burst(":", *"theme nord", "enter")
        assert console.app.theme == "nord"

    drive(port(), steps)


def test_hostile_help_of_a_type_is_shown_harmlessly(drive):
    async def steps(console):
        await console.press(":")
        await console.type("submit http")
        assert "[bold]look[/]" in console.text
        assert "\x1b" not in console.text

    drive(port(), steps)


def test_keys_typed_in_the_palette_reach_no_command(drive):
    async def steps(console):
        await console.burst(":", *"pqQxX", "tab", *"p")
        await console.press("escape")
        assert console.top is console.app.main

    served = port()
    drive(served, steps)
    assert [] == served.commands


@pytest.mark.slow
def test_ctrl_p_opens_it_and_the_help_is_in_it(drive):
    async def steps(console):
        await console.press("ctrl+p")
        await console.type("help")
        await console.press("enter")
        assert isinstance(console.top, HelpScreen)

    drive(port(), steps)


def test_a_refused_command_of_the_palette_says_why(drive):
    async def steps(console):
        await console.burst(":", *"pause", "enter")
        assert "it is stopping" in console.text

    served = port()
    served.answers[Pause] = CommandOutcome(ok=False, reason=SafeText("it is stopping"))
    drive(served, steps)
