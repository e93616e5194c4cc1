"""The zygote of a host: it may die, and its host may fork, end and begin again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from chasqui import Engine, PoolConfig, ProcessDied
from chasqui.processes import kernel
from chasqui.processes.launcher import LAUNCHER
from tests.processes import bodies, dead_on_import, hostile
from tests.waiting import until

WAIT = 30


def ended(work):
    """Wait for the end of a task, and return it."""
    assert work.wait(WAIT)
    return work


def zygotes_of(host: int) -> list[int]:
    """List the zygotes of a process."""
    return [
        child
        for child in kernel.children_of(host)
        if b"zygote" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


def zygote() -> int:
    """Return the number of this process's zygote."""
    (found,) = zygotes_of(os.getpid())
    return found


@pytest.mark.slow
def test_when_a_zygote_is_killed_its_tasks_fail_and_the_next_run_on_another(make_engine):
    engine = make_engine(2)
    running = [engine.call(bodies.burns) for _ in range(2)]
    until(lambda: all(one.progress for one in running))
    before = zygote()
    os.kill(before, signal.SIGKILL)

    for one in running:
        assert isinstance(ended(one).error, ProcessDied)
        assert "makes and watches it has died" in str(one.error)
    assert 3 == engine.call(bodies.add, 1, 2).result(WAIT)
    assert before != zygote()
    assert not LAUNCHER._unsafe  # what it had imported was not at fault


@pytest.mark.slow
def test_a_module_that_ends_its_process_costs_three_tasks_and_then_the_pool_is_degraded():
    engine = Engine(1, backend="processes")
    engine.register(dead_on_import.never)
    engine.start()
    tasks = [engine.call(dead_on_import.never) for _ in range(4)]

    for one in tasks[:3]:
        assert isinstance(ended(one).error, ProcessDied)
        assert "exit status 4; it wrote: no licence for this machine" in str(one.error)
    until(lambda: engine.state == "degraded")
    assert "queued" == tasks[3].state
    assert 1 == len(engine.shutdown(WAIT).left)


@pytest.mark.slow
def test_engines_in_turn_leave_no_descriptor_no_thread_and_no_process(make_engine):
    def counts():
        return len([*Path("/proc/self/fd").iterdir()]), threading.active_count()

    before = counts()
    for _ in range(2):
        engine = make_engine()
        assert 3 == engine.call(bodies.add, 1, 2).result(WAIT)
        engine.shutdown(WAIT)

    until(lambda: counts() <= before)
    until(lambda: LAUNCHER._zygote is None)


@pytest.mark.slow
def test_a_forked_copy_of_the_host_makes_children_of_its_own_and_harms_none(make_engine):
    engine = make_engine()
    pid = engine.call(bodies.process).result(WAIT)
    copy = os.fork()
    if copy == 0:
        status = 1
        try:
            with Engine(1, backend="processes") as other:
                other.register(bodies.add)
                status = other.call(bodies.add, 1, 2).result(WAIT) - 3
        finally:
            os._exit(status)

    assert (copy, 0) == os.waitpid(copy, 0)
    assert pid == engine.call(bodies.process).result(WAIT)


def test_a_child_that_is_let_go_ends_though_a_copy_of_the_host_has_its_socket():
    config = PoolConfig(backend="processes", workers=1, settings={"recycle_after": 2})
    engine = Engine(pools={"default": config})
    engine.register(bodies.process)
    engine.start()
    pid = engine.call(bodies.process).result(WAIT)
    copy = os.fork()
    if copy == 0:
        signal.pause()
        os._exit(0)
    try:
        assert pid == engine.call(bodies.process).result(WAIT)
        until(lambda: not Path(f"/proc/{pid}").exists())
    finally:
        os.kill(copy, signal.SIGKILL)
        os.waitpid(copy, 0)
        engine.shutdown(WAIT)


@pytest.mark.slow
def test_a_child_with_more_memory_than_it_may_have_is_killed_and_its_peak_is_known():
    config = PoolConfig(backend="processes", workers=1, settings={"memory": "128 MiB"})
    engine = Engine(pools={"default": config})
    for one in (bodies.eats, hostile.shares):
        engine.register(one)
    engine.start()
    try:
        assert isinstance(ended(engine.call(bodies.eats, 512)).error, MemoryError)
        watched = ended(engine.call(hostile.shares, 512))  # which counts for no limit of its own

        assert "more memory than the 128 MiB" in str(watched.error)
        assert watched.usage.peak > 128 << 20
        assert 8 << 20 == engine.call(bodies.eats, 8).result(WAIT)
    finally:
        engine.shutdown(WAIT)


HOST = """
from chasqui import Engine
from tests.processes import slow_to_import
engine = Engine(1, backend="processes")
engine.register(slow_to_import.never)
engine.start()
engine.call(slow_to_import.never).wait()
"""


@pytest.mark.slow
def test_a_zygote_ends_with_its_host_in_the_middle_of_an_import():
    host = subprocess.Popen([sys.executable, "-c", HOST])
    try:
        until(lambda: zygotes_of(host.pid))
        (zygote,) = zygotes_of(host.pid)
        # It has come to the import once it waits there for what never comes.
        until(lambda: b"futex" in Path(f"/proc/{zygote}/wchan").read_bytes())
    finally:
        host.kill()
        host.wait()

    until(lambda: not Path(f"/proc/{zygote}").exists())
