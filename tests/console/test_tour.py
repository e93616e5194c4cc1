"""The tour: six keys on a line of their own, which one key ends for good."""

from __future__ import annotations

import stat

import pytest

from chasqui.console.actions.table import ACTIONS
from chasqui.console.model.keymap import Keymap, SaidKeys
from chasqui.console.model.tour import STEPS, steps_with, tour_line
from chasqui.console.remembered import Remembered
from chasqui.control.fake import FakePort
from chasqui.control.port import Capabilities
from tests.console.rows import busy, failures, kind, waiting, workers

FIRST = "Tour 1 of 6  2 shows what waits, and why  F3 Skip  F2 End"


def port(**caps):
    return FakePort(
        busy(),
        workers=workers(2),
        backlog=waiting(3, 4),
        failures=failures(1),
        groups=[kind()],
        caps=Capabilities(**caps),
    )


@pytest.fixture
def file(tmp_path):
    return tmp_path / "state" / "console.toml"


@pytest.mark.slow
def test_a_first_console_begins_with_the_tour_which_goes_on_with_each_key_it_names(drive, file):
    async def steps(console):
        assert FIRST in console.lines[-3]
        await console.press("2")
        assert "Tour 2 of 6  Enter opens the selected row" in console.lines[-3]
        await console.press("enter", "escape")
        assert "Tour 3 of 6  / filters the list" in console.lines[-3]
        await console.press("/", "escape")
        assert "Tour 4 of 6  4 shows the failures" in console.lines[-3]
        await console.press("?", "escape")  # out of its turn
        await console.press("4")
        assert "finds any command by a few letters" in console.lines[-3]
        await console.press(":", "escape")
        assert "that was the tour; F2 begins it again" in console.text
        assert "Tour" not in console.text

    drive(port(), steps, remembered=file, has_tour=True)
    assert Remembered(file).has_seen_tour


def test_one_key_ends_the_tour_for_good(drive, file):
    async def ends(console):
        await console.press("f2")
        assert "the tour is over" in console.text

    async def again(console):
        assert "Tour" not in console.text
        await console.press("f2")
        assert FIRST in console.text

    drive(port(), ends, remembered=file, has_tour=True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    drive(port(), again, remembered=file, has_tour=True)


def test_the_tour_takes_no_key_and_covers_nothing(drive, file):
    async def steps(console):
        shown = console.lines
        await console.press("f2")
        without = console.lines
        assert shown[:6] == without[:6]
        assert shown[-1] == without[-1]
        await console.press("p")
        assert 1 == len(served.commands)

    served = port()
    drive(served, steps, remembered=file, has_tour=True)


def test_a_step_is_skipped_by_a_key_and_all_of_them_end_it(drive, file):
    async def steps(console):
        await console.press("f3", "f3")
        assert "Tour 3 of 6" in console.text
        await console.press("f3", "f3", "f3", "f3")
        assert "that was the tour" in console.text
        await console.press("f3")
        assert "no tour is under way; F2 begins it" in console.text

    drive(port(), steps, remembered=file, has_tour=True)


def test_the_palette_begins_the_tour(drive):
    async def steps(console):
        await console.burst(":", *"begin the tour", "enter")
        assert FIRST in console.text

    drive(port(), steps)


@pytest.mark.parametrize("why", ["read-only", "script", "no home", "damaged"])
def test_no_tour_begins_where_it_is_not_wanted_or_could_not_be_ended_for_good(drive, file, why):
    if why == "no home":
        file.parent.write_text("a file where the folder should be")
    elif why == "damaged":
        file.parent.mkdir()
        file.write_text("[filters")

    async def steps(console):
        assert "Tour" not in console.text

    more = {"remembered": file, "has_tour": why != "script"}
    drive(port(read_only=why == "read-only"), steps, **more)
    assert why != "damaged" or file.read_text() == "[filters"


def test_every_step_is_about_an_action_and_fits_in_80_columns():
    keys = Keymap(ACTIONS)
    assert set() == {id for step in STEPS for id in step.actions} - {one.id for one in ACTIONS}
    for at in range(len(STEPS)):
        line = tour_line(STEPS[at:], keys)
        assert sum(len(span.text) for span in line) + 2 * (len(line) - 1) <= 78


def test_the_tour_names_remapped_keys_and_leaves_out_an_action_without_one():
    keys = Keymap(ACTIONS, (SaidKeys("a", {"list.filter": "", "pane.focus(1)": "f7"}),))
    assert 5 == len(steps_with(keys))
    assert "f7 shows what waits, and why" == tour_line(steps_with(keys), keys)[1].text
