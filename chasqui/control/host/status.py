"""The status record of a host, made from a snapshot and the engine's pools."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from chasqui.control.port import LatencyView, Snapshot, ViewQuery, Window
from chasqui.control.records import Counts
from chasqui.control.safe_text import safe_line
from chasqui.control.wire.messages import PROTOCOL
from chasqui.control.wire.status import CountStatus, PoolStatus, Spread, Status
from chasqui.engine.engine import BaseEngine
from chasqui.version import VERSION

QUERY = ViewQuery(metrics=True, types=Window(limit=2000))
"""The reading that a status is made from."""


def status_of(engine: BaseEngine, snapshot: Snapshot, clients: int) -> Status:
    """Return the record, from a reading of `QUERY`."""
    types = snapshot.type_page.rows if snapshot.type_page is not None else ()
    return Status(
        name=snapshot.name,
        state=snapshot.state,
        paused=snapshot.state == "paused",
        version=VERSION,
        protocol=PROTOCOL,
        pid=os.getpid(),
        uptime=snapshot.uptime,
        pools=pools_of(engine),
        counts=counts_of(snapshot.counts),
        conservation=snapshot.counts.balanced,
        rate=snapshot.rate,
        oldest=max([row.oldest for row in types], default=0.0),
        wait=spread(snapshot.wait),
        run=spread(snapshot.run),
        journal=snapshot.journal,
        breakers=snapshot.breakers,
        strikes=snapshot.strikes,
        open_kinds=snapshot.open_kinds,
        findings=snapshot.metrics.findings if snapshot.metrics is not None else (),
        problems=snapshot.problems,
        schedules=len(engine.schedules),
        clients=clients,
        folder=safe_line(str(Path.cwd())),
        python=platform.python_version(),
    )


def pools_of(engine: BaseEngine) -> dict[str, PoolStatus]:
    """Return what the record says of each pool."""
    found = {}
    for name, pool in engine.pools.items():
        reading = pool.metrics()
        found[str(safe_line(name))] = PoolStatus(
            state=pool.state,
            backend=pool.backend,
            workers=reading.workers,
            busy=reading.busy,
            queue_size=pool.queue_size,
            queued=reading.queued,
        )
    return found


def counts_of(counts: Counts) -> CountStatus:
    """Return the counters."""
    return CountStatus(**{name: getattr(counts, name) for name in CountStatus.__struct_fields__})


def spread(view: LatencyView) -> Spread:
    """Return a distribution without its count."""
    return Spread(p50=view.p50, p95=view.p95, p99=view.p99, max=view.max)
