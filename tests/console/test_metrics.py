"""The metrics pane: how its lines are shared, its charts, and the types at rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chasqui.commands.appearance import appearance_of
from chasqui.console.model.charts import Plot, bars_of, busy_now, lines_of, sparkline
from chasqui.console.model.format import ASCII, BLOCKS, UNICODE, glyphs_for
from chasqui.console.model.metrics_layout import CHART, SUMS, heights
from chasqui.control.fake import FakePort
from chasqui.control.port import ChartView, Counts, MetricsView
from chasqui.control.safe_text import SafeText
from tests.console.rows import snapshot, type_row

FLAT = MetricsView(charts=ChartView(seconds=4, ended=(1.0, 2.0, 30.0)))


def text_of(lines):
    return ["".join(span.text for span in line) for line in lines]


def at_rest(count, *busy, **now):
    rows = [*map(type_row, busy), *(type_row(f"rest.{at:02}") for at in range(count))]
    return FakePort(snapshot(idle_types=count, **now), type_rows=rows)


@given(
    height=some.integers(0, 60),
    said=some.integers(1, 9),
    pools=some.integers(2, 5),
    types=some.integers(0, 40),
    balanced=some.booleans(),
)
def test_no_part_of_the_pane_is_pushed_out_by_another(height, said, pools, types, balanced):
    shares = heights(height, said=said, pools=pools, types=types, balanced=balanced)

    assert all(share >= 0 for share in shares)
    assert sum(shares) <= max(height, SUMS)
    if height >= 8:
        assert height - sum(shares) >= min(5, 1 + types) - SUMS * (not balanced)
        assert shares.said > 0
    assert shares.charts == 0 or shares.charts >= CHART
    assert balanced or shares.sums == SUMS


def test_at_eighty_columns_a_healthy_engine_has_charts_of_three_lines_and_its_sums():
    shares = heights(20, said=1, pools=2, types=6, balanced=True)

    assert (SUMS, 2) == (shares.sums, shares.spread)
    assert shares.charts >= CHART


@pytest.mark.parametrize("glyphs", [UNICODE, BLOCKS, ASCII], ids=["dots", "blocks", "ascii"])
@given(values=some.lists(some.floats(0, 1e9), max_size=80), height=some.integers(1, 9))
def test_bars_are_as_wide_as_their_values_and_none_that_is_not_zero_is_empty(
    glyphs, values, height
):
    rows = bars_of(values, max(values, default=0.0), height, glyphs)

    wide = (len(values) + 1) // 2 if glyphs.braille else len(values)
    assert [wide] * height == [len(row) for row in rows]
    if not glyphs.braille:
        assert [value > 0 for value in values] == [sign != " " for sign in rows[-1]]
    elif any(values):
        assert rows[-1].strip()


def test_dots_show_two_values_in_a_cell():
    assert ["⣿"] == bars_of((4.0, 4.0), 4.0, 1, UNICODE)
    assert ["⢸"] == bars_of((0.0, 4.0), 4.0, 1, UNICODE)
    assert [" ", "⣠"] == bars_of((2.0, 4.0), 16.0, 2, UNICODE)


def test_a_chart_has_its_numbers_in_words_a_scale_and_a_line_where_the_capacity_is():
    plot = Plot("busy workers", (0.0, 0.0, 4.0, 2.0), 60, capacity=8.0)
    words, top, *_, bottom = text_of(lines_of(plot, 20, 4, BLOCKS))

    assert "busy workers" in words and "now 2" in words and "last 4m00s" in words
    assert top.startswith("┄") and top.endswith(" 8")
    assert bottom.endswith(" 0")


def test_now_is_the_running_rate_and_not_the_group_that_has_just_begun(drive):
    async def steps(console):
        await console.press("5")
        ended = next(line for line in console.lines if "ended" in line and "now" in line)
        assert "now 30/s" in ended
        busy = next(line for line in console.lines if "busy workers" in line)
        assert "now 4" in busy

    past = ChartView(seconds=5, ended=(30.0, 30.0, 0.0), running=(4.0, 4.0, 0.0))
    port = at_rest(1, rate=30.0, metrics=MetricsView(charts=past))
    drive(port, steps, (132, 43))


def test_busy_workers_of_long_ago_are_not_those_of_now():
    assert (4, 1) == (busy_now((4.0, 0.0), 5, 1), busy_now((4.0, 0.0), 60, 1))
    assert 2 == busy_now((), 1, 2)


def test_a_capacity_far_above_all_values_is_left_out_so_that_they_can_be_seen():
    lines = text_of(lines_of(Plot("backlog", (3.0, 1.0), capacity=1000.0), 20, 4, BLOCKS))

    assert "█" in lines[1] and lines[1].endswith(" 3")
    assert not any("┄" in line for line in lines)


def test_a_chart_without_values_says_so_instead_of_drawing_zeros():
    assert "nothing measured yet" in text_of(lines_of(Plot("ended"), 40, 4, UNICODE))[0]


def test_a_line_of_ten_minutes_has_a_cell_for_each_and_nothing_is_the_lowest():
    assert "▁▁▄█" == sparkline((0.0, 0.0, 5.0, 10.0), UNICODE)
    assert "" == sparkline((), UNICODE)


@pytest.mark.parametrize(
    ("encoding", "environ", "glyphs"),
    [
        ("utf-8", {"TERM": "xterm-256color"}, UNICODE),
        ("utf-8", {"TERM": "linux"}, BLOCKS),
        ("ascii", {"TERM": "linux"}, ASCII),
    ],
)
def test_a_terminal_without_dots_has_blocks(encoding, environ, glyphs):
    assert glyphs_for(encoding, environ) is glyphs


def test_charts_are_drawn_in_blocks_where_the_config_says_so(tmp_path):
    config = tmp_path / "chasqui.toml"
    config.write_text("[engine]\n[console]\ncharts = 'blocks'\n")

    assert glyphs_for("utf-8", {}, appearance_of(config, tmp_path).charts) is BLOCKS
    assert glyphs_for("utf-8", {}, appearance_of(None, tmp_path).charts) is UNICODE


def test_types_at_rest_are_a_row_that_enter_opens_and_folds_again(drive):
    async def steps(console):
        await console.press("5")
        assert "12 idle types" in console.text and "rest.00" not in console.text
        await console.press("end")
        assert "12 types without work for ten minutes" in console.lines[-2]
        assert "Enter Show" in console.lines[-1]
        await console.press("enter")
        assert "rest.00" in console.text and "Enter Fold" in console.lines[-1]
        await console.press("j")
        assert "rest.00" in console.lines[-2]
        await console.press("end")
        assert "rest.11" in console.lines[-2]
        await console.press("k", *["k"] * 11, "enter")
        assert "rest.00" not in console.text

    drive(at_rest(12, "app.busy", "app.work"), steps)


def test_the_first_type_that_gets_work_is_selected_instead_of_the_fold(drive):
    async def steps(console):
        await console.press("5")
        assert "12 types without work" in console.lines[-2]
        busy = at_rest(12, "app.busy")
        fake.now, fake.type_rows = busy.now, busy.type_rows
        fake.changed()
        await console.tick()
        assert "app.busy" in console.lines[-2]

    fake = at_rest(12)
    drive(fake, steps)


def test_a_few_types_at_rest_are_listed(drive):
    async def steps(console):
        await console.press("5")
        assert "rest.02" in console.text and "idle types" not in console.text

    drive(at_rest(3, "app.busy"), steps)


def test_hundreds_of_types_at_rest_scroll_as_any_others(drive):
    async def steps(console):
        await console.press("5", "end", "enter", "end")
        assert "rest.399" in console.lines[-2]
        await console.press("home")
        assert "app.busy" in console.lines[-2]

    drive(at_rest(400, "app.busy"), steps)


def test_greater_shows_a_longer_past_and_less_a_shorter_one(drive):
    async def steps(console):
        await console.press("5", ">")
        assert 10 == port.queries[-1].charts.seconds
        await console.press(">", ">")
        assert 60 == port.queries[-1].charts.seconds
        assert "no longer past is kept" in console.text
        await console.press("<", "<")
        assert 1 == port.queries[-1].charts.seconds

    port = at_rest(1, metrics=FLAT)
    drive(port, steps)


def test_no_more_values_are_asked_for_than_the_charts_can_show(drive):
    async def steps(console):
        await console.press("5")
        await console.tick()
        assert 20 < port.queries[-1].charts.values <= 2 * 40

    port = at_rest(1, metrics=FLAT)
    drive(port, steps)


def test_sums_that_break_are_shown_whatever_else_there_is_to_say(drive):
    async def steps(console):
        await console.press("5")
        assert "accepted 9 ≠ accounted 4" in console.text.replace(console.lines[0], "")

    many = MetricsView(findings=tuple(type_row(f"finding {at} " * 9).name for at in range(9)))
    drive(at_rest(9, "a.b", counts=Counts(accepted=9, queued=4), metrics=many), steps, (60, 15))


def test_the_tab_counts_the_open_breakers_that_the_pane_lists(drive):
    async def steps(console):
        assert "5 Metrics ▲3" in console.lines[1]

    said = {"breakers": (SafeText("a.b"),), "half_open": (SafeText("a.c"),)}
    drive(FakePort(snapshot(wrong=(SafeText("saturated 4m"),), **said)), steps, (120, 30))
