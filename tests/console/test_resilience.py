"""Nothing that happens around it ends the console: sizes, a host that vanishes, huge pastes."""

from __future__ import annotations

import random

import msgspec
import pytest
from textual.widgets import Input, TextArea

from chasqui.console.model.pastes import MOST
from chasqui.console.screens.main import MainScreen
from chasqui.console.screens.shutdown import ShutdownScreen
from chasqui.console.widgets.field_input import LONGEST
from chasqui.control.wire.messages import HostGone
from tests.console.operator import prod
from tests.console.ways import WAYS, back, go
from tests.console.whole import Whole

RESIZES = 300
SMALLEST = ((20, 5), (1, 1), (2, 1), (1, 50), (300, 2))
TICKS = 200
WARM = 150  # readings after which rows have been drawn in each of their roles


def plain_text(field):
    """Return a short text for a field."""
    return field.rpartition(".")[2]


@pytest.fixture
def whole(tmp_path):
    log = tmp_path / "host.log"
    log.write_text("a line\n")
    return Whole(plain_text, log)


class Vanishing:
    """A port whose host goes when it is told so."""

    def __init__(self, whole):
        self._port = whole.port
        self.is_gone = False

    def __getattr__(self, name):
        if self.is_gone and name != "caps":
            raise HostGone("the host has gone", 1.0)
        return getattr(self._port, name)


@pytest.mark.slow
def test_three_hundred_sizes_in_a_row_end_nothing_and_the_last_is_drawn(drive):
    chance = random.Random(18)

    async def steps(console):
        for number in range(RESIZES):
            size = (
                SMALLEST[number % 7]
                if number % 7 < len(SMALLEST)
                else (chance.randint(1, 240), chance.randint(1, 70))
            )
            await console.pilot.resize_terminal(*size)
        await console.pilot.resize_terminal(80, 24)
        await console.until(lambda: len(console.lines) == 24)
        await console.tick()
        assert before == console.lines

    before = []

    async def look(console):
        await console.tick()
        before.extend(console.lines)

    drive(prod(), look)
    drive(prod(), steps)


@pytest.mark.slow
def test_a_host_that_vanishes_in_the_midst_of_any_screen_ends_nothing(drive, whole):
    port = Vanishing(whole)

    async def steps(console):
        for way in WAYS:
            await go(console, whole, way)
            port.is_gone = True
            await console.tick(2)
            await console.press(*(("down",) if way.screen is ShutdownScreen else ("down", "enter")))
            assert console.top is not None, way.name
            await console.press("escape")
            await back(console, whole)
            assert "host gone" in console.lines[0], f"{way.name}\n{console.text}"
            port.is_gone = False
            await console.tick()
            assert "host gone" not in console.lines[0], f"{way.name}\n{console.text}"

    drive(port, steps)


@pytest.mark.slow
def test_a_paste_of_a_million_characters_into_any_field_is_bounded_and_harmless(drive, whole):
    paste = "x" * MOST

    async def steps(console):
        for way in [one for one in WAYS if one.types]:
            await go(console, whole, way)
            field = console.top.focused
            assert isinstance(field, Input | TextArea), way.name
            whole.port.commands.clear()
            await console.paste(paste)
            assert [] == whole.port.commands, way.name
            text = field.text if isinstance(field, TextArea) else field.value
            assert len(text) <= LONGEST, way.name
            await back(console, whole)
            await console.press("?")
            assert "Help" in console.text, way.name
            await console.press("escape")

    drive(whole.port, steps)


@pytest.mark.slow
def test_a_reading_of_an_earlier_time_is_shown_and_ends_nothing(drive, whole):
    async def steps(console):
        for way in [one for one in WAYS if one.screen is MainScreen][:6]:
            await go(console, whole, way)
            now = whole.port.now
            whole.port.now = msgspec.structs.replace(now, at=now.at - 86_400.0, uptime=0.0)
            whole.port.changed()
            await console.tick(2)
            assert console.app.session.poller.error is None, way.name
            whole.port.now = now
            await back(console, whole)

    drive(whole.port, steps)


@pytest.mark.slow
def test_nothing_grows_over_two_hundred_readings(drive):
    port = prod()

    async def steps(console):
        await console.press(*"123456", "1")
        counts = []
        for number in range(TICKS + WARM):
            now = port.now
            port.now = msgspec.structs.replace(now, at=now.at + 1, rate=float(number))
            port.changed()
            await console.tick()
            counts.append(sizes(console))
        assert counts[WARM] == counts[-1]
        assert isinstance(console.top, MainScreen)

    drive(port, steps, (160, 48))


def sizes(console):
    """Count what could grow: widgets, bindings, timers, styles that drawn widgets keep."""
    app = console.app
    widgets = list(app.main.query("*"))
    return {
        "widgets": len(widgets),
        "registered": len(app._registry),
        "workers": len(app.workers),
        "timers": sum(len(one._timers) for one in (app, app.main, *widgets)),
        "styles": sum(len(getattr(one, "_role_styles", ())) for one in widgets),
        "rules": len(app.stylesheet.rules),
    }
