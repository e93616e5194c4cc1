"""A host of another protocol as a console shows it: from its status record, which is stable.

It can be looked at, drained and stopped. What its status does not have stays empty, and one line
says why.
"""

from __future__ import annotations

import time
from typing import get_args

import msgspec

from chasqui.control.port import (
    Counts,
    EngineState,
    LatencyView,
    PoolRow,
    Snapshot,
)
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.control.wire.messages import PROTOCOL
from chasqui.control.wire.permanent import Hello
from chasqui.control.wire.status import Spread, Status
from chasqui.pool.states import PoolState
from chasqui.version import VERSION


def snapshot_of(status: Status, hello: Hello) -> Snapshot:
    """Return what is known of a host from its status."""
    pools = tuple(
        PoolRow(
            name=safe_line(name),
            state=_state(pool.state),
            workers=pool.workers,
            busy=pool.busy,
            queue_size=pool.queue_size,
            queued=pool.queued,
        )
        for name, pool in status.pools.items()
    )
    return Snapshot(
        at=time.time(),
        name=safe_line(status.name),
        state=_state(status.state),
        uptime=status.uptime,
        workers=sum(pool.workers for pool in pools),
        busy=sum(pool.busy for pool in pools),
        queue_size=sum(pool.queue_size for pool in pools),
        counts=Counts(**msgspec.structs.asdict(status.counts)),
        rate=status.rate,
        wait=_latency(status.wait),
        run=_latency(status.run),
        pools=pools if len(pools) > 1 else (),
        journal=status.journal,
        open_kinds=status.open_kinds,
        breakers=tuple(safe_line(name) for name in status.breakers),
        wrong=(safe_line(f"host {hello.version}, console {VERSION}"),),
        problems=tuple(safe_line(problem) for problem in status.problems),
    )


def why_limited(hello: Hello) -> SafeText:
    """Say why this console can do so little with a host."""
    return safe_line(
        f"the host has chasqui {hello.version} with protocol {hello.protocol}, this console"
        f" {VERSION} with protocol {PROTOCOL}: it can look, drain and stop, and nothing else"
    )


def _state(word: str) -> EngineState:
    """Return a state as this version knows it; a newer host may have others."""
    known: tuple[EngineState, ...] = (*get_args(PoolState), "degraded")
    return next((state for state in known if state == word), "running")


def _latency(spread: Spread) -> LatencyView:
    return LatencyView(p50=spread.p50, p95=spread.p95, p99=spread.p99, max=spread.max)
