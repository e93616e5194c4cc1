"""Noticing: events about what no thread of the engine reports by itself.

Workers are abandoned or lost, and a journal fails, in the middle of code that must not stop to
publish. So the sampler looks once a second, and publishes what has changed since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from chasqui.engine.events.event import Event
from chasqui.pool.backend import Worker
from chasqui.pool.clock import Clock
from chasqui.pool.pool import Pool
from chasqui.pool.state import state_of

if TYPE_CHECKING:
    from chasqui.engine.journal.view import JournalView


FOLLOWS: Final = {
    "abandoned": "another takes its place",
    "stuck": "no other takes its place",
}
"""What follows from how a task holds its worker; said last: the task matters more."""


class Noticing:
    """What was seen at the last look. Only one thread looks."""

    def __init__(
        self,
        pools: Mapping[str, Pool],
        journal: Callable[[], JournalView],
        publish: Callable[[Event], None],
        clock: Clock,
    ) -> None:
        self._pools = pools
        self._journal = journal
        self._publish = publish
        self._clock = clock
        self._held: dict[tuple[str, str], str] = {}  # by pool and worker: how a task holds it
        self._lost: dict[str, int] = {}
        self._is_degraded = False

    def look(self) -> None:
        """Publish what has changed since the last look."""
        held = dict(self._now_held())
        for (pool, name), (what, worker) in held.items():
            if self._held.get((pool, name)) != what:
                self._tell_of_worker(pool, name, f"is {what}{_by(worker)}; {FOLLOWS[what]}")
        self._held = {key: what for key, (what, _) in held.items()}
        for name, one in self._pools.items():
            lost, before = one.workers_lost, self._lost.get(name, 0)
            self._lost[name] = lost
            if lost > before:
                many = "a worker" if lost == before + 1 else f"{lost - before:,} workers"
                self._tell_of_worker(name, "", f"{many} died or could not start")
        self._look_at_journal()

    def _now_held(self) -> Iterator[tuple[tuple[str, str], tuple[str, Worker]]]:
        for name, pool in self._pools.items():
            crew = state_of(pool).crew
            for worker in tuple(crew.abandoned):
                yield (name, worker.name), ("abandoned", worker)
            for worker in tuple(crew.workers):
                if worker.phase == "stuck":
                    yield (name, worker.name), ("stuck", worker)

    def _look_at_journal(self) -> None:
        view = self._journal()
        is_degraded = view.state == "degraded"
        if is_degraded is self._is_degraded:
            return
        self._is_degraded = is_degraded
        from chasqui.engine.events.records import JournalFailed, JournalRecovered

        now = self._clock.time()
        self._publish(JournalFailed(now, view.reason) if is_degraded else JournalRecovered(now))

    def _tell_of_worker(self, pool: str, worker: str, what: str) -> None:
        from chasqui.engine.events.records import WorkerChanged

        self._publish(WorkerChanged(self._clock.time(), pool, worker, what))


def _by(worker: Worker) -> str:
    task = worker.task  # read once: its body may end meanwhile
    return "" if task is None else f": task {task.number} {task.name} ignores its time limit"
