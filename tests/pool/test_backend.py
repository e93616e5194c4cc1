"""Backends: what they say of themselves and of their workers, and how a pool gets its own."""

from __future__ import annotations

import pytest

from chasqui.engine.config.pools import PoolConfig
from chasqui.pool.backend import Worker
from chasqui.pool.backends import BACKENDS, make_backend
from chasqui.pool.threads import ThreadBackend, start_daemon


@pytest.fixture
def threads():
    return ThreadBackend("cpu")


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


def test_a_worker_that_never_ran_has_no_stack(threads):
    assert "" == threads.stack(Worker("w01", 0.0))


def test_threads_share_memory_and_cannot_be_killed(threads):
    assert (False, True, False) == threads.capabilities
    assert not threads.abandon(Worker("w01", 0.0))


def test_a_backend_is_made_by_its_name():
    assert isinstance(make_backend("threads", "cpu", start_daemon), ThreadBackend)


@pytest.mark.parametrize("door", [lambda name: make_backend(name, "cpu", start_daemon), PoolConfig])
def test_a_backend_that_does_not_exist_is_refused_and_those_that_do_are_listed(door, monkeypatch):
    monkeypatch.setitem(BACKENDS, "other", ThreadBackend)

    with pytest.raises(ValueError, match=r"^backend must be one of threads, other, got 'dask'$"):
        door("dask")
    with pytest.raises(TypeError, match=r"^backend must be the name of a backend, got 3$"):
        door(3)
