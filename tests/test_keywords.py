"""A misspelt keyword is refused with its value and the name that was probably meant."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from chasqui import (
    Batch,
    Between,
    Breaker,
    Dispatcher,
    Engine,
    LogCapture,
    PluginHost,
    Pool,
    PoolConfig,
    Rate,
    Retention,
    Retry,
    TaskHistory,
    task,
)
from chasqui.engine.failures.log import FailureLog
from tests.pool.conftest import Call

NAMED = {inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY}


@task
def nothing() -> None: ...


@pytest.mark.parametrize(
    ("kind", "given", "word", "meant"),
    [
        (Pool, {}, "wokers", "workers"),
        (Engine, {}, "queue_sise", "queue_size"),
        (Engine, {}, "plugin", "plugins"),
        (Dispatcher, {"target": Pool(1, 1)}, "batchsize", "batch_size"),
        (Retry, {}, "attemps", "attempts"),
        (Breaker, {}, "failure", "failures"),
        (Rate, {"count": 1}, "second", "seconds"),
        (Retention, {}, "keep_day", "keep_days"),
        (PoolConfig, {}, "worker", "workers"),
        (LogCapture, {}, "print", "prints"),
        (PluginHost, {}, "onyl", "only"),
        (Between, {"ge": 1}, "leq", "le"),
    ],
)
def test_a_constructor_names_the_argument_its_value_and_what_was_meant(kind, given, word, meant):
    with pytest.raises(TypeError) as wrong:
        kind(**given, **{word: 3})

    assert f"{kind.__name__} has no {word}=3; did you mean {meant}=? it takes" in str(wrong.value)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda pool, engine: pool.submit(Call(print), tiemout=3),
            "Pool.submit has no tiemout=3; did you mean timeout=? it takes priority, ",
        ),
        (
            lambda pool, engine: pool.try_submit(Call(print), priorty=3),
            "Pool.try_submit has no priorty=3; did you mean priority=? it takes priority, time_",
        ),
        (
            lambda pool, engine: pool.submit_batch([Call(print)], tiemout=3),
            "Pool.submit_batch has no tiemout=3; did you mean timeout=?",
        ),
        (
            lambda pool, engine: pool.map(int, ["1"], tiemout=3),
            "Pool.map has no tiemout=3; did you mean timeout=?",
        ),
        (
            lambda pool, engine: pool.shutdown(drian=False),
            "Pool.shutdown has no drian=False; did you mean drain=? it takes timeout, drain",
        ),
        (
            lambda pool, engine: engine.limit("app.nothing", rat="1/s"),
            "Engine.limit has no rat='1/s'; did you mean rate=? it takes type, concurrency, rate",
        ),
        (
            lambda pool, engine: engine.submit("app.nothing", tiemout=3),
            "a submission has no tiemout=; did you mean timeout=?",
        ),
        (lambda pool, engine: Engine.from_config(wokers=3), "Engine has no wokers=3; did you mean"),
    ],
)
def test_a_method_names_the_argument_its_value_and_what_was_meant(call, words):
    pool, engine = Pool(1), Engine(1)
    engine.register(nothing)

    with pytest.raises(TypeError) as wrong:
        call(pool, engine)

    assert words in str(wrong.value)
    assert "3" in str(wrong.value) or "3" not in words
    assert (0, 0) == (pool.metrics().accepted, engine.metrics().accepted)


def test_try_submit_says_why_it_has_no_timeout():
    wrong: Any = {"timeout": 3}

    with pytest.raises(TypeError, match="try_submit has no timeout=, since it does not wait"):
        Pool(1).try_submit(Call(print), **wrong)


@pytest.mark.parametrize(
    "kind", [Batch, Dispatcher, Engine, FailureLog, PluginHost, Pool, TaskHistory]
)
def test_every_public_method_with_named_arguments_hints(kind):
    for name in dir(kind):
        method = getattr(kind, name)
        if name.startswith("_") or not inspect.isfunction(method):
            continue
        kinds = {one.kind for one in list(inspect.signature(method).parameters.values())[1:]}
        if kinds & NAMED and inspect.Parameter.VAR_KEYWORD not in kinds:
            assert hasattr(method, "__wrapped__"), name


def test_what_hints_keeps_its_signature_and_its_help():
    assert "workers" in inspect.signature(Pool).parameters
    assert ["self", "workers", "queue_size"] == list(inspect.signature(Pool.resize).parameters)
    assert "Surplus workers" in (Pool.resize.__doc__ or "")
