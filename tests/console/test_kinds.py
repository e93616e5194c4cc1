"""The kinds of failure: how many are open, and what has become of those retried."""

from __future__ import annotations

import msgspec
import pytest

from chasqui.control.port import RetriedView
from chasqui.control.safe_text import SafeText
from tests.console.rows import NOW, flaky, kind, port_with


def test_open_failures_stand_before_all_ever_and_the_first_beside_the_last(drive):
    async def steps(console):
        await console.press("4")
        assert ["OPEN", "TOTAL", "LAST", "FIRST", "TYPE", "ERROR"] == console.lines[3].split()
        assert ["✗", "127", "130", "5s", "2h00m", "app.flaky"] == console.row("bad #").lstrip(
            "▌"
        ).split()[:6]
        assert ["0", "49", "5s", "2h00m"] == console.row("OSError").split()[:4]

    groups = [
        kind(count=130, kept=130, open=127),
        kind("g2", error=SafeText("OSError: no"), count=49, kept=49, open=0),
    ]
    drive(port_with(*flaky(1), groups=groups), steps)


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
def test_the_outcome_of_the_last_retry_stays_on_screen(drive, size):
    async def steps(console):
        await console.press("4")
        assert "of 130 retried" in console.text
        assert ": 120 done, 3 failed again, 7 to go" in console.text
        port.now = msgspec.structs.replace(
            port.now, retried=RetriedView(at=NOW - 60, count=130, completed=127, failed=3)
        )
        await console.tick()
        assert ": 127 done, 3 failed again" in console.text
        await console.press("enter")
        assert ": 127 done, 3 failed again" in console.text

    retried = RetriedView(at=NOW - 60, count=130, completed=120, failed=3)
    port = port_with(*flaky(1, 2, 3), groups=[kind()], now={"retried": retried})
    drive(port, steps, size)


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
def test_a_kind_that_was_retried_whole_says_what_has_become_of_it(drive, size):
    async def steps(console):
        await console.press("4")
        assert "49: 47 done, 2 failed again" in console.row("app.flaky")
        assert "bad #" not in console.row("app.flaky")
        assert "1 retried: 1 to go" in console.lines[-2]
        assert "OSError: no" in console.row("g2")

    groups = [
        kind("g2", type=SafeText("g2"), error=SafeText("OSError: no"), kept=3, open=2, retried=1),
        kind(count=49, kept=49, open=0, retried=49, retried_well=47, failed_again=2),
    ]
    drive(port_with(*flaky(1), groups=groups), steps, size)
