"""A type that fails as often as a test says, and what runs it until it has ended."""

from __future__ import annotations

from chasqui import Context, Retry, task
from tests.waiting import until

WAIT = 10.0
EVERY_SECOND = Retry(attempts=3, base=1, backoff=1, jitter=0)


def flaky(failures, error=OSError, **policy):
    def body(ctx: Context, x: int = 0) -> int:
        if ctx.task.attempts <= failures:
            raise error(f"attempt {ctx.task.attempts}")
        return ctx.task.attempts

    return task(name="flaky", **policy)(body)


def run(engine, clock, type, **options):
    """Submit a task of a type and advance the time until it has ended."""
    engine.register(type)
    submitted = engine.submit(f"app.{type.name}", **options)
    while not submitted.done:
        until(lambda: submitted.done or submitted.state == "scheduled")
        clock.advance(1)
    return submitted
