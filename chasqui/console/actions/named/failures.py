"""What keys do to failures."""

from __future__ import annotations

from chasqui.console.actions.action import Action

FAILURES: tuple[Action, ...] = (
    Action(
        "failures.retry",
        ("r",),
        "Retry",
        "retry the selected failure, or the whole selected group after a question",
        where=("failures",),
        dangerous=True,
        priority=2,
    ),
    Action(
        "failures.edit",
        ("e",),
        "Edit",
        "edit the parameters of the selected failure, and retry it with them",
        where=("failures",),
        dangerous=True,
        priority=3,
    ),
    Action(
        "failures.discard",
        ("x",),
        "Discard",
        "discard the selected failure, or the whole selected group after a question",
        where=("failures",),
        dangerous=True,
        priority=2,
    ),
    Action(
        "failures.view",
        ("c",),
        "Singles",
        "switch between single failures and groups",
        where=("failures",),
        priority=2,
    ),
    Action(
        "failures.export",
        ("E",),
        "",
        "export all listed failures as JSON Lines, to a file that is named then",
        where=("failures",),
    ),
    Action(
        "failures.retry_all",
        ("R",),
        "",
        "retry all listed failures, after a question",
        where=("failures",),
        dangerous=True,
    ),
    Action(
        "failures.discard_all",
        ("X",),
        "",
        "discard all listed failures, after their number is typed",
        where=("failures",),
        dangerous=True,
    ),
)
