"""Lanes of a pool, as whoever limits them meets them; see `Lane`.

A limit is changed while no worker moves, so that what starts after the change obeys it. What runs
when a limit is set counts, and is never stopped for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from chasqui import arguments, numbers
from chasqui.pool.core import Core
from chasqui.pool.lane import Lane
from chasqui.pool.rate import Rate
from chasqui.pool.task import Task
from chasqui.pool.timer import Timer

PAUSED: Final = "paused"
"""Why a lane is held, when nobody says."""


class Lanes(Core):
    """The part of a pool that limits the tasks of one name."""

    __slots__ = ()

    _timer: Timer

    def lane(self, name: str) -> Lane:
        """Return the lane of a name, which is made when it is first asked for."""
        return self._backlog.lane(arguments.text("name", name))

    def limit(
        self, name: str, *, concurrency: int | None = None, rate: Rate | str | None = None
    ) -> None:
        """Set how many tasks of a lane run at once and at what rate they start; None: no limit.

        Raises:
            ValueError: a value makes no sense.
            RuntimeError: there is a rate, and the machine has no more threads.
        """
        if concurrency is not None:
            concurrency = numbers.count("concurrency", concurrency)
        rate = None if rate is None else Rate.of(rate)
        self._check_fork()
        if rate is not None:
            self._timer.start()  # it will wake workers when the rate lets tasks start
        lane = self.lane(name)
        self._change(
            lane, lambda running: lane.limit(concurrency, rate, running, self._monotonic())
        )

    def hold(self, name: str, why: str = PAUSED) -> bool:
        """Start no more tasks of a lane until `unhold`; tell whether the reason is a new one."""
        lane = self.lane(name)
        fresh = why not in lane.holds
        self._change(lane, lambda running: lane.hold(why, running))
        return fresh

    def unhold(self, name: str, why: str = PAUSED) -> bool:
        """Take a reason of `hold` away, and tell whether it was one.

        Tasks start again once no reason is left.
        """
        lane = self.lane(name)
        was = why in lane.holds
        self._change(lane, lambda running: lane.unhold(why, running))
        return was

    def allow(
        self,
        name: str,
        starts: int | None,
        watch: Callable[[Task], object] | None = None,
    ) -> None:
        """Let only so many more tasks of a lane start, None: any number.

        ``watch`` is called with each task of the lane that starts from now on, on its worker and
        before its body.
        """
        if starts is not None:
            starts = numbers.count("starts", starts, 0)
        lane = self.lane(name)
        self._change(lane, lambda running: lane.allow(starts, watch, running))

    def lanes(self) -> tuple[Lane, ...]:
        """List the lanes there are; they stay live."""
        self._check_fork()
        return self._backlog.all_lanes()

    def _locked_count_in(self, lane: Lane) -> int:
        """Have every task of a lane that runs let out of it at its end, and count them."""
        running = [
            one for one in self._crew.workers if one.task is not None and one.task._lane is lane
        ]
        for worker in running:
            worker.admitted = lane
        return len(running)

    def _change(self, lane: Lane, change: Callable[[int], None]) -> None:
        """Change a lane while no worker moves; again, if a signal handler let them meanwhile."""
        with self._lock:
            self._check_fork()
            self._locked_change(lane, change)

    def _locked_change(self, lane: Lane, change: Callable[[int], None]) -> None:
        while True:
            turn = self._locked_freeze()
            change(self._locked_count_in(lane))
            self._backlog.judge()
            undisturbed = self._turn is turn
            self._locked_rouse_all()
            if undisturbed:
                return
