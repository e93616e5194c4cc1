"""Reasons that are equal but for their numbers count as one reason."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")
FOLDED: Final = "▒"  # for the numbers in which reasons differ; a cut has another mark


def alike(reasons: Sequence[str]) -> list[tuple[str, int]]:
    """Count the reasons, the most frequent first; those alike without their numbers."""
    folded = {why: NUMBER.sub(FOLDED, why) for why in reasons}
    counted = Counter(folded[why] for why in reasons)
    kinds = Counter(folded.values())
    whole = {kind: why for why, kind in folded.items() if kinds[kind] == 1}
    return [(whole.get(kind, kind), count) for kind, count in counted.most_common()]
