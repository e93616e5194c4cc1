"""What keys do to the selected task type."""

from __future__ import annotations

from chasqui.console.actions.action import Action

TYPES: tuple[Action, ...] = (
    Action(
        "type.open",
        ("enter",),
        "Open",
        "everything about the selected type; on their row, show or fold the idle types",
        where=("metrics",),
        shown="Enter",
        priority=2,
    ),
    Action(
        "type.pause",
        ("P",),
        "Pause type",
        "start no more tasks of the selected type or task's type, or start them again",
        where=("metrics", "workers", "backlog"),
        dangerous=True,
        priority=2,
    ),
    Action(
        "type.reset",
        ("b",),
        "Reset breaker",
        "close the open breaker of the selected type, after a question",
        where=("metrics",),
        dangerous=True,
        priority=3,
    ),
    Action(
        "type.limits",
        ("m",),
        "Limits",
        "set limits and strikes of the selected type or task's type, and see until when",
        where=("metrics", "workers", "backlog"),
        dangerous=True,
        priority=3,
    ),
    Action(
        "metrics.shorter",
        ("<",),
        "",
        "charts of a shorter past: a day, two hours, ten minutes",
        where=("metrics",),
        priority=6,
    ),
    Action(
        "metrics.longer",
        (">",),
        "Past",
        "charts of a longer past: ten minutes, two hours, a day",
        where=("metrics",),
        shown="< >",
        priority=6,
    ),
)
