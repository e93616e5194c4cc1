"""Why some of many were skipped, in one line.

Reasons that differ only in numbers count as the same. If the line is too narrow, the reasons are
cut at their end, never the counts; those that are the same once cut are counted as one, and the
rarest are combined.
"""

from __future__ import annotations

from collections.abc import Sequence

from chasqui.control.port import CommandOutcome
from chasqui.control.reasons import alike, combined

LEAST = 16  # characters; a shorter reason would say nothing


def reasons_of(outcome: CommandOutcome, width: int) -> str:
    """Say why some were skipped, and how many for each reason; for a single task, name it."""
    if outcome.skipped_count == 1:
        number, why = outcome.skipped[0]
        return f"task {number} {why}"
    told: Sequence[tuple[str, int]] = outcome.reasons
    if not told:
        told = alike([why for _, why in outcome.skipped])
    shown = min(len(told), 1 + width // LEAST)  # more have no room, and there may be thousands
    while shown > 1 and len(_line(told, shown, _room(told, shown, width))) > width:
        shown -= 1
    return _line(told, shown, _room(told, shown, width))


def _room(told: Sequence[tuple[str, int]], shown: int, width: int) -> int:
    """Return how many characters each of this many reasons may have."""
    most = max(len(why) for why, _ in told[:shown])
    while most > LEAST and len(_line(told, shown, most)) > width:
        most -= 1
    return most


def _line(told: Sequence[tuple[str, int]], shown: int, most: int) -> str:
    """Name this many reasons, each with at most ``most`` characters, and count the rest."""
    cut = combined((_shortened(why, most), count) for why, count in told[:shown])
    parts = [f"{count:,}: {why}" for why, count in cut]
    rest = sum(count for _, count in told[shown:])
    parts += [f"{rest:,} for other reasons"] if rest else []
    return "skipped " + ", ".join(parts)


def _shortened(text: str, most: int) -> str:
    """Cut a reason at its end, between words if that keeps most of it."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    if text[most - 1] != " ":
        words = kept.rpartition(" ")[0]
        kept = words if 2 * len(words) > most else kept
    return kept.rstrip(" ,▒") + "…"
