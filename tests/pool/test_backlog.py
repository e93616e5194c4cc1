"""The backlog: order, windows, and that a task leaves it once."""

from __future__ import annotations

from time import monotonic
from typing import Any

from chasqui.pool import backlog as module
from chasqui.pool.backend import Worker
from chasqui.pool.backlog import Backlog
from chasqui.pool.pool import Pool
from chasqui.pool.state import state_of
from chasqui.pool.task import Task
from tests.pool.conftest import Call, Gate
from tests.waiting import WAIT


def fill(backlog, count, priority=0, first=1, lane=""):
    nothing: Any = None
    lane = backlog.lane(lane)
    for number in range(first, first + count):
        task = Task(nothing, nothing, None, 0.0, lane)
        task.number = number
        backlog.queued[number] = task
        backlog.queue(lane, priority).append(number)


def cancel(backlog, number):
    backlog.queued.pop(number)._lane.tombstones += 1


def take(backlog):
    return backlog.take(Worker("w", 0.0), monotonic)


def numbers(tasks):
    return [task.number for task in tasks]


def every_window(backlog, order):
    return all(
        order[offset : offset + limit] == numbers(backlog.window(offset, limit))
        for offset in range(len(order) + 2)
        for limit in range(1, len(order) + 2)
    )


def test_it_lists_any_window_in_the_order_of_service():
    backlog = Backlog()
    fill(backlog, 5)
    fill(backlog, 5, priority=2, first=6)
    fill(backlog, 2, priority=-1, first=11)
    order = [6, 7, 8, 9, 10, 1, 2, 3, 4, 5, 11, 12]

    assert order == numbers(backlog)
    assert every_window(backlog, order)
    assert order == [take(backlog).number for _ in range(12)]
    assert take(backlog) is None


def test_lanes_take_turns_and_keep_their_order():
    backlog = Backlog()
    fill(backlog, 4, lane="many")
    fill(backlog, 2, lane="few", first=5)
    fill(backlog, 1, lane="one", first=7)
    fill(backlog, 2, lane="few", first=8, priority=1)
    order = [8, 9, 1, 5, 7, 2, 6, 3, 4]

    assert order == numbers(backlog)
    assert every_window(backlog, order)
    assert order == [take(backlog).number for _ in range(9)]


def test_a_cancelled_task_takes_no_turn():
    backlog = Backlog()
    fill(backlog, 4, lane="a")
    fill(backlog, 3, lane="b", first=5)
    for number in (1, 2, 3):
        cancel(backlog, number)
    order = [4, 5, 6, 7]

    assert order == numbers(backlog)
    assert every_window(backlog, order)
    assert order == [take(backlog).number for _ in range(4)]


def test_a_lane_counts_what_waits_in_it_whatever_was_cancelled():
    backlog = Backlog()
    fill(backlog, 5, lane="a")
    fill(backlog, 5, lane="b", first=6)
    fill(backlog, 5, lane="a", first=11, priority=3)
    for gone in (1, 2, 6, 12):
        cancel(backlog, gone)
    a, b = backlog.lane("a"), backlog.lane("b")

    counts = []
    while backlog.queued:
        counts.append((backlog.waiting(a), backlog.waiting(b)))
        by_lane = backlog.by_lane()
        assert counts[-1] == (by_lane[a][0], by_lane[b][0])
        assert by_lane[a][1] is next((one for one in backlog if one._lane is a), None)
        take(backlog)
    assert [(7, 4), (6, 4), (5, 4), (4, 4), (3, 4), (2, 4)] == counts[:6]
    assert (0, 0) == (backlog.waiting(a), backlog.waiting(b))


def test_what_was_cancelled_is_in_no_window_and_is_not_taken():
    backlog = Backlog()
    fill(backlog, 5)
    fill(backlog, 5, priority=2, first=6)
    for gone in (7, 1, 10):
        cancel(backlog, gone)
    order = [6, 8, 9, 2, 3, 4, 5]

    assert every_window(backlog, order)
    assert order == [take(backlog).number for _ in range(7)]
    assert (None, 0) == (take(backlog), len(backlog))


def test_tombstones_are_swept_out_before_a_window_far_inside(monkeypatch):
    monkeypatch.setattr(module, "DEEP", 3)
    pool = Pool(1, 20)
    tasks = pool.submit_batch([Call() for _ in range(10)])
    for gone in (1, 5, 7):
        tasks[gone].cancel()
    order = [tasks[n].number for n in (0, 2, 3, 4, 6, 8, 9)]

    assert (order[3:5], 3) == (numbers(pool.waiting(3, 2)), state_of(pool).backlog.tombstones())
    assert (order[4:6], 0) == (numbers(pool.waiting(4, 2)), state_of(pool).backlog.tombstones())
    assert (7, 0) == (state_of(pool).backlog.waiting(pool.lane("")), pool.lane("").dead)
    pool.start()
    assert pool.shutdown(WAIT).clean


def test_a_backlog_holds_no_more_tombstones_than_it_must(monkeypatch):
    monkeypatch.setattr(module, "TOMBSTONES", 10)
    pool = Pool(1, 100)
    most = 0
    for task in pool.submit_batch([Call() for _ in range(100)])[1:]:
        task.cancel()
        most = max(most, state_of(pool).backlog.tombstones() - len(state_of(pool).backlog))

    assert 0 < most <= 10
    pool.shutdown(0)


def test_tombstones_that_workers_pass_over_leave_nothing_behind(monkeypatch):
    monkeypatch.setattr(module, "TOMBSTONES", 10)
    pool = Pool(1, 100)
    pool.start()
    lane, most = pool.lane(""), 0
    for _ in range(30):
        pool.pause()
        gone, last = pool.submit_batch([Call(), Call()])
        gone.cancel()
        pool.resume()
        assert last.wait(WAIT)
        most = max(most, len(lane.shed))

    assert 0 < most <= 11
    assert 0 == lane.dead
    assert pool.shutdown(WAIT).clean


def test_tombstones_of_a_priority_that_is_forgotten_leave_nothing_behind(monkeypatch):
    monkeypatch.setattr(module, "TOMBSTONES", 10)
    pool = Pool(1, 100)
    plain = pool.submit_batch([Call() for _ in range(40)])
    for task in pool.submit_batch([Call() for _ in range(30)], priority=5, lane=pool.lane("x")):
        assert task.cancel()
    gate = Gate()
    pool.submit(Call(gate), priority=1)
    pool.start()
    gate.await_entered()
    passed_over = len(pool.lane("x").shed)
    pool.submit(Call(), priority=3)  # a new level, for which the empty one goes
    plain[0].cancel()

    assert (30, 0, 0) == (passed_over, len(pool.lane("x").shed), pool.lane("x").dead)
    assert not state_of(pool).backlog.has_many_tombstones()
    gate.release.set()
    assert pool.shutdown(WAIT).clean


def test_priorities_that_were_used_once_are_forgotten():
    backlog = Backlog()
    for priority in range(1000):
        fill(backlog, 1, priority=priority, first=priority)
        take(backlog)

    assert len(backlog.order) <= 2
