"""How locks are held and waited at: by the code of the package, and by what `locks` provides."""

from __future__ import annotations

import ast
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest

import chasqui
from chasqui import BacklogFull, Ledger, Pool
from chasqui.pool.locks import Condition, is_held, wake
from chasqui.pool.state import state_of
from chasqui.pool.threads import start_daemon
from tests.pool.conftest import WAIT, Call

PACKAGE = Path(chasqui.__file__).parent
FILES = sorted([*PACKAGE.glob("pool/*.py"), *PACKAGE.glob("engine/**/*.py"), PACKAGE / "secret.py"])
LOOPS = (ast.For, ast.While, ast.ListComp, ast.SetComp, ast.DictComp)
HERE = {
    ("pool/locks.py", "acquire"),  # where waiting is written
    (
        "pool/intake.py",
        "acquire",
    ),  # the one submission where it would cost a tenth; it says why it may
    ("pool/worker_loop.py", "acquire"),  # a worker falls asleep, on what is no guard
    ("pool/backend.py", "acquire"),
    ("pool/wakeup.py", "acquire"),
    ("pool/threads.py", "acquire"),
    ("engine/journal/committer.py", "acquire"),  # of new locks
    ("engine/journal/gathering.py", "acquire"),
    ("engine/journal/leadership.py", "acquire"),
    ("pool/inherited.py", "acquire"),  # in a forked child, where the lock is replaced after that
}


def named(file: Path) -> str:
    """Return the path of a file within the package."""
    return file.relative_to(PACKAGE).as_posix()


def withs(file: Path) -> Iterator[tuple[ast.With, str]]:
    """Find every ``with`` of a file, with the words of what it holds."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.With):
            yield node, ", ".join(ast.unparse(item.context_expr) for item in node.items)


@pytest.mark.parametrize("file", FILES, ids=named)
def test_locks_are_held_by_with_on_the_lock_itself_and_no_loop_is_in_its_body(file):
    for node, held in withs(file):
        words = held.lower()
        assert not any(word in words for word in ("changed", "settled", "room", "wake", "waking"))
        if "lock" in words or "telling" in words:
            loops = [
                one.lineno for part in node.body for one in ast.walk(part) if isinstance(one, LOOPS)
            ]
            assert [] == loops, f"{file.name}: {held}"


@pytest.mark.parametrize("file", FILES, ids=named)
def test_nothing_takes_a_lock_by_a_call_or_waits_by_a_condition_of_threading(file):
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Attribute) and node.attr == "acquire":
            assert (named(file), "acquire") in HERE, f"{file.name}:{node.lineno}"
        if isinstance(node, ast.Call):
            assert ast.unparse(node.func) != "threading.Condition", f"{file.name}:{node.lineno}"
            assert ast.unparse(node.func) != "threading.Event", f"{file.name}:{node.lineno}"


def test_a_wait_gives_the_lock_up_whole_and_has_it_back_as_deep_as_it_was():
    lock = threading.RLock()
    changed = Condition(lock)

    def other() -> None:
        with lock:
            changed.notify_all()

    with lock, lock:
        threading.Thread(target=other).start()
        assert changed.wait(WAIT)
        assert is_held(lock)
    assert not is_held(lock)
    with lock:
        assert not changed.wait(0.0)
        assert not changed.wait(0.001)


def test_a_condition_wakes_as_many_as_it_is_told_the_longest_sleeper_first():
    lock, order = threading.RLock(), []
    changed = Condition(lock)

    def sleep(number: int) -> None:
        with lock:
            entered.append(number)
            if changed.wait(WAIT):
                order.append(number)

    entered: list[int] = []
    sleepers = [threading.Thread(target=sleep, args=(number,)) for number in range(3)]
    for number, sleeper in enumerate(sleepers):
        sleeper.start()
        while len(changed._sleepers) <= number:
            time.sleep(0.001)
    with lock:
        changed.notify()
    sleepers[0].join(WAIT)
    assert [0] == order
    with lock:
        changed.notify_all()
    for sleeper in sleepers:
        sleeper.join(WAIT)
    assert [0, 1, 2] == sorted(order)


def deep(levels: int, call) -> object:
    """Call something so many frames further down."""
    return call() if levels == 0 else deep(levels - 1, call)


def test_a_wake_at_the_recursion_limit_has_woken_or_raises():
    frame: FrameType | None = sys._getframe()
    depth = 0
    while frame is not None:
        frame, depth = frame.f_back, depth + 1
    limit, woken = sys.getrecursionlimit(), []
    for levels in range(limit - depth - 20, limit - depth):
        waiter = threading.Lock()
        waiter.acquire()
        try:
            woken.append(deep(levels, lambda waiter=waiter: wake(waiter)))
        except RecursionError:
            assert waiter.locked()
    assert {True} == set(woken)


METHODS = {
    "submit": lambda pool: pool.submit(Call()),
    "try_submit": lambda pool: pool.try_submit(Call(), time_limit=60),
    "try": lambda pool: pool.try_submit(Call()),
    "submit_batch": lambda pool: pool.submit_batch([Call(), Call()]),
    "submit_later": lambda pool: pool.submit_later(Call(), 3600),
    "cancel": lambda pool: pool.submit(Call()).cancel(),
    "pause": lambda pool: (pool.pause(), pool.resume()),
    "resize": lambda pool: pool.resize(3 - pool.workers_wanted % 2),
    "resize_queue": lambda pool: pool.resize(queue_size=60 - pool.queue_size % 2),
    "limit": lambda pool: pool.limit("", concurrency=2),
    "metrics": lambda pool: pool.metrics(),
    "waiting": lambda pool: pool.waiting(),
    "wait": lambda pool: pool.submit(Call()).wait(WAIT),
    "callback": lambda pool: pool.submit(Call()).add_done_callback(lambda task: None),
}


@pytest.mark.parametrize("method", [*METHODS, "full", "shutdown"])
def test_a_method_that_meets_the_recursion_limit_leaves_the_pool_whole(method):
    pool = Pool(2, 1 if method == "full" else 2000)
    pool.start()
    call = METHODS.get(method, lambda pool: pool.shutdown(WAIT, drain=False))
    if method == "full":  # what comes after the lock is taken is what fails first
        pool.pause()
        pool.submit(Call())
        call = METHODS["try"]
    frame: FrameType | None = sys._getframe()
    depth = 0
    while frame is not None:
        frame, depth = frame.f_back, depth + 1
    limit, met = sys.getrecursionlimit(), 0
    for levels in range(limit - depth - 70, limit - depth):
        try:
            deep(levels, lambda: call(pool))
        except RecursionError:
            met += 1
        except BacklogFull:
            pass
    assert met > 1  # since 3.12 only frames of Python count
    assert not is_held(state_of(pool).lock)
    ended: list[Ledger] = []
    helper = threading.Thread(target=lambda: ended.append(pool.shutdown(WAIT, drain=False)))
    helper.start()
    helper.join(2 * WAIT)
    assert ended
    assert pool.metrics().balanced
    assert ended[0].balanced
    assert [] == [one for one in pool.workers() if one.phase in ("starting", "lost")]


@pytest.mark.parametrize("comes", [False, True])
def test_an_interrupted_start_leaves_no_worker_without_a_thread_and_none_unlisted(comes):
    started: list[threading.Thread] = []

    def interrupted(target, name: str) -> threading.Thread:
        if len(started) == 1 and not comes:
            raise KeyboardInterrupt
        started.append(start_daemon(target, name))
        if len(started) == 2:
            raise KeyboardInterrupt
        return started[-1]

    pool = Pool(4, 100, start_thread=interrupted)
    with pytest.raises(KeyboardInterrupt):
        pool.start()
    for one in started:
        if one.name.rpartition("-")[2] not in [worker.name for worker in pool.workers()]:
            one.join(WAIT)  # it finds that it is not on the crew, and ends
            assert not one.is_alive()
    listed = [worker.name for worker in pool.workers()]
    assert listed == sorted(one.name.rpartition("-")[2] for one in started if one.is_alive())
    tasks = pool.submit_batch([Call() for _ in range(20)])
    assert pool.shutdown(WAIT).clean
    assert all(task.done for task in tasks)
