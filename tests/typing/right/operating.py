"""A program that watches and steers its engine: readings, failures, limits, schedules."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_type

from chasqui import (
    Breaker,
    Engine,
    FailureLog,
    Finding,
    Ledger,
    LogCapture,
    LogPage,
    PoolConfig,
    Rate,
    Reading,
    Retention,
    Retry,
    Task,
    UnknownType,
    task,
)


@task(retry=Retry(attempts=2, base=0, on=ValueError), time_limit=10, concurrency=2, rate="1000/s")
def parse(text: str) -> int:
    return int(text)


@task(breaker=Breaker(failures=100), priority=2, expires=60, pool="slow")
def sweep() -> None:
    return None


def worst(engine: Engine) -> list[str]:
    found: tuple[Finding, ...] = engine.diagnose()
    return [str(one) for one in found]


def main() -> None:
    engine = Engine(
        workers=2,
        queue_size=100,
        name="reports",
        pools={"slow": PoolConfig(workers=1, queue_size=10)},
        keep_failures=Retention(keep=10, keep_days=1.5),
        capture=LogCapture(prints=True, level="debug"),
        shutdown_timeout=10,
        policies={"app.parse": {"attempts": 1}},
    )
    engine.register(parse)
    engine.register(sweep)
    with engine:
        tomorrow = datetime.now() + timedelta(days=1)
        engine.submit("app.sweep", at=tomorrow).cancel()
        engine.submit("app.sweep", delay=0.01, key="sweep", priority=3).wait(10)
        bad = engine.submit("app.parse", {"text": "five"}, retry=Retry(attempts=1))
        bad.wait(10)
        assert isinstance(bad.error, ValueError)

        failures: FailureLog = engine.failures
        groups = failures.groups()
        assert groups[0].count == 1 and "five" in groups[0].example.message
        outcome = engine.retry(failures.where(type="app.parse"), edit={"text": "5"})
        assert outcome.numbers

        engine.pause("app.parse")
        engine.resume("app.parse")
        engine.limit("app.parse", concurrency=4, rate=Rate(10, burst=5))
        engine.schedule("app.sweep", cron="0 3 * * *", zone="Europe/Berlin", missed="once")
        page = engine.task_log(bad.number)
        assert_type(page, LogPage)

        reading = engine.metrics()
        assert_type(reading, Reading)
        assert reading.failed >= 1
        assert worst(engine) is not None
        try:
            engine.submit("app.prase", {"text": "5"})
        except UnknownType as error:
            assert error.nearest[0] == "app.parse"
        found: Task | None = engine.pool.find(bad.number)
        assert found is None
    ledger = engine.shutdown()
    assert_type(ledger, Ledger)


if __name__ == "__main__":
    main()
