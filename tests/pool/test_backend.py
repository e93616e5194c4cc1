"""Backends: what they say of themselves and of their workers, and how a pool gets its own."""

from __future__ import annotations

import pytest

from chasqui import Engine, Pool, TimeLimit
from chasqui.engine.config.pools import PoolConfig
from chasqui.pool.backend import BackendCapabilities, BackendSetup, Worker
from chasqui.pool.backends import BACKENDS, make_backend
from chasqui.pool.state import state_of
from chasqui.pool.threads import ThreadBackend, start_daemon
from chasqui.testing import FakeClock
from tests.pool.conftest import WAIT


@pytest.fixture
def threads():
    return ThreadBackend(BackendSetup("cpu", start_daemon))


def test_a_worker_s_stack_is_where_its_task_is(make_pool, call, gate, threads):
    pool = make_pool(1)
    pool.submit(call(gate))
    gate.await_entered()
    (worker,) = pool.workers()

    stack = threads.stack(worker)

    assert "in __call__" in stack
    assert "self.release.wait" in stack
    assert "threads.py" not in stack
    assert "worker_loop.py" not in stack


def test_code_around_the_thread_of_a_worker_is_no_part_of_its_stack(call, gate):
    def start_wrapped(target, name):
        return start_daemon(lambda: wrapped(target), name)

    with Pool(1, start_thread=start_wrapped) as pool:
        pool.submit(call(gate))
        gate.await_entered()
        (worker,) = pool.workers()
        stack = state_of(pool).backend.stack(worker)
        gate.release.set()

    assert "in execute" in stack.splitlines()[0]
    assert "wrapped" not in stack


def wrapped(target):
    target()


def test_a_worker_that_never_ran_has_no_stack(threads):
    assert "" == threads.stack(Worker("w01", 0.0))


def test_threads_share_memory_and_cannot_be_killed(threads):
    assert (False, True, False) == threads.capabilities
    assert not threads.abandon(Worker("w01", 0.0))


def test_a_backend_is_made_by_its_name():
    assert isinstance(make_backend("threads", BackendSetup("cpu", start_daemon)), ThreadBackend)


@pytest.mark.parametrize(
    "door", [lambda name: make_backend(name, BackendSetup("cpu", start_daemon)), PoolConfig]
)
def test_a_backend_that_does_not_exist_is_refused_and_those_that_do_are_listed(door, monkeypatch):
    monkeypatch.setitem(BACKENDS, "other", ThreadBackend)

    with pytest.raises(ValueError, match=r"^backend must be one of .*, other, got 'dask'$"):
        door("dask")
    with pytest.raises(TypeError, match=r"^backend must be the name of a backend, got 3$"):
        door(3)


class Killing(ThreadBackend):
    """Threads whose body can be ended from outside, as a child process can."""

    capabilities = BackendCapabilities(kills=True, shares_memory=True, measures_memory=False)

    def __init__(self, setup, kill):
        super().__init__(setup)
        self._kill = kill
        self.killed = []

    def abandon(self, worker):
        self.killed.append(worker.name)
        self._kill()
        return True


def backend_of(pool: Pool) -> Killing:
    backend = state_of(pool).backend
    assert isinstance(backend, Killing)
    return backend


@pytest.fixture
def killing_pool(make_pool, monkeypatch, gate, clock):
    """Return a pool of one worker, whose backend kills, and which may not give up on any other."""
    monkeypatch.setitem(BACKENDS, "killing", lambda setup: Killing(setup, gate.release.set))
    return make_pool(1, backend="killing", grace=1, max_abandoned=0, clock=clock)


@pytest.fixture
def clock():
    return FakeClock()


def test_a_pool_gets_its_backend_by_name(killing_pool, make_pool):
    assert backend_of(killing_pool)
    with pytest.raises(ValueError, match=r"backend must be one of .*, killing, got 'dask'"):
        make_pool(1, backend="dask")


def test_an_engine_gives_each_pool_the_backend_of_its_config(monkeypatch):
    made = []

    def make(setup):
        made.append(setup.pool)
        return ThreadBackend(setup)

    monkeypatch.setitem(BACKENDS, "own", make)

    with Engine(1, pools={"cpu": PoolConfig(workers=1, backend="own")}):
        assert ["cpu"] == made


def test_the_default_pool_of_an_engine_has_the_backend_of_its_config(monkeypatch, tmp_path):
    class Own(ThreadBackend):
        pass

    monkeypatch.setitem(BACKENDS, "own", Own)
    file = tmp_path / "config.toml"
    file.write_text('[pools.default]\nbackend = "own"\n', encoding="utf-8")
    engine = Engine.from_config(file)

    assert isinstance(state_of(engine.pool).backend, Own)


def test_a_worker_that_is_killed_is_replaced_and_its_task_fails(
    killing_pool, call, gate, clock, caplog
):
    caplog.set_level("INFO")
    task = killing_pool.submit(call(gate), time_limit=5)
    gate.await_entered()
    clock.advance(6.5)

    assert task.wait(WAIT)
    assert isinstance(task.error, TimeLimit)
    assert "self.release.wait" in task.traceback, "it was looked at before it was killed"
    assert ["w01"] == backend_of(killing_pool).killed
    assert "worker w01 was killed" in caplog.text
    assert "after" == killing_pool.submit(call(lambda ctx: "after")).result(WAIT)
    now = killing_pool.metrics()
    assert (now.balanced, now.failed, now.completed, now.workers) == (True, 1, 1, 1)


def test_a_worker_that_is_killed_is_neither_abandoned_nor_late(killing_pool, call, gate, clock):
    task = killing_pool.submit(call(gate), time_limit=5)
    gate.await_entered()
    (worker,) = killing_pool.workers()
    clock.advance(6.5)
    assert task.wait(WAIT)
    backend_of(killing_pool)._threads[worker].join(WAIT)

    assert ("lost", ()) == (worker.state, killing_pool.workers_abandoned)
    assert (0, 0) == (state_of(killing_pool).crew.late, killing_pool.workers_lost)
    assert killing_pool.shutdown(WAIT).clean


def test_the_stack_of_a_task_left_running_is_that_of_its_backend(
    make_pool, call, gate, monkeypatch
):
    class Elsewhere(ThreadBackend):
        def stack(self, worker):
            return f"where {worker.name} is\n"

    monkeypatch.setitem(BACKENDS, "elsewhere", Elsewhere)
    pool = make_pool(1, backend="elsewhere")
    pool.submit(call(gate))
    gate.await_entered()

    assert ["where w01 is\n"] == [fate.stack for fate in pool.shutdown(0).abandoned]


def test_a_backend_that_raises_when_asked_about_a_hanging_worker_changes_no_outcome(
    make_pool, call, gate, clock, caplog, monkeypatch
):
    class Broken(ThreadBackend):
        def stack(self, worker):
            raise OSError("no such process")

        def abandon(self, worker):
            raise OSError("not permitted")

    monkeypatch.setitem(BACKENDS, "broken", Broken)
    pool = make_pool(1, backend="broken", grace=1, clock=clock)
    late = pool.submit(call(gate), time_limit=5)
    gate.await_entered()
    clock.advance(6.5)
    assert late.wait(WAIT)
    other = make_pool(1, backend="broken")
    other.submit(call(gate))
    gate.await_entered()
    ledger = other.shutdown(0)
    gate.release.set()

    assert ("failed", 1) == (late.state, len(ledger.abandoned))
    assert "no such process" in caplog.text
    assert "could not abandon it" in caplog.text
