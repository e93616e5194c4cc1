"""How the lines of a run are run, whatever they are."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from chasqui.control.submit_records import SubmitOptions


class RunOptions(NamedTuple):
    """How the lines of a run are run."""

    takes: Collection[str] | None = None
    """The parameters that take the input; None: a line may have any."""
    log: bool = False
    """Whether rows have what their bodies logged."""
    dry: bool = False
    """Whether lines are only checked."""
    submission: SubmitOptions = SubmitOptions()
    """The options of each submission."""
