"""Ten million tasks through eight workers, with everything that can happen to them.

    python -m tests.soak.tasks [TASKS]

Eight threads submit; tasks fail, are cancelled, the pool is paused, resumed and resized all the
while, and every reading must add up. Prints the sums, the memory and the time; the status is 1 when
anything is off.
"""

from __future__ import annotations

import random
import resource
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from chasqui import Pool

SUBMITTERS = WORKERS = 8
FLAT = 64 * 1024  # KiB that memory may have grown by after the first tenth


class Work:
    """A no-op, one in 97 of which raises."""

    __slots__ = ("id",)
    name = "soak"

    def __init__(self, id: int) -> None:
        self.id: Any = id

    def execute(self, ctx: Any) -> None:
        if self.id % 97 == 0:
            raise ValueError(self.id)


def main(total: int) -> int:
    pool = Pool(WORKERS, 1000)
    pool.start()
    done = threading.Event()
    wrong: list[object] = []
    readings = [0]
    share = total // SUBMITTERS
    total = share * SUBMITTERS

    def submit(seed: int) -> None:
        for number in range(share):
            task = pool.submit(Work(number))
            if number % 501 == seed:
                task.cancel()

    def disturb() -> None:
        chance = random.Random(1)
        while not done.wait(0.02):
            pool.pause()
            pool.resume()
            pool.resize(chance.randint(4, 12))

    def read() -> None:
        while not done.wait(0.001):
            reading = pool.metrics()
            readings[0] += 1
            if not reading.balanced:
                wrong.append(reading)

    submitters = [threading.Thread(target=submit, args=(seed,)) for seed in range(SUBMITTERS)]
    others = [threading.Thread(target=one) for one in (disturb, read)]
    began = time.monotonic()
    for thread in (*submitters, *others):
        thread.start()
    while pool.metrics().accepted < total // 10:
        time.sleep(0.05)
    early = _peak()
    for thread in submitters:
        thread.join()
    done.set()
    for thread in others:
        thread.join()
    ledger = pool.shutdown()
    seconds = time.monotonic() - began
    grown = _peak() - early
    failures = share // 97 + (share % 97 > 0)
    print(ledger)
    print(f"{readings[0]:,} readings, {len(wrong)} wrong")
    print(f"memory {early // 1024} MiB after a tenth, {grown // 1024} MiB more at the end")
    print(f"{total:,} tasks in {seconds:.1f} s: {total / seconds:,.0f}/s")
    checks: dict[str, Callable[[], bool]] = {
        "every task has one fate": lambda: ledger.accepted == ledger.accounted == total,
        "the shutdown is clean": lambda: ledger.clean,
        "no reading is wrong": lambda: not wrong,
        "what failed is what should": lambda: ledger.failed <= failures * SUBMITTERS,
        "memory is flat": lambda: grown < FLAT,
    }
    broken = [name for name, holds in checks.items() if not holds()]
    print("all hold" if not broken else f"BROKEN: {', '.join(broken)}")
    return 1 if broken else 0


def _peak() -> int:
    """Return the most memory this process has had, in KiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1].replace("_", "")) if sys.argv[1:] else 10_000_000))
