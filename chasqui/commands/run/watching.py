"""What watches a run, composed of what its arguments ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chasqui.commands.run.control import Control
from chasqui.commands.run.expected import Expected
from chasqui.commands.run.gauge import Gauge, LinesOfTasks
from chasqui.commands.run.pace import Pace
from chasqui.commands.run.reached import Reached
from chasqui.commands.run.watch import RunWatch
from chasqui.control.intake.sources import LinesSource

if TYPE_CHECKING:
    from chasqui.control.intake.sources import RecordSource
    from chasqui.engine.engine import BaseEngine


def watching(
    engine: BaseEngine,
    control: Control,
    lines: LinesOfTasks,
    source: RecordSource | None,
    *,
    nul: bool,
    before: int,
) -> RunWatch:
    """Return what watches a run; raises Usage if it cannot see what it is to look at.

    Args:
        source: where the records come from; None: there is one task.
        before: how many lines earlier runs brought to their end.
    """
    files = source.files if isinstance(source, LinesSource) else ()
    expected = Expected(files, nul=nul)
    gauge = Gauge(engine, expected, lines, Reached(), before=before)
    pace = Pace(control.bounds, engine.pause, engine.resume)
    pace.check()
    return RunWatch(gauge, pace, control.progress)
