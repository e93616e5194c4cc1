"""Numbers that are none, at the doors of a program and of the command."""

from __future__ import annotations

import math
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from bench import run

from chasqui import (
    Breaker,
    Context,
    Dispatcher,
    Engine,
    LogCapture,
    Pool,
    PoolConfig,
    PoolExecutor,
    Rate,
    Retention,
    Retry,
    Work,
)

NONE = (math.nan, "5", b"5", True, [1], 5j, object())
HUGE = (math.inf, 1e308, 10**400, sys.maxsize, threading.TIMEOUT_MAX * 2)


class Nothing(Work):
    id = name = "nothing"

    def execute(self, ctx: Context) -> None:
        return None


def refuses(name: str, give: Callable[[Any], object], values: tuple[object, ...]) -> None:
    for value in values:
        began = time.monotonic()
        try:
            give(value)
        except (ValueError, TypeError) as error:
            assert name in str(error), error
        else:
            raise AssertionError(f"{name} took {type(value)}")
        assert time.monotonic() - began < 5, name


def submit_with(submit: Callable[..., object], name: str, it: object) -> object:
    return submit(Nothing(), **{name: it})


def case_calls_refuse_what_is_no_number() -> None:
    makers: dict[str, Callable[[Any], object]] = {
        "workers": lambda it: Pool(it),
        "queue_size": lambda it: PoolConfig(queue_size=it),
        "grace": lambda it: Engine(grace=it),
        "max_wait": lambda it: Dispatcher(Pool(), max_wait=it),
        "attempts": lambda it: Retry(attempts=it),
        "base": lambda it: Retry(base=it),
        "delay": lambda it: Retry.later(it),
        "cooldown": lambda it: Breaker(cooldown=it),
        "keep_days": lambda it: Retention(keep_days=it),
        "lines_per_task": lambda it: LogCapture(lines_per_task=it),
        "rate": lambda it: Rate(it),
    }
    for name, make in makers.items():
        refuses(name, make, (*NONE, *HUGE, -1))
    with Engine(workers=1) as engine:
        submit = engine.submit
        for name in ("delay", "time_limit", "priority", "expires"):
            refuses(name, partial(submit_with, submit, name), (*NONE, *HUGE))
        refuses("timeout", lambda it: submit(Nothing(), timeout=it), NONE)
        refuses("at", lambda it: submit(Nothing(), at=it), (*NONE, *HUGE))
        assert 0 == engine.metrics().accepted


def case_waits_have_a_meaning_for_every_number() -> None:
    with Pool(workers=1) as pool:
        for timeout in (None, *HUGE):
            assert pool.submit(Nothing(), timeout=timeout).wait(timeout)
            assert 0 == PoolExecutor(pool).submit(int).result(timeout)
        gate = threading.Event()
        waiting = PoolExecutor(pool).submit(gate.wait, 20)
        for timeout in (0, -1, -math.inf):
            try:
                waiting.result(timeout)
            except TimeoutError:
                continue
            raise AssertionError(timeout)
        gate.set()
        refuses("timeout", waiting.result, NONE)


def case_a_body_that_sleeps_for_no_time_fails_at_once() -> None:
    class Sleep(Nothing):
        def __init__(self, seconds: Any) -> None:
            self.seconds = seconds

        def execute(self, ctx: Context) -> None:
            ctx.sleep(self.seconds)

    with Pool(workers=2) as pool:
        for value in NONE:
            task = pool.submit(Sleep(value))
            assert task.wait(10) and "failed" == task.state and "seconds" in str(task.error)
        endless = pool.submit(Sleep(math.inf))
        assert not endless.wait(0.1)
        endless.cancel()
        assert endless.wait(10)


def case_a_config_names_its_numbers() -> None:
    keys = {
        "pools.default.workers": ("99999999999999999999", "nan", "-1", "true", "'5'", "1.5"),
        "pools.default.queue_size": ("99999999999999999999", "inf", "-1", "true"),
        "engine.shutdown_timeout": ("nan", "-1", "1e300", "'5'"),
        "failures.keep_days": ("nan", "inf", "0", "1e300"),
        "console.refresh": ("nan", "inf", "0"),
        "types.'demo.sleep'.time_limit": ("nan", "inf", "0", "1e300"),
        "types.'demo.sleep'.rate": ("'0/s'", "'nan/s'", "'1e400/s'", "'10/0s'", "5"),
    }
    for at in range(max(map(len, keys.values()))):
        wrong = {key: values[at] for key, values in keys.items() if at < len(values)}
        Path("numbers.toml").write_text("".join(f"{key} = {it}\n" for key, it in wrong.items()))
        done = run("--config", "numbers.toml", "config", "check")
        said = (done.stdout + done.stderr).decode()
        assert 2 == done.returncode and "Traceback" not in said, (wrong, said)
        lines = said.splitlines()
        assert len(wrong) == len(lines), (wrong, said)
        for key in wrong:
            assert any(key.rpartition(".")[2] in line for line in lines), (key, said)


def case_the_command_line_names_its_numbers() -> None:
    for word in ("--workers=99999999999999999999", "--workers=nan", "--workers=0", "--workers="):
        done = run("run", "demo.sleep", "seconds=0", word)
        assert 2 == done.returncode and b"--workers" in done.stderr, done
    for text in ("nan", "inf", "-1", "1e400", "9" * 5000):
        done = run("run", "demo.sleep", f"seconds={text}")
        assert 2 == done.returncode and b"seconds" in done.stderr, done
        assert len(done.stderr) < 300 and b"Traceback" not in done.stderr, done
