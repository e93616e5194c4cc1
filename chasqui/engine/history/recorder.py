"""The recorder of a pool: it writes the ends of its tasks into the engine's history."""

from __future__ import annotations

from collections.abc import Sequence

from chasqui.engine.history.chunks import Chunks
from chasqui.engine.history.maker import EntryMaker
from chasqui.pool.lane import Lane
from chasqui.pool.recorder import Recording
from chasqui.pool.state import State
from chasqui.pool.states import TaskState
from chasqui.pool.task import Task


class HistoryRecorder:
    """A `chasqui.pool.recorder.Recorder`; see there when its methods are called."""

    def __init__(self, pool: State, chunks: Chunks, maker: EntryMaker) -> None:
        self._pool = pool
        self._chunks = chunks
        self._maker = maker

    def of(self, lane: Lane, worker: str) -> Recording:
        """Return how one worker records tasks of a lane."""
        make = self._maker.for_worker(self._pool, lane.name, worker)
        return Recording(make, self._chunks.fresh.append)

    def ended(self, tasks: Sequence[Task], state: TaskState) -> None:
        """Record tasks; of very many only as many as can be kept."""
        for task in tasks[-self._chunks.retention.keep :]:
            now = task._ended_at
            if state == "completed":
                entry = self._maker.completed(self._pool, task, now)
            else:
                entry = self._maker.whole(self._pool, task, state, now)
            if entry is not None:
                self._chunks.add(entry)

    def fold(self) -> None:
        """See to the bounds."""
        self._chunks.fold()
