"""The panes: what they list, what stays selected, and what they cost."""

from __future__ import annotations

import pytest

from chasqui.control.fake import FakePort
from chasqui.control.port import Chosen, Counts, MetricsView, ProgressView, TaskTypeInfo, ViewQuery
from chasqui.control.safe_text import SafeText
from tests.console.rows import busy, failures, flaky, kind, port_with, snapshot, waiting, workers

SIZES = [(80, 24), (160, 48)]
TYPES = [TaskTypeInfo(name="demo.sleep", plugin="demo", help=SafeText("Sleep."))]


def full_port(**more):
    return FakePort(
        busy(),
        workers=workers(4, task=9, type=SafeText("demo.burn")),
        backlog=waiting(3, 4, 5, 6),
        failures=failures(1, 2),
        groups=[kind(error=SafeText("ValueError: broken"))],
        types=TYPES,
        **more,
    )


@pytest.mark.parametrize("size", SIZES)
def test_each_pane_lists_its_rows(drive, size):
    async def steps(console):
        for key, words in (("1", "demo.burn"), ("2", "seconds=4"), ("4", "ValueError: broken")):
            await console.press(key)
            assert words in console.text
        await console.press("5")
        assert "accepted 7 = accounted 7" in console.text

    drive(full_port(), steps, size)


def test_the_selection_stays_on_its_task_when_rows_come_and_go(drive):
    async def steps(console):
        await console.press("2", "j", "j")
        assert "task 5 " in console.lines[-2]
        port.backlog = waiting(2, 4, 5, 7, 8)
        port.changed()
        await console.tick()
        assert "task 5 " in console.lines[-2]
        port.backlog = waiting(*range(100, 160), 5)
        port.changed()
        await console.tick(3)
        assert "task 5 " in console.lines[-2]

    port = full_port()
    drive(port, steps)


def test_a_selected_task_that_has_moved_far_is_found_again(drive):
    async def steps(console):
        await console.press("2", "j", "j")
        port.backlog = waiting(*range(1000, 1900), 5)
        port.changed()
        await console.tick(3)
        assert "STALE" not in console.lines[0]
        assert "task 5 " in console.lines[-2]
        assert "no longer in this list" not in console.text

    port = full_port()
    drive(port, steps)


def test_a_selected_task_that_is_gone_is_said_to_be_gone_and_nothing_else_is_cancelled(drive):
    async def steps(console):
        await console.press("2", "j")
        port.backlog = waiting(5, 6)
        port.changed()
        await console.tick()
        await console.press("x")
        assert "task 4 no longer waits" in console.text

    port = full_port()
    drive(port, steps)
    assert [] == port.commands


def test_paging_asks_the_port_for_what_is_on_screen_only(drive):
    async def steps(console):
        await console.press("2", "G")
        await console.tick(2)
        assert "100000" in console.text

    port = FakePort(
        snapshot(counts=Counts(accepted=100_000, queued=100_000)),
        backlog=waiting(*range(1, 100_001)),
    )
    drive(port, steps)
    assert max(query.backlog.limit for query in port.queries if query.backlog) <= 3000


def test_a_hidden_pane_is_not_asked_for(drive):
    async def steps(console):
        await console.press("2")
        port.queries.clear()
        await console.tick()

    port = full_port()
    drive(port, steps)
    [query] = port.queries[-1:]
    assert (None, None, False) == (query.workers, query.failures, query.metrics)
    assert query.backlog is not None


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_readings_make_no_widgets(drive, size):
    async def steps(console):
        before = console.widgets
        for count in range(20):
            port.backlog = waiting(*range(count, count + 50))
            port.failures = failures(*range(count))
            port.workers = workers(count + 1)
            port.changed()
            await console.tick()
        assert before == console.widgets

    port = full_port()
    drive(port, steps, size)


def test_an_empty_pane_names_a_key_and_a_type_to_try(drive):
    async def steps(console):
        await console.press("2")
        assert "s submits a task, for example demo.sleep" in console.text
        await console.press("4")
        assert "Enter then opens one with its traceback" in console.text

    drive(FakePort(types=TYPES), steps)


@pytest.mark.parametrize("size", SIZES)
def test_hostile_text_is_drawn_as_harmless_text_on_every_pane(drive, size):
    hostile = SafeText("[red]x[/] \x1b[2J\u202e\x9b31m\u200b日本 e\u0301 \x07\r\n\tend")
    port = FakePort(
        snapshot(name=hostile, workers=1, counts=Counts(accepted=1, queued=1)),
        workers=workers(1, name=hostile, task=9, type=hostile),
        backlog=waiting(3, type=hostile, params=hostile),
        failures=failures(1, error=hostile),
        types=[TaskTypeInfo(name="x.y", plugin="x", help=hostile)],
    )

    async def steps(console):
        for key in ("1", "2", "4", "5", "s"):
            await console.press(key)
            await console.tick()
            drawn = console.text
            assert [] == [sign for sign in "\x1b\u202e\x9b\x07\r\t\u200b" if sign in drawn]
            assert size[1] == len(console.lines)
        assert "[red]x[/]" in drawn

    drive(port, steps, size)


@pytest.mark.parametrize("size", SIZES)
def test_the_selected_worker_says_what_it_has_done_at_either_size(drive, size):
    async def steps(console):
        assert "0 done, 0 failed" in console.lines[-2]

    drive(full_port(), steps, size)


def test_progress_is_shown_with_its_total_and_percent(drive):
    progress = ProgressView(done=512, total=2048, message=SafeText("bytes"))

    async def steps(console):
        assert "25%" in console.text

    drive(FakePort(snapshot(), workers=workers(1, task=1, progress=progress)), steps)


def test_metrics_show_the_history(drive):
    view = MetricsView(finished_per_second=(1, 2, 30), backlog=(5, 6, 7), busy=(1, 1, 4))

    async def steps(console):
        await console.press("5")
        assert "now 30/s" in console.text

    drive(FakePort(snapshot(metrics=view, rate=30.0)), steps)


def test_a_screen_that_is_too_small_says_so_and_still_pauses(drive):
    async def steps(console):
        assert "too small" in console.text
        assert "needs 60x15" in console.text
        await console.press("p")
        port.queries.clear()
        await console.tick()

    port = full_port()
    drive(port, steps, (40, 10))
    assert ["Pause"] == [type(command).__name__ for command in port.commands]
    assert [ViewQuery()] == port.queries


def test_of_the_two_lists_of_failures_only_the_one_on_screen_is_asked_for(drive):
    async def steps(console):
        await console.press("4")
        assert (True, None) == (port.queries[-1].groups is not None, port.queries[-1].failures)
        await console.press("enter")
        query = port.queries[-1]
        assert (None, Chosen(group="g1")) == (query.groups, query.failures_of)

    port = port_with(*flaky(1, 2, 3), groups=[kind()])
    drive(port, steps)
