"""A program that catches errors by what they are, or as the builtin that they resemble."""

from __future__ import annotations

import copy
import pickle

from chasqui import (
    BacklogFull,
    Cancelled,
    ChasquiError,
    ConfigError,
    Context,
    Engine,
    InvalidParameters,
    Pool,
    PoolClosed,
    TimeLimit,
    UnknownPool,
    UnknownType,
    WaitTimeout,
    task,
)


@task
def resize(part: int) -> int:
    return part


@task(time_limit=0.01)
def sleepy(ctx: Context) -> None:
    ctx.sleep(5)
    ctx.raise_if_cancelled()


def status_of(error: ChasquiError) -> int:
    """Answer a request by what went wrong."""
    if isinstance(error, BacklogFull):
        return 503
    if isinstance(error, UnknownType | UnknownPool):
        return 404
    return 422 if isinstance(error, InvalidParameters) else 500


def main() -> None:
    engine = Engine(workers=1)
    engine.register(resize)
    engine.register(sleepy)
    with engine:
        try:
            engine.submit("app.resize", {"part": "x", "size": 3})
        except InvalidParameters as error:
            assert status_of(error) == 422 and isinstance(error, ValueError)
            assert set(error.problems) == {"part", "size"} and error.type_name == "app.resize"
            assert copy.copy(error).problems == error.problems
        try:
            engine.submit("app.rezise")
        except KeyError as error:
            assert isinstance(error, UnknownType) and error.nearest[0] == "app.resize"
            assert str(pickle.loads(pickle.dumps(error))) == str(error)
        slow = engine.call(sleepy)
        slow.wait(10)
        assert isinstance(slow.error, TimeLimit) and isinstance(slow.error, TimeoutError)
        try:
            engine.submit("app.resize", {"part": 1}, delay=60).result(timeout=0)
        except TimeoutError as late:
            assert isinstance(late, WaitTimeout) and isinstance(late, ChasquiError)
        waiting = engine.submit("app.resize", {"part": 1}, delay=60)
        waiting.cancel()
        try:
            waiting.result(timeout=10)
        except Cancelled as error:
            assert status_of(error) == 500
        engine.shutdown(0)
    pool = Pool(workers=1, queue_size=1)
    pool.call(len, "a")
    try:
        pool.submit_batch([], timeout=0)
        pool.map(len, ["b"], timeout=0)
    except BacklogFull as full:
        assert str(full).startswith("task queue is full") and full.accepted == ()
    pool.start()
    pool.shutdown()
    try:
        pool.call(len, "a")
    except PoolClosed as closed:
        assert isinstance(closed, RuntimeError)
    try:
        Engine.from_config("missing.toml")
    except ConfigError as wrong:
        assert wrong.problems


if __name__ == "__main__":
    main()
