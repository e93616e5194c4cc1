"""A backlog that holds more than it has room for, as the schedule brings tasks into a full one."""

from __future__ import annotations

from chasqui import BacklogFull, Context, Engine, task
from chasqui.pool.reporting import watch_every
from chasqui.pool.state import state_of
from tests.pool.conftest import Gate
from tests.waiting import until


def test_a_key_is_refused_and_no_count_is_wrong():
    gate = Gate()

    @task
    def held(ctx: Context) -> None:
        gate(ctx)

    @task
    def short() -> None:
        return None

    engine = Engine(1, 1)
    engine.register(held)
    engine.register(short)
    watch_every(state_of(engine.pool), True)
    engine.start()
    engine.call(held)
    gate.await_entered()
    engine.call(short)
    for _ in range(3):
        engine.submit("app.short", delay=0.001)
    until(lambda: engine.metrics().queued == 4)
    try:
        for key in ("one", "two"):
            try:
                engine.submit("app.short", key=key, timeout=0)
            except BacklogFull as error:
                assert () == error.accepted
            reading = engine.metrics()
            assert reading.balanced
            assert (5, 4) == (reading.accepted, reading.queued)
    finally:
        gate.release.set()
        ledger = engine.shutdown()
    assert ledger.balanced
    assert 5 == ledger.completed
