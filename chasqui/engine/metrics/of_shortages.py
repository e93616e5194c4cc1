"""What a diagnosis says of pools that lack workers: how many, why, and what to do."""

from __future__ import annotations

from chasqui.engine.metrics.findings import Finding, finding
from chasqui.engine.metrics.reading import Reading


def of_shortages(reading: Reading) -> list[Finding]:
    """Return a finding for each pool that lacks workers."""
    found = []
    for name, pool in reading.pools.items():
        if (lacks := pool.shortage) is not None:
            one = lacks.missing == 1
            text = "pool {pool}: {pool.shortage.missing} of its {pool.shortage.wanted} workers "
            text += "is missing" if one else "are missing"
            text += ", since {why}" if lacks.because else ""
            text += ". It is" if one else ". They are"
            text += " not started again by itself" if one else " not started again by themselves"
            text += ": resize the pool once that is mended"
            found.append(finding("lost", text, reading, pool=name, why=lacks.because))
    return found
