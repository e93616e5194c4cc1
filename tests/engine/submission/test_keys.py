"""Keys: one task for all submissions of a key, whoever submits it where and when."""

from __future__ import annotations

import itertools
import threading
from contextlib import suppress
from contextvars import ContextVar
from functools import partial
from typing import Any

import pytest

from chasqui import BacklogFull, Context, Engine, PoolClosed, task
from chasqui.engine.config.pools import PoolConfig
from chasqui.pool.state import state_of
from chasqui.testing import FakeClock
from tests.pool.interrupt import Interrupter
from tests.waiting import until

WAIT = 10.0
MOST = 600  # points of one submission


class Gate:
    """A type whose body waits to be let go."""

    def __init__(self):
        self.entered = threading.Semaphore(0)
        self.release = threading.Event()

    def type(self):
        @task
        def hold(ctx: Context) -> int:
            self.entered.release()
            assert self.release.wait(WAIT)
            return ctx.task.number

        return hold


@pytest.fixture
def gate():
    gate = Gate()
    yield gate
    gate.release.set()


def make(gate, *sizes, pools=None, **parts):
    engine = Engine(*sizes, pools=pools, **parts)
    engine.register(gate.type())
    return engine


MODULES = ("chasqui.pool", "chasqui.engine.submission.keys", "chasqui.engine.submission.submitter")
CPU = {"cpu": PoolConfig(workers=1, queue_size=1)}


def test_a_keyed_submission_that_gets_in_after_a_wait_was_not_rejected(gate):
    with make(gate, 1, 1) as engine:
        engine.submit("app.hold")
        assert gate.entered.acquire(timeout=WAIT)
        engine.submit("app.hold")
        got = []
        waiting = threading.Thread(target=lambda: got.append(engine.submit("app.hold", key="k")))
        waiting.start()
        until(engine.pool.blocked)
        gate.release.set()
        waiting.join(WAIT)
        now = engine.metrics()

    assert ("k", 3, 0) == (got[0].key, now.accepted, now.rejected)


@pytest.mark.parametrize("timeout", [0, 0.01])
def test_a_keyed_submission_that_finds_no_room_in_time_is_rejected_once(gate, timeout):
    with make(gate, 1, 1) as engine:
        engine.submit("app.hold")
        assert gate.entered.acquire(timeout=WAIT)
        engine.submit("app.hold")
        with pytest.raises(BacklogFull, match="task queue is full"):
            engine.submit("app.hold", key="k", timeout=timeout)
        assert (2, 1) == (engine.metrics().accepted, engine.metrics().rejected)
        assert {} == engine._parts.submitter.keys._holders, "keys that are refused are not kept"
        gate.release.set()
        assert engine.submit("app.hold", key="k").wait(WAIT)


def test_a_key_that_finds_no_place_in_the_schedule_is_rejected_once_and_free_again(gate):
    clock = FakeClock()
    engine = make(gate, 1, clock=clock)
    state_of(engine.pool).schedule_size = 0
    with pytest.raises(BacklogFull, match="the schedule is full"):
        engine.submit("app.hold", key="k", delay=5)
    assert 1 == engine.metrics().rejected

    state_of(engine.pool).schedule_size = 1
    assert "scheduled" == engine.submit("app.hold", key="k", delay=5).state
    engine.shutdown(0)


@pytest.mark.parametrize("delay", [None, 5])
def test_a_key_submitted_to_an_engine_that_has_stopped_is_refused_and_counted(gate, delay):
    engine = make(gate, 1)
    engine.shutdown(0)

    with pytest.raises(PoolClosed):
        engine.submit("app.hold", key="k", delay=delay)
    assert (0, 1) == (engine.metrics().accepted, engine.metrics().rejected)


def test_the_key_of_a_task_that_its_pool_has_left_is_free_again(gate):
    with make(gate, 1, 9, pools=CPU) as engine:
        engine.submit("app.hold", pool="cpu")
        assert gate.entered.acquire(timeout=WAIT)
        left = engine.submit("app.hold", pool="cpu", key="k")
        assert engine.drain("cpu", 0).left
        again = engine.submit("app.hold", key="k")
        gate.release.set()

        assert again.wait(WAIT)
    assert (2, 3, 1) == (left.number, again.number, again.submissions)


def test_a_key_is_one_task_in_whichever_pool(gate):
    with make(gate, 1, pools=CPU) as engine:
        first = engine.submit("app.hold", key="k", pool="cpu")
        again = engine.submit("app.hold", key="k")
        later = engine.submit("app.hold", key="k", delay=60)
        assert gate.entered.acquire(timeout=WAIT)
        gate.release.set()
        assert first.wait(WAIT)
        until(lambda: not engine._parts.submitter.keys._holders)
        assert engine.submit("app.hold", key="k") is not first

    assert first is again is later
    assert "cpu/w01" == first.worker
    assert first.submissions >= 3


HANDLERS: dict[str, dict[str, Any]] = {
    "the same": {"key": "k", "pool": "cpu"},
    "in another pool": {"key": "k"},
    "put off": {"key": "k", "delay": 60},
}


def test_a_handler_that_ends_all_in_the_middle_of_a_submission_is_not_held_up():
    for point in itertools.chain([0, 0], range(1, MOST)):
        gate = Gate()
        engine = make(gate, 1, 9)
        engine.start()
        engine.submit("app.hold", key="k")

        def handle(engine=engine, gate=gate):
            gate.release.set()
            engine.shutdown()

        modules = ("chasqui.engine.submission.keys", "chasqui.pool.handles")
        interrupter = Interrupter(point, handle, *modules)

        def submit(engine=engine, interrupter=interrupter):
            with suppress(PoolClosed):
                interrupter.run(lambda: engine.submit("app.hold", key="k"))

        thread = threading.Thread(target=submit, daemon=True)
        thread.start()
        thread.join(WAIT)
        assert not thread.is_alive(), point
        handle()
        if 0 < interrupter.points < point:
            break
    assert 5 < point < MOST - 1


@pytest.mark.slow
@pytest.mark.parametrize("handler", HANDLERS)
@pytest.mark.parametrize("action", HANDLERS)
def test_a_signal_handler_that_submits_the_key_anywhere_gets_the_same_task(gate, action, handler):
    # Newer interpreters tell of all instructions only from a function's second traced run on.
    for point in itertools.chain([0, 0], range(1, MOST)):
        engine = make(gate, 2, 8, pools=CPU, clock=FakeClock())
        submit = partial(engine.submit, "app.hold")
        got: list[Any] = []
        interrupter = Interrupter(
            point, lambda submit=submit, got=got: got.append(submit(**HANDLERS[handler])), *MODULES
        )
        got.append(interrupter.run(lambda submit=submit: submit(**HANDLERS[action])))
        now = engine.metrics()
        assert 1 == len(set(got))
        assert (1, 0) == (now.accepted, now.rejected)
        assert (len(got), got[0]) == (got[0].submissions, engine.find(got[0].number))
        engine.shutdown(0)
        if interrupter.points < point:
            break
    assert 20 < point < MOST - 1


@pytest.mark.parametrize("delay", [None, 60])
def test_whoever_holds_a_pool_up_gets_the_task_of_a_submission_that_waits_for_it(gate, delay):
    # As a signal handler does in the middle of a call to the pool, while another thread submits.
    engine = make(gate, 1, pools=CPU)
    got = []

    def hold_up():
        with state_of(engine.pool).lock:
            other = threading.Thread(
                target=lambda: got.append(engine.submit("app.hold", key="k", delay=delay)),
                daemon=True,
            )
            other.start()
            until(lambda: "k" in engine._parts.submitter.keys._holders)
            got.append(engine.submit("app.hold", key="k", pool="cpu"))
        other.join(WAIT)

    holder = threading.Thread(target=hold_up, daemon=True)
    holder.start()
    holder.join(WAIT)
    assert not holder.is_alive()
    now = engine.metrics()

    assert (2, 1) == (len(got), len(set(got)))
    assert (1, 0, 1) == (now.accepted, now.rejected, now.pools["default"].accepted)
    engine.shutdown(0)


def test_a_key_that_somebody_else_could_not_get_in_is_tried_where_there_is_room(gate):
    engine = make(gate, 1, 1, pools=CPU)
    engine.submit("app.hold")  # and the default pool is full
    got, refused = [], []

    def submit():
        try:
            got.append(engine.submit("app.hold", key="k", timeout=0))
        except BacklogFull as error:
            refused.append(error)

    with state_of(engine.pool).lock:
        other = threading.Thread(target=submit)
        other.start()
        until(lambda: "k" in engine._parts.submitter.keys._holders)
        mine = engine.submit("app.hold", key="k", pool="cpu")
    other.join(WAIT)
    now = engine.metrics()
    engine.shutdown(0)

    # The other thread looks again: the key is taken by then, or it was told that there is no room.
    assert [mine] == got or (1 == len(refused) == now.rejected)
    assert (1, 1) == (now.pools["cpu"].accepted, now.pools["default"].accepted)


def test_an_exception_in_the_middle_of_a_submission_leaves_its_key_free_or_with_its_task(gate):
    class Interrupt(Exception):
        pass

    def interrupt():
        raise Interrupt

    point = 0
    while True:
        point += 1
        engine = make(gate, 1, pools=CPU)
        interrupter = Interrupter(point, interrupt, "chasqui.engine.submission.keys")
        try:
            interrupter.run(lambda engine=engine: engine.submit("app.hold", key="k"))
        except Interrupt:
            again = engine.submit("app.hold", key="k", pool="cpu")
            assert 1 == engine.metrics().accepted
            assert engine.find(again.number) is again
        engine.shutdown(0)
        if interrupter.points < point:
            break
    assert point > 5


def test_many_threads_that_submit_a_few_keys_to_two_pools_get_one_task_of_each(gate):
    engine = make(gate, 1, 100, pools={"cpu": PoolConfig(workers=1, queue_size=100)})
    got: dict[Any, Any] = {}
    ready = threading.Barrier(8)

    def submit(which):
        ready.wait(WAIT)
        for number in range(50):
            pool = "cpu" if (which + number) % 2 else "default"
            one = engine.submit("app.hold", key=f"k{number}", pool=pool)
            got.setdefault(number, set()).add(one)

    threads = [threading.Thread(target=submit, args=(which,)) for which in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    now = engine.metrics()
    engine.shutdown(0)

    assert [1] * 50 == [len(tasks) for tasks in got.values()]
    assert [8] * 50 == [one.submissions for tasks in got.values() for one in tasks]
    assert (50, 50) == (now.accepted, now.queued)


def test_a_task_sees_the_variables_of_its_submitter_whoever_got_it_in():
    variable = ContextVar("variable", default="nobody's")

    @task
    def look() -> str:
        return variable.get()

    engine = Engine(1, pools=CPU)
    engine.register(look)
    engine.resume("app.look")  # as above

    def submit():
        variable.set("its own")
        engine.submit("app.look", key="k")

    with state_of(engine.pool).lock:
        other = threading.Thread(target=submit)
        other.start()
        until(lambda: "k" in engine._parts.submitter.keys._holders)
        got = engine.submit("app.look", key="k")
    other.join(WAIT)
    with engine:
        assert "its own" == got.result(WAIT)
