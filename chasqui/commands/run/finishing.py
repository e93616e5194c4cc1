"""The end of a run: all that was accepted ends, or, when it is to stop, what is running."""

from __future__ import annotations

import time

from chasqui.commands.run.output import Output
from chasqui.commands.run.stop import RunStop
from chasqui.commands.run.watch import RunWatch
from chasqui.engine.engine import BaseEngine
from chasqui.pool.ledger import Ledger

PAUSE = 0.02  # seconds between two looks at what runs; a signal is seen at once


def finish(engine: BaseEngine, stop: RunStop, watch: RunWatch, output: Output) -> Ledger:
    """Wait for the tasks of a run, stop its engine and return the ledger."""
    while not stop.now():
        # Of each pool: a reading of the engine takes 4 ms to import, which the row would wait.
        counts = [pool.metrics() for pool in engine.pools.values()]
        if not any(one.queued or one.scheduled or one.running for one in counts):
            return engine.shutdown(None)
        stop.wait(PAUSE)
    watch.hold()
    seconds = float("inf") if engine.shutdown_timeout is None else engine.shutdown_timeout
    deadline = time.monotonic() + seconds
    why = stop.why(output.end if output.is_over else None)
    watch.stopping(stop, why, seconds)
    while engine.metrics().running and not stop.hurries and time.monotonic() < deadline:
        stop.wait(PAUSE)
    return engine.shutdown(0)
