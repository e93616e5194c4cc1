"""The end of a run: all that was accepted ends, or, when it is to stop, what is running."""

from __future__ import annotations

import time

from chasqui.commands.run.output import Output
from chasqui.commands.run.progress import ProgressLine
from chasqui.commands.run.stop import RunStop
from chasqui.engine.engine import BaseEngine
from chasqui.pool.ledger import Ledger

PAUSE = 0.02


def finish(engine: BaseEngine, stop: RunStop, progress: ProgressLine, output: Output) -> Ledger:
    """Wait for the tasks of a run, stop its engine and return the ledger."""
    while not stop.now():
        # Of each pool: a reading of the engine takes 4 ms to import, which the row would wait.
        counts = [pool.metrics() for pool in engine.pools.values()]
        if not any(one.queued or one.scheduled or one.running for one in counts):
            return engine.shutdown(None)
        _wait(progress)
    engine.pause()
    seconds = float("inf") if engine.shutdown_timeout is None else engine.shutdown_timeout
    deadline = time.monotonic() + seconds
    why = stop.why(output.end if output.is_over else None)
    progress.stopping(stop, why, seconds)
    while engine.metrics().running and not stop.hurries and time.monotonic() < deadline:
        _wait(progress)
    return engine.shutdown(0)


def _wait(progress: ProgressLine) -> None:
    progress.show()
    time.sleep(PAUSE)
