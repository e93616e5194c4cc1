"""How the lines of a run are run, whatever they are."""

from __future__ import annotations

from typing import NamedTuple

from chasqui.control.submit_records import SubmitOptions


class RunOptions(NamedTuple):
    """How the lines of a run are run."""

    each: str | None = None
    """The parameter that takes each line."""
    nul: bool = False
    """Whether lines end with NUL bytes."""
    log: bool = False
    """Whether rows have what their bodies logged."""
    dry: bool = False
    """Whether lines are only checked."""
    submission: SubmitOptions = SubmitOptions()
    """The options of each submission."""
