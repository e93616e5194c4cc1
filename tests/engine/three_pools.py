"""An engine of three pools, and types that say where they run."""

from __future__ import annotations

import pytest

from chasqui import Context, Engine, task
from chasqui.engine.config.pools import PoolConfig
from tests.present import present

WAIT = 10.0
POOLS = {"cpu": PoolConfig(workers=1, queue_size=5), "slow": PoolConfig(workers=2, queue_size=1)}


@task
def where(ctx: Context) -> str:
    """Say where it runs."""
    return present(ctx.task.worker).rpartition("/")[0]


@task(pool="cpu")
def busy(ctx: Context) -> str:
    """Say where it runs, which is said to be for this."""
    said: str = where(ctx)
    return said


@pytest.fixture
def engine():
    with Engine(2, 10, pools=POOLS) as engine:
        engine.register(where)
        engine.register(busy)
        yield engine
