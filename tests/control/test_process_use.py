"""What a worker's process uses: from two readings, and none of them waits."""

from __future__ import annotations

from chasqui.control.process_use import ProcessUse, ProcessUses
from chasqui.pool.pool import Pool
from chasqui.pool.state import state_of


class Process:
    """A worker's process, and how often it was looked at."""

    def __init__(self, pool, monkeypatch):
        self.pool, (self.worker,) = pool, pool.workers()
        self.worker.pid = 4711
        self.seconds, self.memory, self.looks = 10.0, 1 << 20, 0
        monkeypatch.setattr(state_of(pool).backend, "usage", self.usage, raising=False)
        self.uses = ProcessUses()

    def usage(self, worker):
        self.looks += 1
        return self.seconds, self.memory

    def at(self, now):
        return self.uses.of(self.pool, self.worker, now)


def with_process(check, monkeypatch):
    with Pool(1) as pool:
        check(Process(pool, monkeypatch))


def test_the_share_of_a_core_is_known_from_the_second_reading_on(monkeypatch):
    def check(process):
        assert ProcessUse(4711, None, 1 << 20) == process.at(100.0)
        process.seconds += 0.25
        assert ProcessUse(4711, 0.5, 1 << 20) == process.at(100.5)
        process.seconds += 4
        assert ProcessUse(4711, 2.0, 1 << 20) == process.at(102.5)

    with_process(check, monkeypatch)


def test_a_process_is_looked_at_once_a_second_however_many_ask(monkeypatch):
    def check(process):
        for eighth in range(25):
            process.at(100.0 + eighth / 8)
        assert 4 == process.looks  # the second soon, for the first share

    with_process(check, monkeypatch)


def test_the_next_process_of_a_worker_is_not_measured_by_the_last_one(monkeypatch):
    def check(process):
        process.at(100.0)
        process.worker.pid, process.seconds = 4712, 0.1
        assert ProcessUse(4712, None, 1 << 20) == process.at(101.0)
        process.worker.pid = None
        assert process.at(102.0) is None

    with_process(check, monkeypatch)


def test_a_backend_that_cannot_say_leaves_the_rest_of_a_row(monkeypatch):
    def check(process):
        monkeypatch.setattr(state_of(process.pool).backend, "usage", lambda worker: 1 / 0)
        assert ProcessUse(4711, None, 0) == process.at(100.0)

    with_process(check, monkeypatch)
