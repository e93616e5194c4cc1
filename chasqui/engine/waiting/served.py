"""What acts on the waiting tasks of an engine, for those who show the engine to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chasqui.engine.engine import BaseEngine
    from chasqui.engine.waiting.withdrawals import Withdrawals


def withdrawals_of(engine: BaseEngine) -> Withdrawals:
    """Return what cancels the tasks of an engine by hand, and puts them back."""
    return engine._parts.withdrawals
