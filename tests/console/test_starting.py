"""The start: data is in the first picture, and what is opened by keys is loaded by them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from chasqui.console.screens.main import MainScreen
from tests.console.operator import prod

LATE = (
    "chasqui.console.screens.submit",
    "chasqui.console.screens.help",
    "chasqui.console.screens.task_detail",
)


@pytest.mark.parametrize(("size", "asked"), [((160, 48), True), ((80, 24), False)], ids=str)
def test_the_first_reading_begins_before_there_are_widgets(drive, monkeypatch, size, asked):
    port, found = prod(), []
    mount = MainScreen.on_mount
    monkeypatch.setattr(
        MainScreen, "on_mount", lambda self: found.extend(port.queries) or mount(self)
    )

    async def steps(console):
        assert "ops.stuck" in console.text

    drive(port, steps, size)
    [first] = found
    assert first.workers is not None
    assert [asked] * 4 == [
        bool(one) for one in (first.backlog, first.groups, first.types, first.metrics)
    ]


def test_the_screen_is_not_touched_by_an_answer_that_comes_before_it(drive, monkeypatch):
    shown = []
    show = MainScreen._show
    monkeypatch.setattr(
        MainScreen, "_show", lambda self, now: shown.append(self._is_made) or show(self, now)
    )

    async def steps(console):
        assert shown and all(shown)
        assert "STALE" not in console.text

    drive(prod(), steps)


def test_a_console_is_imported_without_the_screens_that_keys_open():
    code = f"import sys, chasqui.console.app; print([m for m in {LATE} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "[]" == done.stdout.strip()
