"""Options: what a submission says beside type, parameters, priority and key, as JSON and back.

A journal keeps them with the task, and with a failure for its retry. The errors that a submission's
own retry is for are classes, and are not kept: after a restart its retries are for those of the
type, or for all errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chasqui.engine.policy.retry import Retry
from chasqui.engine.policy.routes import Route
from chasqui.engine.policy.rules import ONCE, Policy
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
    said = None if more.policy is ONCE else more.policy
    if isinstance(said, Policy) and said.retry not in (None, route.rules.retry):
        options["retry"] = _as_json(said.retry)
    return options


def keywords_of(task: Task, options: Mapping[str, Any], route: Route) -> dict[str, Any]:
    """Return the keywords of a submission that makes a task like this, but for its key and times.

    Args:
        options: of the task, as `options_of` returns them.
    """
    more = task._more
    if more is None:
        return dict(options)
    said = {name: value for name, value in options.items() if name != "expires"}
    if isinstance(more.policy, Policy) and "retry" in said:
        said["retry"] = more.policy.retry  # itself: it knows for which errors it is
    if more.priority != (route.rules.priority or 0):
        said["priority"] = more.priority
    if not more.durable:
        said["durable"] = False
    return said


def keywords_as_json(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return keywords of a submission as JSON can hold them."""
    return {name: _as_json(v) if isinstance(v, Retry) else v for name, v in said.items()}


def keywords_from(kept: Mapping[str, Any], route: Route) -> dict[str, Any]:
    """Return keywords of a submission, which may have been kept as JSON."""
    said = dict(kept)
    if isinstance(retry := said.get("retry"), Mapping):
        said["retry"] = _retry_from(retry, route)
    return said


def apply_options(more: Particulars, route: Route, pool: State, options: Mapping[str, Any]) -> None:
    """Set the particulars of a task that is put back to what its options say."""
    more.time_limit = options.get("time_limit", route.rules.time_limit)
    if (expires := options.get("expires")) is not None:
        more.expires = expires - pool.epoch
    if (retry := options.get("retry")) is not None:
        more.policy = route.rules.under(Policy(retry=_retry_from(retry, route)))


def _as_json(retry: Retry) -> dict[str, Any]:
    return {name: getattr(retry, name) for name in RETRY}


def _retry_from(kept: Mapping[str, Any], route: Route) -> Retry:
    of_type = route.rules.retry
    return Retry(on=(Exception,) if of_type is None else of_type.on, **kept)
