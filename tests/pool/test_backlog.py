"""The backlog: order, windows, and that a task leaves it once."""

from __future__ import annotations

from chasqui.pool import backlog as module
from chasqui.pool.backlog import Backlog
from chasqui.pool.task import Task


def fill(backlog, count, priority=0, first=1):
    tasks = []
    for number in range(first, first + count):
        task = Task(None, None, None, 0.0)
        task.number = number
        backlog.queued[number] = task
        backlog.level(priority).append(number)
        tasks.append(task)
    return tasks


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
    assert order == [backlog.take().number for _ in range(12)]
    assert backlog.take() is None


def test_what_was_cancelled_is_in_no_window_and_is_not_taken(monkeypatch):
    for deep in (4096, 0):  # whether husks are passed over or swept out
        monkeypatch.setattr(module, "DEEP", deep)
        backlog = Backlog()
        fill(backlog, 5)
        fill(backlog, 5, priority=2, first=6)
        for gone in (7, 1, 10):
            del backlog.queued[gone]
        order = [6, 8, 9, 2, 3, 4, 5]

        assert every_window(backlog, order)
        assert order == [backlog.take().number for _ in range(7)]
        assert (None, 0) == (backlog.take(), len(backlog))


def test_a_backlog_holds_no_more_husks_than_it_must(monkeypatch):
    monkeypatch.setattr(module, "HUSKS", 10)
    backlog = Backlog()
    fill(backlog, 100)
    most = 0
    for gone in range(2, 101):
        del backlog.queued[gone]
        backlog.sweep_if_many()
        most = max(most, backlog.husks() - len(backlog))

    assert most <= 10
    assert [1] == numbers(backlog)


def test_priorities_that_were_used_once_are_forgotten():
    backlog = Backlog()
    for priority in range(1000):
        fill(backlog, 1, priority=priority, first=priority)
        backlog.take()

    assert len(backlog.order) <= 2
