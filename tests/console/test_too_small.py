"""A dialog in a terminal that is too small for the console."""

from __future__ import annotations

import pytest

from tests.console.opened import port_with

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("size", [(50, 15), (60, 12)])
def test_a_dialog_says_in_its_frame_that_the_terminal_has_become_too_small(drive, size):
    async def steps(console):
        await console.press("5", "m")
        assert "too small" not in console.text
        await console.pilot.resize_terminal(*size)
        await console.until(lambda: f"too small: {size[0]}x{size[1]}, needs 60x15" in console.text)
        await console.type("2")
        await console.pilot.resize_terminal(60, 15)
        await console.until(lambda: "too small" not in console.text)
        assert "at a time  2" in console.text

    drive(port_with(), steps)


def test_a_question_that_is_opened_in_a_small_terminal_says_so_and_can_be_answered(drive):
    async def steps(console):
        await console.press("Q")
        assert "too small: 40x10, needs 60x15" in console.text
        await console.press("escape")
        assert "needs 60x15" in console.text and "╭" not in console.text

    drive(port_with(), steps, (40, 10))
