"""What a run says of itself while it runs: in a line of a given width, or in several lines.

The line has what fits, the most important first; it is never cut in the middle of a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chasqui.commands.columns import width as cells
from chasqui.commands.run.gauge import RunningLine, RunStanding
from chasqui.durations import MINUTE, age, rounded

BAR: Final = ("█", "░")
ASCII_BAR: Final = ("#", "-")
SHORTEST_BAR: Final = 10  # cells, brackets left out
LONGEST_BAR: Final = 40
SLOW: Final = 1.0
"""Seconds from which on the slowest task is worth its place in the line."""
NAMED: Final = 20
"""Running tasks that are named."""


def line(now: RunStanding, width: int, *, waits: str = "", bar: bool = False, ascii: bool) -> str:
    """Return the line of progress, of at most ``width`` cells."""
    pieces = _pieces(now, waits)
    # By importance; the order on the screen is that of the pieces.
    ranked = ("done", "failed", "running", "waits", "rate", "left", "share", "slowest", "before")
    said: set[str] = set()
    drawn = bar and now.share is not None and width >= 2 * SHORTEST_BAR + 2
    room = width - (SHORTEST_BAR + 3 if drawn else 0)
    for name in ranked:
        if pieces.get(name) and cells(_joined(pieces, said | {name})) <= room:
            said.add(name)
    text = _joined(pieces, said) or pieces["done"][:width]
    if drawn and now.share is not None:
        size = min(LONGEST_BAR, max(SHORTEST_BAR, width - cells(text) - 3))
        text = f"{_bar(now.share, size, ASCII_BAR if ascii else BAR)} {text}"
    return text.replace("µ", "u") if ascii else text


def lines(
    now: RunStanding, running: Sequence[RunningLine], *, waits: str = "", ascii: bool
) -> list[str]:
    """Return all of it, for a person who asked."""
    pieces = _pieces(now, waits)
    pieces["waiting"] = f"{now.waiting:,} waiting"
    pieces["cancelled"] = f"{now.cancelled:,} cancelled" if now.cancelled else ""
    names = ("before", "done", "failed", "cancelled", "running", "waiting", "rate", "share", "left")
    found = [", ".join(pieces[name] for name in names if pieces.get(name))]
    if waits:
        found.append(f"no task starts: {waits}")
    found += [f"{_of(one)} ({one.type}) has run for {age(one.seconds)}" for one in running[:NAMED]]
    if len(running) > NAMED:
        found.append(f"{len(running) - NAMED:,} more have run for less")
    return [text.replace("µ", "u") for text in found] if ascii else found


def rate_text(rate: float) -> str:
    """Write a rate with two or three digits, in a unit in which it is 1 or more."""
    for seconds, unit in ((1, "s"), (MINUTE, "m"), (3600, "h")):
        if rate * seconds >= 0.95 or unit == "h":
            value = rate * seconds
            return f"{value:,.0f}/{unit}" if value >= 9.95 or not value else f"{value:.1f}/{unit}"
    raise AssertionError  # an hour takes all


def _pieces(now: RunStanding, waits: str) -> dict[str, str]:
    slowest = now.slowest if now.slowest and now.slowest.seconds >= SLOW else None
    return {
        "before": f"{now.before:,} before" if now.before else "",
        "share": "" if now.share is None else f"{int(100 * now.share)}%",
        "done": f"{now.completed:,} done",
        "failed": f"{now.failed:,} failed",
        "running": f"{now.running:,} running",
        "rate": "" if now.rate is None else rate_text(now.rate),
        "left": "" if now.left is None else f"{rounded(max(1.0, now.left))} left",
        "slowest": f"{_of(slowest)} for {age(slowest.seconds)}" if slowest else "",
        "waits": f"waits: {waits}" if waits else "",
    }


def _of(task: RunningLine) -> str:
    return f"task {task.number:,}" if task.line is None else f"line {task.line:,}"


def _joined(pieces: dict[str, str], names: set[str]) -> str:
    return ", ".join(text for name, text in pieces.items() if name in names and text)


def _bar(share: float, size: int, marks: tuple[str, str]) -> str:
    full = int(size * min(1.0, max(0.0, share)))
    return f"[{marks[0] * full}{marks[1] * (size - full)}]"
