"""Turning finished tasks into the port's records."""

from __future__ import annotations

from chasqui.control.details import TaskDetail
from chasqui.control.finished_records import FinishedRow
from chasqui.control.safe_text import SafeText, safe_block, safe_line
from chasqui.control.views import CELL, VALUE
from chasqui.engine.history.finished import Finished
from chasqui.engine.history.rows import written


def finished_row(found: Finished, *, pool: str = "") -> FinishedRow:
    """View a finished task as a line of a list."""
    words = (f"{name}={written(value)[:CELL]}" for name, value in found.params.items())
    return FinishedRow(
        number=found.number,
        type=safe_line(found.type, CELL),
        state=found.state,
        at=found.finished,
        waited=found.waited,
        ran=found.ran,
        result=safe_line("" if found.result is None else written(found.result), CELL),
        error=safe_line((found.error or "").partition("\n")[0], CELL),
        has_expired=found.expired,
        params=safe_line(" ".join(words), CELL),
        worker=safe_line(found.worker or "", CELL),
        pool=safe_line(pool, CELL),
        attempts=found.attempts,
        cpu=found.cpu,
        peak_memory=found.peak_memory or 0,
    )


def finished_detail(found: Finished) -> TaskDetail:
    """View everything that is remembered of a finished task."""
    params = [(safe_line(name, CELL), written(value)) for name, value in found.params.items()]
    return TaskDetail(
        number=found.number,
        type=safe_line(found.type, CELL),
        state=found.state,
        plugin=safe_line(found.type.rpartition(".")[0], CELL),
        pool=SafeText(""),
        attempts=found.attempts,
        worker=safe_line(found.worker or "", CELL),
        created=found.created,
        started=found.started,
        finished=found.finished,
        key=None if found.key is None else safe_line(found.key, CELL),
        params=tuple((name, safe_line(text, VALUE)) for name, text in params),
        result=None if found.result is None else safe_line(written(found.result), VALUE),
        error=None if found.error is None else safe_block(found.error),
        cpu=found.cpu,
        peak_memory=found.peak_memory or 0,
    )
