"""Callbacks of tasks: each is called once, whichever comes first, it or the end of its task."""

from __future__ import annotations

import contextvars
import threading

import pytest

from chasqui import Task
from chasqui.pool.handles import add_done_callbacks
from chasqui.pool.locks import is_held
from chasqui.pool.state import state_of
from tests.pool.conftest import WAIT, Call, Gate


def test_callbacks_that_come_together_are_called_once_each(make_pool):
    pool, gate = make_pool(1), Gate()
    called: list[Task] = []
    ended = pool.submit(Call())
    assert ended.wait(WAIT)
    tasks = [ended, pool.submit(Call(gate)), pool.submit(Call())]
    add_done_callbacks(state_of(pool), [(task, called.append) for task in tasks])
    assert [ended] == called
    gate.release.set()
    assert all(task.wait(WAIT) for task in tasks)
    pool.shutdown()

    assert tasks == called


def test_a_callback_sees_no_context_variable_that_a_body_has_set(make_pool):
    pool, gate, name = make_pool(1), Gate(), contextvars.ContextVar("name", default="none")
    seen: list[str] = []

    def body(ctx):
        name.set("left behind")
        return gate(ctx)

    def see(task):
        seen.append(name.get())
        name.set("left by a callback")

    task = contextvars.Context().run(pool.submit, Call(body))
    for _ in range(2):
        task.add_done_callback(see)
    gate.release.set()
    pool.shutdown()

    assert ["none"] * 2 == seen


def test_a_callback_in_a_body_or_a_thread_of_the_program_sees_its_variables(make_pool):
    pool, name = make_pool(1), contextvars.ContextVar("name", default="none")
    seen: list[str] = []
    ended = pool.submit(Call())
    assert ended.wait(WAIT)

    def body(ctx):
        name.set("of the body")
        ended.add_done_callback(lambda _: seen.append(name.get()))

    pool.submit(Call(body)).result(WAIT)
    name.set("of the program")
    ended.add_done_callback(lambda _: seen.append(name.get()))

    assert ["of the body", "of the program"] == seen


def test_a_callback_joins_those_that_are_there(make_pool):
    pool, gate = make_pool(1), Gate()
    called: list[int] = []
    task = pool.submit(Call(gate))
    task.add_done_callback(lambda _: called.append(1))
    add_done_callbacks(state_of(pool), [(task, lambda _: called.append(2))])
    gate.release.set()
    pool.shutdown()

    assert [1, 2] == called


def test_a_worker_takes_callbacks_while_another_thread_has_the_pool(make_pool):
    pool, gate, called = make_pool(1), Gate(), threading.Event()
    state = state_of(pool)
    task = pool.submit(Call(gate))
    task.add_done_callback(lambda _: called.set())
    gate.await_entered()
    with state.lock:
        gate.release.set()
        assert called.wait(WAIT)
        assert is_held(state.lock)


@pytest.mark.slow
def test_callbacks_that_race_with_the_ends_of_tasks_are_called_once(make_pool):
    pool = make_pool(4)
    called: list[int] = []
    tasks = []
    for _ in range(2000):
        task = pool.submit(Call())
        task.add_done_callback(lambda ended: called.append(ended.number))
        tasks.append(task)
    pool.shutdown()

    assert sorted(task.number for task in tasks) == sorted(called)
