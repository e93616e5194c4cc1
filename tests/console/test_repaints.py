"""What a key or a reading repaints: the cells that change, and little else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual._compositor import Compositor
from textual.geometry import Region

from chasqui.console.model.columns import Cell, fit_columns
from chasqui.console.panes.backlog import BacklogPane
from chasqui.console.widgets.row_strip import draw_row
from chasqui.console.widgets.snap_table import MARGIN_ROWS, WHEEL_ROWS, SnapTable
from chasqui.control.fake import FakePort
from chasqui.control.port import Counts
from tests.console.operator import prod
from tests.console.rows import snapshot, waiting

TILES = (160, 48)
KINDS = ("dim", "error") * 4
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
        await console.press("2", "4", "5", "1", "tab")
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


def test_a_reading_with_a_new_row_repaints_from_its_line_on(drive, repainted):
    async def steps(console):
        await console.press("2")
        await console.tick(2)
        table = console.app.main.pane.table
        repainted()
        port.backlog[7] = waiting(777)[0]
        await console.tick()
        assert [7 + SnapTable.HEADER] == [
            region.y - table.region.y for region in repainted() if region in table.region
        ]

    port = many()
    drive(port, steps)


def test_rows_off_the_screen_are_not_made(drive, monkeypatch):
    made = []
    row = BacklogPane._row
    monkeypatch.setattr(
        BacklogPane,
        "_row",
        lambda self, task, now: made.append(task.number) or row(self, task, now),
    )

    async def steps(console):
        await console.press("2", "j")
        await console.tick()
        made.clear()
        await console.tick()
        assert 0 < len(made) <= 24
        assert len(console.app.main.pane.table.rows) > 60

    drive(many(), steps)


def test_rows_far_off_the_screen_are_read_only_once_a_row_was_chosen(drive):
    async def steps(console):
        await console.press("2")
        page = console.app.main.pane.table.page
        assert len(console.app.main.pane.table.rows) > page  # of a size not known when it was read
        await console.tick()
        assert page + WHEEL_ROWS == limits(port)[-1]
        await console.press("j")
        await console.tick()
        assert page + MARGIN_ROWS == limits(port)[-1]

    port = many()
    drive(port, steps)


def test_a_row_that_was_not_chosen_is_not_looked_for(drive):
    async def steps(console):
        await console.press("2")
        await console.tick()
        port.queries.clear()
        port.backlog = waiting(*range(1000, 1200))
        await console.tick(3)
        assert 60 > max(limits(port))

    port = many()
    drive(port, steps)


def test_a_cell_and_the_gap_after_it_are_drawn_as_one(drive):
    async def steps(console):
        table = console.app.main.pane.table
        strip = draw_row(table, table.columns, [Cell("x", role) for role in KINDS], (" ", ""), "")
        assert table.size.width == strip.cell_length == sum(len(one.text) for one in strip)
        shown = fit_columns(table.columns, table.size.width - 2)
        assert len(shown) + len("bar") >= len(list(strip))

    drive(many(), steps, TILES)


def test_the_gap_after_a_cell_has_the_ground_of_the_row(drive):
    async def steps(console):
        table = console.app.main.pane.table
        strip = draw_row(table, table.columns, [Cell("x", "alarm")] * len(KINDS), (" ", ""), "")
        ground = table.style_of("alarm").bgcolor
        alarms = [len(one.text) for one in strip if one.style and one.style.bgcolor == ground]
        shown = fit_columns(table.columns, table.size.width - 2)
        assert [one.width for one in shown] == alarms

    drive(many(), steps, TILES)


def limits(port: FakePort) -> list[int]:
    """Return how many rows of the backlog were asked for, each time."""
    return [query.backlog.limit for query in port.queries if query.backlog]


def many() -> FakePort:
    """Return a port with many waiting tasks."""
    now = snapshot(counts=Counts(accepted=200, queued=200))
    return FakePort(now, backlog=waiting(*range(1, 201)))


def _style_of(console, words: str) -> str:
    """Return the style of words on screen."""
    for strip in console.app.screen._compositor.render_strips():
        for segment in strip:
            if words in segment.text:
                return str(segment.style)
    raise AssertionError(f"{words!r} is not on screen")
