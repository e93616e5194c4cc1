"""A program that is fair to its customers: limits for each, and one that is held."""

from __future__ import annotations

from typing import assert_type

from chasqui import Engine, Rate, Strike, Task, task


@task(concurrency=1, rate="1000/s", by="customer")
def charge(customer: str, cents: int) -> int:
    return cents


def main() -> None:
    with Engine(workers=4) as engine:
        engine.register(charge)
        batch = engine.batch_of(charge, [("c1", 1), ("c2", 2), ("c1", 3)])
        assert batch.results(timeout=10) == [1, 2, 3]
        engine.limit("app.charge", concurrency=2, rate=Rate(1000), by="customer")
        assert engine.strike(charge, customer="c7")
        held = engine.call(charge, "c7", 5)
        strikes = engine.strikes
        assert_type(strikes, tuple[Strike, ...])
        assert [one.value for one in strikes] == ["c7"]
        assert engine.call(charge, "c1", 4).result(timeout=10) == 4
        assert engine.unstrike("app.charge", customer="c7")
        assert held.result(timeout=10) == 5
        params = {"customer": "c1", "cents": 6}
        late = engine.submit(charge, params, key="c1", debounce=0.05)
        last = engine.submit(charge, {**params, "cents": 7}, key="c1", debounce=0.05)
        assert late is last
        assert_type(late, Task[int])
        assert late.result(timeout=10) == 7
        once = engine.submit(charge.work("c1", 8), key="once", cooldown=60)
        assert once.result(timeout=10) == 8
        assert engine.submit("app.charge", params, key="once") is once
        engine.limit(charge, concurrency=None, rate=None, by=None)


if __name__ == "__main__":
    main()
