"""`chasqui-tui demo`: the console over an engine that has much to do, and a few things wrong.

The engine is in the console's process: what is played with here ends with the console, and no
other console or command finds it in the place of the real engine. Of the config only the console's
own settings count: a schedule or a plugin of the real work has no place in a game.
"""

from __future__ import annotations

import random
import threading
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from typing import Any, Final

from chasqui.commands.console import check_terminal
from chasqui.commands.in_process import show
from chasqui.commands.session import CommandSession, open_trusted_session
from chasqui.engine.config.pools import PoolConfig
from chasqui.engine.config.tables import Config, EngineConfig
from chasqui.engine.engine import BaseEngine
from chasqui.errors import BacklogFull, PoolClosed
from chasqui.plugins.loader import PluginHost

NAME: Final = "demo"
POOLS: Final = {"default": PoolConfig(workers=8, queue_size=200)}
TIMEOUT: Final = 5.0  # seconds that leaving waits for what runs: nothing here is worth more
PACE_SECONDS: Final = 0.15  # between two submissions: a little more work than the workers get done
KEEP_WAITING: Final = 60  # tasks in the backlog at which the demo holds back
ENDING: Final = ("stopping", "stopped")
SHARES: Final = {
    "app.thumbnail": 30,
    "app.mail": 20,
    "app.charge": 25,
    "app.index": 15,
    "app.fingerprint": 9,
    "app.import_orders": 1,
}
"""How often each type is submitted; the stuck one only once."""
FIRST: Final = 30  # tasks that wait at once, so that the first screen is full


def configure(parser: ArgumentParser) -> None:
    """Take no arguments."""


def execute(args: Namespace) -> int:
    """Open the console with work arriving, and return the exit status once it is left."""
    check_terminal()
    session = of_the_demo(open_trusted_session(args))
    engine = session.engine()
    prepare(engine)
    over = threading.Event()
    feeder = threading.Thread(target=feed, args=(engine, over), name="chasqui-demo", daemon=True)
    feeder.start()
    try:
        return show(session, engine, remember=False)  # who plays here changes no real work
    finally:
        over.set()


def of_the_demo(session: CommandSession) -> CommandSession:
    """Return a session with the demo's engine, and the console as its user has set it up."""
    config = Config(
        path=session.config.path,
        engine=EngineConfig(name=NAME, shutdown_timeout=TIMEOUT),
        pools=POOLS,
        console=session.config.console,
        log=session.config.log,
    )
    return session._replace(config=config, plugins=PluginHost.from_config(config, enabled=False))


def prepare(engine: BaseEngine) -> None:
    """Give an engine the types and the schedule of the demo."""
    from chasqui.commands.demo_shop import TYPES

    for one in TYPES:
        engine.register(one)
    engine.schedule("app.report", cron="* * * * *")


def feed(engine: BaseEngine, over: threading.Event) -> None:
    """Submit work until the demo is over or its engine ends; meanwhile `STOCK` is held."""
    from chasqui.commands.demo_shop import STOCK

    with STOCK:
        for count, (name, params) in enumerate(work()):
            if over.wait(PACE_SECONDS if count >= FIRST else 0.0) or engine.state in ENDING:
                return
            if engine.metrics().queued < KEEP_WAITING:
                try:
                    engine.try_submit(name, params)
                except BacklogFull:
                    continue
                except PoolClosed:
                    return


def work() -> Iterator[tuple[str, dict[str, Any]]]:
    """Give what to submit: one of each type at first, then by chance."""
    chance = random.Random()
    made: dict[str, Callable[[], dict[str, Any]]] = {
        "app.thumbnail": lambda: {"path": f"/srv/shop/{chance.randrange(10_000):04d}.png"},
        "app.mail": lambda: {"to": f"customer-{chance.randrange(500)}@example.com"},
        "app.charge": lambda: {
            "customer": f"c{chance.randrange(500)}",
            "cents": chance.randrange(99, 49_999),
        },
        "app.index": lambda: {"product": chance.randrange(10_000)},
        "app.fingerprint": lambda: {"rounds": chance.randint(5, 60)},
        "app.import_orders": lambda: {"file": f"/srv/import/orders-{chance.randrange(99):02d}.csv"},
        "app.stock": lambda: {"warehouse": "north"},
    }
    for name, params in made.items():
        yield name, params()
    while True:
        name = chance.choices(list(SHARES), list(SHARES.values()))[0]
        yield name, made[name]()
