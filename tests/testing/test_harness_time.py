"""In a harness, time passes for whatever only waits for time."""

from __future__ import annotations

import threading
import time
from typing import Any, cast

import pytest

from chasqui import Breaker, Context, Retry, task
from chasqui.testing import Harness, Unfinished

LONG = 20.0  # real seconds, that nothing here takes
START = 1_000_000  # where the harness's clock begins


def now(chasqui: Harness) -> float:
    return chasqui.clock.monotonic() - START


def test_a_task_that_its_rate_holds_starts_when_its_turn_comes():
    @task(rate="10/m")
    def ping() -> None:
        """Do nothing."""

    with Harness(timeout=LONG) as chasqui:
        chasqui.engine.register(ping)
        ended = [(chasqui.run("app.ping").state, now(chasqui)) for _ in range(13)]

    assert {"completed"} == {state for state, _ in ended}
    assert ended[12][1] - ended[0][1] >= 12


def test_a_rate_of_one_lets_a_task_start_each_time_its_seconds_are_over():
    @task(rate="1/6s")
    def ping(ctx: Context) -> float:
        """Return the time."""
        return float(cast(Any, ctx.task)._pool.clock.monotonic() - START)

    with Harness(timeout=LONG, workers=2) as chasqui:
        tasks = [chasqui.submit(ping) for _ in range(5)]
        chasqui.wait(tasks[-1])

    assert [0, 6, 12, 18, 24] == [one.result() for one in tasks]


def test_advance_starts_what_a_rate_holds_in_its_time():
    @task(rate="1/6s")
    def ping() -> None:
        """Do nothing."""

    with Harness(timeout=LONG) as chasqui:
        tasks = [chasqui.submit(ping) for _ in range(5)]
        chasqui.advance(13)
        assert [True, True, True, False, False] == [one.done for one in tasks]
        chasqui.advance(11)


@pytest.mark.parametrize("turn", range(5))
def test_a_rate_by_key_holds_one_value_while_another_starts(turn):
    @task(rate="1/6s", by="shop")
    def ping(ctx: Context, shop: str) -> float:
        """Return the time."""
        return float(cast(Any, ctx.task)._pool.clock.monotonic() - START)

    with Harness(timeout=LONG) as chasqui:
        tasks = [chasqui.submit(ping, {"shop": shop}) for shop in "aaab"]
        for one in tasks:
            chasqui.wait(one)

    assert [0, 6, 12, 0] == [one.result() for one in tasks]


def test_the_end_of_a_breakers_cooldown_is_an_event():
    @task(breaker=Breaker(failures=2, seconds=60, cooldown=30))
    def ask(well: bool) -> None:
        """Fail unless all is well."""
        if not well:
            raise ConnectionError("no route")

    with Harness(timeout=LONG) as chasqui:
        chasqui.engine.register(ask)
        states = [chasqui.run("app.ask", well=False).state for _ in range(2)]
        third = chasqui.submit("app.ask", {"well": True})
        assert "queued" == third.state
        chasqui.wait(third)

        assert (["failed", "failed"], "completed") == (states, third.state)
        assert 30 == now(chasqui)
        chasqui.advance(0)
        assert ["closed"] == [one.state for one in chasqui.engine.breakers]


@pytest.mark.slow
def test_retries_with_a_time_limit_start_exactly_at_their_times():
    for _ in range(40):
        starts: list[float] = []

        def body(ctx: Context) -> None:
            """Fail."""
            starts.append(cast(Any, ctx.task)._pool.clock.monotonic() - START)  # noqa: B023
            raise ConnectionError("no route")

        failing = task(retry=Retry(attempts=3, base=1, jitter=0), time_limit=60)(body)
        with Harness(timeout=LONG) as chasqui:
            assert "failed" == chasqui.run(failing).state

        assert [0, 1, 3] == starts


def test_a_debounced_task_starts_once_its_quiet_time_is_over():
    @task
    def save() -> None:
        """Do nothing."""

    with Harness(timeout=LONG) as chasqui:
        first = chasqui.engine.submit(save, key="book", debounce=10)
        chasqui.advance(6)
        again = chasqui.engine.submit(save, key="book", debounce=10)
        assert first is again
        chasqui.wait(first)

        assert 16 == now(chasqui)


def test_a_cooldown_is_over_after_its_seconds():
    @task
    def save() -> None:
        """Do nothing."""

    with Harness(timeout=LONG) as chasqui:
        first = chasqui.wait(chasqui.engine.submit(save, key="book", cooldown=10))
        assert first is chasqui.engine.submit(save, key="book", cooldown=10)
        chasqui.advance(10)
        second = chasqui.wait(chasqui.engine.submit(save, key="book", cooldown=10))

        assert first is not second


@pytest.mark.slow
@pytest.mark.parametrize("missed", ["skip", "once"])
def test_a_schedule_has_its_turns_while_time_advances(missed):
    runs: list[float] = []

    @task
    def tidy(ctx: Context) -> None:
        """Note the time."""
        runs.append(cast(Any, ctx.task)._pool.clock.time())

    with Harness(timeout=LONG) as chasqui:
        chasqui.engine.schedule(tidy, cron="0 * * * *", name="h", missed=missed)
        for _ in range(3):
            chasqui.advance(3600)

        (state,) = chasqui.engine.schedules
        assert (3, 0) == (len(runs), state.skipped)
        assert [0, 0, 0] == [round(at % 3600, 3) for at in runs]


def test_the_error_names_what_holds_a_task_and_leaving_does_not_wait_again():
    @task
    def ping() -> None:
        """Do nothing."""

    says = r"app\.ping \(task 1\) is queued: its type is held: paused"
    with Harness(timeout=LONG) as chasqui:
        chasqui.engine.register(ping)
        chasqui.engine.pause("app.ping")
        held = chasqui.submit("app.ping")
        chasqui.timeout = 0.2
        with pytest.raises(Unfinished, match=says):
            chasqui.wait(held)
        chasqui.timeout = LONG
        began = time.monotonic()
        with pytest.raises(Unfinished, match=says):
            chasqui.__exit__(None)
        assert time.monotonic() - began < LONG / 2


def test_the_error_says_when_the_rate_lets_the_next_task_start():
    @task(rate="1/h")
    def ping() -> None:
        """Do nothing."""

    says = r"\(task 2\) is queued: the rate of its type is 1/h; the next may start in 3,600 s"
    with pytest.raises(Unfinished, match=says), Harness(timeout=LONG) as chasqui:
        chasqui.run(ping)
        chasqui.submit(ping)


def test_the_error_names_the_open_breaker():
    @task(breaker=Breaker(failures=1, seconds=60, cooldown=30))
    def ask() -> None:
        """Fail."""
        raise ConnectionError("no route")

    says = r"\(task 2\) is queued: its type is held: breaker open"
    with pytest.raises(Unfinished, match=says), Harness(timeout=LONG) as chasqui:
        chasqui.engine.register(ask)
        chasqui.run("app.ask")
        chasqui.submit("app.ask")


def test_time_does_not_pass_while_a_callback_works():
    release = threading.Event()

    @task
    def ping() -> None:
        """Do nothing."""

    with Harness(timeout=LONG) as chasqui:
        first = chasqui.engine.submit(ping, delay=1)
        first.add_done_callback(lambda _: release.wait(LONG) and None)
        later = chasqui.engine.submit(ping, delay=10)
        chasqui.wait(first)
        chasqui.timeout = 0.2
        with pytest.raises(Unfinished):
            chasqui.advance(100)
        chasqui.timeout = LONG
        assert (1, "scheduled") == (now(chasqui), later.state)
        release.set()
        chasqui.wait(later)

        assert 10 == now(chasqui)
