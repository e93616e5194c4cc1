"""A program that hosts an engine at work for the rows of consoles; it ends with its input.

    python -m tests.benchmarks.host_program WAITING (sleeping | burning)

It prints where it is attached to. For each further line of its input it prints how many seconds of
CPU the thread that serves clients has taken.
"""

from __future__ import annotations

import os
import sys
import threading
import time

from chasqui import Engine, task
from chasqui.control.host.host import Host

WORKERS = {"sleeping": 8, "burning": 16}
BATCH = 1000


@task(name="sleeping")
def sleeping(number: int, label: str = "") -> None:
    """Take as long as a request."""
    time.sleep(0.2 + number % 7 / 10)


@task(name="burning")
def burning(number: int, label: str = "") -> None:
    """Take the CPU."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        sum(range(1000))


@task(name="failing")
def failing(path: str) -> None:
    """Fail."""
    raise ValueError(f"cannot read {path}")


def main() -> None:
    waiting, kind = int(sys.argv[1]), sys.argv[2]
    body = burning if kind == "burning" else sleeping
    with_ = WORKERS[kind]
    engine = Engine(workers=with_, queue_size=waiting + 100 + with_, name=f"bench{os.getpid()}")
    fails, works = engine.register(failing), engine.register(body)
    engine.start()
    for number in range(40):
        engine.submit(fails, {"path": f"/data/{number}.csv"})
    left = waiting + with_
    while left > 0:
        many = [{"number": left + n, "label": f"account {n}"} for n in range(min(BATCH, left))]
        engine.submit_batch(works, many)
        left -= len(many)
    host = Host(engine)
    print(host.path, flush=True)
    server = next(one for one in threading.enumerate() if one.name == "chasqui-host")
    assert server.ident is not None
    clock = time.pthread_getcpuclockid(server.ident)
    for _ in sys.stdin:
        print(time.clock_gettime(clock), flush=True)
    host.close()
    os._exit(0)


if __name__ == "__main__":
    main()
