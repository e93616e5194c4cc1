"""When a host beside a console ends by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from chasqui.commands.hosting import Hosting
from chasqui.commands.notifying import Notifier
from chasqui.commands.session import CommandSession
from chasqui.engine.config.tables import Config
from chasqui.plugins.engine import Engine
from chasqui.plugins.loader import PluginHost

LONG = 10_000.0  # seconds after the present


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine(1, plugins=PluginHost(), shutdown_timeout=0) as engine:
        yield engine


def hosting(engine: Engine, *, beside: bool = True) -> Hosting:
    session = CommandSession(Config(), engine.plugins)
    return Hosting(session, engine, Notifier({}), beside=Path("host.log") if beside else None)


def is_needless(hosting: Hosting, now: float, clients: int = 0) -> bool:
    return hosting._is_needless(SimpleNamespace(clients=clients), now)  # type: ignore[arg-type]


def test_a_host_beside_without_clients_and_work_ends_after_a_while(engine, restored_signals):
    one = hosting(engine)

    assert not is_needless(one, one._needed_at + 500)
    assert is_needless(one, one._needed_at + 700)


def test_a_client_or_work_keeps_a_host_and_the_while_begins_anew(engine, restored_signals):
    one = hosting(engine)
    assert not is_needless(one, LONG**2, clients=1)
    engine.pause()
    task = engine.submit("demo.sleep", {"seconds": 0})
    assert not is_needless(one, 2 * LONG**2)
    task.cancel()

    assert not is_needless(one, 2 * LONG**2 + 500)
    assert is_needless(one, 2 * LONG**2 + 700)


def test_a_schedule_keeps_a_host(engine, restored_signals):
    engine.schedule("demo.sleep", {"seconds": 0}, cron="@yearly")

    assert not is_needless(hosting(engine), LONG**2)


def test_a_host_in_the_foreground_never_ends_by_itself(engine, restored_signals):
    assert not is_needless(hosting(engine, beside=False), LONG**2)
