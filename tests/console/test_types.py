"""The types of the metrics pane, why tasks wait, and what an open breaker looks like everywhere."""

from __future__ import annotations

import re

import pytest

from chasqui.control.fake import FakePort
from chasqui.control.port import (
    Capabilities,
    Counts,
    MetricsView,
    PauseType,
    PoolRow,
    ResetBreaker,
    Resize,
    ResumeType,
)
from chasqui.control.safe_text import SafeText
from tests.console.rows import NOW, sizes, snapshot, type_row, waiting, workers

pytestmark = pytest.mark.slow

SIZES = [(80, 24), (160, 48)]
FLAKY = type_row("app.flaky", state="breaker open", queued=41, failed=7)
LONG = SafeText(
    "add workers: 8 of 8 workers were busy 99% of the last minute while 1,218 tasks waited, "
    "the oldest for 1,260 s; 424.5 arrive and 390.1 end each second"
)


def words_of(console):
    """Return what is in the pane of the metrics, which is at the right where there are tiles."""
    return " ".join(
        " ".join(re.split("[│┃]+", line.strip(" │┃"))[-1] for line in console.lines).split()
    )


def port_of(*rows, **now):
    return FakePort(snapshot(**now), type_rows=rows)


@pytest.mark.parametrize("size", SIZES)
def test_each_type_is_a_row_with_its_state_as_a_word_and_whole_numbers(drive, size):
    async def steps(console):
        await console.press("5")
        line = console.row("http.check")
        for words in ("limited", "1234567", " 3 ", "12345", "4%", "9.5/s", "2.5s", "15m"):
            assert words in line, words
        assert "90% of worker time" in console.lines[-2]
        assert "breaker open" in console.row("app.flaky")

    http = type_row(
        "http.check",
        state="limited",
        queued=1_234_567,
        running=3,
        failed=12_345,
        errors=0.04,
        rate=9.5,
        run_p95=2.5,
        oldest=900.0,
        share=0.9,
    )
    drive(port_of(http, FLAKY), steps, size)


@pytest.mark.parametrize("size", SIZES)
def test_a_healthy_type_is_ready_and_no_word_of_it_sounds_like_an_open_breaker(drive, size):
    async def steps(console):
        await console.press("5")
        assert "· ready" in console.row("app.mail")
        assert "ready" in console.lines[-2]
        assert "open" not in console.row("app.mail").split("app.mail")[1] + console.lines[-2]

    drive(port_of(type_row("app.mail")), steps, size)


@pytest.mark.parametrize("size", SIZES)
def test_what_is_paused_is_named_in_the_column_that_says_why_a_task_waits(drive, size):
    async def steps(console):
        await console.press("2")
        assert " engine paused " in console.row("seconds=3")
        assert " type paused " in console.row("seconds=4")
        assert " breaker open " in console.row("seconds=5")

    reasons = ("engine paused", "type paused", "breaker open, type paused")
    rows = [waiting(3 + at, reason=SafeText(why))[0] for at, why in enumerate(reasons)]
    drive(FakePort(snapshot(counts=Counts(accepted=3, queued=3)), backlog=rows), steps, size)


@pytest.mark.parametrize("size", SIZES)
def test_what_is_not_known_of_a_type_is_a_dash_and_a_type_at_rest_a_zero(drive, size):
    async def steps(console):
        await console.press("5", "j")
        assert " 0/s " in console.row("app.rests")
        works = console.row("app.works")
        assert " – " in works and "0/s" not in works and "0%" not in works
        assert "not tracked: no rate, no share" in console.lines[-2]
        await console.press("k")
        assert "not tracked" not in console.lines[-2]
        await console.press("question_mark", "c")
        assert "a dash: it is not tracked" in console.row("RATE  ")

    works = type_row("app.works", running=3, completed=90, rate=None, share=None)
    drive(port_of(type_row("app.rests"), works), steps, size)


def test_a_duration_that_is_too_long_for_its_column_loses_its_decimals(drive):
    async def steps(console):
        await console.press("5")
        assert " 5ms " in console.row("http.check")
        assert "4.63" not in console.row("http.check")

    drive(port_of(type_row("http.check", run_p95=0.00463)), steps)


@pytest.mark.parametrize("size", [*SIZES, (60, 15)])
def test_an_open_breaker_is_in_words_on_the_status_line_of_every_pane(drive, size):
    async def steps(console):
        for key in "1234":
            await console.press(key)
            assert "▲ breaker open app.flaky" in console.lines[0]

    counts = Counts(accepted=5_000_000, queued=4_000_000, failed=1_000_000)
    names = (SafeText("app.flaky"),)
    drive(port_of(FLAKY, counts=counts, breakers=names), steps, size)


@pytest.mark.parametrize("size", [*SIZES, (60, 15)])
def test_a_half_open_breaker_is_not_called_open(drive, size):
    async def steps(console):
        assert "◴ breaker half open app.flaky" in console.lines[0]
        assert "breaker open" not in console.lines[0]
        port.now = snapshot(breakers=(SafeText("a.a"),), half_open=names * 2)
        await console.tick()
        assert "▲ breaker open a.a" in console.lines[0]
        if size[0] >= 80:
            assert re.search("◴ 2 (breakers )?half open", console.lines[0])

    names = (SafeText("app.flaky"),)
    port = port_of(type_row("app.flaky", state="half open"), half_open=names)
    drive(port, steps, size)


def test_several_breakers_and_paused_types_are_counted_there(drive):
    async def steps(console):
        assert "▲ 2 breakers open" in console.lines[0]
        assert "3 types paused" in console.lines[0]

    names = tuple(SafeText(name) for name in ("a.a", "b.b", "c.c"))
    drive(port_of(breakers=names[:2], paused_types=names), steps, (120, 24))


def test_a_paused_type_is_named_there(drive):
    async def steps(console):
        assert "paused app.slow" in console.lines[0]

    drive(port_of(paused_types=(SafeText("app.slow"),)), steps)


def test_a_struck_value_is_named_there_and_several_are_counted(drive):
    async def one(console):
        assert "struck app.slow customer=c7" in console.lines[0]

    async def many(console):
        assert "32 values struck" in console.lines[0]

    strikes = (SafeText("app.slow customer=c7"), SafeText("app.slow customer=c8"))
    drive(port_of(strikes=strikes[:1]), one, (120, 24))
    drive(port_of(strikes=strikes, more_strikes=30), many, (120, 24))


@pytest.mark.parametrize("size", SIZES)
def test_a_healthy_engine_has_nothing_to_report_in_words(drive, size):
    async def steps(console):
        await console.press("5")
        assert "✓ nothing to report" in console.text

    drive(port_of(FLAKY, metrics=MetricsView()), steps, size)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("paused", "paused: no task starts until the engine is resumed"),
        ("stopping", "stopping: running tasks may finish"),
    ],
)
def test_an_engine_that_does_not_run_is_given_no_clean_bill(drive, state, said):
    async def steps(console):
        await console.press("5")
        assert said in console.text
        assert "nothing to report" not in console.text

    drive(port_of(FLAKY, state=state, metrics=MetricsView()), steps)


@pytest.mark.parametrize("size", SIZES)
def test_a_sentence_is_broken_between_words_and_no_number_of_it_is_lost(drive, size):
    async def steps(console):
        await console.press("5")
        assert LONG in words_of(console)
        assert "nothing to report" not in console.text

    drive(port_of(FLAKY, metrics=MetricsView(findings=(LONG,))), steps, size)


def test_more_sentences_than_have_room_are_counted_and_stand_in_the_help(drive):
    async def steps(console):
        await console.press("5")
        assert "4 more to report: see ? Help" in console.text
        await console.press("question_mark")
        for number in range(5):
            assert f"finding {number}" in console.text
        assert "plugin x failed" in console.text

    findings = tuple(SafeText(f"finding {number}: {LONG}") for number in range(5))
    view = MetricsView(findings=findings)
    problems = (SafeText("plugin x failed"),)
    drive(port_of(FLAKY, metrics=view, problems=problems), steps, (100, 40))


def test_the_selected_type_stays_selected_and_in_view_when_sentences_come_above_it(drive):
    async def steps(console):
        await console.press("5", "j")
        port.now = snapshot(metrics=MetricsView(findings=(LONG, LONG)))
        await console.tick()
        assert console.text.index("▲ add workers") < console.text.index("▌app.flaky")

    port = port_of(type_row("http.check"), FLAKY, metrics=MetricsView())
    drive(port, steps)


def test_capital_p_pauses_and_resumes_the_selected_type(drive):
    async def steps(console):
        await console.press("5", "j")
        assert "P Pause type" in console.lines[-1]
        await console.press("P")
        assert "paused app.flaky: none of its tasks starts" in console.text
        port.type_rows[1] = type_row("app.flaky", state="breaker open", is_paused=True)
        port.changed()
        await console.tick()
        assert "P Resume type" in console.lines[-1]
        await console.press("P")
        assert "resumed app.flaky" in console.text
        await console.press("k", "j")
        assert "breaker open, and paused" in console.lines[-2]

    port = port_of(type_row("http.check"), FLAKY)
    drive(port, steps)
    assert [PauseType(type="app.flaky"), ResumeType(type="app.flaky")] == port.commands


@pytest.mark.parametrize(
    ("answer", "commands"),
    [("y", [ResetBreaker(type="app.flaky")]), ("n", []), ("escape", []), ("enter", [])],
)
def test_b_asks_before_it_resets_a_breaker(drive, answer, commands):
    async def steps(console):
        await console.press("5", "b")
        assert "Reset a breaker?" in console.text
        assert "41 tasks of app.flaky wait; 7 have failed." in console.text
        await console.press(answer)

    port = port_of(FLAKY)
    drive(port, steps)
    assert commands == port.commands


def test_a_breaker_that_is_closed_is_not_reset(drive):
    async def steps(console):
        await console.press("5")
        assert "Reset breaker" not in console.lines[-1]
        await console.press("b")
        assert "the breaker of http.check is closed" in console.text

    port = port_of(type_row("http.check"))
    drive(port, steps)
    assert [] == port.commands


@pytest.mark.parametrize("key", ["P", "b"])
def test_a_read_only_console_refuses_to_change_a_type(drive, key):
    async def steps(console):
        await console.press("5", key)
        assert "this console is read-only" in console.text

    port = FakePort(snapshot(), type_rows=[FLAKY], caps=Capabilities(read_only=True))
    drive(port, steps)
    assert [] == port.commands


@pytest.mark.parametrize("size", SIZES)
def test_parked_tasks_show_their_reason_and_the_line_below_says_it_whole(drive, size):
    async def steps(console):
        await console.press("2")
        for number, words in ((3, "4 of 4 run"), (4, "rate 10/s"), (5, "breaker open")):
            assert words in console.row(f"seconds={number}")
        assert "all 1,000 run" not in console.text
        assert " full " in console.row("seconds=6")
        assert "in 24s" in console.row("seconds=7")
        assert "held: 4 of 4 run" in console.lines[-2]
        await console.press("G")
        assert "due in 24s, attempt 3" in console.lines[-2]

    reasons = ("4 of 4 run", "rate 10/s", "breaker open", "1,000,000 of 1,000,000 run")
    rows = [waiting(3 + at, reason=SafeText(why))[0] for at, why in enumerate(reasons)]
    rows += waiting(7, state="scheduled", due=NOW + 24, attempt=2)
    drive(FakePort(snapshot(counts=Counts(accepted=5, queued=5)), backlog=rows), steps, size)


def test_several_pools_are_a_line_each_and_named_in_the_rows(drive):
    async def steps(console):
        await console.press("5")
        assert "cpu        ▱▱ 0/2             ▰▰▰▰▰▰▰▰▰▰ 100" in console.text
        assert "‖ paused  FULL" in console.row("▱▱ 0/2")
        await console.press("2")
        assert "pool cpu" in console.lines[-2]
        await console.press("1", "j", "j", "j")  # the head of each pool is a row too
        assert " 5  cpu/w01  " in console.text
        await console.press("]")
        assert "asked for 3 workers in pool cpu" in console.text

    pools = (
        PoolRow(name=SafeText("default"), workers=6, busy=1),
        PoolRow(name=SafeText("cpu"), state="paused", workers=2, queue_size=100, queued=100),
    )
    port = FakePort(
        snapshot(pools=pools, settings=sizes(default=6, cpu=2)),
        backlog=waiting(3, pool=SafeText("cpu")),
        workers=[*workers(1), *workers(1, name=SafeText("cpu/w01"), pool=SafeText("cpu"), task=5)],
    )
    drive(port, steps)
    assert [Resize(workers=3, pool="cpu")] == port.commands


def test_more_pools_than_have_lines_are_counted(drive):
    async def steps(console):
        await console.press("5")
        assert " p2 " in console.text
        assert "and 3 more pools" in console.text

    pools = tuple(PoolRow(name=SafeText(f"p{number}")) for number in range(6))
    drive(port_of(pools=pools), steps)


@pytest.mark.parametrize("size", SIZES)
def test_hostile_text_of_types_pools_and_sentences_is_drawn_as_harmless_text(drive, size):
    hostile = SafeText("[red]x[/] \x1b[2J\u202e\x9b31m\u200b日本 \x07\r\n\tend")
    rows = [type_row(hostile, state="breaker open", limits=hostile, pool=hostile)]
    now = snapshot(
        breakers=(hostile,),
        half_open=(hostile,),
        paused_types=(hostile,),
        pools=(PoolRow(name=hostile), PoolRow(name=hostile)),
        metrics=MetricsView(findings=(hostile,)),
    )
    port = FakePort(now, type_rows=rows, backlog=waiting(3, reason=hostile, pool=hostile))

    async def steps(console):
        for key in ("2", "5", "P", "b", "escape"):
            await console.press(key)
            await console.tick()
            drawn = console.text
            assert [] == [sign for sign in "\x1b\u202e\x9b\x07\r\t\u200b" if sign in drawn]
            assert size[1] == len(console.lines)

    drive(port, steps, size)
