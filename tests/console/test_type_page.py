"""A type that is opened: its page, and the form of its limits."""

from __future__ import annotations

import pytest

from chasqui.console.model.type_page import limits_words
from chasqui.control.port import (
    Capabilities,
    LimitsView,
    PauseType,
    RecentFailure,
    ResetBreaker,
)
from chasqui.control.safe_text import SafeText
from tests.console.opened import limits, opened, port_with
from tests.console.rows import NOW, type_row

pytestmark = pytest.mark.slow

SIZES = [(80, 24), (160, 48)]


@pytest.mark.parametrize("size", SIZES)
def test_enter_opens_a_type_with_its_limits_breaker_charts_and_newest_failures(drive, size):
    async def steps(console):
        await console.press("5", "enter")
        for words in (
            "app.flaky  ▲ breaker open",
            "open for 8s, tries again in 22s",
            "5 failures within 1m00s open",
            "5 at a time, 10/s",
            "p95 4.1s",
            "377      2s ago  OSError: no disk",
            "ended  now 1/s",
            "p95 of runs  now 4.1s",
            "m Limits",
            "b Reset breaker",
        ):
            assert words in " ".join(console.text.split("\n")), words
        await console.press("escape")
        assert "OSError" not in console.text

    drive(port_with(), steps, size)


def test_limits_that_were_set_live_are_marked_with_what_the_policy_has(drive):
    async def steps(console):
        await console.press("5", "enter")
        assert (
            "set live, until the engine stops: it has no journal; its policy has: 4 at a time"
            in (" ".join(" ".join(line.strip("│ ┃") for line in console.lines).split()))
        )

    drive(port_with(opened(policy=limits(4))), steps)


def test_the_page_of_a_type_pauses_it_and_resets_its_breaker(drive):
    async def steps(console):
        await console.press("5", "enter", "P")
        assert "paused app.flaky: none of its tasks starts" in console.text
        await console.press("b")
        assert "Reset a breaker?" in console.text
        await console.press("y")
        assert "reset app.flaky: its tasks start again" in console.text

    port = port_with()
    drive(port, steps)
    assert [PauseType(type="app.flaky"), ResetBreaker(type="app.flaky")] == port.commands


def test_the_page_of_a_type_has_three_pasts(drive):
    async def steps(console):
        await console.press("5", "enter", ">", ">")
        assert 60 == port.queries[-1].type_view.seconds
        await console.press(">")
        assert "no longer past is kept" in console.text

    port = port_with()
    drive(port, steps)


def test_a_type_that_is_gone_says_so_instead_of_failing(drive):
    async def steps(console):
        port.type_views.clear()
        await console.press("5", "enter")
        assert "there is no type app.flaky any more" in console.text
        await console.press("escape", "m")
        assert "there is no type app.flaky any more" in console.text

    port = port_with()
    drive(port, steps)


def test_a_read_only_console_opens_a_type_and_changes_nothing(drive):
    async def steps(console):
        await console.press("5", "m")
        assert "this console is read-only" in console.text
        await console.press("enter")
        assert "m Limits" not in console.text
        await console.press("P")
        assert "this console is read-only" in console.text

    port = port_with(caps=Capabilities(read_only=True))
    drive(port, steps)
    assert [] == port.commands


def test_limits_are_words():
    assert "none" == limits_words(limits())
    assert "5 at a time, 10/s for each customer" == limits_words(limits(5, "10/s", "customer"))


@pytest.mark.parametrize("size", [(60, 15), *SIZES])
def test_hostile_text_of_a_type_is_drawn_as_harmless_text(drive, size):
    hostile = SafeText("[red]x[/] \x1b[2J\u202e\x9b31m\u200b日本 \x07\r\n\tend")
    row = type_row(hostile, note=hostile, pool=hostile)
    view = opened(
        row,
        limits=LimitsView(rate=hostile, by=hostile),
        lasts=hostile,
        strikes=(hostile,),
        parameters=(hostile,) * 9,
        failures=(RecentFailure(number=1, at=NOW, error=hostile),),
    )

    async def steps(console):
        for key in ("5", "enter", "m", "escape", "escape"):
            await console.press(key)
            drawn = console.text
            assert [] == [sign for sign in "\x1b\u202e\x9b\x07\r\t\u200b" if sign in drawn]
            assert size[1] == len(console.lines)

    drive(port_with(view), steps, size)
