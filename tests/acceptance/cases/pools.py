"""The pool: forks, interrupts, the recursion limit, the second of a shutdown."""

from __future__ import annotations

import contextlib
import logging
import os
import random
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType

from chasqui import Context, Engine, Pool, PoolExecutor, WouldDeadlock, task


class Nap:
    id = name = "nap"

    def __init__(self, seconds: float = 0.3) -> None:
        self.seconds = seconds

    def execute(self, ctx: Context) -> None:
        ctx.sleep(self.seconds)


def case_fork_in_a_body() -> None:
    log = os.open("log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    class Write:
        name = "write"

        def __init__(self, number: int) -> None:
            self.id = str(number)

        def execute(self, ctx: Context) -> str | None:
            os.write(log, f"{self.id}\n".encode())
            if self.id != "0":
                return None
            child = os.fork()
            if child == 0:
                return "child"
            deadline = time.monotonic() + 10
            ended = 0
            while not ended and time.monotonic() < deadline:
                ended, _ = os.waitpid(child, os.WNOHANG)
                time.sleep(0.01)
            return "ended" if ended else "still alive"

    for workers in (1, 3):
        Path("log").write_text("")
        pool = Pool(workers=workers)
        tasks = pool.submit_batch([Write(number) for number in range(6)])
        pool.start()
        assert "ended" == tasks[0].result(20)
        assert 6 == pool.shutdown(10).completed
        assert [str(n) for n in range(6)] == sorted(Path("log").read_text().split())


def case_futures_behind_each_other() -> None:
    pool = Pool(workers=2)
    pool.start()
    executor = PoolExecutor(pool)

    def outer() -> int:
        return executor.submit(abs, -1).result()

    ends: list[object] = []
    for future in [executor.submit(outer) for _ in range(4)]:
        try:
            ends.append(future.result(10))
        except WouldDeadlock:
            ends.append("would deadlock")
    assert set(ends) <= {1, "would deadlock"}, ends
    assert pool.shutdown(5, drain=False).clean


def _interrupted(where: str) -> None:
    """Raise KeyboardInterrupt right after the call that took the pool's lock."""
    pool = Pool(workers=2)
    pool.start()
    for _ in range(4):
        pool.submit(Nap())

    def profile(frame: FrameType, event: str, argument: object) -> None:
        if event != "c_return":
            return
        code, back = frame.f_code, frame.f_back
        takes = getattr(argument, "__name__", "") in ("acquire", "__enter__")
        inside = "chasqui/pool/" in code.co_filename or (
            back is not None and "chasqui/pool/" in back.f_code.co_filename
        )
        if takes and inside and random.random() < 0.3:
            sys.setprofile(None)
            raise KeyboardInterrupt

    if where == "beside another":
        threading.Thread(target=pool.shutdown, args=(20,), daemon=True).start()
        while pool.state != "stopping":
            pass
    sys.setprofile(profile)
    try:
        pool.shutdown(timeout=5)
    except KeyboardInterrupt:
        pass
    finally:
        sys.setprofile(None)
    answers: list[object] = []
    looking = threading.Thread(target=lambda: answers.append(pool.metrics()), daemon=True)
    looking.start()
    looking.join(10)
    assert answers, "the lock is held"
    assert pool.shutdown(timeout=5) is not None


def case_interrupted_shutdown() -> None:
    for seed in range(8):
        random.seed(seed)
        _interrupted("alone")


def case_interrupted_shutdown_beside_another() -> None:
    for seed in range(4):
        random.seed(seed)
        _interrupted("beside another")


def case_interrupted_resize() -> None:
    sys.setswitchinterval(1e-5)
    go, sent, main = threading.Event(), threading.Event(), threading.main_thread().ident
    assert main is not None

    def kill() -> None:
        while True:
            go.wait()
            go.clear()
            time.sleep(random.random() * 0.0008)
            signal.pthread_kill(main, signal.SIGINT)
            sent.set()

    threading.Thread(target=kill, daemon=True).start()
    end = time.monotonic() + 6
    while time.monotonic() < end:
        pool = Pool(workers=3, queue_size=50)
        pool.start()
        for _ in range(40):
            pool.submit(Nap(0.0005))
        sent.clear()
        try:
            go.set()
            while not sent.is_set():
                pool.resize(5)
                pool.resize(2)
            time.sleep(0.02)
        except KeyboardInterrupt:
            pass
        time.sleep(0.02)
        ledger = pool.shutdown(timeout=5)
        assert ledger.clean and pool.metrics().balanced, str(ledger)
        deadline = time.monotonic() + 5
        while left := [t.name for t in threading.enumerate() if t.name.startswith("chasqui-")]:
            assert time.monotonic() < deadline, left
            time.sleep(0.01)


def case_shutdown_keeps_its_second() -> None:
    logging.disable(logging.CRITICAL)

    @task
    def noop(ctx: Context, n: int = 0) -> int:
        return n

    def seconds_to_stop(count: int, drain: bool) -> float:
        engine = Engine(workers=2, queue_size=count)
        engine.register(noop)
        engine.submit_batch(noop, [{"n": 1}] * count)
        began = time.monotonic()
        ledger = engine.shutdown(0, drain=drain)
        took = time.monotonic() - began
        assert count == ledger.accepted
        return took

    slow = []
    for count in (200_000, 500_000):
        for drain in (False, True):
            # The best of ten, since a machine that something else has slowed proves nothing; the
            # others are not needed after one that was quick enough.
            took: list[float] = []
            while len(took) < 10 and min(took, default=2) > 1:
                took.append(seconds_to_stop(count, drain))
            if min(took) > 1:
                slow.append((count, drain, round(min(took), 2)))
    assert not slow, slow


def case_resize_near_the_recursion_limit() -> None:
    logging.disable(logging.CRITICAL)

    def deep(levels: int, call: object) -> None:
        if levels:
            deep(levels - 1, call)
        else:
            call()  # type: ignore[operator]

    for depth in range(sys.getrecursionlimit() - 80, sys.getrecursionlimit()):
        pool = Pool(workers=2)
        pool.start()
        with contextlib.suppress(RecursionError):
            deep(depth, lambda pool=pool: pool.resize(3))
        time.sleep(0.01)
        ended = threading.Thread(target=pool.shutdown, daemon=True)
        ended.start()
        ended.join(10)
        assert not ended.is_alive(), depth


def case_recursion_that_kept_the_lock() -> None:
    logging.disable(logging.CRITICAL)

    class Crawl:
        id = name = "crawl"

        def execute(self, ctx: Context) -> None:
            def visit() -> None:
                with contextlib.suppress(Exception):
                    pool.try_submit(Nap(0.2))
                visit()

            visit()

    pool = Pool(workers=3, queue_size=5)
    pool.start()
    crawling = pool.submit(Crawl())
    crawling.wait(10)
    assert isinstance(crawling.error, RecursionError)
    done: list[object] = []
    ending = threading.Thread(target=lambda: done.append(pool.shutdown(timeout=2)), daemon=True)
    ending.start()
    ending.join(10)
    assert done, "the lock is held"
