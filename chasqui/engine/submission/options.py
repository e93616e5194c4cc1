"""Options: what a submission says beside type, parameters, priority and key, as JSON and back.

A journal keeps them with the task. The errors that a submission's own retry is for are classes, and
are not kept: after a restart its retries are for those of the type, or for all errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chasqui.engine.policy.retry import Retry
from chasqui.engine.policy.routes import Route
from chasqui.engine.policy.rules import Policy
from chasqui.pool.state import State, state_of
from chasqui.pool.task import Particulars, Task

RETRY: Final = ("attempts", "backoff", "base", "cap", "jitter")


def options_of(task: Task, route: Route) -> dict[str, Any]:
    """Return the options of a task that do not follow from the route of its type."""
    more, pool, options = task._more, task._pool, dict[str, Any]()
    if pool is not state_of(route.pool):
        options["pool"] = pool.name
    if more is None:
        return options
    if more.time_limit is not None and more.time_limit != route.rules.time_limit:
        options["time_limit"] = more.time_limit
    if more.expires is not None:
        options["expires"] = more.expires + pool.epoch
    if isinstance(more.policy, Policy) and more.policy.retry not in (None, route.rules.retry):
        options["retry"] = {name: getattr(more.policy.retry, name) for name in RETRY}
    return options


def apply_options(more: Particulars, route: Route, pool: State, options: Mapping[str, Any]) -> None:
    """Set the particulars of a task that is put back to what its options say."""
    more.time_limit = options.get("time_limit", route.rules.time_limit)
    if (expires := options.get("expires")) is not None:
        more.expires = expires - pool.epoch
    if (retry := options.get("retry")) is not None:
        of_type = route.rules.retry
        on = (Exception,) if of_type is None else of_type.on
        more.policy = route.rules.under(Policy(retry=Retry(on=on, **retry)))
