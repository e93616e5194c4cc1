"""Objects of a task that raise, refuse or lie when they are looked at, and values without JSON."""

from __future__ import annotations

import dataclasses
import logging
import os
from pathlib import Path

from bench import rows, run

from chasqui import Context, Engine, Pool, PoolExecutor, Retry, task
from chasqui.control.local import LocalPort
from chasqui.control.port import ViewQuery, Window

PLUGIN = """
import math
from chasqui import hookimpl, task

@task
def factorial(n: int) -> int:
    return math.factorial(n)

@hookimpl
def chasqui_tasks():
    return [factorial]
"""


@dataclasses.dataclass(frozen=True)
class Gone(Exception):
    code: int


def case_frozen_exception() -> None:
    @task(retry=Retry(attempts=3, base=0.01, on=(Gone,)))
    def plain(n: int) -> None:
        raise Gone(n)

    @task
    async def waiting(n: int) -> None:
        raise Gone(n)

    def body() -> None:
        raise Gone(4)

    with Pool(workers=1) as pool:
        assert PoolExecutor(pool).submit(body).exception(5) == Gone(4)
    with Engine(workers=1) as engine:
        for one, attempts in ((plain, 3), (waiting, 1)):
            engine.register(one)
            tried = engine.submit(one, {"n": 1})
            tried.wait(5)
            assert ("failed", attempts, Gone(1)) == (tried.state, tried.attempts, tried.error)
        assert ["Gone", "Gone"] == [failure.exception for failure in engine.failures]


class Half:
    def __repr__(self) -> str:
        return f"<Half {self.name}>"  # type: ignore[attr-defined]


class NoText:
    def __str__(self) -> str:
        raise ValueError("no text")

    __repr__ = __str__


def case_log_argument() -> None:
    @task
    def own(ctx: Context) -> str:
        ctx.log.info("got %s", Half())
        return "done"

    @task
    def own2(ctx: Context) -> str:
        ctx.log.info("got %s", NoText())
        return "done"

    @task
    def other() -> str:
        logging.getLogger("lib").warning("got %s", Half())
        return "done"

    logging.raiseExceptions = False
    with Engine(workers=1) as engine:
        for one in (own, own2, other):
            engine.register(one)
            said = engine.submit(one, {})
            assert "done" == said.result(5)
            assert 1 == len(engine.task_log(said.number).lines)


def case_failure_without_text() -> None:
    class Odd(Exception):
        def __str__(self) -> str:
            raise Odd()

        __repr__ = __str__

    class Leaves(Exception):
        def __str__(self) -> str:
            raise SystemExit(1)

    @task(retry=Retry(attempts=3, base=0.01))
    def odd() -> None:
        raise Odd

    @task(retry=Retry(attempts=3, base=0.01))
    def leaves() -> None:
        raise Leaves

    with Engine(workers=1) as engine:
        for one in (odd, leaves):
            engine.register(one)
            tried = engine.submit(one, {})
            tried.wait(5)
            assert ("failed", 3) == (tried.state, tried.attempts)
        assert ["Leaves", "Odd"] == sorted(failure.exception for failure in engine.failures)
        assert 2 == engine.metrics().failed


def case_parameters_without_text() -> None:
    @task
    def deep(ctx: Context, x: list) -> None:  # type: ignore[type-arg]
        ctx.sleep(0.3)
        raise ValueError(1)

    @task
    def big(ctx: Context, n: int) -> None:
        ctx.sleep(0.3)
        raise ValueError(1)

    nested: list[object] = []
    for _ in range(1200):
        nested = [nested]
    window = Window(offset=0, limit=10)
    look = ViewQuery(
        workers=window, backlog=window, failures=window, groups=window, types=window, metrics=True
    )
    for one, params in ((deep, {"x": nested}), (big, {"n": 10**5000})):
        engine = Engine(workers=1, queue_size=10)
        engine.register(one)
        tried = engine.submit(one, params)
        port = LocalPort(engine)
        port.snapshot(look)
        assert port.detail(tried.number)
        engine.start()
        while tried.state == "queued":
            pass
        port.snapshot(look)
        assert port.detail(tried.number)
        tried.wait(5)
        port.snapshot(look)
        assert port.detail(tried.number)
        assert (1, 1) == (engine.metrics().failed, engine.failures.total)
        assert engine.shutdown(5).clean


def case_exceptions_that_cost_a_worker() -> None:
    class Falsy(Exception):
        def __bool__(self) -> bool:
            raise TypeError("truth value is ambiguous")

    class Notes(Exception):
        @property
        def __notes__(self) -> list[str]:  # type: ignore[override]
            raise RuntimeError("no notes")

    class Getattr(Exception):
        def __getattribute__(self, name: str) -> object:
            raise RuntimeError("proxy is dead")

    class Empty(Exception):
        def __len__(self) -> int:
            return 0

    def caused(cause: Exception) -> Exception:
        error = ValueError("outer")
        error.__cause__ = cause
        return error

    class Raise:
        id = name = "raise"

        def __init__(self, error: Exception) -> None:
            self.error = error

        def execute(self, ctx: Context) -> None:
            raise self.error

    for error in (caused(Falsy("x")), Notes(), Getattr(), caused(Empty("inner text"))):
        with Pool(workers=1) as pool:
            tried = pool.submit(Raise(error))
            tried.wait(5)
            assert tried.error is error
            assert ("failed", 0) == (tried.state, pool.workers_lost)
    assert "inner text" in (tried.traceback or "")


def case_big_integer_row() -> None:
    info = Path("bigplug-1.0.dist-info")
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bigplug\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[chasqui.plugins]\nbigplug = bigplug\n")
    Path("bigplug.py").write_text(PLUGIN)
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    words = ("run", "bigplug.factorial", "--each", "n", "--log")
    done = run(*words, input=b"10\n5000\n12\n", env=environment)
    assert [1, 2, 3] == sorted(row["line"] for row in rows(done.stdout)), done
    (big,) = [row for row in rows(done.stdout) if row["line"] == 2]
    assert "completed" == big["state"]
    assert isinstance(big["result"], dict), str(big["result"])[:100]
    assert 0 == done.returncode


def case_marks_without_end() -> None:
    from chasqui.control.safe_text import safe_line

    for mark in (0x301, 0x489, 0x20DD, 0xFE0F, 0x34F, 0xE0100):
        kept = safe_line("A" + chr(mark) * 4000)
        assert kept.count(chr(mark)) <= 4, hex(mark)
