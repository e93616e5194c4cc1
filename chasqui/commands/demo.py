"""`chasqui-tui demo`: the console over an engine that has real work to show.

The engine is in the console's process: what is played with here ends with the console, and no
other console or command finds it in the place of the real engine.
"""

from __future__ import annotations

import random
import threading
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from chasqui.commands.console import check_terminal
from chasqui.commands.in_process import show
from chasqui.commands.session import open_trusted_session
from chasqui.engine.engine import BaseEngine
from chasqui.errors import BacklogFull, PoolClosed

PACE_SECONDS = 0.4  # between two submissions: a little more work than eight workers get done
KEEP_WAITING = 40  # tasks in the backlog at which the demo holds back


def configure(parser: ArgumentParser) -> None:
    """Take no arguments."""


def execute(args: Namespace) -> int:
    """Open the console with work arriving, and return the exit status once it is left."""
    check_terminal()
    session = open_trusted_session(args)
    session.plugins.load()
    engine = session.engine()
    over = threading.Event()
    feeder = threading.Thread(target=_feed, args=(engine, over), name="chasqui-demo", daemon=True)
    feeder.start()
    try:
        return show(session, engine, remember=False)  # who plays here changes no real work
    finally:
        over.set()


def _feed(engine: BaseEngine, over: threading.Event) -> None:
    for name, params in _work():
        if over.wait(PACE_SECONDS):
            return
        if engine.metrics().queued >= KEEP_WAITING:
            continue
        try:
            engine.try_submit(name, params)
        except BacklogFull:
            continue
        except PoolClosed:
            return


def _work() -> Iterator[tuple[str, dict[str, object]]]:
    chance = random.Random()
    while True:
        pick = chance.random()
        if pick < 0.08:
            yield "demo.fail", {"message": chance.choice(["disk full", "no route", "bad input"])}
        elif pick < 0.2:
            yield "demo.burn", {"seconds": round(chance.uniform(0.1, 0.5), 2)}
        else:
            yield "demo.sleep", {"seconds": round(chance.uniform(0.5, 8.0), 1)}
