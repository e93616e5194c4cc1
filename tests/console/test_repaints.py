"""What a key or a reading repaints: the cells that change, and little else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual._compositor import Compositor
from textual.geometry import Region

from tests.console.operator import prod

TILES = (160, 48)
Repainted = Callable[[], list[Region]]


@pytest.fixture
def repainted(monkeypatch: pytest.MonkeyPatch) -> Repainted:
    """Return a function that returns the regions repainted since it was called last."""
    found: list[Region] = []
    update = Compositor.render_update

    def noted(self, *words, **more):
        found.extend(self._dirty_regions)
        return update(self, *words, **more)

    monkeypatch.setattr(Compositor, "render_update", noted)

    def taken() -> list[Region]:
        regions = list(found)
        found.clear()
        return regions

    return taken


def test_a_digit_key_reads_nothing_where_its_pane_is_on_screen(drive):
    async def steps(console):
        await console.press("1")
        before = len(port.queries)
        await console.press("2", "3", "4", "1", "tab")
        assert before == len(port.queries)

    port = prod()
    drive(port, steps, TILES)


def test_a_digit_key_reads_the_rows_of_a_pane_that_was_not_on_screen(drive):
    async def steps(console):
        await console.press("2")
        assert port.queries[-1].backlog is not None
        assert port.queries[-1].workers is None

    port = prod()
    drive(port, steps)


def test_a_digit_key_repaints_two_frames_two_cursors_and_the_lines_below(drive, repainted):
    async def steps(console):
        await console.press("1")
        await console.tick(2)
        repainted()
        await console.press("2")
        panes = [console.app.main.query_one(f"#{name}") for name in ("workers", "backlog")]
        inner = [pane.region.shrink(pane.styles.gutter) for pane in panes]
        within = [region for region in repainted() if any(one.overlaps(region) for one in inner)]
        cursors = [region for region in within if region.height == 1]
        assert within == cursors
        assert 2 >= len(cursors)

    drive(prod(), steps, TILES)


def test_the_frame_and_the_title_say_which_pane_has_the_focus(drive):
    async def steps(console):
        for key, title in (("2", "2 Backlog"), ("1", "1 Workers"), ("2", "2 Backlog")):
            await console.press(key)
            heavy = [line for line in console.lines if "┏" in line]
            assert [True] == [title in line for line in heavy]
            assert "bold" in _style_of(console, title)

    drive(prod(), steps, TILES)


def test_a_reading_without_news_repaints_nothing(drive, repainted):
    async def steps(console):
        await console.press("2")
        await console.tick(2)
        repainted()
        await console.tick(3)
        assert [] == repainted()

    drive(prod(), steps, TILES)


def _style_of(console, words: str) -> str:
    """Return the style of words on screen."""
    for strip in console.app.screen._compositor.render_strips():
        for segment in strip:
            if words in segment.text:
                return str(segment.style)
    raise AssertionError(f"{words!r} is not on screen")
