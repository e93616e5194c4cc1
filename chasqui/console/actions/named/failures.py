"""What keys do to failures."""

from __future__ import annotations

from chasqui.console.actions.action import Action

FAILURES: tuple[Action, ...] = (
    Action(
        "failures.retry",
        ("r",),
        "Retry",
        "retry the selected failure; the selected group, or what is marked, after a question",
        where=("failures",),
        dangerous=True,
        priority=2,
        filtered=1,
    ),
    Action(
        "failures.retry_all",
        ("R",),
        "Retry all",
        "retry all listed failures, after a question",
        where=("failures",),
        dangerous=True,
        priority=9,
        filtered=1,
        shorter="all",
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
        "discard the selected failure; the selected group, or what is marked, after a question",
        where=("failures",),
        dangerous=True,
        priority=2,
        filtered=1,
    ),
    Action(
        "failures.discard_all",
        ("X",),
        "Discard all",
        "discard all listed failures, after their number is typed",
        where=("failures",),
        dangerous=True,
        priority=9,
        filtered=1,
        shorter="all",
    ),
    Action(
        "failures.view",
        ("c",),
        "Singles",
        "switch between single failures and groups",
        where=("failures",),
        priority=2,
        filtered=3,
    ),
    Action(
        "failures.export",
        ("E",),
        "",
        "export all listed failures as JSON Lines, to a file that is named then",
        where=("failures",),
    ),
)
