"""Where the panes go: which are on screen at a size, and how boxes share the rows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.geometry import Size

from chasqui.console.actions.action import PANES
from chasqui.console.model.tiles import BOXES, KEEP_SECONDS, LEAST, NeededRows, divide, place
from chasqui.control.fake import FakePort
from chasqui.control.safe_text import SafeText
from tests.console.operator import prod
from tests.console.rows import snapshot, waiting, workers

HEIGHTS = st.integers(min_value=2 * LEAST, max_value=200)
ROWS = st.integers(min_value=0, max_value=10_000)
WIDTHS = (20, 60, 80, 109, 110, 132, 149, 150, 160, 200)
LINES = (5, 15, 24, 35, 36, 48, 60)


def shown(console) -> set[str]:
    return {pane.id for pane in console.app.main._panes if pane.display}


def test_each_pane_has_its_place_in_a_box():
    assert sorted(PANES) == sorted(pane for box in BOXES for pane in box)


@given(HEIGHTS, ROWS, ROWS)
def test_a_box_gets_the_rows_that_it_wants_if_its_neighbour_has_them_to_spare(height, upper, lower):
    rows = divide(height, upper, lower)

    assert LEAST <= rows <= height - LEAST
    if upper + lower <= height and LEAST <= upper <= height - LEAST:
        assert upper == rows
    elif min(upper, lower) > height // 2:
        assert height // 2 == rows
    elif lower < upper and LEAST <= lower:
        assert lower == height - rows


@given(
    st.sampled_from([box[0] for box in BOXES]),
    st.integers(min_value=150, max_value=400),
    HEIGHTS,
    st.dictionaries(st.sampled_from(PANES), ROWS),
)
def test_the_boxes_fill_the_screen_and_do_not_overlap(_, width, height, wanted):
    places = place([box[0] for box in BOXES], width, height, wanted).values()

    cells = [
        (x, y)
        for box in places
        for x in (box.x, box.x + box.width - 1)
        for y in range(box.y, box.y + box.height)
    ]
    assert len(cells) == len(set(cells))
    assert width * height == sum(box.width * box.height for box in places)


def test_a_box_keeps_the_rows_that_it_had_for_some_seconds():
    wanted = NeededRows()
    wanted.note("workers", 9, now=0.0)
    wanted.note("workers", 11, now=1.0)
    wanted.note("workers", 5, now=2.0)
    assert {"workers": 11} == wanted.rows
    wanted.note("workers", 5, now=1.0 + KEEP_SECONDS)
    assert {"workers": 5} == wanted.rows


@pytest.mark.parametrize(
    ("size", "beside"),
    [
        ((80, 24), ["finished"]),
        ((110, 35), ["finished"]),
        ((110, 36), ["workers", "finished"]),
        ((132, 43), ["workers", "finished"]),
        ((150, 36), ["workers", "backlog", "finished", "metrics"]),
    ],
    ids=str,
)
def test_the_size_of_the_screen_says_how_many_panes_are_on_it(drive, size, beside):
    async def steps(console):
        await console.press("3")
        assert set(beside) == shown(console)

    drive(prod(), steps, size)


def test_of_two_panes_in_a_box_the_one_used_last_is_in_front_and_both_are_named(drive):
    async def steps(console):
        assert "3 Finished 60,020  [4 Failures ✗ 37]" in console.text
        await console.press("3", "1")
        await console.tick()
        assert "files.hash" in console.text
        assert "TimeoutError: account ▒▒▒ did not an…" not in console.text
        console.app.main._panes[2]._titled_at = 0.0  # a title may change once in a second
        await console.tick()
        assert "[3 Finished 60,020]  4 Failures ✗ 37" in console.text

    drive(prod(), steps, (160, 48))


def test_workers_give_the_rows_they_do_not_need_to_the_pane_below(drive):
    async def steps(console):
        await console.tick()
        assert 3 + 2 + 1 == console.app.main.query_one("#workers").outer_size.height
        port.workers = workers(12, type=SafeText("demo.burn"))
        port.changed()
        await console.tick(2)
        assert 12 + 2 + 1 == console.app.main.query_one("#workers").outer_size.height
        assert "w12" in console.text

    port = FakePort(snapshot(), workers=workers(1), backlog=waiting(*range(90)))
    drive(port, steps, (132, 43))


@pytest.mark.slow
def test_zoom_gives_the_pane_in_use_the_whole_screen_and_the_others_come_back(drive):
    async def steps(console):
        before = shown(console)
        await console.press("2", "z")
        assert {"backlog"} == shown(console)
        assert (160, 44) == console.app.main.pane.outer_size
        assert "[2 Backlog 1,004]" in console.lines[1]
        await console.press("5")
        assert {"metrics"} == shown(console)
        await console.press("z")
        assert before == shown(console)

    drive(prod(), steps, (160, 48))


def test_a_zoomed_list_reads_the_rows_that_it_has_room_for(drive):
    async def steps(console):
        await console.press("2")
        assert "1080" not in console.text
        await console.press("z")
        assert "1080" in console.text

    port = FakePort(snapshot(), workers=workers(1), backlog=waiting(*range(1050, 1090)))
    drive(port, steps, (160, 48))


@pytest.mark.slow
def test_escape_leaves_the_zoom_before_it_goes_back_to_the_kinds(drive):
    async def steps(console):
        await console.press("4", "enter", "z", "escape")
        assert 4 == len(shown(console))
        assert not console.app.main.pane.listing.is_groups
        await console.press("escape")
        assert console.app.main.pane.listing.is_groups

    drive(prod(), steps, (160, 48))


def test_where_there_is_room_for_one_pane_zoom_says_that_it_has_it(drive):
    async def steps(console):
        await console.press("z")
        assert "Workers has the whole screen already" in console.text
        assert "z Zoom" not in console.lines[-1]

    drive(prod(), steps)


def test_a_tab_whose_count_has_no_room_shows_a_shorter_one(drive):
    async def steps(console):
        assert "2 Backlog 1k  3 Finished  4 Failures 37  5 Metrics ▲3" in console.lines[1]

    drive(prod(), steps)


def test_three_hundred_sizes_in_a_row_end_in_the_same_places(drive):
    """They come while the first of them is still being drawn, as from a window that is dragged."""

    def places(console):
        return [(pane.id, pane.display, pane.region) for pane in console.app.main._panes]

    async def steps(console):
        await console.tick(2)
        before = places(console), console.widgets
        for count in range(300):
            size = Size(WIDTHS[count % len(WIDTHS)], LINES[count % len(LINES)])
            console.app.post_message(events.Resize(size, size))
        await console.pilot.resize_terminal(160, 48)
        await console.settle()
        await console.tick(2)
        assert before == (places(console), console.widgets)
        assert "STALE" not in console.lines[0]

    drive(prod(), steps, (160, 48))


@pytest.mark.slow
def test_no_name_of_a_pane_is_said_twice_and_none_is_left_out(drive):
    async def steps(console):
        for key in "123456":
            await console.press(key)
            for pane in console.app.main._panes:
                pane._titled_at = 0.0  # a title may change once in a second
            await console.tick()
            heads = [line for line in console.lines[:-2] if line.startswith((" ", "╭─", "┏━"))]
            heads = [heads[1], *(line for line in heads if line[0] != " ")]
            for name in ("Workers", "Backlog", "Finished", "Failures", "Metrics", "Events"):
                assert 1 == sum(line.count(name) for line in heads), (key, name, heads)

    drive(prod(), steps, (132, 43))
