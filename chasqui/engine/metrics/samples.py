"""What the sampler returns: the past of a series, and what the process itself used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Process:
    """What the process itself used, over the last ten seconds."""

    cores_used: float = 0.0
    """Seconds of processor time per second."""
    gil_wait: float = 0.0
    """Seconds that a thread waits for the GIL, in at least three of four samples.

    A thread that computes makes every sample wait. On a busy machine half of the samples wait even
    if tasks only sleep, because the sampler's thread lost its processor.
    """
    seconds: float = 0.0
    """The length of the time that was measured."""


@dataclass(frozen=True, slots=True)
class History:
    """Rows of the past, oldest first, by their names in `chasqui.engine.metrics.track.COLUMNS`."""

    seconds: int
    """The distance between two rows."""
    until: float
    """When the newest row ends, in seconds since the epoch."""
    columns: Mapping[str, Sequence[float]]
    """The values; NaN without a sample, and for percentiles without a measurement."""
