"""The tour: six keys, one after the other, on a line of their own above the others.

A step is done once its action is carried out, by whatever key and in whatever order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from chasqui.console.model.keymap import Keymap
from chasqui.console.model.line import Span

END: Final = "app.tour"
SKIP: Final = "app.tour_skip"


class TourStep(NamedTuple):
    """A key to press."""

    actions: tuple[str, ...]
    """The first has the key that is named."""
    said: str


STEPS: Final = (
    TourStep(("pane.focus(1)",), "shows what waits, and why"),
    TourStep(("task.open", "type.open"), "opens the selected row: all about it"),
    TourStep(("list.filter",), "filters the list; Tab completes"),
    TourStep(("pane.focus(3)",), "shows the failures by kind, to retry them"),
    TourStep(("app.palette",), "finds any command by a few letters"),
    TourStep(("app.help",), "lists the keys that work here"),
)


def steps_with(keys: Keymap) -> tuple[TourStep, ...]:
    """Return the steps whose actions have a key."""
    return tuple(step for step in STEPS if keys.key(step.actions[0]))


def tour_line(left: Sequence[TourStep], keys: Keymap) -> tuple[Span, ...]:
    """Return the line for the first of the steps that are left."""
    step, total = left[0], len(steps_with(keys))
    at, key = 1 + total - len(left), keys.key(step.actions[0])
    skip, end = keys.key(SKIP), keys.key(END)
    spans = [
        Span(f"Tour {at} of {total}", "title", priority=3, shorter=(f"{at}/{total}",)),
        Span(f"{key} {step.said}", "key", f"act({step.actions[0]!r})", lead=len(key)),
    ]
    if skip:
        spans.append(Span(f"{skip} Skip", "key", f"act({SKIP!r})", 2, lead=len(skip)))
    if end:
        spans.append(Span(f"{end} End", "key", f"act({END!r})", 1, lead=len(end)))
    return tuple(spans)
