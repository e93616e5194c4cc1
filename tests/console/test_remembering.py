"""A change of the workers or the theme says whether it is remembered, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from chasqui import Engine
from chasqui.commands.in_process import FORGETS
from chasqui.control.fake import FakePort
from chasqui.control.local import LocalPort
from chasqui.control.port import Capabilities
from chasqui.control.safe_text import SafeText
from tests.console.rows import sizes, snapshot, workers

FILE = "~/.local/state/chasqui/default-1a2b3c4d/overrides.toml"


def port(**caps):
    return FakePort(
        snapshot(settings=sizes(default=4)), workers=workers(4), caps=Capabilities(**caps)
    )


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (80, "asked for 5 workers, remembered: ? says where"),
        (132, f"asked for 5 workers, remembered in {FILE}"),
    ],
)
def test_a_resize_says_that_it_is_remembered_and_where(drive, width, said):
    async def steps(console):
        await console.press("right_square_bracket")
        assert said in console.lines[-2]
        await console.press("question_mark", "r")
        assert FILE in console.text

    drive(port(remembered_in=SafeText(FILE)), steps, (width, 30))


def test_a_resize_that_no_file_keeps_holds_until_the_engine_stops_and_says_so(drive):
    async def steps(console):
        await console.press("]")
        assert "asked for 5 workers, until the engine stops: no file keeps" in console.lines[-2]
        await console.press("question_mark", "r")
        said = " ".join(line.strip(" │▏▕█▁▔") for line in console.lines)
        assert "workers holds until the engine stops, the theme until this console ends" in said

    drive(port(), steps, (132, 30))


def test_a_theme_that_no_file_keeps_holds_until_the_console_ends_and_says_so(drive):
    async def steps(console):
        await console.press("T")
        assert ", until this console ends" in console.lines[-2]

    drive(port(), steps)


def test_the_demo_says_at_once_what_it_forgets(drive):
    async def steps(console):
        assert "the demo remembers nothing: workers, theme, tasks and failures" in console.lines[-2]
        await console.press("question_mark", "r")
        assert "failures end with it" in console.text

    drive(port(forgets=SafeText(FORGETS)), steps, (132, 30))


def test_the_file_is_named_from_the_home_folder_on(monkeypatch):
    monkeypatch.setenv("HOME", "/home/op")
    engine = Engine(1)
    at_home = LocalPort(engine, overrides=Path("/home/op/state/overrides.toml"))

    assert "~/state/overrides.toml" == at_home.caps.remembered_in
    assert "/var/o.toml" == LocalPort(engine, overrides=Path("/var/o.toml")).caps.remembered_in
    assert "" == LocalPort(engine).caps.remembered_in
