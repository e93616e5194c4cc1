"""Schedules of an engine: when their tasks are submitted, and what is left out and told of."""

from __future__ import annotations

import threading

import pytest

from chasqui import Context, InvalidParameters, PoolClosed, UnknownType, task
from chasqui.engine.engine import BaseEngine
from chasqui.engine.events.records import ScheduleFired, ScheduleSkipped
from chasqui.engine.schedules.plan import COUNTED
from chasqui.engine.schedules.scheduler import LOOK_SECONDS
from chasqui.engine.schedules.tables import ScheduleConfig
from tests.engine.schedules.watched import NOON, WAIT, Clock, Watched, tick
from tests.present import present
from tests.waiting import until


@pytest.fixture
def clock():
    return Clock(time=NOON)


def test_ten_turns_come_each_within_a_second_of_their_minute(clock):
    with Watched(clock) as watched:
        clock.advance(17.3)
        watched.engine.schedule("app.tick", {"x": 3}, cron="* * * * *", overlap="queue")
        for _ in range(600):
            watched.pass_(1)
        fired = watched.told(ScheduleFired)
        state = watched.state

    turns = [NOON + 60 * minute for minute in range(1, 11)]
    assert len(turns) == len(fired)
    assert all(0 <= one.at - turn <= 1 for one, turn in zip(fired, turns, strict=True)), fired
    assert ("app.tick", fired[-1].number, 0) == (state.name, state.last, state.skipped)
    assert NOON + 660 == state.next.timestamp()
    assert (10, 10) == (watched.engine.metrics().accepted, watched.engine.metrics().completed)


def test_an_engine_from_a_config_runs_its_schedules(clock, tmp_path):
    file = tmp_path / "config.toml"
    file.write_text(
        "[[schedule]]\ntype = 'app.tick'\ncron = '0 9 * * *'\nzone = 'America/New_York'\n"
        "params = { x = 7 }\nname = 'morning'\nmissed = 'once'\noverlap = 'queue'\n"
    )
    engine = BaseEngine.from_config(file, clock=clock)
    engine.register(tick)
    (before,) = engine.schedules
    with engine:
        clock.advance(2 * 3600)
        until(lambda: engine.schedules[0].last is not None)
        (after,) = engine.schedules

    assert "2026-01-05T09:00:00-05:00" == present(before.next).isoformat()
    assert "2026-01-06T09:00:00-05:00" == present(after.next).isoformat()
    assert ("morning", "app.tick", "0 9 * * *", "America/New_York", "once", "queue", 1, 0) == (
        *(after.name, after.type, after.cron, after.zone, after.missed, after.overlap),
        *(after.last, after.skipped),
    )


def test_turns_that_a_sleeping_machine_missed_are_left_out_and_counted(clock):
    with Watched(clock) as watched:
        watched.engine.schedule("app.tick", cron="0 * * * *")
        clock.await_sleepers(1)
        watched.pass_(3 * 3600 + 300, clock.sleep_unnoticed)
        watched.pass_(3600 - 300)
        skipped = watched.told(ScheduleSkipped)
        state = watched.state

    assert [(3, "their time passed unattended")] == [(one.turns, one.reason) for one in skipped]
    assert (1, 3) == (state.last, state.skipped)


def test_one_task_makes_up_for_all_the_turns_that_were_missed(clock):
    with Watched(clock) as watched:
        watched.engine.schedule("app.tick", cron="0 * * * *", missed="once")
        clock.await_sleepers(1)
        watched.pass_(3 * 3600 + 300, clock.sleep_unnoticed)
        until(lambda: watched.state.last is not None)
        skipped, fired = watched.told(ScheduleSkipped), watched.told(ScheduleFired)

    assert ([2], [1]) == ([one.turns for one in skipped], [one.number for one in fired])


def test_after_a_sleep_a_turn_that_is_not_late_is_taken_and_those_before_left_out(clock):
    with Watched(clock) as watched:
        watched.engine.schedule("app.tick", cron="* * * * *")
        clock.await_sleepers(1)
        watched.pass_(600 - LOOK_SECONDS + 5, clock.sleep_unnoticed)
        until(lambda: watched.state.last is not None)

        assert [9] == [one.turns for one in watched.told(ScheduleSkipped)]
        assert [NOON + 605] == [one.at for one in watched.told(ScheduleFired)]


def test_more_missed_turns_than_are_counted_are_told_of_as_such(clock):
    with Watched(clock) as watched:
        watched.engine.schedule("app.tick", cron="* * * * * *")
        clock.await_sleepers(1)
        watched.pass_(30 * 86400, clock.sleep_unnoticed)
        until(lambda: watched.state.last is not None)
        (skipped,) = watched.told(ScheduleSkipped)

    assert (COUNTED - 1, True) == (skipped.turns, "there were more" in skipped.reason)


def test_a_clock_that_is_set_back_a_little_repeats_no_turn(clock):
    with Watched(clock) as watched:
        watched.engine.schedule("app.tick", cron="* * * * *", overlap="queue")
        watched.engine.schedule("app.tick", cron="1 12 * * *", name="of day")
        clock.await_sleepers(1)
        watched.pass_(60)
        until(lambda: watched.engine.schedules[1].last is not None)
        clock.set(-30)
        watched.pass_(LOOK_SECONDS)
        for _ in range(7):
            watched.pass_(10)
        until(lambda: watched.state.next.timestamp() == NOON + 180)
        until(lambda: watched.state.last == 3)
        fired = watched.told(ScheduleFired)

    assert [NOON + 60, NOON + 60, NOON + 120] == [one.at for one in fired]


def test_a_clock_that_is_set_back_by_hours_does_not_silence_what_comes_often(clock):
    with Watched(clock) as watched:
        watched.engine.schedule("app.tick", cron="* * * * *", overlap="queue")
        watched.engine.schedule("app.tick", cron="1 12 * * *", name="of day")
        clock.await_sleepers(1)
        watched.pass_(60)
        until(lambda: watched.engine.schedules[1].last is not None)
        clock.set(-7200)
        clock.advance(LOOK_SECONDS)
        until(lambda: watched.state.next.timestamp() == NOON - 7200 + 120)
        _, of_day = watched.engine.schedules

        assert NOON + 60 + 86400 == of_day.next.timestamp()
        clock.set(-86400)
        clock.advance(LOOK_SECONDS)
        until(lambda: watched.engine.schedules[1].next.timestamp() < NOON)


def test_a_turn_is_left_out_while_the_task_of_the_turn_before_is_not_done(clock):
    release = threading.Event()

    @task
    def slow(ctx: Context) -> None:
        assert release.wait(WAIT)

    with Watched(clock) as watched:
        watched.engine.register(slow)
        watched.engine.schedule("app.slow", cron="* * * * *")
        clock.await_sleepers(1)
        watched.pass_(60)
        first = watched.engine.pool.find(watched.state.last)
        until(lambda: first.state == "running")
        watched.pass_(60)
        (skipped,) = watched.told(ScheduleSkipped)
        release.set()
        assert first.wait(WAIT)
        watched.pass_(60)
        until(lambda: watched.state.last == 2)

    assert (1, "task 1 of the turn before is still running") == (skipped.turns, skipped.reason)


def test_with_overlap_queue_the_task_of_each_turn_waits_as_any_other(clock):
    release = threading.Event()

    @task
    def slow() -> None:
        assert release.wait(WAIT)

    with Watched(clock) as watched:
        watched.engine.register(slow)
        watched.engine.schedule("app.slow", cron="* * * * *", overlap="queue")
        clock.await_sleepers(1)
        for _ in range(3):
            watched.pass_(60)
        until(lambda: watched.engine.metrics().accepted == 3)
        release.set()

    assert 0 == watched.state.skipped


def test_a_turn_for_which_there_is_no_room_or_no_type_is_told_of_and_the_next_one_comes(
    clock, caplog
):
    schedules = [ScheduleConfig("app.gone", "* * * * *"), ScheduleConfig("app.tick", "* * * * *")]
    with Watched(clock, queue_size=1, schedules=schedules) as watched:
        watched.engine.pause()
        blocker = watched.engine.submit("app.tick")
        clock.await_sleepers(1)
        watched.pass_(60)
        until(lambda: watched.engine.schedules[1].skipped)
        gone, full = watched.told(ScheduleSkipped)
        watched.engine.resume()
        assert blocker.wait(WAIT)
        watched.pass_(60)
        until(lambda: watched.engine.schedules[1].last is not None)
        assert watched.engine.bus.flush(WAIT)

    assert "unknown task type 'app.gone'" in gone.reason
    assert full.reason.startswith("task queue is full: pool default, 1 waiting; ")
    assert (2, 1) == tuple(one.skipped for one in watched.engine.schedules)
    assert f"schedule app.tick: left out a turn: {full.reason}" in caplog.messages


class Plugins:
    """A source of task types that fails now and then."""

    broken = True

    def types(self):
        if self.broken:
            raise ZeroDivisionError("no")
        return {"other.tick": tick}

    def type(self, name):
        return self.types().get(name)

    def types_loaded(self):
        return {}

    def explain(self, name):
        return None


def test_whatever_a_submission_raises_costs_its_turn_and_no_other(clock, caplog):
    plugins, schedule = Plugins(), ScheduleConfig("other.tick", "* * * * *")
    with Watched(clock, types=plugins, schedules=[schedule]) as watched:
        clock.await_sleepers(1)
        watched.pass_(60)
        plugins.broken = False
        watched.pass_(60)
        (skipped,) = watched.told(ScheduleSkipped)

    assert (1, 1) == (watched.state.last, watched.state.skipped)
    assert "its task could not be made: ZeroDivisionError('no')" == skipped.reason
    assert "schedule other.tick: its task could not be made" in caplog.text


def test_turns_before_the_start_are_nobody_s_and_after_the_end_none_comes(clock):
    watched = Watched(clock)
    watched.engine.schedule("app.tick", cron="* * * * *")
    clock.advance(3600)
    with watched:
        clock.await_sleepers(1)
        watched.pass_(60)
        until(lambda: watched.state.last == 1)
    clock.advance(600)

    assert (1, 0) == (watched.engine.metrics().accepted, watched.state.skipped)
    with pytest.raises(PoolClosed, match="takes no more schedules"):
        watched.engine.schedule("app.tick", cron="* * * * *")


def test_a_schedule_that_was_removed_takes_no_turn_and_its_task_stays(clock):
    with Watched(clock) as watched:
        watched.engine.schedule("app.tick", cron="* * * * *", name="often")
        watched.engine.schedule("app.tick", cron="* * * * *", name="other", overlap="queue")
        watched.engine.pause()
        watched.pass_(60)
        until(lambda: len(watched.told(ScheduleFired)) == 2)
        removed = watched.engine.unschedule("often")
        watched.pass_(60)
        until(lambda: len(watched.told(ScheduleFired)) == 3)
        watched.engine.resume()

    assert ["often", "other", "other"] == [one.name for one in watched.told(ScheduleFired)]
    assert ("often", 1) == (removed.name, removed.last)
    assert (3, 3) == (watched.engine.metrics().accepted, watched.engine.metrics().completed)


def test_the_name_of_a_schedule_that_was_removed_is_free(clock):
    engine = BaseEngine(1, clock=clock)
    engine.register(tick)
    engine.schedule("app.tick", cron="@daily", name="nightly")
    engine.unschedule("nightly")
    engine.schedule("app.tick", cron="@hourly", name="nightly")

    assert ["@hourly"] == [one.cron for one in engine.schedules]


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ([], "no schedule has the name 'nihgtly'; there are none"),
        (["nightly", "weekly"], "no schedule has the name 'nihgtly'; there are: nightly, weekly"),
    ],
)
def test_a_schedule_that_is_not_there_cannot_be_removed(clock, made, reason):
    engine = BaseEngine(1, clock=clock)
    engine.register(tick)
    for name in made:
        engine.schedule("app.tick", cron="@daily", name=name)

    with pytest.raises(ValueError, match=reason):
        engine.unschedule("nihgtly")
    assert made == [one.name for one in engine.schedules]


def test_without_schedules_there_is_no_scheduler_thread(clock):
    with Watched(clock):
        assert "chasqui-scheduler" not in [one.name for one in threading.enumerate()]


def test_schedules_without_a_name_are_called_by_their_type_and_numbered(clock):
    engine = BaseEngine(1, clock=clock)
    engine.register(tick)
    names = [engine.schedule("app.tick", cron="@daily").name for _ in range(3)]
    names.append(engine.schedule(tick, cron="@daily", name="nightly").name)

    assert ["app.tick", "app.tick 2", "app.tick 3", "nightly"] == names


@pytest.mark.parametrize(
    ("options", "error", "reason"),
    [
        ({"cron": "x"}, ValueError, "must have five fields"),
        ({"zone": "Mars"}, ValueError, "there is no zone 'Mars'"),
        ({"missed": "all"}, ValueError, "missed must be skip or once, got 'all'"),
        ({"overlap": "x"}, ValueError, "overlap must be skip or queue, got 'x'"),
        ({"params": {"x": "y"}}, InvalidParameters, "x"),
        ({"type": "app.tock"}, UnknownType, "did you mean app.tick"),
        ({"name": "taken"}, ValueError, "a schedule 'taken' exists already"),
    ],
)
def test_a_nonsense_schedule_is_refused_where_it_is_made(clock, options, error, reason):
    engine = BaseEngine(1, clock=clock)
    engine.register(tick)
    engine.schedule("app.tick", cron="@daily", name="taken")

    with pytest.raises(error, match=reason):
        engine.schedule(**{"type": "app.tick", "cron": "@daily", **options})
    assert 1 == len(engine.schedules)
