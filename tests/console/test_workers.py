"""The workers: task and type first, how far each is, and no key that hits the next task."""

from __future__ import annotations

import msgspec
import pytest

from chasqui.console.model.format import ASCII
from chasqui.control.fake import FakePort
from chasqui.control.port import (
    Cancel,
    CrewView,
    PauseType,
    PoolRow,
    PoolSize,
    ProducerRow,
    ProgressView,
    Resize,
    TaskDetail,
    WorkerPlace,
)
from chasqui.control.safe_text import SafeText
from tests.console.operator import prod
from tests.console.rows import NOW, snapshot, workers

TYPE = SafeText("shop.orders.import_all_of_them")


def at_work(**more):
    running = {"task": 382, "type": SafeText("files.archive"), "since": NOW - 10, **more}
    return FakePort(snapshot(), workers=workers(2, **running))


def goes_on(port, *, to, seconds):
    """Have the first worker go on to another task, some seconds later."""
    port.workers[0] = msgspec.structs.replace(port.workers[0], task=to)
    port.now = msgspec.structs.replace(port.now, at=port.now.at + seconds)
    port.changed()


def test_a_key_pressed_for_a_task_never_acts_on_the_next(drive):
    async def steps(console):
        await console.press("down", "up")
        goes_on(port, to=401, seconds=0.3)
        await console.tick(2)
        assert "task 382 has ended" in console.lines[-2]
        await console.press("x")
        assert "task 382 has ended; w01 runs task 401 now: x again asks" in console.lines[-2]
        await console.press("y", "enter")
        assert [] == port.commands

    port = at_work()
    drive(port, steps, (132, 30))


def test_a_row_that_was_not_chosen_is_described_as_it_is_and_still_keeps_a_key_from_the_next(
    drive,
):
    async def steps(console):
        goes_on(port, to=401, seconds=0.3)
        await console.tick(2)
        assert " 401  files.archive" in console.lines[-2]
        await console.press("x")
        assert "task 382 has ended" in console.lines[-2]

    drive(port := at_work(), steps)


def test_a_task_that_ran_when_the_pane_was_last_on_screen_is_not_what_a_key_is_meant_for(drive):
    async def steps(console):
        await console.press("6")
        await console.tick()
        goes_on(port, to=401, seconds=0.3)
        await console.press("1")
        await console.tick()
        await console.press("x")
        assert "Task 401" in console.text

    drive(port := at_work(), steps)


def test_a_second_key_after_the_warning_asks_about_the_new_task(drive):
    async def steps(console):
        goes_on(port, to=401, seconds=0.3)
        await console.tick(2)
        await console.press("x", "x")
        assert "Task 401" in console.text
        await console.press("y")

    port = at_work()
    drive(port, steps)
    assert [Cancel(numbers=(401,))] == port.commands


def test_a_task_that_has_been_on_screen_for_long_enough_is_the_one_that_is_meant(drive):
    async def steps(console):
        goes_on(port, to=401, seconds=0.3)
        await console.tick(2)
        goes_on(port, to=401, seconds=2.5)
        await console.tick(2)
        await console.press("x")
        assert "Task 401" in console.text

    drive(port := at_work(), steps)


def test_enter_opens_the_task_that_was_on_the_row_although_it_has_ended(drive):
    async def steps(console):
        goes_on(port, to=401, seconds=0.3)
        await console.tick(2)
        await console.press("enter")
        assert {382} == {number for number, _ in port.asked_details}

    port = at_work()
    port.details[382] = TaskDetail(number=382, type=SafeText("files.archive"), state="completed")
    drive(port, steps)


def test_a_question_that_is_open_stays_about_its_task(drive):
    async def steps(console):
        await console.press("x")
        goes_on(port, to=401, seconds=0.3)
        await console.tick(2)
        await console.press("y")

    drive(port := at_work(), steps)
    assert [Cancel(numbers=(382,))] == port.commands


def test_moving_to_a_row_means_the_task_that_it_shows(drive):
    async def steps(console):
        goes_on(port, to=401, seconds=0.3)
        await console.tick(2)
        await console.press("down", "up", "x")
        assert "Task 401" in console.text

    drive(port := at_work(), steps)


def test_an_abandoned_worker_is_not_asked_to_stop_a_task_that_has_ended(drive):
    async def steps(console):
        await console.press("x")
        said = "w01 is abandoned: task 382 ignores its limit, and cannot be cancelled again"
        assert said in console.lines[-2]
        await console.press("y", "escape")

    port = at_work(state="abandoned")
    drive(port, steps)
    assert [] == port.commands


def turns_to(port, type, *, task, seconds):
    """Have the first worker go on to a task of another type; empty: it idles."""
    row = msgspec.structs.replace(port.workers[0], type=SafeText(type))
    port.workers[0] = row
    goes_on(port, to=task, seconds=seconds)


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
def test_a_type_whose_task_has_just_come_in_is_paused_only_by_a_second_key(drive, size):
    async def steps(console):
        await console.press("down", "up")
        turns_to(port, "app.beta", task=401, seconds=0.3)
        await console.tick(2)
        await console.press("P")
        assert "w01 runs app.beta now: P again acts on it" in console.lines[-2]
        assert [] == port.commands
        await console.press("P")
        assert "paused app.beta" in console.lines[-2]

    port = at_work()
    drive(port, steps, size)
    assert [PauseType(type="app.beta")] == port.commands


def test_the_key_that_has_paused_a_type_does_not_pause_the_next_one_and_says_where_to_resume(drive):
    async def steps(console):
        await console.press("P")
        said = "paused files.archive: none of its tasks starts; P in Metrics resumes it"
        assert said in console.lines[-2]
        turns_to(port, "app.beta", task=401, seconds=0.3)
        await console.tick(2)
        await console.press("P")
        assert "w01 runs app.beta now" in console.lines[-2]

    port = at_work()
    drive(port, steps)
    assert [PauseType(type="files.archive")] == port.commands


def test_a_task_that_comes_in_after_a_long_rest_is_seen_before_its_type_is_paused(drive):
    async def steps(console):
        turns_to(port, "", task=None, seconds=0.3)
        await console.tick(2)
        goes_on(port, to=None, seconds=5)
        await console.tick(2)
        turns_to(port, "app.beta", task=401, seconds=0.3)
        await console.tick(2)
        await console.press("P")
        assert "w01 runs app.beta now" in console.lines[-2]

    port = at_work()
    drive(port, steps)
    assert [] == port.commands


def test_a_type_is_paused_at_once_whichever_of_its_tasks_is_running_by_now(drive):
    async def steps(console):
        goes_on(port, to=401, seconds=0.3)
        await console.tick(2)
        await console.press("P")

    port = at_work()
    drive(port, steps)
    assert [PauseType(type="files.archive")] == port.commands


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
def test_a_type_is_shown_whole_beside_a_long_progress(drive, size):
    async def steps(console):
        assert TYPE in console.row("382")

    progress = ProgressView(done=512, total=980, message=SafeText("message " * 20))
    drive(at_work(type=TYPE, progress=progress), steps, size)


def test_a_progress_has_a_bar_a_rate_and_an_estimate(drive):
    async def steps(console):
        row = console.row("382")
        assert "▰▰▰▰▰▱▱▱▱▱ 50% 500/1,000 MiB 50/s" in row
        assert " 10s " in row.partition("50/s")[2]  # left

    progress = ProgressView(done=500, total=1000, message=SafeText("MiB"))
    drive(at_work(progress=progress), steps, (100, 30))


def test_large_numbers_are_rounded_in_the_row_and_exact_below_it(drive):
    async def steps(console):
        assert "▰▰▰▱▱ 498M/996M" in console.row("382")
        assert "498,000,123/996,000,000" in console.lines[-2]

    progress = ProgressView(done=498_000_123, total=996_000_000)
    drive(at_work(progress=progress), steps)


def test_a_bar_can_be_read_in_ascii(drive):
    async def steps(console):
        row = console.row("382")
        assert "#####..... 500/1,000 50/s" in row and row.isascii()

    progress = ProgressView(done=500, total=1000)
    drive(at_work(progress=progress), steps, glyphs=ASCII)


def test_a_task_past_the_p95_of_its_type_is_coloured_and_says_so(drive):
    async def steps(console):
        usual, _ = console.colours_of("files.archive")
        over, _ = console.colours_of("10s")
        assert usual != over
        assert "longer than 95 % of its type (3s)" in console.lines[-2]

    drive(at_work(usual=3.0), steps)


@pytest.mark.slow
def test_an_idle_worker_is_named_where_a_task_would_be(drive):
    async def steps(console):
        assert "· idle" in console.row("w05")

    drive(prod(), steps)


OTHER = ProducerRow(thread=SafeText("feed-0"), site=SafeText("shop/feed.py:9"), since=NOW - 20)
FEED = ProducerRow(thread=SafeText("feed-1"), site=SafeText("shop/feed.py:25"), since=NOW - 13)


def test_producers_that_wait_for_room_have_rows_of_their_own(drive):
    async def steps(console):
        row = console.row("feed-1")
        assert row.split()[:3] == ["‖", "feed-1", "13s"]
        assert "no room at feed.py:25" in row
        assert "and 4 more" in console.text
        await console.press("down", "down")
        assert "feed-1  waits for room for 13s  at shop/feed.py:25" in console.lines[-2]
        await console.press("x", "enter")
        assert [] == port.commands

    port = at_work()
    port.crew = CrewView(producers=(FEED,), more_producers=4)
    drive(port, steps)


TWO = tuple(PoolRow(name=SafeText(name), workers=1) for name in ("default", "cpu"))
OTHER_SIZE = PoolSize(pool=SafeText("default"), workers=2, configured=6)


@pytest.mark.parametrize(
    ("crew", "pools", "keys"),
    [
        (CrewView(producers=(FEED,)), (), ("l", "y", "enter")),
        (CrewView(producers=(FEED,), more_producers=4), (), ("l", "y", "enter")),
        (CrewView(sizes=(OTHER_SIZE,)), (), ("l", "y")),
        (CrewView(), TWO, ("l", "y")),
    ],
    ids=["a producer", "more producers", "another size", "the head of a pool"],
)
def test_no_key_acts_on_a_task_from_a_row_that_is_no_worker(drive, crew, pools, keys):
    async def steps(console):
        worker = console.app.main.pane.selected_worker
        if worker is None:  # the cursor begins on the head of a pool
            await console.press("down")
        assert 382 == console.app.main.pane.selected_number
        await console.press("end" if not pools else "home")
        assert console.app.main.pane.selected_extra is not None
        for key in keys:
            await console.press(key)
            assert "no task is selected" in console.lines[-2]

    port = at_work()
    port.now, port.crew = snapshot(pools=pools), crew
    port.workers = [
        msgspec.structs.replace(row, pool=SafeText("default" if pools else ""))
        for row in port.workers
    ]
    drive(port, steps, (132, 30))
    assert [] == port.asked_details


def test_a_row_that_has_gone_from_below_the_cursor_opens_no_task(drive):
    async def steps(console):
        await console.press("end")
        port.crew = CrewView()
        port.changed()
        await console.tick(2)
        assert "what waited is no longer in this list" in console.text
        await console.press("enter")
        assert "no task is selected" in console.lines[-2]

    port = at_work()
    port.crew = CrewView(sizes=(OTHER_SIZE,))
    drive(port, steps, (100, 30))
    assert [] == port.asked_details


def test_the_task_that_was_seen_on_a_worker_is_opened_also_when_the_worker_has_just_left(drive):
    async def steps(console):
        await console.press("down", "up")
        del port.workers[0]
        port.changed()
        await console.tick(2)
        await console.press("enter")
        assert {382} == {number for number, _ in port.asked_details}

    port = at_work()
    port.details[382] = TaskDetail(number=382, type=SafeText("files.archive"), state="completed")
    drive(port, steps)


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
def test_a_producer_that_is_no_code_is_shown_without_a_place(drive, size):
    async def steps(console):
        row = console.row("the lines")
        assert " for room" in row or "no room" in row
        assert " at " not in row
        await console.press("end")
        assert "the lines of the run  waits for room for 13s" in console.lines[-2]
        assert " at " not in console.lines[-2]

    port = at_work()
    lines = msgspec.structs.replace(
        FEED, thread=SafeText("the lines of the run"), site=SafeText("")
    )
    port.crew = CrewView(producers=(lines,))
    drive(port, steps, size)


def test_the_row_of_a_producer_that_takes_turns_stays_selected(drive):
    async def steps(console):
        await console.press("end")
        again = msgspec.structs.replace(FEED, since=NOW)
        port.crew = CrewView(producers=(again, OTHER))
        port.changed()
        await console.tick(2)
        assert "feed-1  waits for room for 0s" in console.lines[-2]
        port.crew = CrewView()
        port.changed()
        await console.tick(2)
        assert "what waited is no longer in this list" in console.lines[-2]

    port = at_work()
    port.crew = CrewView(producers=(OTHER, FEED))
    drive(port, steps)


def test_a_worker_that_leaves_after_its_task_is_marked(drive):
    async def steps(console):
        assert "◼ files.archive" in console.row("382")
        assert "this worker leaves when its task has ended" in console.lines[-2]

    drive(at_work(leaves=True), steps)


def test_producers_come_after_the_last_of_many_workers(drive):
    async def steps(console):
        assert all(isinstance(key, str) for key in console.app.main.pane.table.rows.keys)
        await console.press("end")
        assert "feed-1" in console.text and "feed-1" in console.lines[-2]
        await console.press("home")
        assert "w01" in console.text

    port = FakePort(snapshot(), workers=workers(500), crew=CrewView(producers=(FEED,)))
    drive(port, steps)


def test_a_size_other_than_the_configs_is_marked_and_put_back(drive):
    async def steps(console):
        assert "Workers 4≠6" in console.text
        assert "config says 6: = resets" in console.row("≠ 4 workers")
        await console.press("=")
        assert "asked for 6 workers, as the config says" in console.lines[-2]
        port.crew = CrewView()
        port.changed()
        await console.tick(2)
        await console.press("=")
        assert "the number of workers is that of the config" in console.lines[-2]

    port = FakePort(snapshot(), workers=workers(4))
    port.crew = CrewView(sizes=(PoolSize(pool=SafeText("default"), workers=4, configured=6),))
    drive(port, steps, (100, 30))
    assert [Resize(workers=6)] == port.commands


def test_a_title_compares_the_wanted_workers_with_the_configs_while_some_have_yet_to_leave(drive):
    async def steps(console):
        assert "Workers 3≠4" in console.lines[1]

    port = FakePort(snapshot(), workers=workers(4))
    port.crew = CrewView(sizes=(PoolSize(pool=SafeText("default"), workers=3, configured=4),))
    drive(port, steps)


def test_a_hidden_pane_compares_no_number_of_an_older_reading(drive):
    async def steps(console):
        assert "Workers 6≠4" in console.lines[1]
        await console.press("2")
        port.now, port.crew = snapshot(workers=4), CrewView()
        await console.tick()
        assert "Workers 4 " in console.lines[1]

    port = FakePort(snapshot(workers=6), workers=workers(6))
    port.crew = CrewView(sizes=(PoolSize(pool=SafeText("default"), workers=6, configured=4),))
    drive(port, steps)


def test_a_single_worker_is_called_a_worker(drive):
    async def steps(console):
        assert "config says 1: = resets" in console.row("≠ 1 worker ")
        await console.press("=")
        assert "asked for 1 worker, as the config says" in console.lines[-2]

    size = PoolSize(pool=SafeText("default"), workers=1, configured=1)
    drive(
        FakePort(snapshot(workers=1), workers=workers(1), crew=CrewView(sizes=(size,))),
        steps,
        (100, 30),
    )


def test_the_pool_of_the_selected_row_is_the_one_that_is_put_back(drive):
    async def steps(console):
        await console.press("end", "=")
        assert "asked for 3 workers in pool cpu, as the config says" in console.lines[-2]

    pools = tuple(PoolRow(name=SafeText(name), workers=2) for name in ("default", "cpu"))
    sizes = tuple(PoolSize(pool=pools[at].name, workers=2, configured=5 - 2 * at) for at in (0, 1))
    port = FakePort(snapshot(pools=pools), workers=workers(2), crew=CrewView(sizes=sizes))
    drive(port, steps, (132, 30))
    assert [Resize(workers=3, pool="cpu")] == port.commands


def test_the_facts_of_a_running_task_say_where_in_its_code_it_is(drive):
    async def steps(console):
        await console.tick(2)
        line = console.lines[-2]
        assert "w01  attempt 1 of 3  limit none  at lock.py:44 acquire for 13m" in line
        for _ in range(2):
            goes_on(port, to=401, seconds=3)
            await console.tick(2)
        assert " 401  files.archive" in console.lines[-2]
        assert "lock.py" not in console.lines[-2]

    place = WorkerPlace(
        worker=SafeText("w01"),
        task=382,
        attempt=1,
        attempts=3,
        file=SafeText("shop/lock.py"),
        line=44,
        function=SafeText("acquire"),
        since=NOW - 780,
    )
    port = at_work()
    port.places = {"w01": place}
    drive(port, steps, (100, 30))
