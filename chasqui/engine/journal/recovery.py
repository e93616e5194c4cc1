"""Recovery: what became of the tasks of earlier lives, and how one of them is put back.

A task that ran when its process died counts that attempt, and starts again. When it was running in
three crashes in a row it is probably what kills the process, so it fails instead. A task whose
parameters no longer fit its type fails as well. Both are put back as a work that raises why, so
that they are counted, shown and recorded as any other failure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, NoReturn

from chasqui.engine.journal.encoding import decoded, work_from
from chasqui.engine.journal.rows import OpenRow
from chasqui.engine.policy.rules import ONCE, Policy
from chasqui.engine.submission.options import apply_options
from chasqui.engine.types.task_type import TaskType, TypedWork
from chasqui.engine.values.marks import unmarked
from chasqui.errors import Interrupted, InvalidParameters
from chasqui.pool.attempts import Attempt
from chasqui.pool.restoring import Restored
from chasqui.pool.state import State, state_of
from chasqui.pool.task import Particulars, Task

if TYPE_CHECKING:
    from chasqui.engine.policy.routes import Routes
    from chasqui.engine.submission.keys import Keys
    from chasqui.pool.context import Context

CRASHES: Final = 3  # in a row, after which a task that was running in each is failed


class FailedWork(TypedWork[Any]):
    """A task that cannot be run any more: its body raises why."""

    def __init__(
        self, type: TaskType, params: Mapping[str, Any], name: str, why: Exception
    ) -> None:
        super().__init__(type, dict(params), name)
        self.why = why

    def execute(self, ctx: Context, /) -> NoReturn:
        """Raise why."""
        raise self.why


class Restorer:
    """Makes of an open row what a pool puts back."""

    def __init__(self, routes: Routes, keys: Keys) -> None:
        self._routes = routes
        self._keys = keys

    def restored(self, row: OpenRow, type: TaskType, pool: State) -> Restored:
        """Return the task of a row, for a pool."""
        try:
            return self._restored(row, type, pool)
        except Exception as broken:
            # Such as parameters that are no JSON. No other task must wait for this one.
            more = Particulars(row.priority)
            more.created = row.created_us / 1e6 - pool.epoch
            more.attempt, more.redelivered, more.policy = row.attempt, bool(row.again), ONCE
            return Restored(FailedWork(type, {}, row.type, broken), row.number, more)

    def _restored(self, row: OpenRow, type: TaskType, pool: State) -> Restored:
        try:
            work = work_from(type, row.type, row.params)
        except InvalidParameters as error:
            work = FailedWork(type, _given(row.params), row.type, error)
        route = self._routes.of(work)
        if row.interrupted and (why := self._given_up(row, route.rules)) is not None:
            work = FailedWork(type, work.params, row.type, why)
        more = Particulars(row.priority)
        more.created = row.created_us / 1e6 - pool.epoch
        more.due = row.not_before_us / 1e6 - pool.epoch if row.not_before_us else None
        more.attempt = row.attempt
        more.redelivered = bool(row.again)
        more.key = row.key
        options = {} if row.options is None else decoded(row.options)
        apply_options(more, route, pool, options)
        if row.interrupted:
            more.errors = (_interrupted(row),)
        if type_of(work) is FailedWork:
            more.policy = ONCE
        lane = route.lane
        if lane is not None and state_of(route.pool) is not pool:
            lane = pool.backlog.lane(lane.name)
        return Restored(work, row.number, more, lane, self._adopting(pool, row, options))

    def _adopting(
        self, pool: State, row: OpenRow, options: Mapping[str, Any]
    ) -> Callable[[Task], object] | None:
        if row.key is None:
            return None
        return lambda task: self._keys.adopt(pool, task, options.get("cooldown"))

    def _given_up(self, row: OpenRow, rules: Policy) -> Interrupted | None:
        if row.interrupted >= CRASHES:
            return Interrupted(
                f"it was running in {row.interrupted} crashes in a row, so it does not run again; "
                "find out whether it ends the process, and then retry it"
            )
        if rules.on_interrupt == "fail":
            return Interrupted(
                "the process ended while it ran, and its type does not run again after that"
            )
        return None


type_of: Final = type


def _given(params: str) -> dict[str, Any]:
    """Return parameters that do not fit their type, as far as they can be read."""
    given: dict[str, Any] = {}
    for name, value in decoded(params).items():
        try:
            given[name] = unmarked(value)
        except ValueError:  # it was no mark
            given[name] = value
    return given


def _interrupted(row: OpenRow) -> Attempt:
    started = (row.started_us or row.created_us) / 1e6
    return Attempt(
        row.attempt,
        started,
        started,
        row.worker or "",
        "Interrupted",
        "the process ended while it ran",
        "",
    )
