"""The start: data is in the first picture, and what is opened by keys is loaded by them."""

from __future__ import annotations

import subprocess
import sys

import pytest
from textual.screen import Screen

from chasqui.console.app import ConsoleApp
from chasqui.console.screens.help import HelpScreen
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


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (160, 48), (40, 9)], ids=str)
def test_no_screen_is_styled_again_once_it_has_widgets(drive, monkeypatch, size):
    again = []
    update = ConsoleApp.update_styles

    def noted(self, node, animate=True):
        if isinstance(node, Screen) and node.children:
            again.append(node)
        update(self, node, animate)

    monkeypatch.setattr(ConsoleApp, "update_styles", noted)

    async def steps(console):
        await console.press("?")
        assert isinstance(console.top, HelpScreen)
        await console.press("escape")
        assert [] == again
        styled = styles_of(console.app.main)
        console.app.main.update_node_styles(animate=False)
        assert styled == styles_of(console.app.main)

    drive(prod(), steps, size)


def test_a_page_is_styled_as_it_would_be_again(drive):
    async def steps(console):
        for key in ("?", ",", ":", "enter"):
            await console.press(key)
            page = console.top
            assert page is not console.app.main
            styled = styles_of(page)
            page.update_node_styles(animate=False)
            assert styled == styles_of(page)
            await console.press("escape")

    drive(prod(), steps)


def styles_of(screen):
    """Return what the style sheets give each widget of a screen, and its parts."""
    return {
        node: (node.styles.base.get_rules(), {**node._component_styles})
        for node in screen.walk_children(with_self=True)
    }


@pytest.mark.slow
def test_a_console_is_imported_without_the_screens_that_keys_open():
    code = f"import sys, chasqui.console.app; print([m for m in {LATE} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "[]" == done.stdout.strip()
