"""Scheduling: what a program says to an engine about schedules; `Scheduler` runs them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from chasqui.arguments import text
from chasqui.engine.scheduler import Scheduler, ScheduleState, plan_of
from chasqui.engine.schedules import Missed, Overlap, ScheduleConfig
from chasqui.engine.tasktype import TaskType
from chasqui.pool.pool import Pool
from chasqui.pool.work import Work


class Scheduling:
    """The part of an engine that has schedules."""

    _scheduler: Scheduler

    @property
    def schedules(self) -> tuple[ScheduleState, ...]:
        """How each schedule stands, in the order in which they were added."""
        return self._scheduler.states()

    def schedule(
        self,
        type: str | TaskType,
        params: Mapping[str, Any] | None = None,
        *,
        cron: str,
        zone: str = "",
        missed: Missed = "skip",
        overlap: Overlap = "skip",
        name: str = "",
    ) -> ScheduleState:
        """Submit a task of a type at every turn of a cron expression, while the engine runs.

        Args:
            cron: see `chasqui.engine.cron`.
            zone: an IANA name such as ``Europe/Berlin``; "" is the machine's own.
            missed: what is done about turns that passed while the process or the machine slept:
                ``skip``, or ``once``, one task for all of them.
            overlap: what is done while the task of the turn before still waits or runs: ``skip``
                leaves the turn out, ``queue`` has its task wait as any other.
            name: shown in events and consoles; "" is the name of the type.

        Raises:
            UnknownType: no type has this name.
            InvalidParameters: with every wrong parameter.
            ValueError: the expression, the zone or another word is none, or the name is taken.
            PoolClosed: the engine is stopping or stopped.
        """
        self.pool._check_fork()
        name = text("name", name)
        work = self._work(type, {} if params is None else params)
        for key, value, choice in (("missed", missed, Missed), ("overlap", overlap, Overlap)):
            if value not in get_args(choice):
                words = " or ".join(get_args(choice))
                raise ValueError(f"{key} must be {words}, got {value!r}")
        config = ScheduleConfig(work.name, cron, dict(params or {}), name, zone, missed, overlap)
        return self._scheduler.add(plan_of(config))

    @property
    def pool(self) -> Pool:
        """The default pool."""
        raise NotImplementedError

    def _work(self, type: str | TaskType | Work, params: Mapping[str, Any] | None) -> Work:
        raise NotImplementedError
