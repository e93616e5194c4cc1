"""Real SIGINTs at random moments into a pool's methods, and what they leave behind.

    python interrupts.py [COUNT] [SEED]

Needs the package only, no other file beside it. Each round makes a pool, calls one of its methods
again and again until the signal comes, and then looks: no lock is held, the pool still runs what it
is given, all sums are right, a shutdown keeps its time, and no thread stays. The status is 1 when
anything is wrong.
"""

from __future__ import annotations

import contextlib
import logging
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from chasqui import BacklogFull, Pool, PoolClosed
from chasqui.pool.state import state_of

TIMEOUT = 2.0  # of each round's last shutdown, which has a second more
SETTLE = 5.0  # seconds that threads on their way out have
LATEST = 0.0012  # seconds after the beginning of a round by which the signal is sent


class Work:
    """A body that sleeps for a moment."""

    id = name = "work"

    def execute(self, ctx: Any) -> None:
        """Sleep."""
        ctx.sleep(0.0003)


def _start(pool: Pool) -> None:
    pool = Pool(3, 50)
    ROUND.append(pool)
    pool.start()


def _shutdown(pool: Pool) -> None:
    pool.shutdown(random.choice([0.0, 0.05]), drain=random.random() < 0.5)
    time.sleep(0.0001)


ROUND: list[Pool] = []
"""The pools of the round that is under way."""
METHODS: dict[str, Callable[[Pool], object]] = {
    "start": _start,
    "submit": lambda pool: pool.submit(Work(), timeout=0.01),
    "batch": lambda pool: pool.submit_batch([Work()] * 5, timeout=0.01),
    "later": lambda pool: pool.submit_later(Work(), 0.001),
    "resize": lambda pool: (pool.resize(5), pool.resize(2)),
    "cancel": lambda pool: [task.cancel() for task in pool.waiting(0, 2)],
    "pause": lambda pool: (pool.pause(), pool.resume()),
    "metrics": lambda pool: pool.metrics(),
    "wait": lambda pool: pool.submit(Work(), timeout=0.01).wait(0.01),
    "lane": lambda pool: pool.submit(Work(), timeout=0.01, lane=pool.lane(random.choice("abc"))),
    "limit": lambda pool: (pool.limit("", concurrency=1), pool.limit("")),
    "shutdown": _shutdown,
}


class Sender:
    """Sends the signal to the main thread, at an unforeseeable moment."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._go, self.sent = threading.Semaphore(0), threading.Event()
        self._main = threading.main_thread().ident or 0
        threading.Thread(target=self._run, name="sender", daemon=True).start()

    def arm(self) -> None:
        """Have one signal sent soon."""
        self.sent.clear()
        self._go.release()

    def _run(self) -> None:
        while self._go.acquire():
            time.sleep(self._chance.uniform(0, LATEST))
            signal.pthread_kill(self._main, signal.SIGINT)
            self.sent.set()


def round_of(method: str, sender: Sender) -> tuple[bool, list[str]]:
    """Interrupt a method once; tell whether that raised, and what was wrong afterwards."""
    pool = Pool(3, 50)
    ROUND[:] = [pool]
    interrupted = False
    try:
        pool.start()
        pool.submit_batch([Work()] * 30)
        sender.arm()
        call_until_sent(METHODS[method], pool, sender)
        time.sleep(0.05)  # where a signal that is on its way comes at the latest
    except KeyboardInterrupt:
        interrupted = True
    wrong = [fault for one in ROUND for fault in faults_of(one)]
    return interrupted, wrong


def call_until_sent(method: Callable[[Pool], object], pool: Pool, sender: Sender) -> None:
    """Call it again and again.

    In a function of its own: CPython 3.13.0 leaves the jump back of a loop out of what a ``try``
    around it guards.
    """
    while not sender.sent.is_set():
        try:
            method(pool)
        except (BacklogFull, PoolClosed):
            continue


def faults_of(pool: Pool) -> list[str]:
    """Say what is wrong with a pool, and end it."""
    wrong = []
    if any(is_owned(lock) for lock in (state_of(pool).lock, state_of(pool).timer._lock)):
        return ["a lock is held"]
    if not still_serves(pool):
        wrong.append("a task is never run")
    began = time.monotonic()
    ended: list[Any] = []
    helper = threading.Thread(target=lambda: ended.append(pool.shutdown(TIMEOUT)), daemon=True)
    helper.start()
    helper.join(TIMEOUT + 5)
    if not ended:
        return ["a shutdown hangs"]
    if time.monotonic() - began > TIMEOUT + 1.5:  # others use the machine too
        wrong.append("a shutdown was late")
    reading = pool.metrics()
    if not (reading.balanced and ended[0].balanced):
        wrong.append(f"a sum is wrong: {ended[0]}")
    if pool.workers():
        wrong.append("a worker is still listed")
    return wrong


def still_serves(pool: Pool) -> bool:
    """Tell whether tasks of two lanes and a priority still run, if the pool accepts any."""
    try:
        if pool.state == "new":
            pool.start()
        pool.resume()
        pool.resize(3)  # for workers that an interrupted start or resize has not made
        tasks = [pool.submit(Work(), timeout=SETTLE)]
        tasks.append(pool.submit(Work(), timeout=SETTLE, lane=pool.lane("other")))
        tasks.append(pool.submit(Work(), timeout=SETTLE, priority=1))
    except PoolClosed:
        return True
    except BacklogFull:
        return False
    return all(task.wait(SETTLE) for task in tasks)


def is_owned(lock: Any) -> bool:
    """Tell whether this thread holds a lock."""
    return bool(lock._is_owned())


def join(thread: threading.Thread, until: float) -> None:
    """Wait until a thread has ended; it may be listed already and not be started yet."""
    while thread.is_alive() or thread.ident is None:
        left = until - time.monotonic()
        if left <= 0:
            return
        with contextlib.suppress(RuntimeError):  # it cannot be joined before it is started
            thread.join(left)


def threads_left() -> list[str]:
    """List the pools' threads that do not end."""
    until = time.monotonic() + SETTLE
    threads = [one for one in threading.enumerate() if one.name.startswith("chasqui")]
    for thread in threads:
        join(thread, until)
    return [thread.name for thread in threads if thread.is_alive()]


def main(count: int, seed: int) -> int:
    """Interrupt so often; print what was interrupted and what was wrong."""
    logging.disable(logging.CRITICAL)
    sys.setswitchinterval(1e-4)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    random.seed(seed)
    sender, names = Sender(seed), list(METHODS)
    hits: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    rounds = 0
    while sum(hits.values()) < count and rounds < 4 * count:
        name = names[rounds % len(names)]
        rounds += 1
        interrupted, wrong = round_of(name, sender)
        hits[name] += interrupted
        wrong += [f"{one} stays" for one in threads_left()]
        faults.update(f"{name}: {one}" for one in wrong)
        if any("hangs" in one or "held" in one for one in wrong):
            break
    version = ".".join(map(str, sys.version_info[:3]))
    for what, often in faults.items():
        print(f"{version}: {what} ({often} times)")
    where = ", ".join(f"{name} {often}" for name, often in hits.items())
    print(f"{version}: {sum(hits.values()):,} interrupts ({where}), {sum(faults.values())} faults")
    sys.stdout.flush()
    return int(bool(faults) or sum(hits.values()) < count)


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    # Without an exit of Python's own, which a thread that hangs could hold up.
    os._exit(main(*numbers) if len(numbers) == 2 else main(numbers[0] if numbers else 200, 1))
