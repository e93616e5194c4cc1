"""What keys do to the workers of a pool."""

from __future__ import annotations

from chasqui.console.actions.action import Action

WORKERS: tuple[Action, ...] = (
    Action(
        "workers.down",
        ("[",),
        "",
        "one worker fewer, remembered for the next start; a busy worker ends its task first",
        where=("workers",),
        dangerous=True,
        priority=6,
    ),
    Action(
        "workers.up",
        ("]",),
        "Workers",
        "one worker more, remembered for the next start",
        where=("workers",),
        dangerous=True,
        shown="[ ]",
        priority=6,
    ),
    Action(
        "workers.config",
        ("=",),
        "",
        "as many workers as the config says; the change is forgotten",
        where=("workers",),
        dangerous=True,
        priority=6,
    ),
)
