"""Exits: what becomes of pools that still run when their program ends."""

from __future__ import annotations

import weakref

from chasqui import loggers
from chasqui.pool import forking
from chasqui.pool.closing import shut_down
from chasqui.pool.state import State

log = loggers.named("chasqui.pool")

EXIT_SECONDS = 5.0  # that the interpreter's exit waits for pools that were never shut down

_pools: weakref.WeakSet[State] = weakref.WeakSet()


def watch(pool: State) -> None:
    """End a pool at the latest when the program ends."""
    forking.arm()
    _pools.add(pool)


def live_pools() -> list[State]:
    """List the pools of this process that are still held, or have workers."""
    return list(_pools)


def _forget_in_child() -> None:
    """Forget the pools of the parent; one that nothing had happened to may be started here."""
    global _pools
    _pools = weakref.WeakSet(pool for pool in _pools if not pool.is_forked)


def _end_at_exit() -> None:
    """End what the program has left running, in a bounded time: its threads cannot outlive it."""
    left = [pool for pool in live_pools() if pool.state not in ("new", "stopped")]
    for pool, ledger in zip(left, shut_down(left, EXIT_SECONDS), strict=True):
        if not ledger.clean:
            log.warning("pool %s: at the exit of the program: %s", pool.name, ledger)


forking.in_child(_forget_in_child)
forking.at_exit(_end_at_exit)
