"""The work of the demo: a small shop whose tasks are busy, and some of them slightly sick.

Nothing outside of the process is touched: what a task waits for is only time, and its failures are
made by chance or by an outage that comes and goes.
"""

from __future__ import annotations

import hashlib
import random
import threading
import time
from typing import Annotated, Final

from chasqui.engine.policy.breaker import Breaker
from chasqui.engine.policy.retry import Retry
from chasqui.engine.types.annotations import Between, Help
from chasqui.engine.types.decorator import task
from chasqui.engine.types.task_type import TaskType
from chasqui.pool.context import Context

OUTAGE_EVERY: Final = 120.0  # seconds from the beginning of an outage to that of the next
OUTAGE_SECONDS: Final = 30.0
FIRST_OUTAGE: Final = 15.0  # after the start, so that it is seen by everyone who looks for a minute
MEBIBYTES: Final = 980
STOCK = threading.Lock()
"""Held by the demo, so that the task that waits for it is stuck."""

_began = time.monotonic()
_chance = random.Random()


def is_outage(seconds: float) -> bool:
    """Tell whether the bank is out of order, so many seconds after the start."""
    return seconds >= FIRST_OUTAGE and (seconds - FIRST_OUTAGE) % OUTAGE_EVERY < OUTAGE_SECONDS


@task(keep="result")
def thumbnail(ctx: Context, path: str, width: Annotated[int, Between(16, 4096)] = 256) -> str:
    """Scale a picture in steps."""
    ctx.log.info("reading %s", path)
    steps = _chance.randint(4, 12)
    for step in range(steps):
        ctx.progress(step, steps, "strips")
        ctx.sleep(_chance.uniform(0.05, 0.4))
        ctx.raise_if_cancelled()
    if _chance.random() < 0.02:
        raise ValueError(f"bad checksum in {path}")
    return f"{path.removesuffix('.png')}-{width}.webp"


@task(keep="result", retry=Retry(attempts=4, base=3.0))
def mail(ctx: Context, to: str, subject: str = "Your order") -> str:
    """Send a mail by a server that does not always answer; it is retried."""
    ctx.log.info("attempt %d: %s to %s", ctx.attempt, subject, to)
    ctx.sleep(_chance.uniform(0.1, 1.0))
    if _chance.random() < 0.3:
        ctx.log.warning("mail.example did not answer")
        raise ConnectionError("mail.example did not answer within 5 s")
    return "250 accepted"


@task(keep="result", breaker=Breaker(failures=5, seconds=60.0, cooldown=20.0))
def charge(ctx: Context, customer: str, cents: int) -> dict[str, object]:
    """Charge a card; while the bank is out of order its breaker opens."""
    ctx.log.info("charging %s %d.%02d", customer, cents // 100, cents % 100)
    ctx.sleep(_chance.uniform(0.1, 0.6))
    if is_outage(time.monotonic() - _began):
        raise TimeoutError(f"bank.example did not answer for customer {customer} within 5 s")
    return {"customer": customer, "cents": cents, "receipt": f"r-{_chance.randrange(10**6):06d}"}


@task(rate="1/s")
def index(product: int) -> None:
    """Put a product into the search index, which takes one in a second."""


@task(keep="result")
def fingerprint(ctx: Context, rounds: Annotated[int, Between(1, 1000)] = 20) -> str:
    """Compute, so that a processor is busy."""
    digest = b""
    for _ in range(rounds):
        ctx.raise_if_cancelled()
        digest = hashlib.pbkdf2_hmac("sha256", b"chasqui", digest, 2000)
    return digest.hex()


@task(name="import_orders", keep="result", concurrency=1)
def orders(ctx: Context, file: str) -> dict[str, object]:
    """Import a large file, with its progress and a rate."""
    done, failed = 0, 0
    while done < MEBIBYTES:
        ctx.progress(done, MEBIBYTES, "MiB")
        ctx.sleep(0.5)
        ctx.raise_if_cancelled()
        done += _chance.randint(5, 12)
        if _chance.random() < 0.05:
            failed += 1
            ctx.log.warning("row %d of %s has no price", done * 1000, file)
    return {"file": file, "rows": MEBIBYTES * 1000, "without a price": failed}


@task(keep="result")
def report(ctx: Context) -> dict[str, object]:
    """Add up the day; a schedule starts it every minute."""
    ctx.log.info("adding up")
    ctx.sleep(1.0)
    totals = {day: _chance.randint(10_000, 90_000) for day in ("mon", "tue", "wed", "thu", "fri")}
    return {"orders": sum(totals.values()), "by day": totals}


@task(keep="result")
def stock(ctx: Context, warehouse: Annotated[str, Help("its name")] = "north") -> None:
    """Wait for a lock that is not released: it is stuck, and cannot be asked to stop."""
    ctx.log.info("waiting for the lock of warehouse %s", warehouse)
    with STOCK:
        ctx.log.info("got the lock")


TYPES: Final[tuple[TaskType, ...]] = (
    thumbnail, mail, charge, index, fingerprint, orders, report, stock,
)  # fmt: skip
