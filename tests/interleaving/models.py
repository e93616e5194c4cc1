"""Small scenes around each race of the pool, to be run in every order that a search comes up with.

A model builds its own pool, lets threads loose on it, and asserts what must hold in the end. Time
stands still in it: what waits for a deadline would only make the search longer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from chasqui import BacklogFull, Pool, PoolClosed, Task
from chasqui.pool.submitters import Blocked


class Still:
    """A clock that stands still."""

    def monotonic(self) -> float:
        return 0.0

    def time(self) -> float:
        return 0.0

    def wait(self, condition: threading.Condition, deadline: float | None) -> None:
        condition.wait()


class Call:
    """A work that calls a function."""

    id = name = "call"

    def __init__(self, function: Callable[[], Any]) -> None:
        self.function = function

    def execute(self, ctx: Any) -> Any:
        return self.function()


class Anonymous(Pool):
    """A pool that does not ask who waits: the search's threads are none of `threading`'s own."""

    __slots__ = ()

    def _blocked_here(self) -> Blocked:
        return Blocked("", "", 0.0)


def pool_of(workers: int, queue_size: int) -> Pool:
    return Anonymous(workers, queue_size, clock=Still())


def together(*functions: Callable[[], Any]) -> None:
    """Run these side by side to their ends."""
    threads = [threading.Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def settled(pool: Pool, tasks: list[Task]) -> None:
    """Assert that all that was accepted has one fate."""
    ledger, reading = pool.shutdown(), pool.metrics()
    assert reading.balanced, reading
    assert ledger.clean, ledger
    assert ledger.accepted == ledger.accounted == len(tasks), (ledger, tasks)
    assert all(task.done for task in tasks), tasks


def idle_and_wake() -> None:
    """Two submitters and two workers that fall idle and wake: no task is left lying."""
    pool = pool_of(2, 4)
    ran: list[int] = []
    tasks: list[Task] = []
    pool.start()

    def submit() -> None:
        task = pool.submit(Call(lambda: ran.append(1)))
        tasks.append(task)
        task.wait()

    together(submit, submit)
    assert len(ran) == 2
    settled(pool, tasks)


def claim_and_cancel() -> None:
    """A start and a cancel of the same task: one of them wins, never both."""
    pool = pool_of(1, 4)
    ran: list[int] = []
    task = pool.submit(Call(lambda: ran.append(1)))

    together(pool.start, task.cancel)
    settled(pool, [task])
    assert len(ran) == (task.state == "completed"), (ran, task)


def submit_and_shutdown() -> None:
    """A submit while the pool stops: it is refused, or the task ends."""
    pool = pool_of(1, 1)
    tasks: list[Task] = []
    pool.start()

    def submit() -> None:
        for _ in range(2):
            try:
                tasks.append(pool.submit(Call(int)))
            except PoolClosed:
                return

    together(submit, pool.shutdown)
    settled(pool, tasks)


def room_and_wait() -> None:
    """Two submitters wait for the only place: both get it in turn."""
    pool = pool_of(1, 1)
    tasks: list[Task] = []
    pool.start()

    def submit() -> None:
        for _ in range(2):
            tasks.append(pool.submit(Call(int)))

    together(submit, submit)
    settled(pool, tasks)


def reading_and_moving() -> None:
    """A reading while workers move: it adds up."""
    pool = pool_of(2, 4)
    tasks = pool.submit_batch([Call(int) for _ in range(3)])
    readings = []

    def read() -> None:
        readings.append(pool.metrics())

    together(pool.start, read, read)
    assert all(reading.balanced for reading in readings), readings
    settled(pool, tasks)


def resize_and_claim() -> None:
    """A resize both ways while tasks come and go: nothing is lost, nobody sleeps through work."""
    pool = pool_of(2, 4)
    tasks: list[Task] = []
    pool.start()

    def submit() -> None:
        for _ in range(2):
            tasks.append(pool.submit(Call(int)))
            tasks[-1].wait()

    def resize() -> None:
        pool.resize(1)
        pool.resize(2)

    together(submit, resize)
    settled(pool, tasks)


def pause_and_resume() -> None:
    """A pause and a resume while tasks come: all of them run in the end."""
    pool = pool_of(1, 4)
    tasks: list[Task] = []
    pool.start()

    def submit() -> None:
        tasks.append(pool.submit(Call(int)))
        tasks[-1].wait()

    def toggle() -> None:
        pool.pause()
        pool.resume()

    together(submit, toggle)
    settled(pool, tasks)


def hand_off() -> None:
    """Without a backlog: what is accepted has a worker for it."""
    pool = pool_of(1, 0)
    tasks: list[Task] = []
    pool.start()

    def submit() -> None:
        tasks.append(pool.submit(Call(int)))

    def try_submit() -> None:
        try:
            tasks.append(pool.try_submit(Call(int)))
        except BacklogFull:
            return

    together(submit, try_submit)
    settled(pool, tasks)


MODELS: dict[str, Callable[[], None]] = {
    model.__name__.replace("_", "-"): model
    for model in (
        idle_and_wake,
        claim_and_cancel,
        submit_and_shutdown,
        room_and_wait,
        reading_and_moving,
        resize_and_claim,
        pause_and_resume,
        hand_off,
    )
}
