"""An engine with a journal under load, which tells through a pipe what it was promised.

    python3 journal_load.py JOURNAL MODE PIPE SEED WAY KEEP

WAY is `load`, until something kills it; `stop`, a short load and a shutdown in order; or `drain`,
which runs what is left, and then shuts down. The journal keeps KEEP finished tasks. Each line that
it writes is one call of the system, so that a kill leaves whole lines:

    S                            the engine has started
    A NUMBER ...                 these tasks were acknowledged
    B NUMBER ATTEMPT REDELIVERED a body begins
    E NUMBER STATE MOMENT        a task was seen to have ended so
    L JSON                       the ledger of a shutdown
"""

import json
import os
import random
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from chasqui import Context, Engine, PoolClosed, Retry, task
from chasqui.engine.journal.migration import migrate
from chasqui.engine.journal.schema import VERSION

path, mode, pipe, seed, way = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5]
keep = int(sys.argv[6])
SUBMITTERS = 3
STOP_SECONDS = 0.3  # of load before a shutdown


def migrate_older() -> None:
    """Migrate a file that was made older; the first version has none before it that could be."""
    if not Path(path).exists():
        return
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        (found,) = connection.execute("pragma user_version").fetchone()
        tables = connection.execute("select 1 from sqlite_schema").fetchone()
    if tables and found == VERSION - 1:
        migrate(Path(path), found, {found: "create table extra(x); drop table extra;"})


def say(*words: object) -> None:
    os.write(pipe, (" ".join(map(str, words)) + "\n").encode())


def begin(ctx: Context) -> None:
    say("B", ctx.task.number, ctx.task.attempts, int(ctx.redelivered))


@task
def plain(ctx: Context, n: int) -> int:
    begin(ctx)
    return n


@task
def slow(ctx: Context, n: int) -> int:
    begin(ctx)
    time.sleep(0.002 * (n % 5))
    return n


@task
def failing(ctx: Context, n: int) -> int:
    begin(ctx)
    raise ValueError(f"task {n} always fails")


@task(retry=Retry(attempts=4, base=0.02, backoff=1.5))
def flaky(ctx: Context, n: int) -> int:
    begin(ctx)
    if ctx.task.attempts < 3:
        raise OSError(f"task {n} fails at first")
    return n


@task(priority=5)
def urgent(ctx: Context, n: int) -> int:
    begin(ctx)
    return n


TYPES = plain, slow, failing, flaky, urgent
engine = Engine(workers=4, queue_size=1000, journal=path, journal_mode=mode, journal_keep_rows=keep)
for one in TYPES:
    engine.register(one)


def seen(number: int, state: str) -> None:
    say("E", number, state, time.monotonic())


def batch(chance: random.Random) -> None:
    kind = chance.choice(("app.plain", "app.plain", "app.urgent", "app.failing"))
    count = chance.randint(10, 60)
    say("A", *(t.number for t in engine.submit_batch(kind, [{"n": n} for n in range(count)])))


def single(chance: random.Random) -> None:
    done = engine.submit(f"app.{chance.choice(('plain', 'slow', 'failing', 'flaky'))}", {"n": 7})
    say("A", done.number)


def waited(chance: random.Random) -> None:
    done = engine.submit("app.plain", {"n": 1})
    say("A", done.number)
    if done.wait(1):
        seen(done.number, done.state)


def delayed(chance: random.Random) -> None:
    done = engine.submit("app.plain", {"n": 2}, delay=chance.uniform(0.001, 0.5))
    say("A", done.number)


def keyed(chance: random.Random) -> None:
    done = engine.submit("app.slow", {"n": 3}, key=f"key {chance.randrange(40)}")
    say("A", done.number)


def cancelled(chance: random.Random) -> None:
    done = engine.submit("app.plain", {"n": 4}, delay=chance.uniform(0.05, 0.5))
    say("A", done.number)
    if done.cancel() and done.state == "cancelled":
        seen(done.number, "cancelled")


WAYS: tuple[Callable[[random.Random], None], ...] = (
    batch, batch, batch, single, single, waited, delayed, keyed, cancelled,
)  # fmt: skip


def submit(number: int) -> None:
    chance = random.Random(f"{seed} {number}")
    while True:
        try:
            chance.choice(WAYS)(chance)
        except PoolClosed:
            return


migrate_older()
engine.start()
say("S")
if way != "drain":
    for number in range(SUBMITTERS):
        threading.Thread(target=submit, args=(number,), daemon=True).start()
    time.sleep(STOP_SECONDS if way == "stop" else 3600)
    ledger = engine.shutdown(20)
else:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        now = engine.metrics()
        if now.ended == now.accepted and not engine.journal.waiting:
            break
        time.sleep(0.01)
    ledger = engine.shutdown(20)
fates = ("accepted", "completed", "failed", "cancelled")
say("L", json.dumps({**{word: getattr(ledger, word) for word in fates}, "left": len(ledger.left)}))
