"""What is no work is refused where it is submitted, at every door, with what to do instead."""

from __future__ import annotations

import functools
import gc
import queue
import weakref
from types import SimpleNamespace
from typing import Any

import pytest

from chasqui import BacklogFull, Dispatcher, Pool, PoolClosed, Task, task
from chasqui.pool import work as works
from chasqui.pool.state import state_of
from tests.pool.conftest import WAIT, Call
from tests.waiting import until


class Job:
    id = name = "job"

    def execute(self, ctx):
        return "done"


class Rows(Job):
    def execute(self, ctx):
        yield 1


class Stream(Job):
    async def execute(self, ctx):
        yield 1


class Static(Job):
    @staticmethod
    def execute(ctx):
        yield 1


@task
def add(a: int) -> int:
    return a


WRONG = {
    "a function": (print, "print is a function, not a Work: pool.call(print, ...) runs it"),
    "a partial": (
        functools.partial(print, 1),
        ", 1) is an object that can be called, not a Work",
    ),
    "a text": ("text", "with id, name and execute(ctx), got 'text'"),
    "nothing": (None, "with id, name and execute(ctx), got None"),
    "a class": (Job, "Job is a class, not a Work: submit an instance, such as Job()"),
    "a task type": (add, "got the task type add; submit add.work(...), or have an engine do it"),
    "an execute that cannot be called": (SimpleNamespace(execute=3), "got namespace(execute=3)"),
    "a generator function": (Rows(), "is a generator function, whose body would never run"),
    "an async generator function": (Stream(), "is a generator function"),
    "a static generator function": (Static(), "is a generator function"),
}


@pytest.fixture
def pool():
    pool = Pool(1, 10)
    yield pool
    pool.shutdown(WAIT)


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize(
    "door",
    [
        Pool.submit,
        Pool.try_submit,
        lambda pool, wrong: pool.submit_later(wrong, 1),
        lambda pool, wrong: pool.submit_batch([wrong]),
        lambda pool, wrong: pool.submit_batch(iter([wrong])),
    ],
    ids=["submit", "try_submit", "submit_later", "submit_batch", "submit_batch of an iterator"],
)
def test_what_is_no_work_is_refused_and_told_what_it_is(pool, door, name):
    wrong, words = WRONG[name]

    with pytest.raises(TypeError) as refused:
        door(pool, wrong)

    assert words in str(refused.value)
    assert (0, 0) == (pool.metrics().accepted, pool.metrics().rejected)


def test_of_many_all_that_are_none_are_named_and_nothing_is_accepted(pool):
    with pytest.raises(TypeError, match=r"nothing was accepted: works\[1\]: .*; works\[3\]: "):
        pool.submit_batch([Job(), "one", Job(), None])

    assert 0 == pool.metrics().accepted


def test_of_very_many_the_first_are_named_and_the_others_counted(pool):
    with pytest.raises(TypeError, match=r"works\[4\]: .*; and 95 more$"):
        pool.submit_batch([None] * 100)


@pytest.mark.parametrize("wrong", ["text", b"bytes", {"a": 1}, 5, None, Job()])
def test_a_batch_that_is_no_list_is_refused_by_name(pool, wrong):
    with pytest.raises(TypeError, match="works must be a list, got "):
        pool.submit_batch(wrong)


def test_a_work_may_have_its_execute_as_an_attribute_of_its_own(pool):
    pool.start()
    works = [SimpleNamespace(id="", name="s", execute=lambda ctx, n=n: n) for n in range(2)]

    assert [0, 1] == [one.result(WAIT) for one in pool.submit_batch(works)]
    with pytest.raises(TypeError, match="got namespace"):
        pool.submit(SimpleNamespace(id="", name="s"))


@pytest.mark.slow
def test_a_class_whose_works_were_accepted_is_not_kept_alive(pool):
    kind = type("Made", (Job,), {})
    pool.start()
    assert pool.submit(kind()).wait(WAIT)
    alive, identity = weakref.ref(kind), id(kind)
    del kind

    until(lambda: gc.collect() >= 0 and alive() is None)
    assert identity not in works.known


class Hostile(type):
    def __hash__(cls):
        raise RuntimeError("no hash")

    def __eq__(cls, other):
        raise RuntimeError("not comparable")


def test_a_class_that_cannot_be_hashed_makes_works_as_any_other(pool):
    pool.start()
    kind = Hostile("Kind", (Job,), {})

    assert "done" == pool.submit(kind()).result(WAIT)


class Nameless:
    def execute(self, ctx):
        raise ValueError("on purpose")


class Raising(Nameless):
    @property
    def name(self):
        raise SystemExit("no name")


class Numbered(Nameless):
    name = id = 7


class Text(str):
    def __str__(self):
        raise RuntimeError("no text")

    __repr__ = __format__ = __getitem__ = __str__  # type: ignore[assignment]


class Lying(Nameless):
    name = Text("lying")


@pytest.mark.parametrize(
    ("work", "name"),
    [(Nameless(), "Nameless"), (Raising(), "Raising"), (Numbered(), "7"), (Lying(), "lying")],
)
def test_a_task_has_a_name_and_a_repr_whatever_its_work_says(pool, work, name):
    pool.start()

    one = pool.submit(work)

    assert one.wait(WAIT)
    assert name == one.name
    assert f"<Task 1 {name} failed>" == repr(one)


def test_a_name_may_change_later(pool):
    work = Call()
    one = pool.submit(work)
    work.name = "other"

    assert "<Task 1 other queued>" == repr(one)
    del type(work).name, work.name
    try:
        assert "<Task 1 Call queued>" == repr(one)
    finally:
        Call.name = "call"


def test_a_task_that_was_not_accepted_has_a_repr(pool):
    task = Task(state_of(pool), Job(), None, 0.0, pool.lane(""))
    assert "<Task without a number job queued>" == repr(task)


def test_a_full_pool_says_which_it_is_how_much_waits_and_what_helps():
    pool = Pool(1, 2, name="images")
    pool.submit_batch([Job(), Job()])

    with pytest.raises(BacklogFull) as full:
        pool.try_submit(Job())

    assert (
        "task queue is full: pool images, 2 waiting; wait, or raise queue_size or workers"
        == str(full.value)
    )


def test_a_pool_without_a_backlog_says_so():
    with pytest.raises(BacklogFull, match="pool default, 0 waiting; with queue_size=0 it accepts"):
        Pool(1, 0).try_submit(Job())


@pytest.mark.parametrize(
    ("target", "options", "words"),
    [
        (5, {}, "target must be a pool or an engine, got 5"),
        (Pool(1), {"type": "x"}, "takes works, which have no type: leave type='x' out"),
    ],
)
def test_a_dispatcher_over_the_wrong_thing_is_refused(target, options, words):
    with pytest.raises(TypeError, match=words):
        Dispatcher(target, **options)


def test_a_dispatcher_names_what_is_no_work_and_submits_nothing(pool):
    with Dispatcher(pool, batch_size=2) as dispatcher:
        with pytest.raises(TypeError, match=r"works\[3\]: print is a function, not a Work"):
            dispatcher.dispatch_batch([Job(), Job(), Job(), print])
        wrong: Any
        for wrong in (5, "text", {"a": 1}):
            with pytest.raises(TypeError, match="works must be a list, got "):
                dispatcher.dispatch_batch(wrong)
            with pytest.raises(TypeError, match="source must be an iterable or a queue, got "):
                dispatcher.process(wrong)

    assert 0 == pool.metrics().accepted


def test_a_dispatcher_that_does_not_run_says_what_to_do(pool):
    dispatcher = Dispatcher(pool)
    with pytest.raises(PoolClosed, match=r"is not running; call start\(\) first"):
        dispatcher.dispatch_batch([Job()])
    dispatcher.start()
    dispatcher.shutdown(WAIT)

    with pytest.raises(PoolClosed, match="has been shut down; make a new one"):
        dispatcher.dispatch_batch([Job()])


def test_what_is_no_work_in_a_source_is_reported_and_those_beside_it_are_submitted(pool):
    source: queue.Queue[Any] = queue.Queue()
    for one in (Job(), None, Job()):
        source.put(one)
    dispatcher = Dispatcher(pool)
    dispatcher.start()
    dispatcher.process(source)
    dispatcher.process([Job(), "text"])

    report = dispatcher.shutdown(WAIT)

    assert (3, {None, "text"}) == (report.accepted, set(report.left))
    assert ["TypeError", "TypeError"] == [type(error).__name__ for error in report.errors]


@pytest.mark.parametrize("wrong", [None, 5, "text", [print]])
def test_a_callback_that_cannot_be_called_is_refused(pool, wrong):
    with pytest.raises(TypeError, match="callback must be a function, got "):
        pool.submit(Job()).add_done_callback(wrong)
