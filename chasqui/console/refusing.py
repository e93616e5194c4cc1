"""What this console may not do: it is read-only, or its host has another version.

The host refuses all of it as well; here it is said before any question is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chasqui.console.actions.action import Action
from chasqui.control.port import Capabilities

READ_ONLY: Final = "this console is read-only"
STOPPING: Final = "engine.shutdown"
"""The action that a host of every version understands."""


def refusal(caps: Capabilities, *, stops: bool = False) -> str:
    """Return why a command that changes something is refused; empty if it is not.

    Args:
        caps: what the engine allows.
        stops: whether the command stops the engine, and does nothing else.
    """
    if caps.read_only:
        return READ_ONLY
    return "" if stops else caps.limited


def refusal_of(action: Action, caps: Capabilities) -> str:
    """Return why an action is refused; empty if it is not."""
    return refusal(caps, stops=action.id == STOPPING) if action.dangerous else ""


def labelled(actions: Sequence[Action], pane: str, caps: Capabilities) -> Sequence[Action]:
    """Return which of the actions the key bar names while this pane has the focus."""
    return [
        action
        for action in actions
        if action.label
        and (pane in action.where or "main" in action.where)
        and not refusal_of(action, caps)
    ]
