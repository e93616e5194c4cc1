"""Durable: engines with a journal, which are killed at any step and begin again.

The disk is a copy of the files as they are after the last commit. What the killed engine does from
then on reaches only the files that it had.
"""

from __future__ import annotations

import heapq
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hypothesis.stateful import invariant, rule

from chasqui.engine.journal.slab import slab_of
from chasqui.pool.pool import Pool
from chasqui.pool.state import state_of
from chasqui.pool.task import Task
from tests.stateful.clocks import Clock
from tests.stateful.job import DUST
from tests.stateful.lives import is_over, reborn
from tests.stateful.machine import EngineMachine
from tests.stateful.stage import Stage
from tests.stateful.steps import when
from tests.stateful.stillness import await_true

MICROSECOND = 1e-6
ROOM = 500  # of a backlog: what finds none at a start would stay in the file
MOST_CRASHES = 2  # in a row, in which a task may be running


class DurableStage(Stage):
    """An engine with a journal.

    Args:
        past: the numbers of the tasks that ended in earlier lives.
    """

    def __init__(
        self,
        shapes: Mapping[str, tuple[int, int]],
        max_abandoned: int,
        clock: Clock,
        journal: Path,
        past: frozenset[int] = frozenset(),
    ) -> None:
        self.path, self._past = journal, past
        super().__init__(shapes, max_abandoned, clock, journal)

    def _begin(self) -> None:
        self.engine._parts._open_journal()
        for pool in self.engine.pools.values():  # before any of them starts, and perhaps ends
            for task in (*pool.waiting(0, 10_000), *pool.scheduled(0, 10_000)):
                self.adopt(task)
            _snap(pool)
        super()._begin()

    def adopt(self, handle: Task) -> None:
        """Know a task by its number from now on, unless it ended in an earlier life."""
        if handle.number not in self._past:
            super().adopt(handle)

    def disk(self, copy: Path) -> Path:
        """Copy the files as they would be found if the process was killed now."""
        journal = self.engine._parts.journal
        assert journal is not None
        for view in self.engine.breakers:
            self._await_kept(view.type, [view.state, view.since, view.opened])
        journal.flush()
        for name in (self.path, Path(f"{self.path}-wal"), slab_of(self.path)):
            if name.exists():
                shutil.copyfile(name, str(name).replace(str(self.path), str(copy)))
        return copy

    def _await_kept(self, type: str, stands: list[Any]) -> None:
        """Wait until the thread that changed a breaker has had that kept."""
        import msgspec

        journal = self.engine._parts.journal
        assert journal is not None

        def kept() -> bool:
            rows = journal.read("select v from kept where k = ?", f"breaker {type}")
            return [msgspec.json.decode(row[0]) for row in rows] == [stands]

        await_true(lambda: stands[2] == 0 or kept())


def _snap(pool: Pool) -> None:
    """Put the moments that came back from a journal where the model has them.

    It keeps whole microseconds, and where one event is a part of a microsecond late, nothing of
    what follows is as in the model.
    """
    state = state_of(pool)
    for task in state.scheduled.values():
        if (more := task._more) is not None and more.due is not None:
            more.due = _snapped(more.due)
    timer = state.timer
    with timer._changed:
        timer._calls = [(_snapped(at), order, call) for at, order, call in timer._calls]
        heapq.heapify(timer._calls)
        timer._changed.notify_all()  # its thread waits for the moment as it was


def _snapped(moment: float) -> float:
    near = round(moment / DUST) * DUST
    assert abs(near - moment) <= MICROSECOND, f"{moment} is no moment of the model"
    return near


class DurableMachine(EngineMachine):
    """Everything that may be done to an engine, which also may be killed at any step.

    An engine that has stopped begins again with its journal, too.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path()
        self.copies = 0
        self.breakers: dict[str, tuple[str, int, float]] = {}
        self.finished = False

    def teardown(self) -> None:
        """End the engine, and remove its files."""
        super().teardown()
        if self.lives:
            self.reached["tasks"] += len(self.model.past)
            shutil.rmtree(self.folder)

    @rule()
    @when(lambda self: not self.model.finished and self._may_be_killed())
    def kill(self) -> None:
        """Kill the engine, and begin again with what is on its disk."""
        self.agree()
        self.copies += 1
        self._go_on(self._stage.disk(self.folder / f"{self.copies}.db"))

    @rule()
    @when(lambda self: self.model.finished)
    def begin_again(self) -> None:
        """Begin again with the journal of an engine that has stopped."""
        if self._may_be_killed():
            self.lives += 1
            self.life = self.shape["life"]
            self.reached["stopped"] += 1
            self._go_on(self._stage.path)
        else:
            super().teardown()
            shutil.rmtree(self.folder)
            self._begin()

    @invariant()
    def agree(self) -> None:
        """See that engine and model agree."""
        super().agree()
        if self.lives:
            self._look_at_breakers()

    @property
    def _stage(self) -> DurableStage:
        assert isinstance(self.stage, DurableStage)
        return self.stage

    def _may_be_killed(self) -> bool:
        """Whether no task would have been running in so many crashes that it fails."""
        jobs = self.model.jobs.values()
        return all(job.interrupted < MOST_CRASHES for job in jobs if job.cut)

    def _pass(self, seconds: float) -> None:
        super()._pass(seconds)
        self._look_at_breakers()

    def _look_at_breakers(self) -> None:
        """Note how breakers stand; what becomes of them once the engine has stopped is not kept."""
        if not self.finished:
            self.breakers = {name: one.stands for name, one in self.model.circuits.items()}
        self.finished = self.model.finished

    def _go_on(self, path: Path) -> None:
        if not self.model.finished:
            self._look_at_breakers()
        dead, clock = self.stage, Clock(self.stage.clock.monotonic(), self.stage.clock.time())
        dead.clear()
        ended = {job.number for job in self.model.jobs.values() if is_over(job)}
        past = frozenset(ended | {job.number for job in self.model.past})
        self.stage = DurableStage(*self._size(), clock, path, past)
        self.model = reborn(self.model, self.breakers, *self._size())
        self.finished = False

    def _size(self) -> tuple[Mapping[str, tuple[int, int]], int]:
        pools, most = super()._size()
        return {name: (workers, ROOM) for name, (workers, _) in pools.items()}, most

    def _make(self) -> Stage:
        self.folder = Path(tempfile.mkdtemp(prefix="chasqui-durable-"))
        return DurableStage(*self._size(), Clock(), self.folder / "first.db")
