"""The status line: the engine's state, the conservation check, and the age of what is shown."""

from __future__ import annotations

import msgspec
import pytest

from chasqui.console.model.format import ASCII, UNICODE
from chasqui.console.model.line import fit
from chasqui.console.model.summary import status_spans
from chasqui.control.fake import FakePort
from chasqui.control.port import Counts, JournalStatus, LastEndStatus, LatencyView, PoolRow
from chasqui.control.safe_text import SafeText
from tests.console.rows import busy, snapshot


def test_where_the_sums_agree_it_counts_the_tasks_and_only_the_metrics_show_the_sums(drive):
    async def steps(console):
        assert "total 7" in console.lines[0]
        assert "✓" not in console.lines[0]
        assert "1/4 busy" in console.lines[0]
        assert "backlog 4" in console.lines[0]

    drive(FakePort(busy()), steps)


def test_what_has_failed_ever_is_not_red_and_what_has_to_be_seen_to_now_is(drive):
    async def steps(console):
        past, _ = console.colours_of("failed ✗ 3")
        _, ground = console.colours_of("breaker open app.mail")
        assert past != console.app.theme_variables["error"].lower() == ground

    now = snapshot(counts=Counts(accepted=3, failed=3), breakers=(SafeText("app.mail"),))
    drive(FakePort(now), steps, (120, 24))


def test_the_kinds_that_are_open_are_red_and_what_has_failed_ever_is_dim_beside_them(drive):
    async def steps(console):
        open_now, _ = console.colours_of("2 kinds failing")
        past, _ = console.colours_of("failed ✗ 3")
        assert past != open_now
        port.now = snapshot(counts=counts, open_kinds=1)
        await console.tick()
        assert "1 kind failing" in console.lines[0]

    counts = Counts(accepted=3, failed=3)
    port = FakePort(snapshot(counts=counts, open_kinds=2))
    drive(port, steps, (120, 24))
    roles = {span.text: span.role for span in status_spans(port.now, UNICODE)}
    assert ("error", "dim") == (roles["1 kind failing"], roles["failed ✗ 3"])


@pytest.mark.parametrize("kinds", [0, None])
def test_without_an_open_kind_or_of_an_older_host_it_says_only_what_has_failed_ever(kinds):
    past = snapshot(counts=Counts(accepted=3, failed=3), open_kinds=kinds)
    assert "failed ✗ 3" in said(past)
    assert "failing" not in said(past)


def test_where_room_is_short_the_kinds_that_are_open_outlive_what_has_failed_ever():
    now = snapshot(counts=Counts(accepted=3, failed=3), open_kinds=2)
    words = [span.text for span in fit(status_spans(now, UNICODE), 64)]
    assert "2 kinds failing" in words
    assert "failed ✗ 3" not in words


def test_a_paused_type_is_counted_on_80_columns_beside_a_full_backlog_and_an_open_breaker():
    assert {"▲ 1 open", "1 paused", "✗ 2 kinds"} <= {*held_words(78)}


def test_a_struck_value_is_counted_where_it_has_no_room_for_its_name():
    assert "struck app.slow customer=c7" in held_words(160)
    assert "1 struck" in held_words(100)


def held_words(width):
    now = snapshot(
        name=SafeText("a-long-name-of-an-engine"),
        counts=Counts(accepted=91_203, queued=91_200, failed=3),
        open_kinds=2,
        breakers=(SafeText("app.flaky"),),
        paused_types=(SafeText("app.slow"),),
        strikes=(SafeText("app.slow customer=c7"),),
    )
    return [span.text for span in fit(status_spans(now, UNICODE), width)]


def test_it_turns_red_with_both_sums_when_the_numbers_do_not_add_up(drive):
    async def steps(console):
        assert "✗ accepted 9 ≠ accounted 7" in console.lines[0]
        _, ground = console.colours_of("accepted 9 ≠ accounted 7")
        assert console.app.theme_variables["error"].lower() == ground

    drive(FakePort(busy(accepted=9)), steps)


def test_what_is_red_is_so_as_the_theme_says_that_was_chosen_last(drive):
    async def steps(console):
        first = console.app.theme_variables["error"].lower()
        await console.press("T")
        _, ground = console.colours_of("accepted 9 ≠ accounted 7")
        assert console.app.theme_variables["error"].lower() == ground != first

    drive(FakePort(busy(accepted=9)), steps)


def test_both_sums_stay_on_the_narrowest_screen(drive):
    async def steps(console):
        assert "accepted 9,000,000 ≠ accounted 7" in console.lines[0]

    drive(FakePort(busy(accepted=9_000_000)), steps, size=(60, 15))


def test_it_says_that_the_backlog_is_full(drive):
    counts = Counts(accepted=100, queued=100)

    async def steps(console):
        assert "backlog 100 FULL" in console.lines[0]

    drive(FakePort(snapshot(counts=counts)), steps)


def test_what_waits_for_its_time_is_counted_apart_from_the_backlog(drive):
    async def steps(console):
        assert "backlog 2  scheduled 3" in console.lines[0]

    drive(FakePort(snapshot(counts=Counts(accepted=5, queued=2, scheduled=3))), steps)


def test_each_state_is_a_word(drive):
    async def steps(console):
        for state in ("running", "paused", "stopping", "stopped", "degraded"):
            port.now = snapshot(state=state)
            await console.tick()
            assert state.upper() in console.lines[0]

    port = FakePort()
    drive(port, steps)


def test_a_port_that_raises_leaves_the_last_reading_with_its_age(drive):
    class Broken(FakePort):
        broken = False

        def snapshot(self, query):
            if self.broken:
                raise OSError("no answer\x1b[31m")
            return super().snapshot(query)

    async def steps(console):
        port.broken = True
        await console.tick()
        assert "✗ STALE 0s" in console.lines[0]
        assert "OSError: no answer" in console.lines[0]
        port.broken = False
        await console.tick()
        assert "STALE" not in console.text
        assert "backlog 4" in console.lines[0]

    port = Broken(busy())
    drive(port, steps)


def test_problems_are_counted_there_and_named_in_the_help(drive):
    problems = (SafeText("plugin x: it raised"), SafeText("plugin y: it is old"))

    async def steps(console):
        assert "2 problems" in console.lines[0]
        await console.press("question_mark")
        assert "plugin x: it raised" in console.text

    drive(FakePort(snapshot(problems=problems)), steps, size=(120, 40))


def test_latency_and_rate_are_in_their_units(drive):
    now = snapshot(rate=12.5, run=LatencyView(count=3, p50=0.001, p95=0.25, p99=1, max=2))

    async def steps(console):
        assert "p95 250ms" in console.lines[0]
        assert "12.5/s" in console.lines[0] or "12/s" in console.lines[0]

    drive(FakePort(now), steps)


def test_a_backlog_that_producers_fill_in_turns_is_called_full(drive):
    counts = Counts(accepted=99, queued=99)

    async def steps(console):
        assert "backlog 99 FULL" in console.lines[0]

    drive(FakePort(snapshot(counts=counts, full_for=31.0)), steps)


def test_a_full_pool_among_several_makes_the_backlog_full(drive):
    pools = (
        PoolRow(name=SafeText("cpu"), queue_size=10, queued=10),
        PoolRow(name=SafeText("io"), queue_size=90, queued=3),
    )

    async def steps(console):
        assert "backlog 13 FULL" in console.lines[0]

    drive(FakePort(snapshot(counts=Counts(accepted=13, queued=13), pools=pools)), steps)


@pytest.mark.parametrize(("glyphs", "dash"), [(UNICODE, "–"), (ASCII, "-")])
def test_before_a_task_has_ended_there_is_a_dash_in_place_of_how_long_tasks_run(glyphs, dash):
    spans = [span.text for span in status_spans(snapshot(), glyphs)]
    assert f"p95 {dash}" in spans
    quick = snapshot(run=LatencyView(count=1))
    assert "p95 0s" in [span.text for span in status_spans(quick, glyphs)]


def of_journal(**more):
    journal = JournalStatus(mode="power", state="ok", path=SafeText("/x/jobs.db"))
    return msgspec.structs.replace(snapshot(), journal=msgspec.structs.replace(journal, **more))


def said(of):
    return "  ".join(span.text for span in status_spans(of, UNICODE))


def test_it_names_what_accepted_tasks_survive_unless_the_host_does_not_say():
    assert "journal power" in said(of_journal())
    assert "journal off" in said(of_journal(mode="off", state="off"))
    assert "journal" not in said(snapshot())


def test_a_degraded_journal_is_an_alarm_that_no_width_drops():
    spans = status_spans(of_journal(state="degraded"), UNICODE)
    (alarm,) = [span for span in spans if span.text == "▲ JOURNAL DEGRADED"]

    assert "alarm" == alarm.role
    assert alarm in fit(spans, 40)


KILLED = LastEndStatus(epoch=12, pid=4121, started=1.0, is_clean=False, interrupted=4, requeued=913)


def test_a_console_says_once_that_the_engine_before_was_killed(drive):
    words = "engine 12 (pid 4121) ended without shutdown; 4 interrupted, 913 requeued"

    async def steps(console):
        assert words in console.text
        await console.press("T")
        assert words not in console.text

    drive(FakePort(of_journal(last_end=KILLED)), steps)


def test_a_console_says_nothing_of_an_engine_before_that_was_shut_down(drive):
    async def steps(console):
        assert "ended without" not in console.text

    end = msgspec.structs.replace(KILLED, is_clean=True, stopped=2.0)
    drive(FakePort(of_journal(last_end=end)), steps)
