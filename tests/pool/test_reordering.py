"""Another priority for a task that waits, and tasks that run next."""

from __future__ import annotations

import contextlib
import itertools

import pytest

from chasqui import Pool
from chasqui.pool import lanes, reading
from chasqui.pool.state import state_of
from chasqui.pool.strikes import Key
from chasqui.testing import FakeClock
from tests.pool.conftest import Call, Gate
from tests.pool.interrupt import Interrupter
from tests.waiting import WAIT, until

BY_ID = Key("id", lambda work: work.id)
MOST = 1500  # points of one action


class Held:
    """A pool of one worker that is busy, and the order in which its tasks start."""

    def __init__(self, **options):
        self.pool = Pool(1, 100, **options)
        self.pool.start()
        self.gate, self.started = Gate(), []
        self.pool.submit(Call(self.gate))
        self.gate.await_entered()

    def submit(self, count=1, priority=0, lane="", ids=""):
        return [
            self.pool.submit(
                Call(lambda ctx: self.started.append(ctx.task.number), id),
                priority=priority,
                lane=self.pool.lane(lane),
            ).number
            for id in ids or "x" * count
        ]

    @property
    def listed(self):
        return [task.number for task in self.pool.waiting()]

    def order(self):
        """Let all of it run, and return the order."""
        listed = self.listed
        self.gate.release.set()
        ledger = self.pool.shutdown(WAIT)
        assert ledger.clean
        assert sorted(listed) == sorted(self.started)
        return self.started


@pytest.fixture
def held():
    made = Held()
    yield made
    made.gate.release.set()
    made.pool.shutdown(WAIT, drain=False)


def test_a_task_with_another_priority_goes_behind_those_that_have_it(held):
    a, b, c, d = held.submit(2) + held.submit(2, priority=5)

    assert held.pool.reprioritize(b, 5)
    assert held.pool.reprioritize(c, -1)
    assert [d, b, a, c] == held.listed == held.order()


def test_the_priority_can_be_read(held):
    (number,) = held.submit()

    held.pool.reprioritize(number, 7)
    task = held.pool.find(number)
    assert task is not None
    assert 7 == task.priority


def test_the_same_priority_changes_nothing(held):
    a, b = held.submit(2)

    assert held.pool.reprioritize(a, 0)
    assert [a, b] == held.listed


def test_tasks_that_run_next_start_before_all_others_in_the_order_given(held):
    a, b, c = held.submit(3, lane="one")
    d, e = held.submit(2, priority=9, lane="other")

    assert (b, c, e, a) == held.pool.run_next(b, c, e, a)
    assert [b, c, e, a, d] == held.listed == held.order()


def test_the_last_one_that_was_told_to_run_next_is_the_next(held):
    a, b, c = held.submit(3)

    held.pool.run_next(b)
    held.pool.run_next(c)
    held.pool.run_next(c)
    assert [c, b, a] == held.listed == held.order()


def test_the_first_of_all_keeps_its_priority(held):
    a, _ = held.submit(1, priority=3) + held.submit(1)

    for _ in range(3):
        assert (a,) == held.pool.run_next(a)
    assert 3 == held.pool.find(a).priority


def test_what_does_not_wait_is_left_out(held):
    (running,) = (task.task.number for task in held.pool.workers())
    a, b = held.submit(2)
    held.pool.find(b).cancel()

    assert (a,) == held.pool.run_next(running, b, a, 999)
    assert not held.pool.reprioritize(running, 3)
    assert not held.pool.reprioritize(999, 3)


def test_a_stopped_pool_reorders_nothing_that_it_has_left():
    pool = Pool(1, 10)
    task = pool.submit(Call())
    pool.shutdown(0)

    assert not pool.reprioritize(task.number, 3)
    assert () == pool.run_next(task.number)
    assert 0 == task.priority


def test_counts_stay_right_in_lanes_with_limits_and_without(held):
    numbers = held.submit(4, lane="held") + held.submit(2)
    held.pool.hold("held")
    held.pool.find(numbers[2]).cancel()

    held.pool.run_next(numbers[1], numbers[4])
    held.pool.reprioritize(numbers[0], -3)
    reading = held.pool.metrics()
    assert reading.balanced
    assert {"held": 3, "": 2} == {lane.name: lane.queued for lane in reading.lanes}


def test_a_task_whose_lane_is_held_waits_on_and_is_the_first_of_it(held):
    a, b = held.submit(2, lane="held")
    c = held.submit()[0]
    held.pool.hold("held")

    assert (b,) == held.pool.run_next(b)
    held.gate.release.set()
    until(lambda: held.started == [c])
    held.pool.unhold("held")
    until(lambda: held.started == [c, b, a])


def test_values_that_take_turns_do_not_change_the_order_given(held):
    lanes.limit(state_of(held.pool), "by", 5, None, BY_ID)
    a, b, c, d = held.submit(lane="by", ids="1123")

    held.pool.run_next(a, b, d)
    assert [a, b, d, c] == held.listed == held.order()


def test_a_struck_task_stays_struck(held):
    state = state_of(held.pool)
    lanes.strike(state, "by", BY_ID, "1")
    a, b = held.submit(lane="by", ids="12")

    held.pool.run_next(a)
    held.gate.release.set()
    until(lambda: held.started == [b])
    lanes.unstrike(state, "by", "id", "1")
    until(lambda: held.started == [b, a])


def test_a_task_in_a_sorted_lane_gets_another_priority(held):
    held.gate.release.set()
    state, gate = state_of(held.pool), Gate()
    lanes.limit(state, "by", 1, None, BY_ID)
    held.pool.submit(Call(gate, "1"), lane=held.pool.lane("by"))
    gate.await_entered()
    a, b, c = held.submit(lane="by", ids="112")
    until(lambda: held.listed == [a, b, c] or held.listed == [c, a, b])

    held.pool.reprioritize(b, 4)
    gate.release.set()
    until(lambda: len(held.started) == 3)
    assert held.started.index(b) < held.started.index(a)


def test_a_scheduled_task_runs_next_at_once():
    held = Held(clock=FakeClock())
    later = held.pool.submit_later(Call(lambda ctx: held.started.append(0)), 3600)
    a = held.submit()[0]

    assert (later.number,) == held.pool.run_next(later.number)
    assert "queued" == later.state
    assert [later.number, a] == held.listed
    held.gate.release.set()
    assert held.pool.shutdown(WAIT).clean
    assert [0, a] == held.started


def test_a_scheduled_task_with_another_priority_keeps_its_time():
    clock = FakeClock()
    held = Held(clock=clock)
    later = held.pool.submit_later(Call(lambda ctx: held.started.append(0)), 3600)
    held.submit()

    assert held.pool.reprioritize(later.number, 2)
    assert "scheduled" == later.state
    clock.advance(3600)
    until(lambda: later.state == "queued")
    assert later.number == held.listed[0]
    held.gate.release.set()
    assert held.pool.shutdown(WAIT).clean


def test_a_failed_task_that_runs_next_is_tried_again_at_once():
    pool = Pool(1, 10, clock=FakeClock(), retry=lambda task: 3600 if task.attempts < 2 else None)
    pool.start()
    tries = []

    def body(ctx):
        tries.append(ctx.task.attempts)
        if len(tries) == 1:
            raise ValueError("no")

    task = pool.submit(Call(body))
    until(lambda: task.state == "scheduled")

    assert (task.number,) == pool.run_next(task.number)
    assert task.wait(WAIT)
    assert [1, 2] == tries
    assert pool.shutdown(WAIT).clean


def test_priorities_that_ran_empty_are_dropped_with_the_next_reading(held):
    backlog = state_of(held.pool).backlog
    numbers = held.submit(40)
    for number in numbers:
        held.pool.run_next(number)
    held.gate.release.set()
    until(lambda: len(held.started) == len(numbers))

    held.pool.metrics()
    assert len(backlog.order) <= reading.LEVELS


def test_more_than_a_thousand_at_a_time_are_refused(held):
    with pytest.raises(ValueError, match="at most 1,000 tasks run next at a time, got 1,001"):
        held.pool.run_next(*range(1, 1002))


def test_nothing_runs_before_the_highest_priority_there_is(held):
    held.submit(1, priority=1_000_000_000)
    number = held.submit()[0]

    with pytest.raises(ValueError, match="nothing can run before a task of priority 1,000,000,000"):
        held.pool.run_next(number)


@pytest.mark.parametrize("priority", [1.5, "high", None, 10**10])
def test_a_priority_that_is_none_is_refused(held, priority):
    with pytest.raises((TypeError, ValueError), match="priority must be"):
        held.pool.reprioritize(held.submit()[0], priority)


ACTIONS = {
    "one": lambda pool, numbers: pool.run_next(numbers[3]),
    "many": lambda pool, numbers: pool.run_next(numbers[5], numbers[1], numbers[7]),
    "lower": lambda pool, numbers: pool.reprioritize(numbers[0], -1),
}


def reordered(action, point, handler):
    """Reorder tasks, and be interrupted at a point: return how many there are."""
    held = Held(clock=FakeClock())
    numbers = held.submit(4) + held.submit(2, lane="other", priority=1)
    later = held.pool.submit_later(Call(lambda ctx: held.started.append(later.number)), 9)
    held.submit(1)
    numbers.append(later.number)
    interrupter = Interrupter(point, lambda: handler(held.pool, numbers))
    with contextlib.suppress(KeyboardInterrupt):
        interrupter.run(lambda: ACTIONS[action](held.pool, [*numbers, numbers[4]]))
    counts = held.pool.metrics()
    assert counts.balanced, point
    assert 8 == counts.queued + counts.scheduled, point
    assert len(held.listed) == len(set(held.listed)) == counts.queued, point
    held.pool.run_next(later.number)
    held.gate.release.set()
    ledger = held.pool.shutdown(WAIT)
    assert ledger.clean, point
    assert 9 == ledger.completed, point
    return interrupter.points


def interrupt(*_):
    raise KeyboardInterrupt


def look(pool, numbers):
    pool.metrics()
    pool.run_next(numbers[0])


@pytest.mark.slow
@pytest.mark.parametrize("handler", [interrupt, look])
@pytest.mark.parametrize("action", ACTIONS)
def test_an_interrupt_while_tasks_are_reordered_loses_and_doubles_none(action, handler):
    for point in itertools.chain([0, 0], range(1, MOST)):
        if 0 < reordered(action, point, handler) < point:
            break
    assert 3 < point < MOST - 1
