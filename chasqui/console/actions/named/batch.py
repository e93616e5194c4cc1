"""What keys do where a file of rows is submitted."""

from __future__ import annotations

from chasqui.console.actions.action import Action

BATCH: tuple[Action, ...] = (
    Action(
        "batch.submit",
        ("ctrl+s",),
        "Submit",
        "submit a task for each good row of a file; bad ones are left out",
        ("batch",),
        priority=1,
    ),
    Action(
        "batch.shape",
        ("f2",),
        "Format",
        "read the file in another format: JSON Lines, CSV, a list for one parameter",
        ("batch",),
        shown="F2",
    ),
    Action(
        "batch.options",
        ("f4",),
        "Options",
        "submit every row of a file with a priority, a time limit, a delay, an expiry, in a pool",
        ("batch",),
        shown="F4",
    ),
    Action(
        "batch.close",
        ("escape",),
        "Close",
        "close a file without submitting; while its rows are submitted, stop",
        ("batch",),
        shown="Esc",
        priority=2,
    ),
)
